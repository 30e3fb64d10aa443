"""A code where it is known to be: brought upright out of a photo, and its modules measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points

Picture = NDArray[np.uint8]
Plane = NDArray[np.float64]
Cell = TypeVar("Cell", np.float64, np.bool_)


def straightened(picture: Picture, to_px: Callable[[Points], Points], quad: Points, modules: int, px_per_module: int,
                 margin: float) -> Picture:
    """(n, n) or (n, n, 3): a square of so many modules, border included, with a margin of modules around it.

    quad: (4, 2) corners of the code in the plane that `to_px` maps to the picture's pixels. What the picture does not reach is
    grey.
    """
    steps = (np.arange(round((modules + 2 * margin) * px_per_module)) + 0.5) / px_per_module - margin
    across, down = (quad[1] - quad[0]) / modules, (quad[3] - quad[0]) / modules
    places = quad[0] + steps[None, :, None] * across + steps[:, None, None] * down
    px = to_px(places.reshape(-1, 2)).reshape(len(steps), len(steps), 2).astype(np.float32)
    return np.asarray(cv2.remap(picture, px[..., 0], px[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
                                borderValue=(128, 128, 128)), np.uint8)


def blackest_frame(patch: Picture, modules: int, px_per_module: int) -> tuple[int, int]:
    """(x, y) in px of the patch (h, w) where a code with its quiet zone begins: where its black border is blackest against the
    white around it."""
    px = px_per_module
    frame = np.zeros(((modules + 2) * px, (modules + 2) * px), np.float32)
    frame[:] = 1.0 / (4 * (modules + 1) * px * px)
    frame[px:-px, px:-px] = -1.0 / (4 * (modules - 1) * px * px)
    frame[2 * px:-2 * px, 2 * px:-2 * px] = 0
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(patch.astype(np.float32), frame, cv2.TM_CCORR))
    return x, y


def module_means(patch: Picture, at_px: tuple[int, int], cells: int, px_per_module: int) -> Plane:
    """(cells, cells) or (cells, cells, 3) means over the middle half of each module; the edges of modules are blurred."""
    px, (x, y) = px_per_module, at_px
    part = patch[y:y + cells * px, x:x + cells * px].astype(np.float64)
    edge = px // 4
    cut = part.reshape(cells, px, cells, px, *part.shape[2:])[:, edge:-edge, :, edge:-edge]
    return np.asarray(cut.mean(axis=(1, 3)), np.float64)


def ring(modules: NDArray[Cell]) -> NDArray[Cell]:
    """The outermost cells of a square (n, n, ...), each once: (4 n - 4, ...)."""
    return np.concatenate([modules[0], modules[-1], modules[1:-1, 0], modules[1:-1, -1]])
