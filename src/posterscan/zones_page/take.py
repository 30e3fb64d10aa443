"""A layout.json that the page saved, checked and put beside the artwork; what the poster had there already is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from posterscan.atomic import write_atomically
from posterscan.errors import LayoutError
from posterscan.jsonfile import Fault, JsonFile, check_schema, raise_faults, read_json, validated
from posterscan.kit.names import CATALOGUE, LAYOUT
from posterscan.layout import LEAST_MARKERS, SCHEMA, Layout, load_reference
from posterscan.layout_faults import faults_of
from posterscan.messages import Message
from posterscan.session_faults import session_faults, table_code_faults
from posterscan.zones_page.source import BY_ARTWORK, NO_MARKERS

FORMER = "layout.former.json"  # the one that was replaced, in case an older file was taken by mistake
LEAST_SHARE = 0.01  # of a zone that later ones leave of it: less is covered but for a drawing's inexactness


@dataclass(frozen=True)
class Taken:
    """path: where it was put. new, changed, gone: ids of zones. former: where the one before is kept, if it was another."""

    path: Path
    zones: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    former: Path | None
    notes: tuple[Message, ...]


def take_layout(saved: Path, folder: Path) -> Taken:
    """Puts the zones of a saved layout into the folder's layout.json, or the whole where there is none; all of it or nothing.

    LayoutError names what is wrong in the saved file, or that it belongs to another poster.
    """
    target = folder / LAYOUT
    file, layout = _read(saved)
    before = _read(target)[0] if target.exists() else None
    data = dict(file.data) if before is None else _joined(before, file)
    whole = Layout.model_validate(data)
    _check(saved, whole, folder)
    content = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    former = None
    if before is not None and before.data != data:
        former = folder / FORMER
        write_atomically(former, before.content)
    if before is None or before.data != data:
        write_atomically(target, content)
    old = {zone["id"]: zone for zone in (before.data["zones"] if before else [])}
    new = {zone["id"]: zone for zone in data["zones"]}
    return Taken(target, len(new), tuple(id_ for id_ in new if id_ not in old),
                 tuple(id_ for id_, zone in new.items() if id_ in old and old[id_] != zone),
                 tuple(id_ for id_ in old if id_ not in new), former, tuple(_notes(layout, whole, before, folder)))


def _read(path: Path) -> tuple[JsonFile, Layout]:
    file = read_json(path, LayoutError)
    check_schema(file, SCHEMA, LayoutError)
    return file, validated(Layout, file, LayoutError)


def _joined(before: JsonFile, saved: JsonFile) -> dict[str, Any]:
    """The layout that is there with the saved zones; LayoutError where they are of another poster."""
    for name, nl, en in (("id", "is van poster", "is of poster"), ("size_mm", "is van een poster van", "is of a poster of")):
        theirs, ours = saved.data[name], before.data[name]
        if theirs != ours:
            raise LayoutError(Message(f"{saved.path.name} {nl} {theirs!r}; in {before.path} staat {ours!r}.",
                                      f"{saved.path.name} {en} {theirs!r}; {before.path} says {ours!r}."),
                              Message("Neem wat de pagina van deze poster heeft bewaard, of noem de map van die andere poster.",
                                      "Take the file that this poster's page saved, or name the other poster's folder."))
    ladder = saved.data.get("ladder_zone")
    told = {"ladder_zone": ladder} if ladder is not None or "ladder_zone" in before.data else {}
    return before.data | {"zones": saved.data["zones"]} | told


def _check(saved: Path, layout: Layout, folder: Path) -> None:
    """LayoutError where scanning could not use it. Markers may come later, by another command."""
    faults = [fault for fault in faults_of(layout, folder) if fault.place != "markers"]
    faults += [*session_faults(layout), *table_code_faults(layout), *_covered(layout), *_ladders(layout)]
    if not layout.zones:
        faults.append(Fault("zones", Message("er is geen enkel vak getekend", "no zone has been drawn"),
                            Message("Teken de vakken in de pagina en bewaar opnieuw.",
                                    "Draw the zones in the page and save again.")))
    raise_faults(saved, faults, LayoutError)
    load_reference(layout, folder / LAYOUT)  # that it can be read, and is of the sheet's shape


def _covered(layout: Layout) -> Iterator[Fault]:
    """Zones of which later ones leave nothing: no card could ever lie in them."""
    shapes = [shapely.make_valid(shapely.Polygon(zone.polygon_mm)) for zone in layout.zones]
    for i, (zone, shape) in enumerate(zip(layout.zones, shapes, strict=True)):
        left = shape.difference(shapely.union_all(shapes[i + 1:]))
        if shape.area > 0 and left.area < LEAST_SHARE * shape.area:
            yield Fault(f"zones[{i}]", Message(f"zone {zone.id!r} ligt helemaal onder andere zones",
                                               f"zone {zone.id!r} lies under other zones altogether"),
                        Message("Zet deze zone hoger in de lijst van de pagina, of haal de zone eroverheen weg.",
                                "Put this zone higher in the page's list, or take away the one over it."))


def _ladders(layout: Layout) -> Iterator[Fault]:
    """A second ladder would look like one in every picture, and would not be ranked."""
    others = [(i, zone) for i, zone in enumerate(layout.zones) if zone.kind == "ladder" and zone.id != layout.ladder_zone]
    if layout.ladder_zone is not None:
        for i, zone in others:
            yield Fault(f"zones[{i}].kind", Message(f"zone {zone.id!r} is ook een volgorde; alleen {layout.ladder_zone!r} telt",
                                                    f"zone {zone.id!r} is a ladder too; only {layout.ladder_zone!r} counts"),
                        Message("Kies voor één van de twee een andere soort.", "Choose another kind for one of the two."))
    elif others:
        name = others[0][1].id
        yield Fault("ladder_zone", Message(f"niet gezegd is dat zone {name!r} de volgorde is",
                                           f"it is not said that zone {name!r} is the ladder"),
                    Message(f"Kies {name} in de pagina, druk op “Deze volgorde telt” en bewaar opnieuw.",
                            f"Choose {name} in the page, press “Use this ladder” and save again."))


def _notes(saved: Layout, whole: Layout, before: JsonFile | None, folder: Path) -> Iterator[Message]:
    """What is allowed, and may not be what was meant."""
    if whole.ladder_zone is None and _has_intentions(folder):
        yield Message(f"Er is geen volgorde (ladder) getekend, terwijl {CATALOGUE} bedoelingen heeft: er komt geen rangorde op "
                      f"plaats. Teken die in de pagina als de poster er een heeft.",
                      f"No ladder has been drawn, though {CATALOGUE} has intention cards: there will be no order by place. "
                      f"Draw it in the page if the poster has one.")
    labels = [" ".join(zone.label.split()).casefold() for zone in whole.zones]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield Message(f"Meer dan één vak heet {label!r}: in het verslag zijn ze niet uit elkaar te houden.",
                      f"More than one zone is called {label!r}: in reports they cannot be told apart.")
    sheet = shapely.box(0, 0, *whole.size_mm)
    for zone in whole.zones:
        if not sheet.buffer(0.5).covers(shapely.Polygon(zone.polygon_mm)):
            yield Message(f"Vak {zone.label!r} steekt buiten de poster.", f"Zone {zone.label!r} sticks out of the poster.")
    if before is not None and saved.markers != whole.markers:
        yield Message(f"De markers van {LAYOUT} in de map zijn gehouden.", f"The markers of the {LAYOUT} in the folder are kept.")
    if whole.by_artwork and before is None:
        yield BY_ARTWORK
    if len(whole.markers) < LEAST_MARKERS and not whole.by_artwork:
        yield NO_MARKERS + Message(" Maak de poster leesbaar met posterscan calibrate poster.",
                                   " Make the poster readable with posterscan calibrate poster.")


def _has_intentions(folder: Path) -> bool:
    from posterscan.catalogue import load_catalogue
    from posterscan.errors import CatalogueError

    try:
        return any(card.kind == "intention" for card in load_catalogue(folder / CATALOGUE).cards)
    except CatalogueError:
        return False  # none, or one that scanning will complain of
