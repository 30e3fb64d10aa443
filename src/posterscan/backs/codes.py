"""Codes in a photo of a table of which nothing is known yet: neither how far it is nor how aslant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posterscan.catalogue import Catalogue
from posterscan.geometry import as_points
from posterscan.sheet import Lens, SheetMap
from posterscan.stages.codes import Codes, FindCodesParams, find_codes

_LEAST_PX, _MOST_SHARE = 14.0, 0.6  # eight modules of less than 2 px can't be told apart; larger than this share is no code
_SQUEEZED = 2.2  # longest to shortest side in px of a square seen under 60 degrees
SCALES = (1.0, 0.5, 0.25)  # in a close-up of one card a code is 800 px large, and the detector looks for borders of some 40


def code_side_mm(catalogue: Catalogue) -> float | None:
    """How large the catalogue's codes are printed; None where it does not say."""
    sides = [float(np.linalg.norm(np.subtract(p.corners_mm[1], p.corners_mm[0]))) for p in catalogue.code_places]
    return float(np.median(sides)) if sides else None


def codes_in_px(grey: NDArray[np.uint8], catalogue: Catalogue) -> Codes:
    """The catalogue's codes, `corners_px` measured on their edges; `corners_mm` are px here. grey: (H, W) uint8."""
    flat = SheetMap(np.eye(3), Lens(float(max(grey.shape)), (0.0, 0.0)))
    most = _MOST_SHARE * min(grey.shape)
    params = replace(FindCodesParams(), max_side_ratio=_SQUEEZED, scales=SCALES, enlarge_below_px_per_mm=0.0,
                     known_side=(_LEAST_PX, most))
    return find_codes(grey, flat, catalogue.card_dictionary, params, catalogue_ids=catalogue.marker_ids, sides_mm=[1.0])


def on_plane(codes: Codes, sheet: SheetMap) -> Codes:
    """The same codes with their places in mm of the plane."""
    return replace(codes, corners_mm=sheet.to_mm(as_points(codes.corners_px)).reshape(-1, 4, 2))
