"""What was found of a layout's markers in a photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fiducials:
    """The layout's markers that were found, at most once each; falsy when there is none.

    marker: (N,) number in layout.markers. ids: (N,). corners_px: (N, 4, 2), clockwise from the marker's own top-left;
    a guess where corner_sigma_px (N, 4) is inf (that corner is covered). residual_px: (N,) rms of the edge points
    about the fitted sides. seen: (N, 4) share of the top, right, bottom and left side that could be measured.
    rise_px: (N,) 10-90 % width of its edges. contrast, paper_light: (N,) black to white, and white, in linear light.
    predicted: (N,) bool, found only where the others say it must be. ghosts_px: (G, 2) middles of squares that claim
    to be a marker of this layout but lie in the wrong place. mirrored: the photo shows the sheet in a mirror.
    second_sheet_px: (K, 4, 2) markers of a second poster in the photo. others: how many markers of dictionaries that
    the layout does not use were seen (looked for only when too few were found).
    """

    marker: Ints
    ids: Ints
    corners_px: Floats
    corner_sigma_px: Floats
    residual_px: Floats
    seen: Floats
    rise_px: Floats
    contrast: Floats
    paper_light: Floats
    predicted: NDArray[np.bool_]
    ghosts_px: Floats
    second_sheet_px: Floats
    mirrored: bool = False
    others: tuple[tuple[str, int], ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


def nothing_found() -> Fiducials:
    """Of a poster without markers."""
    none, quads, points = np.zeros(0), np.zeros((0, 4, 2)), np.zeros((0, 2))
    number, sides = np.zeros(0, np.int64), np.zeros((0, 4))
    return Fiducials(number, number, quads, sides, none, sides, none, none, none, np.zeros(0, np.bool_), points, quads)
