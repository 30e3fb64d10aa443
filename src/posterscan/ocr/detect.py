"""Where the lines of writing are: a text map from the detector, boxes from the map, boxes joined to lines.

The map is a differentiable-binarisation network's (Liao et al., "Real-time Scene Text Detection with Differentiable
Binarization", 2020); its boxes are shrunken text outlines, which are grown back by area x ratio / length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.ocr.readings import Quad
from posterscan.sheet import Image


@dataclass(frozen=True, eq=False)
class DetectParams:
    """Thresholds of the text map are the network's own (0..1); the rest is relative to the height of a line."""

    map_above: float = 0.3  # the network's training target
    mean_above: float = 0.5  # mean of the map inside a box; lower than the usual 0.6, for faint handwriting
    grow: float = 1.7  # area x this / length: how far a shrunken outline is grown back
    join_gap: float = 1.5  # boxes on one line whose gap is below this many line heights are one strip
    join_overlap: float = 0.5  # share of the lower box's height that overlaps, to be on one line
    min_height_px: float = 4.0  # of a box in the map: less is noise


def rect_quad(center: tuple[float, float], size: tuple[float, float], angle_deg: float) -> Quad:
    """Corners of a rotated rectangle, clockwise from the top-left of writing that runs along its longer side."""
    (w, h), angle = size, angle_deg
    if w < h:
        w, h, angle = h, w, angle + 90
    angle = (angle + 90) % 180 - 90  # (-90, 90]: the line reads to the right, or downwards where it stands
    turn = np.radians(angle)
    along, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    middle = np.asarray(center, dtype=np.float64)
    return np.stack([middle - along * w / 2 - down * h / 2, middle + along * w / 2 - down * h / 2,
                     middle + along * w / 2 + down * h / 2, middle - along * w / 2 + down * h / 2])


def boxes_of_map(text_map: NDArray[np.float32], params: DetectParams) -> list[Quad]:
    """Grown boxes in px of the map (H, W)."""
    contours, _ = cv2.findContours((text_map > params.map_above).astype(np.uint8), cv2.RETR_LIST,
                                   cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for contour in contours:
        center, (w, h), angle = cv2.minAreaRect(contour)
        if min(w, h) + 1 < params.min_height_px:
            continue
        x, y, wide, high = cv2.boundingRect(contour)
        inside = np.zeros((high, wide), np.uint8)
        cv2.drawContours(inside, [contour - np.array([[x, y]])], -1, 1, cv2.FILLED)
        if float(cv2.mean(text_map[y:y + high, x:x + wide], inside)[0]) < params.mean_above:
            continue
        w, h = w + 1, h + 1
        out = w * h * params.grow / (w + h)  # offset on both sides together
        boxes.append(rect_quad((float(center[0]), float(center[1])), (w + out, h + out), float(angle)))
    return boxes


def _height(box: Quad) -> float:
    return float(np.linalg.norm(box[3] - box[0]))


def _same_line(a: Quad, b: Quad, params: DetectParams) -> bool:
    """Whether b goes on where a stops, seen along a's direction."""
    along = (a[1] - a[0]) / max(float(np.linalg.norm(a[1] - a[0])), 1e-6)
    down = np.array([-along[1], along[0]])
    other = (b[1] - b[0]) / max(float(np.linalg.norm(b[1] - b[0])), 1e-6)
    if abs(float(along @ other)) < 0.94:  # 20 degrees apart
        return False
    ax, bx, ay, by = a @ along, b @ along, a @ down, b @ down
    gap = max(float(ax.min() - bx.max()), float(bx.min() - ax.max()))
    overlap = min(float(ay.max()), float(by.max())) - max(float(ay.min()), float(by.min()))
    low = min(_height(a), _height(b))
    return gap < params.join_gap * low and overlap > params.join_overlap * low


def joined(boxes: Sequence[Quad], params: DetectParams) -> list[Quad]:
    """Boxes of words on one line as one box, the rest as they are."""
    left = list(boxes)
    changed = True
    while changed:
        changed = False
        for i in range(len(left)):
            for j in range(i + 1, len(left)):
                longer, shorter = sorted((left[i], left[j]), key=lambda q: -float(np.linalg.norm(q[1] - q[0])))
                if _same_line(longer, shorter, params):
                    rect = cv2.minAreaRect(np.concatenate([longer, shorter]).astype(np.float32))
                    left[i] = rect_quad((rect[0][0], rect[0][1]), (rect[1][0], rect[1][1]), rect[2])
                    del left[j]
                    changed = True
                    break
            if changed:
                break
    return left


def in_reading_order(boxes: Sequence[Quad]) -> list[Quad]:
    """Rows from top to bottom across the common direction of the lines, each row along it."""
    if not boxes:
        return []
    ways = np.array([b[1] - b[0] for b in boxes])
    along = ways.sum(axis=0) / max(float(np.linalg.norm(ways.sum(axis=0))), 1e-6)
    down = np.array([-along[1], along[0]])
    rows: list[list[Quad]] = []
    for box in sorted(boxes, key=lambda q: float(q.mean(axis=0) @ down)):
        last = rows[-1][-1] if rows else None
        half = 0.5 * min(_height(box), _height(last)) if last is not None else 0.0
        if last is not None and float((box - last).mean(axis=0) @ down) < half:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda q: float(q.mean(axis=0) @ along))]


def lower(box_px: Quad, share: float) -> Quad:
    """The box with this share of its height, about its middle."""
    down = (box_px[3] - box_px[0]) * (1 - share) / 2
    return np.asarray(box_px + np.array([down, down, -down, -down]), dtype=np.float64)


def strip_of(crop: Image, box_px: Quad, height_px: int, stretch: float = 1.0) -> Image:
    """The line as an upright strip (height_px, w, 3), cut straight from the crop; stretch makes it wider."""
    wide, high = float(np.linalg.norm(box_px[1] - box_px[0])), max(float(np.linalg.norm(box_px[3] - box_px[0])), 1.0)
    width_px = max(8, round(wide * height_px / high * stretch))
    target = np.array([[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(box_px.astype(np.float32), target)
    shrink = high / height_px
    source = crop if shrink < 1.5 else cv2.GaussianBlur(crop, (0, 0), 0.4 * shrink)
    out = cv2.warpPerspective(source, matrix, (width_px, height_px), flags=cv2.INTER_CUBIC,
                              borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, dtype=np.uint8)
