"""Where the poster lies in a photo: by its markers, or where it has none by its artwork; the same for a scan, a check and a
glance."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.cameras.fit import CameraUse, fit_through_camera
from posterscan.cameras.known import KnownLens
from posterscan.clarity import Clarity, clarity
from posterscan.layout import LoadedLayout
from posterscan.markers.found import Fiducials
from posterscan.messages import Message
from posterscan.sheet import Lens, SheetMap
from posterscan.sheetfit import SheetFit
from posterscan.stages.anchors import Anchors
from posterscan.stages.known_artwork import KnownArtwork, find_known_artwork
from posterscan.stages.refine import refine_on_artwork

Grey = NDArray[np.uint8]


def fit_poster(found: Fiducials, grey: Grey, layout: LoadedLayout, focal_px: float | None, anchors: Anchors | None = None,
               *, finely: bool = True, lens: KnownLens | None = None) -> tuple[SheetFit, CameraUse | None]:
    """The sheet in a grey photo (H, W), falsy with reason and remedy where it is not there; and what the camera's profile did.

    found: the layout's markers in it. anchors: points known from another photo. finely: fitted to the artwork between the cards
    too. lens: of the camera's profile.
    """
    size_px = (grey.shape[1], grey.shape[0])
    printed = artwork_grey(layout)
    if layout.layout.by_artwork and printed is not None and anchors is None:
        known = find_known_artwork(grey, printed, layout.layout.size_mm)
        if known.anchors is None:
            return _not_recognised(known, size_px), None
        anchors = known.anchors
    fit, camera = fit_through_camera(found, layout.layout, size_px, focal_px, lens, anchors)
    if fit and printed is not None and finely:
        fit = refine_on_artwork(fit, grey, printed, layout.layout)
    return fit, camera


def shown_artwork(found: Fiducials, grey: Grey, fit: SheetFit, layout: LoadedLayout) -> Clarity | None:
    """How sharp and light the photo shows the artwork; None where markers tell that, or nothing can."""
    printed = artwork_grey(layout)
    if len(found) or not fit or printed is None:
        return None
    return clarity(grey, fit.sheet, printed, layout.layout.size_mm)


def artwork_grey(layout: LoadedLayout) -> Grey | None:
    """(h, w) uint8 of the whole sheet; None for a layout without artwork."""
    return np.asarray(cv2.cvtColor(layout.reference, cv2.COLOR_RGB2GRAY), np.uint8) if layout.reference is not None else None


def _not_recognised(known: KnownArtwork, size_px: tuple[int, int]) -> SheetFit:
    code, problem, remedy = _words(known)
    nowhere = SheetMap(np.eye(3), Lens(float(max(size_px)), (size_px[0] / 2, size_px[1] / 2)))
    return SheetFit(nowhere, reason=code, problem=problem, remedy=remedy)


def _words(known: KnownArtwork) -> tuple[str, Message, Message]:
    if known.reason == "mirrored":
        return ("mirrored", Message("De foto is gespiegeld.", "The photo is mirrored."),
                Message("Zet spiegelen uit (vaak bij de selfiecamera) of spiegel de foto terug, en probeer opnieuw.",
                        "Switch mirroring off (often set for the selfie camera) or flip the photo back, and try again."))
    if known.reason == "two":
        return ("two-posters", Message("Er staan twee posters op de foto.", "The photo shows two posters."),
                Message("Fotografeer elke poster apart.", "Take a photo of each poster by itself."))
    if known.reason == "little":
        return ("poster-little-seen",
                Message(f"Van de poster is alleen een klein stuk herkend ({known.pairs} punten dicht bij elkaar). Dat kan ook een "
                        "andere poster zijn, waar hetzelfde op staat.",
                        f"Only a small part of the poster was recognised ({known.pairs} points close together). That may be "
                        "another poster as well, with the same thing on it."),
                Message("Fotografeer de hele poster; ligt hij heel vol, plak er dan losse markers op (posterscan calibrate poster "
                        "--photos).",
                        "Take a photo of the whole poster; if it is very full, tape loose markers onto it (posterscan calibrate "
                        "poster --photos)."))
    return ("poster-not-recognised",
            Message("De poster is niet herkend: wat op de foto staat, lijkt niet genoeg op de afbeelding van deze poster.",
                    "The poster was not recognised: what the photo shows is not enough like this poster's artwork."),
            Message("Fotografeer de hele poster van boven, scherp en met genoeg licht. Is het een andere poster, kies dan de "
                    "lay-out "
                    "(--layout) die daarbij hoort.",
                    "Take a photo of the whole poster from above, sharp and with enough light. If it is another poster, choose the "
                    "layout "
                    "(--layout) that belongs to it."))
