"""`review.html`: results, their pictures and the page's own script and style in one file that opens by a double click."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from posterscan import __version__
from posterscan.batch.index import read_results, result_names
from posterscan.catalogue import Catalogue
from posterscan.corrections import check_keys, confirmed_values
from posterscan.corrections_carry import measured_hash
from posterscan.corrections_fields import full_name
from posterscan.errors import UsageError
from posterscan.files import table_name
from posterscan.kept_kits import KEPT, KeptKits, kept_kits
from posterscan.layout import Layout
from posterscan.messages import Language, Message
from posterscan.one_file_page import filled, in_html
from posterscan.places import Place
from posterscan.reason_words import CHECKS, REASONS
from posterscan.records import BackRecord, CardRecord, Check, Correction, Stance, StickerItem, TableResult, Text
from posterscan.review.jpeg import size_of_jpeg
from posterscan.sampling import sample_of

PAGE = "review.html"
ONE_FILE_MB = 30.0  # of pictures: more than that opens slowly, and no mail program takes it
Pictures = Literal["inside", "beside"]
Data = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """The page. pictures: `inside` it, or `beside` it in the folders of the tables. tables: in it; to_look_at: cards."""

    content: bytes
    pictures: Pictures
    tables: int
    to_look_at: int


def make_page(place: Place, language: Language, *, kit: Place | None = None, one_file_mb: float = ONE_FILE_MB, served: bool = False,
              only: Sequence[str] = ()) -> Page:
    """The page of all results at a place, or of those named. UsageError where there are none, or their poster is not known.

    kit: where their layout and catalogue are, for results that were made without keeping them. one_file_mb: pictures go into the
    page up to so many megabytes. served: the page comes from `posterscan review --serve`, which has the pictures and takes
    corrections.
    """
    names = [name for name in result_names(place) if not only or name in only]
    results = dict(read_results(place, names))
    if not results:
        raise _nothing(only)
    kits = kept_kits((place, KEPT), *([(kit, "")] if kit is not None else []))
    _known(results, kits)
    size = sum(entry.size for name in results for entry in place.files(name) if entry.name.endswith(".jpg"))
    pictures: Pictures = "inside" if not served and size <= one_file_mb * 1e6 else "beside"
    tables = [_table(place, name, result, pictures, kits.catalogues.get(result.catalogue.sha256))
              for name, result in results.items()]
    data = {"language": language, "software": __version__, "served": served,
            "reasons": {code: asdict(reason.words) | {"about": reason.about} for code, reason in REASONS.items()},
            "checks": {code: asdict(words) for code, words in CHECKS.items()},
            "layouts": {sha: _layout(kits.layouts[sha]) for sha in {r.layout.sha256 for r in results.values()}},
            "catalogues": {sha: _catalogue(kits.catalogues.get(sha)) for sha in {r.catalogue.sha256 for r in results.values()}},
            "tables": tables}
    to_look_at = sum(bool(card.needs_review) for result in results.values() for card in result.cards)
    return Page(_filled(data, language, served).encode("utf-8"), pictures, len(tables), to_look_at)


def _nothing(only: Sequence[str]) -> UsageError:
    if only:
        return UsageError(Message(f"Er is geen resultaat van {', '.join(only)}.", f"There is no result of {', '.join(only)}."),
                          Message("De namen zijn die van de JSON-bestanden.", "The names are those of the JSON files."))
    return UsageError(Message("In deze map staan geen resultaten.", "There are no results in this folder."),
                      Message("Noem de map die posterscan scan of batch heeft gevuld.",
                              "Name the folder that posterscan scan or batch has filled."))


def _known(results: dict[str, TableResult], kits: KeptKits) -> None:
    """UsageError where a poster's layout is nowhere: without it nobody knows its zones, or how large it is."""
    unknown = [name for name, result in results.items() if result.layout.sha256 not in kits.layouts]
    if unknown:
        shown = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        raise UsageError(Message(f"De lay-out van de poster ontbreekt bij {shown}.",
                                 f"The poster's layout is missing for {shown}."),
                         Message("Noem met --kit de map van de kit waarmee gescand is, of scan opnieuw.",
                                 "Name with --kit the folder of the kit that was scanned with, or scan again."))


def _layout(layout: Layout) -> Data:
    return {"size_mm": layout.size_mm, "ladder_zone": layout.ladder_zone,
            "zones": [zone.model_dump(include={"id", "label", "kind", "polygon_mm"}) for zone in layout.zones]}


def _catalogue(catalogue: Catalogue | None) -> Data:
    if catalogue is None:
        return {"card_size_mm": (85.0, 55.0), "cards": []}
    return {"card_size_mm": catalogue.card_size_mm,
            "cards": [card.model_dump(include={"id", "kind", "text"}) for card in catalogue.cards]}


def _table(place: Place, name: str, result: TableResult, pictures: Pictures, catalogue: Catalogue | None) -> Data:
    names = {card.id: card.text for card in catalogue.cards} if catalogue is not None else {}
    measured = measured_hash(result)
    sample = sample_of(result, measured)
    review = result.review
    told = [part for part in (result.session.name or result.session.id, result.session.date) if part]
    return {
        "name": name, "table": result.table, "session": " · ".join(told) or None, "measured": measured,
        "photos": [photo.sha256 for photo in result.photos], "layout": result.layout.sha256, "catalogue": result.catalogue.sha256,
        "picture": _picture(place, f"{name}/rectified.jpg", pictures),
        "cards": [_card(place, name, card, card.id in sample, pictures) for card in result.cards],
        "loose_stickers": [_sticker(item) for item in result.loose_stickers],
        "checks": [_check(check, key) for check, key in zip(result.checks, check_keys(result.checks), strict=True)],
        "backs": [_loose_back(place, name, back, names, pictures) for back in result.backs],
        "known": len(review.corrections), "status": review.status,
        "applied": [said for correction in review.corrections for said in _said(correction)],
        "differences": [_word(c.card, c.field, c.value) | {"by": c.by, "at": c.at} for c in review.differences]}


def _said(correction: Correction) -> list[Data]:
    """What counts from then on: the value, and those that it confirms."""
    values = confirmed_values(correction) | {full_name(correction.field): correction.value}
    return [_word(correction.card, field, value) for field, value in values.items()]


def _word(card: str | None, field: str, value: object) -> Data:
    return {"card": card, "field": field, "value": value}


def _card(place: Place, name: str, card: CardRecord, sample: bool, pictures: Pictures) -> Data:
    readings = list(dict.fromkeys(r.text for r in card.text.readings if r.text and r.text != card.text.value))
    return {
        "id": card.id, "kind": card.kind, "catalogue_id": card.catalogue_id, "side": card.side,
        "text": {"value": card.text.value, "confidence": card.text.confidence, "source": card.text.source,
                 "handwritten": card.text.handwritten, "readings": readings},
        "polygon_mm": card.polygon_mm, "center_mm": card.center_mm, "rotation_deg": card.rotation_deg,
        "detection_confidence": card.detection_confidence, "zone": {"id": card.zone.id, "confidence": card.zone.confidence},
        "stickers": {"count": card.stickers.count, "confidence": card.stickers.confidence,
                     "items": [_sticker(item) for item in card.stickers.items]},
        **_back_of(place, name, card, pictures), "needs_review": card.needs_review,
        "crop": _source(place, f"{name}/cards/{table_name(card.id)}.jpg", pictures),
        "sample": sample}


def _back_of(place: Place, name: str, card: CardRecord, pictures: Pictures) -> Data:
    """What stands on its back, where that is known."""
    if card.argument is None:
        return {}
    return {"argument": _argument(card.argument), "stance": _ticked(card.stance),
            "back": _source(place, f"{name}/backs/{table_name(card.back)}.jpg", pictures) if card.back else None}


def _argument(text: Text) -> Data:
    return text.model_dump(include={"value", "confidence"})


def _ticked(stance: Stance | None) -> Data | None:
    return stance.model_dump(include={"value", "confidence"}) if stance is not None else None


def _loose_back(place: Place, name: str, back: BackRecord, names: dict[str, str], pictures: Pictures) -> Data:
    """names: texts of the catalogue by id: a back says of which card it is, though that lies nowhere."""
    return {"id": back.id, "name": names.get(back.catalogue_id or "", ""), "argument": _argument(back.argument),
            "stance": _ticked(back.stance),
            "crop": _source(place, f"{name}/backs/{table_name(back.id)}.jpg", pictures), "needs_review": back.needs_review}


def _sticker(item: StickerItem) -> Data:
    photo = (item.model_extra or {}).get("photo")
    return item.model_dump(include={"center_mm", "diameter_mm", "colour", "confidence"}) | ({"photo": photo} if photo else {})


def _check(check: Check, key: str) -> Data:
    return {"key": key, "code": check.code, "severity": check.severity, "message": check.message, "center_mm": check.center_mm,
            "area_mm2": check.area_mm2}


def _picture(place: Place, file: str, pictures: Pictures) -> Data | None:
    source = _source(place, file, pictures)
    size = size_of_jpeg(place.read(file)) if source is not None else None
    return {"src": source, "size_px": size} if size is not None else None


def _source(place: Place, file: str, pictures: Pictures) -> str | None:
    """What an img element takes; None where there is no such picture."""
    if not place.exists(file):
        return None
    if pictures == "inside":
        return "data:image/jpeg;base64," + base64.b64encode(place.read(file)).decode("ascii")
    from urllib.parse import quote

    return quote(file, errors="surrogateescape")  # a name on disk may be no UTF-8


def _filled(data: Data, language: Language, served: bool) -> str:
    title = Message("Even kijken", "Have a look").to(language)
    return filled("posterscan.review", {"lang": language, "title": html.escape(title), "data": in_html(data)},
                  connect="'self'" if served else "'none'")
