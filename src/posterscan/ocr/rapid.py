"""RapidOCR's networks (PP-OCRv6 small, inside its package) on onnxruntime, batched over all cards of a photo.

The networks are used directly instead of through the package's pipeline, because that reads one picture at a time and
gives text only; here all lines of all cards go through together and the scores per character are kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.ocr.beam import beam_search
from posterscan.ocr.characters import CharacterModel, load_characters
from posterscan.ocr.compare import folded
from posterscan.ocr.decode import columns_of, greedy
from posterscan.ocr.detect import DetectParams, boxes_of_map, in_reading_order, joined, lower, strip_of
from posterscan.ocr.readings import CardReading, Line, Quad
from posterscan.ocr.strokes import handwriting_log_odds, light_on_dark
from posterscan.sheet import Image

STRIP_HEIGHT_PX = 48  # the recogniser's fixed input height
_PAD_PX = 32  # the detector's sides are multiples of this


@dataclass(frozen=True, eq=False)
class RapidParams:
    """How pictures are brought to the networks."""

    detect: DetectParams = field(default_factory=DetectParams)
    detect_long_side_px: int = 320  # a card of 85 mm at 3.8 px/mm, about what a 12 MP photo holds
    surely_read: float = 0.95  # cards read with less confidence are read again with more care, and upside down too
    turn_lead: float = 0.3  # by how much upside down must be more plausible: most cards are given the right way up
    strip_share: float = 0.88  # of a box's height goes into the strip: the closer to the letters, the fewer errors
    stretch: float = 1.2  # of the strip on the second reading: more steps per letter tell narrow handwriting apart
    batch_cards: int = 8  # per run of the detector: bounds the memory
    batch_pixels: int = 48 * 4000  # per run of the recogniser
    batch_alike: float = 0.85  # strips narrower than this share of the widest wait: filling them up costs time
    glance_long_side_px: int = 160  # of the detector's picture where print is only checked against a code
    glance_stretch: float = 0.6  # of the strips there: print is read as well at this width


def model_folder() -> Path | None:
    """Where the package keeps its networks; None where it isn't installed."""
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    return folder if any(folder.glob("*_rec_*.onnx")) else None


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # it would keep the largest batch's memory for good
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class RapidReader:
    """Finds and reads lines. Raises FileNotFoundError where the networks are not installed."""

    name = "rapidocr"

    def __init__(self, threads: int = 1, params: RapidParams | None = None) -> None:
        folder = model_folder()
        if folder is None:
            raise FileNotFoundError("rapidocr with its models")
        self.params = params or RapidParams()
        self._detector = _session(next(iter(sorted(folder.glob("*_det_*.onnx")))), threads)
        self._recogniser = _session(next(iter(sorted(folder.glob("*_rec_*.onnx")))), threads)
        characters = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._columns = columns_of([*characters, " "])
        self._characters = load_characters()

    def find(self, crops: Sequence[Image], long_side_px: int | None = None) -> list[list[Quad]]:
        """Boxes of lines per crop, in crop px, in reading order."""
        side = long_side_px or self.params.detect_long_side_px
        found: list[list[Quad]] = [[] for _ in crops]
        shapes: dict[tuple[int, int], list[int]] = {}
        for i, crop in enumerate(crops):
            shapes.setdefault(_map_shape(crop, side), []).append(i)
        for (high, wide), members in shapes.items():
            for start in range(0, len(members), self.params.batch_cards):
                part = members[start:start + self.params.batch_cards]
                for i, text_map in zip(part, self._maps([crops[i] for i in part], high, wide), strict=True):
                    scale = np.array([crops[i].shape[1] / wide, crops[i].shape[0] / high])
                    boxes = joined(boxes_of_map(text_map, self.params.detect), self.params.detect)
                    found[i] = in_reading_order([(b + 0.5) * scale - 0.5 for b in boxes])
        return found

    def _maps(self, crops: Sequence[Image], high: int, wide: int) -> NDArray[np.float32]:
        """(N, high, wide) where there is writing, 0..1."""
        small = [np.asarray(cv2.resize(c, (wide, high), interpolation=cv2.INTER_AREA), np.uint8) for c in crops]
        batch = np.stack([_normalised(c) for c in small])
        maps = self._detector.run(None, {self._detector.get_inputs()[0].name: batch})[0]
        return np.asarray(maps[:, 0], dtype=np.float32)

    def scores(self, strips: Sequence[Image]) -> list[NDArray[np.float32]]:
        """(T, K) probabilities per strip (48, w, 3), over blank and ALPHABET."""
        out: list[NDArray[np.float32]] = [np.zeros((0, 0), np.float32) for _ in strips]
        order = sorted(range(len(strips)), key=lambda i: strips[i].shape[1])
        while order:
            widest = strips[order[-1]].shape[1]
            alike = sum(strips[i].shape[1] >= self.params.batch_alike * widest for i in order)
            count = max(1, min(alike, self.params.batch_pixels // (STRIP_HEIGHT_PX * widest)))
            part, order = order[-count:], order[:-count]
            widest = max(-(-strips[i].shape[1] // 8) * 8 for i in part)
            batch = np.zeros((len(part), 3, STRIP_HEIGHT_PX, widest), np.float32)
            for row, i in enumerate(part):
                batch[row, :, :, :strips[i].shape[1]] = _normalised(strips[i])
            full = self._recogniser.run(None, {self._recogniser.get_inputs()[0].name: batch})[0]
            for row, i in enumerate(part):
                known = np.where(self._columns >= 0, full[row][:, self._columns], 0)
                steps = -(-strips[i].shape[1] * full.shape[1] // widest)
                out[i] = np.asarray(known[:steps], dtype=np.float32)
        return out

    def read(self, crops: Sequence[Image]) -> list[CardReading]:
        """See `Reader`. Finds the upright turn as well: lines that read badly are read upside down too."""
        boxes = self.find(crops)
        out = self._read_boxes(crops, boxes, 1.0)
        doubtful = [i for i, r in enumerate(out) if r.lines and r.confidence < self.params.surely_read]
        again = [crops[i] for i in doubtful]
        stretch = self.params.stretch
        upright = self._read_boxes(again, [boxes[i] for i in doubtful], stretch)
        over = [[np.roll(b, 2, axis=0) for b in reversed(boxes[i])] for i in doubtful]
        turned = self._read_boxes(again, over, stretch)
        for i, up, down in zip(doubtful, upright, turned, strict=True):
            out[i] = down if down.plausibility > up.plausibility + self.params.turn_lead else up
        return out

    def glance(self, crops: Sequence[Image]) -> list[CardReading]:
        """A quick look at the longest line of each crop, as it stands: enough to check print against a code."""
        boxes = self.find(crops, self.params.glance_long_side_px)
        longest = [sorted(found, key=lambda b: -float(np.linalg.norm(b[1] - b[0])))[:1] for found in boxes]
        return self._read_boxes(crops, longest, self.params.glance_stretch, greedy_only=True)

    def _read_boxes(self, crops: Sequence[Image], boxes: Sequence[Sequence[Quad]], stretch: float,
                    greedy_only: bool = False) -> list[CardReading]:
        flat = [(i, box) for i, found in enumerate(boxes) for box in found]
        strips = [strip_of(crops[i], lower(box, self.params.strip_share), STRIP_HEIGHT_PX, stretch) for i, box in flat]
        lines: list[list[Line]] = [[] for _ in crops]
        for (i, box), strip, scores in zip(flat, strips, self.scores(strips), strict=True):
            lines[i].append(self._line(box, strip, scores, None if greedy_only else self._characters))
        return [CardReading(self.name, tuple(part), turn_of(part), (crop.shape[1], crop.shape[0]))
                for part, crop in zip(lines, crops, strict=True)]

    def _line(self, box: Quad, strip: Image, scores: NDArray[np.float32], characters: CharacterModel | None) -> Line:
        raw, confidence = greedy(scores)
        if characters is None or not raw:
            return Line(raw, confidence, box, scores, math.log(max(confidence, 1e-6)), raw)
        hand = handwriting_log_odds(strip, raw, confidence)
        found = beam_search(scores, characters)
        best, letters = found[0], folded(found[0].text)
        other = next((c.score for c in found[1:] if folded(c.text) != letters), found[-1].score)
        return Line(best.text, confidence, box, scores, best.score / max(1, len(best.text)), raw, best.score - other,
                    hand, least_dutch(best.text, characters), light_on_dark(strip))


def least_dutch(text: str, characters: CharacterModel) -> float:
    """Score of the word in a text that looks least like Dutch; 0 where there are only numbers and marks."""
    words = [word.strip(",.;:!?'\"()-&/") for word in text.split()]
    return min((characters.word_score(w) for w in words if any(c.isalpha() for c in w)), default=0.0)


def turn_of(lines: Sequence[Line]) -> int:
    """By how much a crop with these lines has to be turned clockwise to stand upright: 0, 90, 180 or 270."""
    if not lines:
        return 0
    along = np.sum([(line.box_px[1] - line.box_px[0]) for line in lines], axis=0)
    return round(-math.degrees(math.atan2(float(along[1]), float(along[0]))) / 90) % 4 * 90


def _map_shape(crop: Image, long_side_px: int) -> tuple[int, int]:
    """(h, w) of the detector's picture of a crop."""
    high, wide = crop.shape[:2]
    scale = long_side_px / max(high, wide)
    rows, columns = (max(1, round(side * scale / _PAD_PX)) for side in (high, wide))
    return rows * _PAD_PX, columns * _PAD_PX


def _normalised(rgb: Image) -> NDArray[np.float32]:
    """(3, h, w) float32 in -1..1, blue first: what the networks were trained on."""
    return np.ascontiguousarray((rgb[:, :, ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1))
