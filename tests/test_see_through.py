"""Where the poster's own print shows lies no card; what a card itself shows is not the poster's print."""

from __future__ import annotations

import numpy as np
import pytest

from drawn_table import CARD_MM, DrawnCard, artwork, drawn_view
from posterscan.geometry import rectangle
from posterscan.stages.see_through import SeeThroughParams, print_shows

ON_PRINT = (150.0, 35.0)  # where the drawn artwork has its title
BARE = (110.0, 150.0)  # where it has one flat colour


def around(center: tuple[float, float], turn: float = 0.0) -> np.ndarray:
    return rectangle(center, CARD_MM, turn)[None]


@pytest.mark.parametrize("turn", [0.0, 90.0, 184.0, -25.0])
@pytest.mark.parametrize("shade", [0.0, 0.5])
def test_the_posters_own_print_is_recognised_in_any_light(turn: float, shade: float) -> None:
    view = drawn_view([], shade=shade, noise=4.0)
    assert print_shows(view, artwork(), around(ON_PRINT, turn)).tolist() == [True]


def test_it_may_lie_a_millimetre_beside_its_place() -> None:
    view = drawn_view([], reference=np.roll(artwork(), (8, 8), axis=(0, 1)))
    assert print_shows(view, artwork(), around(ON_PRINT)).tolist() == [True]


def test_cards_on_print_are_opaque() -> None:
    for turn in range(-40, 41, 8):
        for text in ("Buurthuis", "De sociale basis", "", "Mantelzorg"):
            card = DrawnCard(ON_PRINT, float(turn), text)
            assert not print_shows(drawn_view([card]), artwork(), card.outline_mm[None])[0], (turn, text)


def test_where_nothing_is_printed_nothing_is_said() -> None:
    view = drawn_view([])
    assert print_shows(view, artwork(), around(BARE)).tolist() == [False]
    assert print_shows(view, None, around(ON_PRINT)).tolist() == [False]
    assert print_shows(view, artwork(), np.zeros((0, 4, 2))).shape == (0,)


def test_an_outline_too_small_to_look_into() -> None:
    tiny = rectangle(ON_PRINT, (6, 6), 0.0)[None]
    assert print_shows(drawn_view([]), artwork(), tiny, SeeThroughParams()).tolist() == [False]
