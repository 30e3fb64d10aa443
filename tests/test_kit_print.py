"""A kit on paper: printed at 150 dpi and photographed askew, every code is read back, each corner where the files say."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from numpy.typing import NDArray
from shapely.geometry import Polygon

from posterscan.catalogue import Catalogue
from posterscan.kit import palette
from posterscan.kit.card_design import CARD_MM, CODE_AT_MM, CODE_CLEAR_MM, CODE_MM, Kind, Side, sticker_places
from posterscan.kit.cards import PrintedCard, fit_word
from posterscan.kit.drawing import A4_MM, POINT_MM, Pdf
from posterscan.kit.make import make_kit
from posterscan.kit.marker_sheet import loose_markers
from posterscan.kit.poster import BLEED_MM
from posterscan.kit.poster_layout import MARKER_MM, QUIET_MM, SIZE_MM, square
from posterscan.kit.raster import page_picture, page_size_mm
from posterscan.kit.settings import SessionSettings
from posterscan.kit.sheets import PER_SHEET, card_place, card_sheets
from posterscan.kit.wordlists import default_words
from posterscan.layout import Layout
from posterscan.messages import NOTHING, Language
from posterscan.stages.sticker_colour import DARK, ColourParams, opponents, total
from posterscan.table_code import session_number, tags_of
from print_shop import codes_seen, photographed
from printed_kits import SESSION, SETTINGS, printed_kit

WITHIN_MM = 0.2
LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def layout(language: Language = "nl") -> Layout:
    return Layout.model_validate_json(printed_kit(language).files["layout.json"])


def catalogue(language: Language = "nl") -> Catalogue:
    return Catalogue.model_validate_json(printed_kit(language).files["catalogue.json"])


def pdfs(language: Language = "nl") -> dict[str, bytes]:
    return {name: data for name, data in printed_kit(language).files.items() if name.endswith(".pdf")}


def off_mm(seen: dict[int, NDArray[np.float64]], meant: dict[int, NDArray[np.float64]]) -> dict[int, float]:
    """How far the worst corner of each code is from its place; infinite for one that was not read."""
    far = np.full((4, 2), np.inf)
    return {number: float(np.linalg.norm(seen.get(number, far) - corners, axis=1).max()) for number, corners in meant.items()}


# --- the poster -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [1, 2])
def test_a_photo_of_the_poster_gives_back_every_marker_and_tag(table: int) -> None:
    shot = photographed(pdfs()["poster.pdf"], table - 1, (4032, 3024), seed=table)
    seen = codes_seen(shot, "DICT_APRILTAG_36h11", 8)
    printed = layout()
    fiducials = {m.id: np.array(m.corners_mm) for m in printed.markers}
    assert max(off_mm(seen, fiducials).values()) < WITHIN_MM
    tags = tags_of(session_number(SESSION.name, SESSION.date, SESSION.place), table)
    assert set(seen) == {*fiducials, *tags}
    assert printed.table_code is not None
    copies = printed.table_code.corners_mm
    for place, tag in enumerate(tags):  # each is there twice: the detector's own list has one of them
        assert min(np.linalg.norm(seen[tag] - copy[place], axis=1).max() for copy in copies) < WITHIN_MM


def test_the_poster_has_room_for_everything_and_markers_that_survive() -> None:
    printed = layout()
    assert printed.size_mm == SIZE_MM
    assert len(printed.markers) >= 12
    quiet = {m.id: Polygon(square(m.corners_mm[0][0] - QUIET_MM, m.corners_mm[0][1] - QUIET_MM, MARKER_MM + 2 * QUIET_MM))
             for m in printed.markers}
    assert all(np.allclose(np.ptp(m.corners_mm, axis=0), MARKER_MM) for m in printed.markers)
    spheres = {z.id: Polygon(z.polygon_mm) for z in printed.zones if z.kind == "sphere"}
    ladder = next(Polygon(z.polygon_mm) for z in printed.zones if z.kind == "ladder")
    assert set(spheres) == {"persoonlijk", "gemeenschappelijk", "institutioneel"}
    tags = [Polygon(quad) for quad in printed.tag_corners_mm]
    for one, other in combinations([*spheres.values(), ladder], 2):
        assert one.distance(other) > 5
    for zone in (*spheres.values(), ladder):
        assert zone.area > 10 * CARD_MM[0] * CARD_MM[1]  # ten cards side by side
        assert min(zone.distance(marker) for marker in tags) >= 1
    for one, other in combinations(quiet.values(), 2):
        assert one.disjoint(other)
    trim = Polygon([(0, 0), (SIZE_MM[0], 0), SIZE_MM, (0, SIZE_MM[1])]).buffer(-8)
    assert all(marker.within(trim) for marker in quiet.values())
    inner = [m for m in quiet.values() if m.within(trim.buffer(-60))]
    assert len(inner) >= 3  # between the zones: without them curled paper is seen at its rim only


@pytest.mark.parametrize("name", ["Oost", "W" * 80, "Ik " * 26,
                                  "Gespreksmiddag over de toekomst van de sociale basis in Noord-Oost en Zuid-West"])
def test_however_long_the_names_they_keep_clear_of_what_is_read(name: str) -> None:
    about = SessionSettings(name=name, date="2026-11-24", place=name[::-1])
    data = make_kit(SETTINGS.model_copy(update={"session": about}), default_words("nl")[:3], "nl").files["poster.pdf"]
    text = pypdfium2.PdfDocument(data)[0].get_textpage()
    boxes = [[v * POINT_MM - BLEED_MM for v in text.get_charbox(i)] for i in range(text.count_chars())
             if not pdfium.FPDFText_IsGenerated(text, i)]
    letters = [Polygon([(left, SIZE_MM[1] - top), (right, SIZE_MM[1] - top), (right, SIZE_MM[1] - low), (left, SIZE_MM[1] - low)])
               for left, low, right, top in boxes]
    quiet = [Polygon(quad).buffer(QUIET_MM / 2, join_style="mitre") for quad in layout().tag_corners_mm]
    sheet = Polygon([(5, 5), (SIZE_MM[0] - 5, 5), (SIZE_MM[0] - 5, SIZE_MM[1] - 4), (5, SIZE_MM[1] - 4)])
    assert len(letters) > 300
    assert not [letter.bounds for letter in letters for square_ in quiet if letter.intersects(square_)]
    assert all(letter.within(sheet) for letter in letters)


# --- cards ------------------------------------------------------------------------------------------------------------


def card_pages(language: Language = "nl") -> list[tuple[str, int, Kind, Side, list[int]]]:
    """Every page with cards: file, page, kind, side and the codes on it in the order of their places."""
    cards, files = catalogue(language), pdfs(language)
    named: dict[Kind, str] = {"ingredient": "kaartjes-ingredienten.pdf", "intention": "kaartjes-bedoelingen.pdf"}
    if language == "en":
        named = {"ingredient": "cards-ingredients.pdf", "intention": "cards-intentions.pdf"}
    sets = [(named[kind], kind, [c.marker_id or 0 for c in cards.cards if c.kind == kind]) for kind in KINDS]
    blank = "kaartjes-leeg.pdf" if language == "nl" else "cards-blank.pdf"
    sets += [(blank, kind, [b.marker_id for b in cards.blanks if (b.table, b.kind) == (table, kind)])
             for table in (1, 2) for kind in KINDS]
    pages, count = [], dict.fromkeys(files, 0)
    sides: tuple[Side, ...] = ("front", "back")
    for file, kind, numbers in sets:
        for start in range(0, len(numbers), PER_SHEET):
            for side in sides:
                pages.append((file, count[file], kind, side, numbers[start:start + PER_SHEET]))
                count[file] += 1
    assert {name: many for name, many in count.items() if many} == {
        name: len(pypdfium2.PdfDocument(data)) for name, data in files.items() if count[name]}
    return pages


def places(kind: Kind, side: Side, numbers: list[int]) -> dict[int, NDArray[np.float64]]:
    """(4, 2) corners in mm of the page of each code."""
    x, y = CODE_AT_MM[kind, side]
    return {number: np.array(square(x, y, CODE_MM)) + card_place(i, back=side == "back") for i, number in enumerate(numbers)}


def test_photos_of_all_cards_give_back_every_code_and_no_other() -> None:
    files = pdfs()
    for seed, (file, page, kind, side, numbers) in enumerate(card_pages()):
        seen = codes_seen(photographed(files[file], page, (1240, 1754), seed), "DICT_APRILTAG_36h10", 8)
        assert set(seen) == set(numbers), (file, page)
        assert max(off_mm(seen, places(kind, side, numbers)).values()) < WITHIN_MM, (file, page)


def test_no_two_cards_have_one_code_and_none_is_on_the_poster() -> None:
    cards = catalogue()
    assert len(set(cards.marker_ids)) == len(cards.marker_ids) == len(cards.cards) + len(cards.blanks)
    assert cards.card_dictionary not in {m.dictionary for m in layout().markers}
    assert {(p.kind, p.side) for p in cards.code_places} == set(CODE_AT_MM)


@pytest.mark.parametrize("kind", KINDS)
def test_turned_over_its_long_edge_a_sheet_has_every_back_behind_its_front(kind: Kind) -> None:
    """The printed frames cover each other to a tenth of a millimetre; so do the crop marks, and a last sheet that isn't full."""
    px_per_mm = 10.0
    pages = [p for p in card_pages() if p[2] == kind]
    files = pdfs()
    assert any(len(numbers) < PER_SHEET for *_, numbers in pages)
    for (file, front, _, _, numbers), (_, back, _, _, same) in zip(pages[::2], pages[1::2], strict=True):
        assert numbers == same
        sides = [page_picture(files[file], number, px_per_mm) for number in (front, back)]
        sides[1] = sides[1][:, ::-1]
        outside = np.ones(sides[0].shape[:2], np.bool_)  # cards' insides differ, and so does the text in the margins
        for i in range(len(numbers)):
            x, y = (round(v * px_per_mm) for v in card_place(i))
            outside[y + 28:y + 522, x + 28:x + 822] = False
        outside[:70] = outside[-110:] = False
        dark = [cv2.morphologyEx((side.min(axis=2) < 128).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) > 0
                for side in sides]  # without the dashes of the hairline to cut along
        assert (dark[0] & outside).sum() > 50_000 * len(numbers)
        assert np.mean(dark[0][outside] != dark[1][outside]) < 2e-4


def test_a_crop_mark_stands_at_each_cut() -> None:
    file, page, *_, numbers = card_pages()[0]
    sheet = page_picture(pdfs()[file], page, 10.0).min(axis=2) < 128
    lefts, tops = sorted({card_place(i)[0] for i in range(len(numbers))}), sorted({card_place(i)[1] for i in range(len(numbers))})
    for x in (*lefts, lefts[-1] + CARD_MM[0]):
        for y in (tops[0] - 6, tops[-1] + CARD_MM[1] + 6):
            assert sheet[round(10 * y), round(10 * x) - 2:round(10 * x) + 3].any()
    for y in (*tops, tops[-1] + CARD_MM[1]):
        for x in (lefts[0] - 6, lefts[-1] + CARD_MM[0] + 6):
            assert sheet[round(10 * y) - 2:round(10 * y) + 3, round(10 * x)].any()


@every_language
def test_every_word_is_on_its_card_in_letters_large_enough(language: Language) -> None:
    cards, files = catalogue(language), pdfs(language)
    said: dict[Kind, str] = {"ingredient": "", "intention": ""}
    for file, page, kind, side, _ in card_pages(language):
        text = pypdfium2.PdfDocument(files[file])[page].get_textpage()
        if side == "back":
            continue
        said[kind] += "".join(text.get_text_bounded().split())
        inside = [i for i in range(text.count_chars()) if not pdfium.FPDFText_IsGenerated(text, i)
                  and A4_MM[1] - 12 > (297 - text.get_charbox(i)[1] * POINT_MM) > 12]
        least = min((pdfium.FPDFText_GetFontSize(text, i) for i in inside), default=99)
        assert least >= {"ingredient": 24, "intention": 12}[kind] - 0.01
    for card in cards.cards:
        assert "".join(card.text.split()) in said[card.kind].replace("-", "") + said[card.kind], card.text


@pytest.mark.parametrize("text", [
    "Ontmoetingsruimte van een woningcorporatie", "Opbouwwerk Buurthuis. Wijkteampje Sportclub.", "Gezamenlijke moestuin",
    "Arbeidsongeschiktheidsverzekering", "Één ÉÉN één ÁÂÄ"])
def test_a_long_word_stays_in_its_room_and_off_the_code(text: str) -> None:
    pdf = Pdf("woord", "nl")
    printed = PrintedCard("ingredient", 5, fit_word("ingredient", text, NOTHING, "nl"), text)
    card_sheets(pdf, [printed], "DICT_APRILTAG_36h10", "nl", 12.0, "woord")
    page = page_picture(pdf.bytes(), 0, 10.0)
    x, y = (round(v * 10) for v in card_place(0))
    card = page[y:y + 550, x:x + 850].min(axis=2)
    ink = card < 150
    assert not ink[28:45, 45:800].any()  # over the word
    assert not ink[505:522, 45:620].any()  # under it
    left, top = (round(v * 10) for v in CODE_AT_MM["ingredient", "front"])
    ring = np.zeros_like(ink)
    ring[top - 15:top + 170, left - 15:left + 170] = True  # beyond lies the rounded corner of the frame
    ring[top - 1:top + 161, left - 1:left + 161] = False
    assert not (ink & ring).any()


def test_twelve_stickers_fit_on_an_intention_card_and_leave_word_and_code_free() -> None:
    for diameter in (8.0, 12.0):
        spots = sticker_places(diameter)
        assert len(spots) >= 12
        x, y = CODE_AT_MM["intention", "front"]
        code = Polygon(square(x, y, CODE_MM)).buffer(CODE_CLEAR_MM, join_style="mitre")
        discs = [Polygon(square(a - diameter / 2, b - diameter / 2, diameter)) for a, b in spots]
        assert all(disc.intersection(code).area < 1e-6 for disc in discs)
        assert min(np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(spots, 2)) >= diameter


def test_photos_of_the_loose_markers_give_back_every_one_where_it_was_printed() -> None:
    sheets = pdfs()["losse-markers.pdf"]
    read: dict[int, NDArray[np.float64]] = {}
    for page in range(len(pypdfium2.PdfDocument(sheets))):
        seen = codes_seen(photographed(sheets, page, (1240, 1754), seed=40 + page), "DICT_APRILTAG_36h11", 8)
        meant = {m.id: np.array(square(m.x, m.y, MARKER_MM)) for m in loose_markers() if m.page == page}
        assert set(seen) == set(meant)
        assert max(off_mm(seen, meant).values(), default=0.0) < WITHIN_MM
        read |= seen
    assert sorted(read) == [m.id for m in layout().markers]


# --- files ------------------------------------------------------------------------------------------------------------


@every_language
def test_pages_are_exactly_as_large_as_they_say(language: Language) -> None:
    for name, data in pdfs(language).items():
        for number, page in enumerate(pypdfium2.PdfDocument(data)):
            wanted = SIZE_MM if name == "poster.pdf" else A4_MM
            assert np.allclose(page_size_mm(data, number), wanted, atol=0.1), name
            bleed = BLEED_MM if name == "poster.pdf" else 0.0
            whole = np.array(page.get_size()) * POINT_MM
            assert np.allclose(whole, np.array(wanted) + 2 * bleed, atol=0.1), name
            assert np.allclose(np.array(page.get_bleedbox()) * POINT_MM, [0, 0, *whole], atol=0.1), name


@every_language
def test_files_are_small_and_their_fonts_travel_with_them(language: Language) -> None:
    for name, data in printed_kit(language).files.items():
        assert 0 < len(data) < 5_000_000, name
    for name, data in pdfs(language).items():
        for page in pypdfium2.PdfDocument(data):
            letters = page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT])
            assert all(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(o.raw)) for o in letters), name
    assert not [o for page in pypdfium2.PdfDocument(pdfs(language)["poster.pdf"])
                for o in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE])]  # vectors only


def test_the_scale_bar_of_the_poster_is_as_long_as_it_says() -> None:
    sheet = page_picture(pdfs()["poster.pdf"], 0, 10.0).min(axis=2) < 100
    row = sheet[5655:5665, 3000:5000].any(axis=0)
    ink = np.flatnonzero(row)
    runs = np.split(ink, np.flatnonzero(np.diff(ink) > 1) + 1)
    assert abs(max(len(run) for run in runs) / 10 - 100) <= 0.6  # and its line's own round ends


# --- colours ----------------------------------------------------------------------------------------------------------

# what people who lack one kind of cone see, in linear sRGB: Machado, Oliveira and Fernandes 2009, doi 10.1109/TVCG.2009.113
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}
JUST_SEEN = 2.3  # CIE76 difference that half of people see: Mahy, Van Eycken and Oosterlinck 1994


def lab(colour: str, sight: str) -> NDArray[np.float64]:
    from skimage.color import rgb2lab

    srgb = np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLIND[sight]) @ linear, 0, 1)
    return np.asarray(rgb2lab(np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)), np.float64)


@pytest.mark.parametrize("sight", BLIND)
def test_colours_that_mean_something_differ_for_every_eye(sight: str) -> None:
    for pair in (*combinations((*palette.SPHERES, palette.PAPER), 2), (palette.INGREDIENT, palette.INTENTION)):
        assert np.linalg.norm(lab(pair[0], sight) - lab(pair[1], sight)) > 4 * JUST_SEEN, pair


@pytest.mark.parametrize("rim", [palette.INGREDIENT, palette.INTENTION])
def test_what_looks_for_stickers_does_not_see_the_rims_of_cards(rim: str) -> None:
    """Measured as `stages/sticker_colour.py` does; also by a phone that makes colours a fifth stronger."""
    srgb = np.array([int(rim[i:i + 2], 16) for i in (1, 3, 5)]) / 255
    stronger = np.clip(srgb.mean() + 1.2 * (srgb - srgb.mean()), 0, 1)
    for seen in (srgb, stronger):
        rho = (seen ** 2.2).astype(np.float32)[None, None]
        assert float(np.hypot(*opponents(rho)[0, 0]) / (total(rho)[0, 0] + DARK)) < ColourParams().least_saturation


@pytest.mark.parametrize("ground", [*palette.SPHERES, palette.PAPER, palette.LADDER])
def test_cards_and_stickers_stand_out_on_every_ground(ground: str) -> None:
    """By lightness alone: a card's dark rim against the ground and against its white; stickers by their saturation."""
    for rim in (palette.INGREDIENT, palette.INTENTION):
        assert lab(ground, "all cones")[0] - lab(rim, "all cones")[0] > 30
        assert lab(palette.WHITE, "all cones")[0] - lab(rim, "all cones")[0] > 40
    paleness = np.hypot(*lab(ground, "all cones")[1:])
    stickers = ("#CE222C", "#2456AA", "#288C46", "#F4CE1E", "#EE7820")
    assert min(np.hypot(*lab(sticker, "all cones")[1:]) for sticker in stickers) > 1.3 * paleness


def test_words_on_the_poster_can_be_read_on_their_ground() -> None:
    """Contrast as WCAG 2.2 defines it: 4.5 for running text, 3 for large letters."""
    def luminance(colour: str) -> float:
        srgb = np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)]) / 255
        return float(np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])

    def contrast(letters: str, ground: str) -> float:
        return (luminance(ground) + 0.05) / (luminance(letters) + 0.05)

    for ground, name in zip(palette.SPHERES, palette.SPHERE_NAMES, strict=True):
        assert contrast(palette.INK, ground) > 4.5
        assert contrast(name, ground) > 4.5
    for letters in (palette.INK, palette.SOFT_INK, palette.INTENTION):
        assert contrast(letters, palette.PAPER) > 4.5


@every_language
def test_what_stands_in_the_margins_of_a_sheet_keeps_clear_of_cards_and_crop_marks(language: Language) -> None:
    for file, number, *_ in card_pages(language):
        page = pypdfium2.PdfDocument(pdfs(language)[file])[number]
        text = page.get_textpage()
        boxes = [[v * POINT_MM for v in text.get_charbox(i)] for i in range(text.count_chars())
                 if not pdfium.FPDFText_IsGenerated(text, i)]
        cuts = (20.0, 105.0, 190.0)
        margin = [(left, right) for left, low, right, top in boxes if low > A4_MM[1] - 8 or top < 8]
        assert len(margin) > 40
        assert all(not left - 0.5 < cut < right + 0.5 for left, right in margin for cut in cuts)
