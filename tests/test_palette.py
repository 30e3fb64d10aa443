"""What sticker colours are called: under haze and gloss, in one table, and in the tables of a session together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from posterscan.agreed_colours import ODD, agreed, colours_of, with_colours
from posterscan.batch.colours import agree_on_colours
from posterscan.batch.plan import Planned
from posterscan.files import as_json, read_result
from posterscan.messages import NOTHING
from posterscan.palette import UNKNOWN, colour_name, hue_deg, palette_of, to_linear, to_srgb
from posterscan.places import FolderPlace
from posterscan.records import TableResult
from results import card_data, result_data

SHEETS = {"rood": (207, 36, 46), "oranje": (236, 117, 32), "geel": (244, 207, 30), "groen": (37, 142, 70), "blauw": (37, 81, 169),
          "paars": (120, 60, 160), "roze": (236, 112, 165)}
OTHERS = {"rood": [(120, 20, 30), (230, 60, 60)], "roze": [(255, 182, 193), (255, 105, 180), (200, 30, 130)],
          "oranje": [(250, 150, 20)], "geel": [(255, 240, 60)], "groen": [(120, 190, 60), (0, 130, 110)],
          "blauw": [(0, 150, 220), (20, 40, 110)]}


def veiled(srgb: tuple[int, int, int], share: float) -> NDArray[np.float64]:
    """Through haze, or with gloss on it."""
    return np.asarray((1 - share) * to_linear(srgb) + share, np.float64)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("share", [0.0, 0.08, 0.14])
def test_a_colour_keeps_its_name_under_gloss(name: str, share: float) -> None:
    assert colour_name(veiled(SHEETS[name], share)) == name
    for srgb in OTHERS.get(name, []):
        assert colour_name(to_linear(srgb)) == name


def test_white_on_a_colour_leaves_its_hue() -> None:
    assert hue_deg(veiled((207, 36, 46), 0.3)) == pytest.approx(hue_deg(to_linear((207, 36, 46))), abs=1e-9)


def test_srgb_there_and_back() -> None:
    every = np.arange(256)
    assert to_srgb(to_linear(every)).tolist() == every.tolist()
    assert to_srgb(np.array([-0.1, 1.3])).tolist() == [0, 255]


def spread(srgb: tuple[int, int, int], many: int, seed: int) -> NDArray[np.float64]:
    """Stickers of one colour, each in a light of its own."""
    rng = np.random.default_rng(seed)
    colours = np.array([veiled(srgb, s) for s in rng.uniform(0, 0.1, many)])
    return np.asarray(colours * rng.normal(1, 0.03, (many, 3)) * rng.uniform(0.7, 1, (many, 1)), np.float64)


def of_hue(degrees: float) -> NDArray[np.float64]:
    """A reddish colour of this hue."""
    slope = np.sqrt(3) * np.tan(np.radians(degrees))
    colour = np.array([0.8, (0.8 * slope - 0.6) / (1 + slope), 0.1])
    assert hue_deg(colour) == pytest.approx(degrees)
    return colour


def test_colours_of_a_table_are_told_apart_and_each_has_one_name() -> None:
    two = palette_of(np.concatenate([spread(SHEETS["rood"], 12, 1), spread(SHEETS["oranje"], 12, 2)]))
    assert two.names == ("rood",) * 12 + ("oranje",) * 12
    assert len(set(two.group[:12])) == len(set(two.group[12:])) == 1
    assert not two.odd.any()


def test_a_sticker_between_two_names_is_called_as_the_others_of_its_colour() -> None:
    edge = of_hue(34.0)
    assert colour_name(edge) == "oranje"
    assert palette_of(np.concatenate([spread(SHEETS["rood"], 10, 3), edge[None]])).names[-1] == "rood"
    assert palette_of(np.concatenate([spread(SHEETS["rood"], 10, 3), of_hue(40.0)[None]])).names[-1] == "oranje"


def test_a_colour_that_is_there_once_is_odd_only_among_enough_others() -> None:
    strange = to_linear(SHEETS["groen"])[None]
    many = palette_of(np.concatenate([spread(SHEETS["rood"], 10, 4), strange]))
    assert many.odd.tolist() == [False] * 10 + [True]
    assert many.names[-1] == "groen"
    assert not palette_of(np.concatenate([spread(SHEETS["rood"], 4, 4), strange])).odd.any()
    assert not palette_of(np.concatenate([spread(SHEETS["rood"], 10, 4), strange, strange])).odd.any()


def test_no_stickers_and_stickers_without_colour() -> None:
    assert palette_of(np.zeros((0, 3))).names == ()
    unknown = palette_of(np.full((2, 3), np.nan))
    assert unknown.names == (UNKNOWN, UNKNOWN)
    assert not unknown.odd.any()


def stuck(colours: NDArray[np.float64], names: list[str]) -> dict[str, Any]:
    items = [{"center_mm": [10.0 * k, 5.0], "diameter_mm": 12.0, "colour": name, "confidence": 0.9,
              "colour_srgb": to_srgb(c).tolist()}
             for k, (c, name) in enumerate(zip(colours, names, strict=True))]
    return {"count": len(items), "confidence": 0.9, "items": items}


def table(colours: NDArray[np.float64], names: list[str], **changes: Any) -> TableResult:
    cards = [card_data(stickers=stuck(colours, names), needs_review=changes.pop("needs_review", []))]
    return TableResult.model_validate(result_data(cards=cards, session={"id": "2K7-MQ4"}, **changes))


def names_of(result: TableResult) -> list[str]:
    return [item.colour for item in result.cards[0].stickers.items]


WARM = of_hue(34.0)[None]  # a red sticker under a lamp, more orange than it is
REDS = spread(SHEETS["rood"], 9, 5)


def test_tables_of_a_session_call_their_stickers_alike() -> None:
    one, other = table(REDS, ["rood"] * 9), table(WARM, ["oranje"])
    assert palette_of(WARM).names == ("oranje",)
    told = agreed([colours_of(one), colours_of(other)])
    assert names_of(with_colours(other, told[1])) == ["rood"]
    assert with_colours(one, told[0]) == one


def test_a_colour_that_another_table_has_too_is_not_odd() -> None:
    reds, green = spread(SHEETS["rood"], 9, 6), to_linear(SHEETS["groen"])[None]
    alone = table(np.concatenate([reds, green]), ["rood"] * 9 + ["groen"])
    with_odd = with_colours(alone, agreed([colours_of(alone)])[0])
    assert with_odd.cards[0].needs_review == [ODD]
    other = table(np.concatenate([green, green]), ["groen"] * 2)
    told = agreed([colours_of(with_odd), colours_of(other)])
    assert with_colours(with_odd, told[0]).cards[0].needs_review == []


def test_older_results_without_measured_colours_stay_as_they_are() -> None:
    data = result_data(cards=[card_data(stickers={"count": 1, "confidence": 1.0, "items": [
        {"center_mm": [1, 1], "diameter_mm": 12, "colour": "paars", "confidence": 0.9}]})])
    older = TableResult.model_validate(data)
    assert with_colours(older, agreed([colours_of(older)])[0]) == older


def test_a_batch_leaves_alone_what_somebody_went_over(tmp_path: Path) -> None:
    results = {"a": table(REDS, ["rood"] * 9), "b": table(WARM, ["oranje"]),
               "c": table(WARM, ["oranje"], review={"status": "reviewed"})}
    for name, result in results.items():
        (tmp_path / f"{name}.json").write_bytes(as_json(result))
    planned = [Planned(cast("Any", SimpleNamespace(name=name)), cast("Any", None), action, NOTHING, {})
               for name, action in (("a", "done"), ("b", "read"), ("c", "reviewed"))]
    assert agree_on_colours(FolderPlace(tmp_path), planned) == ("b",)
    assert names_of(read_result(tmp_path / "b.json")) == ["rood"]
    assert names_of(read_result(tmp_path / "c.json")) == ["oranje"]
    assert agree_on_colours(FolderPlace(tmp_path), planned) == ()
    assert agree_on_colours(FolderPlace(tmp_path), planned[::2]) == ()
