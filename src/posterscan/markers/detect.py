"""Markers decoded in a picture, with OpenCV's detector at several scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.errors import LayoutError

Grey = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Decoded squares, ghosts among them.

    index: (N,) which dictionary of the asked ones. ids: (N,). corners_px: (N, 4, 2), clockwise from the marker's own
    top-left, as OpenCV gives them (right to about a pixel of the scale they were found at).
    """

    index: NDArray[np.int64]
    ids: NDArray[np.int64]
    corners_px: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


def dictionary(name: str) -> cv2.aruco.Dictionary:
    """OpenCV's predefined dictionary of that name; LayoutError names the known ones."""
    number = getattr(cv2.aruco, name, None) if name.startswith("DICT_") else None
    if not isinstance(number, int):
        known = ", ".join(sorted(n for n in dir(cv2.aruco) if n.startswith("DICT_")))
        raise LayoutError(f"No marker dictionary is called {name!r}.", f"Use one of {known}.")
    return cv2.aruco.getPredefinedDictionary(number)


def bit_pattern(name: str, marker_id: int) -> NDArray[np.float32]:
    """(n + 2, n + 2) modules of a marker, 0 black and 1 white, its black border included."""
    book = dictionary(name)
    if not 0 <= marker_id < len(book.bytesList):
        raise LayoutError(f"{name} has no marker {marker_id}.", f"Its ids run from 0 to {len(book.bytesList) - 1}.")
    drawn = cv2.aruco.generateImageMarker(book, marker_id, book.markerSize + 2)
    return (np.asarray(drawn) / 255).astype(np.float32)


def _detector(name: str, min_side_share: float) -> cv2.aruco.ArucoDetector:
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE  # edges are fitted later, in linear light
    settings.minMarkerPerimeterRate = 4 * min_side_share
    settings.detectInvertedMarker = False
    return cv2.aruco.ArucoDetector(dictionary(name), settings)


def detect(grey: Grey, names: Sequence[str], scale: float, min_side_share: float = 0.006) -> Candidates:
    """All markers of the named dictionaries in grey (H, W), looked for in the picture shrunk to `scale`.

    min_side_share: smallest marker side as a share of the picture's longest side.
    """
    small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ratio = np.array(grey.shape[::-1]) / np.array(small.shape[::-1])
    index: list[int] = []
    ids: list[int] = []
    quads: list[NDArray[np.float64]] = []
    for number, name in enumerate(names):
        found, numbers, _ = _detector(name, min_side_share).detectMarkers(small)
        for quad, marker_id in zip(found, [] if numbers is None else np.ravel(numbers), strict=True):
            index.append(number)
            ids.append(int(marker_id))
            quads.append((np.asarray(quad, dtype=np.float64).reshape(4, 2) + 0.5) * ratio - 0.5)
    return Candidates(np.array(index, np.int64), np.array(ids, np.int64), np.array(quads, np.float64).reshape(-1, 4, 2))


def united(parts: Sequence[Candidates]) -> Candidates:
    """Finds of several scales as one list: of the same marker in the same place the first one stays."""
    index = np.concatenate([p.index for p in parts])
    ids = np.concatenate([p.ids for p in parts])
    quads = np.concatenate([p.corners_px for p in parts])
    keep: list[int] = []
    for i in range(len(ids)):
        same = [k for k in keep if index[k] == index[i] and ids[k] == ids[i]]
        side = np.sqrt(max(1.0, abs(cv2.contourArea(quads[i].astype(np.float32)))))
        if all(np.linalg.norm(quads[k].mean(0) - quads[i].mean(0)) > 0.5 * side for k in same):
            keep.append(i)
    return Candidates(index[keep], ids[keep], quads[keep])
