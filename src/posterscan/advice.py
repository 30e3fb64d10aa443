"""What is wrong with a photo and what to do about it, as a facilitator would say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posterscan.layout import Layout
from posterscan.messages import NOTHING, Language, Message
from posterscan.records import Problem
from posterscan.sheetfit import SheetFit

Grey = NDArray[np.uint8]
Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
Severity = Literal["info", "warning", "error"]
State = Literal["found", "partly-covered", "covered", "out-of-frame", "glare", "unreadable"]


@dataclass(frozen=True)
class QualityParams:
    """From where on a photo gets advice. Reference: a 12 pt word has an x-height of 2.1 mm and strokes of 0.4 mm."""

    unsharp: float = 0.5  # an edge as wide as half of that x-height: small print becomes a guess
    blurred: float = 0.2  # an edge as wide as the x-height: it is gone
    coarse_px_per_mm: float = 2.5  # that x-height is 5 px: the least that OCR reads
    too_coarse_px_per_mm: float = 1.2  # a 12 mm code of 6 modules has 2.4 px a module: codes get lost too
    dark: float = 0.12  # white paper's linear light: below it noise is seen as texture
    too_dark: float = 0.03
    saturated: int = 253  # in all channels: nothing can be seen in there
    overexposed_share: float = 0.25  # so much of the poster saturated is exposure, less is glare
    glare_mm2: float = 150.0  # a blob that hides a sticker of 12 mm with its rim, or a short word
    steep_deg: float = 45.0  # line of sight to the sheet's middle: letters are seen at 0.7 of their height
    cut_mm: float = 2.0  # a poster is trimmed to about that
    cut_share: float = 0.05  # of the sheet out of the picture is worth a new photo
    uneven_mm: float = 1.5  # uncertainty of a place; a card's border against a zone's is then hard to tell
    small_side_px: int = 1200  # the picture is shrunk to this for exposure and glare


@dataclass(frozen=True)
class Advice:
    """One thing that is wrong with a photo and what to do about it."""

    code: str
    severity: Severity
    message: Message
    remedy: Message = NOTHING

    def record(self, language: Language) -> Problem:
        """As it stands in a result."""
        return Problem(
            code=self.code, severity=self.severity, message=self.message.to(language), remedy=self.remedy.to(language)
        )


@dataclass(frozen=True)
class MarkerState:
    """What became of one marker of the layout; where: its place on the poster, in words."""

    id: int
    where: Message
    state: State


_COLUMNS = (
    (0.15, "links", "left"),
    (0.4, "links van het midden", "left of the middle"),
    (0.6, "midden", "middle"),
    (0.85, "rechts van het midden", "right of the middle"),
    (1e9, "rechts", "right"),
)


def place_in_words(xy_mm: Floats, size_mm: tuple[float, float]) -> Message:
    """Where a point of the poster lies, for someone who looks at it: "linksboven", "onder, links van het midden"."""
    x, y = float(xy_mm[0]) / size_mm[0], float(xy_mm[1]) / size_mm[1]
    nl, en = next((a, b) for limit, a, b in _COLUMNS if x <= limit)
    row = 0 if y < 0.3 else 2 if y > 0.7 else 1
    if row == 1:
        return (
            Message("in het midden", "in the middle")
            if nl == "midden"
            else Message(
                f"{nl} halverwege" if x < 0.15 or x > 0.85 else nl,
                f"halfway down, {en}" if x < 0.15 or x > 0.85 else en,
            )
        )
    nl_row, en_row = (("boven", "top"), ("", ""), ("onder", "bottom"))[row]
    if nl in ("links", "rechts"):
        return Message(nl + nl_row, f"{en_row} {en}")
    if nl == "midden":
        return Message(f"midden {nl_row}", f"{en_row} middle")
    return Message(f"{nl_row}, {nl}", f"{en_row}, {en}")


_STATE_ADVICE: dict[State, tuple[str, str, str, str]] = {
    "covered": ("is bedekt", "is covered", "Haal weg wat erop ligt.", "Take away what lies on it."),
    "partly-covered": ("is deels bedekt", "is partly covered", "Haal weg wat erop ligt.", "Take away what lies on it."),
    "out-of-frame": (
        "staat niet op de foto",
        "is not in the photo",
        "Ga iets verder naar achteren.",
        "Move back a little.",
    ),
    "glare": (
        "is weggevallen in een glimplek",
        "is lost in glare",
        "Ga iets opzij staan, of zet de flitser of de lamp uit.",
        "Step aside a little, or switch off the flash or the lamp.",
    ),
    "unreadable": (
        "is niet te lezen",
        "cannot be read",
        "Houd de telefoon stil en fotografeer scherper.",
        "Hold the phone still and take a sharper photo.",
    ),
}


def about_markers(states: tuple[MarkerState, ...]) -> list[Advice]:
    """One piece of advice per kind of trouble, with all the markers that have it."""
    out = []
    for state, (nl, en, nl_remedy, en_remedy) in _STATE_ADVICE.items():
        those = [m for m in states if m.state == state]
        if not those:
            continue
        several = len(those) > 1
        nl_where, en_where = (
            " en ".join(_once(m.where.nl, m, those, "nl") for m in those),
            " and ".join(_once(m.where.en, m, those, "en") for m in those),
        )
        nl_verb = nl.replace("is ", "zijn ", 1).replace("staat ", "staan ", 1) if several else nl
        en_verb = en.replace("is ", "are ", 1) if several else en
        out.append(
            Advice(
                f"marker-{state}",
                "info" if state == "partly-covered" else "warning",
                Message(f"Marker{'s' * several} {nl_where} {nl_verb}.", f"Marker{'s' * several} {en_where} {en_verb}."),
                Message(nl_remedy, en_remedy),
            )
        )
    return out


def _once(words: str, marker: MarkerState, those: list[MarkerState], language: Language) -> str:
    """The place in words, with the marker's number where two share them."""
    return f"{words} (nr. {marker.id})" if sum(m.where.to(language) == words for m in those) > 1 else words


def rim_points(size_mm: tuple[float, float], step_mm: float = 10.0) -> Floats:
    width, height = size_mm
    x, y = np.arange(0, width + 0.1, step_mm), np.arange(0, height + 0.1, step_mm)
    return np.concatenate(
        [
            np.stack([x, 0 * x], 1),
            np.stack([0 * y + width, y], 1),
            np.stack([x, 0 * x + height], 1),
            np.stack([0 * y, y], 1),
        ]
    )


_EDGES = {
    "left": ("linkerrand", "left edge"),
    "right": ("rechterrand", "right edge"),
    "top": ("bovenrand", "top edge"),
    "bottom": ("onderrand", "bottom edge"),
    "top-left": ("hoek linksboven", "top left corner"),
    "top-right": ("hoek rechtsboven", "top right corner"),
    "bottom-left": ("hoek linksonder", "bottom left corner"),
    "bottom-right": ("hoek rechtsonder", "bottom right corner"),
}


def about_view(share: float, edges: list[str], p: QualityParams) -> list[Advice]:
    if not edges:
        return []
    nl = " en de ".join(_EDGES[e][0] for e in edges)
    en = " and the ".join(_EDGES[e][1] for e in edges)
    several = len(edges) > 1
    return [
        Advice(
            "poster-cut-off",
            "error" if 1 - share > p.cut_share else "warning",
            Message(
                f"De {nl} van de poster {'staan' if several else 'staat'} niet helemaal op de foto.",
                f"The {en} of the poster {'are' if several else 'is'} not wholly in the photo.",
            ),
            Message("Ga iets verder naar achteren.", "Move back a little."),
        )
    ]


def about_light(paper: float, share: float, glare: Floats, layout: Layout, p: QualityParams) -> list[Advice]:
    if share > p.overexposed_share:
        return [
            Advice(
                "overexposed",
                "warning",
                Message(
                    "De foto is overbelicht: het wit loopt dicht.", "The photo is overexposed: the white is burnt out."
                ),
                Message(
                    "Tik op de poster om de belichting te zetten, of zet de flitser uit.",
                    "Tap on the poster to set the exposure, or switch off the flash.",
                ),
            )
        ]
    out = []
    if paper < p.dark:
        out.append(
            Advice(
                "dark",
                "error" if paper < p.too_dark else "warning",
                Message("De foto is te donker.", "The photo is too dark."),
                Message(
                    "Doe meer licht aan, of fotografeer bij het raam.", "Switch on more light, or move to the window."
                ),
            )
        )
    bright = glare[glare[:, 2] > p.glare_mm2]
    if len(bright):
        where = place_in_words(bright[0, :2], layout.size_mm)
        out.append(
            Advice(
                "glare",
                "warning",
                Message(
                    f"Er zit een glimplek op de poster ({where.nl}, {bright[0, 2] / 100:.0f} cm²).",
                    f"There is glare on the poster ({where.en}, {bright[0, 2] / 100:.0f} cm²).",
                ),
                Message(
                    "Ga iets opzij staan, of zet de flitser of de lamp uit.",
                    "Step aside a little, or switch off the flash or the lamp.",
                ),
            )
        )
    return out


def about_sharpness(sharpness: float, px_per_mm: float, tilt: float, p: QualityParams) -> list[Advice]:
    out = []
    if sharpness < p.unsharp:
        out.append(
            Advice(
                "unsharp",
                "error" if sharpness < p.blurred else "warning",
                Message("De foto is onscherp.", "The photo is not sharp."),
                Message(
                    "Houd de telefoon stil, tik op de poster om scherp te stellen en zorg voor genoeg licht.",
                    "Hold the phone still, tap on the poster to focus, and see to enough light.",
                ),
            )
        )
    if px_per_mm < p.coarse_px_per_mm:
        out.append(
            Advice(
                "coarse",
                "error" if px_per_mm < p.too_coarse_px_per_mm else "warning",
                Message(
                    f"De poster staat klein op de foto ({px_per_mm:.1f} pixels per mm).",
                    f"The poster is small in the photo ({px_per_mm:.1f} pixels per mm).",
                ),
                Message(
                    "Ga dichterbij staan, of zet de camera op volle resolutie.",
                    "Move closer, or set the camera to full resolution.",
                ),
            )
        )
    if tilt > p.steep_deg:
        out.append(
            Advice(
                "steep",
                "warning",
                Message(
                    f"De foto is erg schuin genomen ({tilt:.0f}°).",
                    f"The photo was taken at a steep angle ({tilt:.0f}°).",
                ),
                Message(
                    "Houd de telefoon meer recht boven de poster.", "Hold the phone more straight over the poster."
                ),
            )
        )
    return out


def about_fit(fit: SheetFit, layout: Layout, p: QualityParams) -> list[Advice]:
    if not fit:
        return [Advice(fit.reason or "no-sheet", "error", fit.problem, fit.remedy)]
    middle = fit.sigma_mm(rim_points(layout.size_mm, 60.0) * 0.8 + np.asarray(layout.size_mm) * 0.1)
    if float(np.median(middle)) <= p.uneven_mm:
        return []
    return [
        Advice(
            "uneven",
            "warning",
            Message("De poster ligt niet vlak.", "The poster does not lie flat."),
            Message(
                "Strijk hem glad, of leg iets zwaars op de hoeken (niet op de markers).",
                "Smooth it, or put something heavy on its corners (not on the markers).",
            ),
        )
    ]
