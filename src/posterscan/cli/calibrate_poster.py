"""`posterscan calibrate poster`: a poster that we did not print, known by its artwork, or by markers taped onto it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Lang, guarded, helped, language_of, show, show_json, tell
from posterscan.errors import PhotoError, UsageError
from posterscan.kit.names import LAYOUT
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.calibrate.poster import Poster
    from posterscan.calibrate.taped import Sighting, TapedMarker
    from posterscan.layout import LoadedLayout

HELP = helped(
    "Maak een bestaande poster bekend, aan zijn pdf of afbeelding; met foto's ook markers die erop geplakt zijn.",
    "Make an existing poster known, by its PDF or picture; with photos also markers taped onto it.",
)

Artwork = Annotated[
    Path,
    typer.Argument(metavar="POSTER", help=helped("Pdf of afbeelding van de lege poster.", "PDF or picture of the blank poster.")),
]
Out = Annotated[
    Path, typer.Option("--out", help=helped("Map voor layout.json en poster.png.", "Folder for layout.json and poster.png."))
]
Size = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="BxH",
        help=helped(
            "Breedte x hoogte in mm van de afgesneden poster, zoals 841x594, of A0 tot A4; bij een pdf mag het weg.",
            "Width x height in mm of the trimmed poster, as in 841x594, or A0 to A4; may be left out for a PDF.",
        ),
    ),
]
Name = Annotated[
    str | None,
    typer.Option("--id", help=helped("Naam van de poster; anders die van het bestand.", "The poster's name; else the file's.")),
]
PageNumber = Annotated[int, typer.Option("--page", min=1, help=helped("Pagina van de pdf.", "Page of the PDF."))]
Photos = Annotated[
    list[Path] | None,
    typer.Option(
        "--photos",
        metavar="PHOTO",
        help=helped(
            "Foto van de poster met losse markers erop, om die in te meten; herhaal voor meer foto's.",
            "Photo of the poster with loose markers on it, to measure them in; repeat for more photos.",
        ),
    ),
]
Zones = Annotated[
    Path | None,
    typer.Option(
        "--zones",
        help=helped(
            "layout.json waarvan de vakken worden overgenomen; anders die al in de map staat.",
            "layout.json whose zones are taken over; else the one that is in the folder already.",
        ),
    ),
]


@guarded
def command(
    artwork: Artwork,
    out: Out,
    size: Size = None,
    name: Name = None,
    page: PageNumber = 1,
    photos: Photos = None,
    zones: Zones = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Reads the artwork, measures what is taped on, writes the layout."""
    from posterscan.calibrate.layout_file import layout_fields, poster_id, write_layout, zones_from
    from posterscan.calibrate.poster import read_poster

    language = language_of(lang)
    sheet_mm, either_way = _size_of(size)
    known = read_poster(artwork, sheet_mm, page, either_way=either_way)
    there = zones or (out / LAYOUT if (out / LAYOUT).is_file() else None)
    before = zones_from(there, known) if there is not None else None
    called = name or (before.id if before is not None and zones is None else poster_id(artwork.stem))
    bare = layout_fields(called, known, before, [])
    taped, failed, notes = _taped(photos, bare, known) if photos else (None, [], [])
    if photos and not taped:
        for note in notes:
            tell(note.to(language))
        raise UsageError(
            Message(
                "Er is geen enkele marker ingemeten; er is niets geschreven.",
                "Not one marker was measured in; nothing was written.",
            ),
            Message(
                "Fotografeer de hele poster met de markers van het markerblad van de kit erop, leeg en recht van boven.",
                "Photograph the whole poster with the markers of the kit's marker sheet on it, empty and from above.",
            ),
        )
    fields = layout_fields(called, known, before, taped)
    write_layout(out, fields, known, taped if taped is not None else _kept(fields))
    for note in [*known.notes, *notes]:
        tell(note.to(language))
    if as_json:
        show_json(_summary(out, fields, known, taped or [], failed, language))
    else:
        show(_done(out, fields, known).to(language))
    return SOME_FAILED if failed else OK


def _size_of(text: str | None) -> tuple[tuple[float, float] | None, bool]:
    """Width and height in mm, and whether they may as well be the other way round, as those of `A1`."""
    from posterscan.zones_page.sheet_size import PAPER_MM, sides

    if text is None:
        return None, False
    paper = PAPER_MM.get(text.strip().upper())
    return (paper, True) if paper is not None else (sides(text), False)


def _taped(
    photos: list[Path], bare: dict[str, Any], known: Poster
) -> tuple[list[TapedMarker], list[tuple[Path, PhotoError]], list[Message]]:
    """The markers on the poster, photos that could not be used, and what to tell."""
    from posterscan.calibrate.taped import measured
    from posterscan.layout import Layout, LoadedLayout

    layout = LoadedLayout(Layout.model_validate(bare), Path(LAYOUT), "", known.rgb)
    seen: list[list[Sighting]] = []
    failed: list[tuple[Path, PhotoError]] = []
    for path in photos:
        try:
            seen.append(_sightings(path, layout))
        except PhotoError as error:
            failed.append((path, error))
    every = measured(seen)
    return [m for m in every if not m.moved], failed, [*(_named(path, error) for path, error in failed), *_about(every, len(seen))]


def _sightings(path: Path, layout: LoadedLayout) -> list[Sighting]:
    import cv2
    import numpy as np

    from posterscan.calibrate.taped import sightings
    from posterscan.errors import SheetNotFound
    from posterscan.locating import fit_poster
    from posterscan.markers.found import nothing_found
    from posterscan.photo import load_photo

    photo = load_photo(path)
    grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    focal = photo.focal_35mm / 36 * max(grey.shape) if photo.focal_35mm else None
    fit, _ = fit_poster(nothing_found(), grey, layout, focal)
    if not fit:
        raise SheetNotFound(fit.problem, fit.remedy, fit.reason)
    return sightings(grey, fit, layout.layout.size_mm)


def _named(path: Path, error: PhotoError) -> Message:
    from posterscan.photo import shown

    name = shown(path)
    words = Message(error.to("nl"), error.to("en"))
    return words if name in words.en else Message(f"{name}: ", f"{name}: ") + words


def _about(every: list[TapedMarker], photos: int) -> list[Message]:
    """What to say of the markers that were found."""
    notes = [
        Message(
            f"Marker {m.id} ligt niet op elke foto op dezelfde plaats ({m.spread_mm:.1f} mm): hij is verplakt, en telt niet mee.",
            f"Marker {m.id} is not in the same place in every photo ({m.spread_mm:.1f} mm): it was moved, and does not count.",
        )
        for m in every
        if m.moved
    ]
    notes += [
        Message(
            f"Marker {m.id}: middelpunt op ±{m.sigma_mm:.2f} mm, uit {m.photos} foto('s); zijde {m.side_mm:.1f} mm.",
            f"Marker {m.id}: middle known to ±{m.sigma_mm:.2f} mm, from {m.photos} photo(s); side {m.side_mm:.1f} mm.",
        )
        for m in every
        if not m.moved
    ]
    if photos == 1:
        notes.append(
            Message(
                "Eén foto: of een marker goed is ingemeten, controleert niets. Drie foto's uit andere hoeken zijn beter.",
                "One photo: nothing checks that a marker was measured well. Three photos from other angles are better.",
            )
        )
    if 0 < sum(not m.moved for m in every) < 4:
        notes.append(
            Message(
                "Minder dan vier markers: de poster wordt ook aan zijn afbeelding herkend.",
                "Fewer than four markers: the poster is recognised by its artwork too.",
            )
        )
    return notes


def _kept(fields: dict[str, Any]) -> list[TapedMarker]:
    """Markers that were measured in before, to be painted on the artwork again."""
    import numpy as np

    from posterscan.calibrate.taped import TapedMarker

    corners = [(m["id"], np.array(m["corners_mm"], np.float64), m.get("sigma_mm", 0.0)) for m in fields["markers"]]
    return [TapedMarker(number, at, float(np.linalg.norm(at[1] - at[0])), sigma, 0, 0.0, False) for number, at, sigma in corners]


def _done(out: Path, fields: dict[str, Any], known: Poster) -> Message:
    zones, markers = len(fields["zones"]), len(fields["markers"])
    draw = Message(
        "" if zones else " Er zijn nog geen vakken: zonder vakken staat van geen kaartje waar het hoort.",
        "" if zones else " There are no zones yet: without them no card's zone is known.",
    )
    return (
        Message(
            f"{out / LAYOUT}: {fields['size_mm'][0]:g} × {fields['size_mm'][1]:g} mm, herkenbaar op {known.cells} plekken, "
            f"{markers} markers, "
            f"{zones} vakken.",
            f"{out / LAYOUT}: {fields['size_mm'][0]:g} × {fields['size_mm'][1]:g} mm, recognisable in {known.cells} places, "
            f"{markers} "
            f"markers, {zones} zones.",
        )
        + draw
    )


def _summary(
    out: Path,
    fields: dict[str, Any],
    known: Poster,
    taped: list[TapedMarker],
    failed: list[tuple[Path, PhotoError]],
    language: Language,
) -> dict[str, Any]:
    from posterscan.photo import shown

    return {
        "layout": str(out / LAYOUT),
        "size_mm": fields["size_mm"],
        "recognisable_places": known.cells,
        "markers": [
            {
                "id": m.id,
                "sigma_mm": round(m.sigma_mm, 3),
                "photos": m.photos,
                "spread_mm": round(m.spread_mm, 3),
                "side_mm": round(m.side_mm, 2),
            }
            for m in taped
        ],
        "failed": [
            {"file": shown(path), "code": error.code, "message": error.problem.to(language), "remedy": error.remedy.to(language)}
            for path, error in failed
        ],
    }
