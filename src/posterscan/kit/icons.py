"""Small pictures for the three spheres, drawn from circles and boxes."""

from __future__ import annotations

import math

from posterscan.kit.drawing import Page


def draw_icon(page: Page, sphere: str, x: float, y: float, size_mm: float, colour: str) -> None:
    """The sphere's picture round (x, y), size_mm high."""
    {"persoonlijk": _two_people, "gemeenschappelijk": _circle_of_people, "institutioneel": _house}[sphere](
        page, x, y, size_mm, colour)


def _person(page: Page, x: float, y: float, size: float, colour: str) -> None:
    """Head and shoulders; (x, y) is the middle of the neck."""
    page.circle(x, y - size * 0.22, size * 0.2, fill=colour)
    half, low = size * 0.34, size * 0.5
    arc = [(x - half * math.cos(a), y + low - low * 0.98 * math.sin(a)) for a in (math.pi * k / 24 for k in range(25))]
    page.polygon(arc, fill=colour)


def _two_people(page: Page, x: float, y: float, size: float, colour: str) -> None:
    for side in (-1, 1):
        _person(page, x + side * size * 0.4, y, size * 0.95, colour)


def _circle_of_people(page: Page, x: float, y: float, size: float, colour: str) -> None:
    for k in range(6):
        turn = math.pi / 3 * k
        page.circle(x + size * 0.4 * math.cos(turn), y + size * 0.4 * math.sin(turn), size * 0.13, fill=colour)
    page.circle(x, y, size * 0.17, line=colour, line_mm=size * 0.06)


def _house(page: Page, x: float, y: float, size: float, colour: str) -> None:
    half, roof = size * 0.55, y - size * 0.12
    page.polygon([(x, y - size * 0.5), (x + half, roof), (x - half, roof)], fill=colour)
    for k in (-0.72, -0.24, 0.24, 0.72):
        page.rect(x + k * half - size * 0.06, roof + size * 0.08, size * 0.12, size * 0.36, fill=colour)
    page.rect(x - half, y + size * 0.38, 2 * half, size * 0.1, fill=colour)
