"""One page for who leads the conversation: printing, stickers, cards, the photo, consent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from posterscan.kit import palette, scenes
from posterscan.kit.drawing import A4_MM, Page, Pdf, Type, text_width_mm
from posterscan.kit.pictures import badge, number_disc
from posterscan.kit.typeset import wrapped
from posterscan.messages import NOTHING, Language, Message

_LEFT, _TOP, _GUTTER = 13.5, 11.5, 6.0
_WIDTH = A4_MM[0] - 2 * _LEFT
_BOTTOM = A4_MM[1] - 11.0
_BODY = Type(10, "Regular", palette.INK)
_BOLD = Type(10.5, "ExtraBold", palette.INK)
_HEAD = Type(14, "ExtraBold", palette.INK)
_TITLE_TYPE = Type(23, "ExtraBold", palette.INK)
_LEADING = 1.22

Scene = Callable[[Page], None]


@dataclass(frozen=True)
class Piece:
    """A picture with words under it: a title perhaps, then points."""

    scene: Scene
    title: Message
    points: tuple[Message, ...]


_TITLE = Message("Zo lukt het, van print tot foto", "From print to photo, step by step")
_LEAD = Message("Voor de gespreksleider. Eerst de bijeenkomst in vier stappen, dan waar u op let.",
                "For the facilitator. First the meeting in four steps, then what to watch out for.")
_EVENING = (
    Piece(scenes.step_choose, Message("Kiezen", "Choose"),
          (Message("Ieder kiest er drie: zeker wel, zeker niet, twijfel. Achterop: waarom?",
                   "Everyone takes three: surely, surely not, in doubt. On the back: why?"),)),
    Piece(scenes.step_lay, Message("Neerleggen", "Lay out"),
          (Message("Samen, op de poster. Op de rand mag ook. Hoort het er niet bij? Erbuiten.",
                   "Together, on the poster. On an edge is fine. Not part of it? Outside."),)),
    Piece(scenes.step_rank, Message("Bedoelingen", "Intentions"),
          (Message("Ieder plakt {n}. Leg ze daarna op volgorde, de meeste bovenaan.",
                   "Everyone gets {n}. Then order the cards: most on top."),)),
    Piece(scenes.step_photo, Message("Foto", "Photo"),
          (Message("Van elke poster twee, vóór het opruimen. Daarna samen afronden.",
                   "Two of every poster, before tidying up. Then round off together."),)),
)
_BEFORE = (
    Piece(scenes.printing, Message("Printen", "Printing"), (
        Message("Poster: A1, op mat papier.", "Poster: A1, on matt paper."),
        Message("Kaartjes: mat papier van 160–200\u00a0gram, dubbelzijdig, omslaan over de lange zijde.",
                "Cards: matt paper of 160–200\u00a0grams, double-sided, flip on the long edge."),
        Message("Alles op 100\u00a0% (ware grootte). Meet de maatlijn op het papier na.",
                "All at 100\u00a0% (actual size). Check the printed scale bar with a ruler."))),
    Piece(scenes.stickers, Message("Stickers", "Stickers"), (
        Message("Rond, felle kleur, allemaal {mm}\u00a0mm.", "Round, bright colour, all {mm}\u00a0mm."),
        Message("Niet wit, niet zwart, geen pastel.", "Not white, not black, no pastel."),
        Message("Naast elkaar, niet op elkaar.", "Side by side, not overlapping."),
        Message("Niet op het zwart-witte blokje.", "Not on the black-and-white square."))),
    Piece(scenes.laying, Message("Kaartjes leggen", "Laying cards"), (
        Message("Plat en los van elkaar, met het blokje op elk kaartje in zicht.",
                "Flat and apart, the square on every card in sight."),
        Message("Niets op de blokjes van de poster.", "Nothing on the poster’s squares."),
        Message("Bekers en pennen van de poster.", "Cups and pens off the poster."),
        Message("Leeg kaartje? Schrijf in blokletters, met donkere viltstift.",
                "Blank card? Block letters, with a dark felt-tip."))),
)
_DO = (
    Piece(scenes.from_above, Message("Recht van boven, alles erop", "From above, all of it"),
          (Message("Telefoon dwars, boven het midden. De poster vult het beeld, met alle blokjes erop.",
                   "Phone sideways, above the middle. The poster fills the picture, with every square in it."),)),
    Piece(scenes.even_light, Message("Gelijkmatig licht", "Even light"),
          (Message("Alle lampen aan. Geen streep zon over de poster.", "All lamps on. No streak of sun across the poster."),)),
    Piece(scenes.hold_still, Message("Tikken, wachten, stilhouden", "Tap, wait, hold still"),
          (Message("Tik op de poster en wacht tot het beeld scherp is. Maak er twee.",
                   "Tap on the poster and wait until it is sharp. Take two."),)),
)
_DONT = (
    Piece(scenes.mirrored, Message("Geen flits, geen spiegeling", "No flash, no glare"),
          (Message("Flitser uit. Spiegelt er een lamp in de poster? Stap opzij.",
                   "Flash off. Does a lamp shine in the poster? Step aside."),)),
    Piece(scenes.covered, Message("Niets boven of op de poster", "Nothing over the poster"),
          (Message("Geen handen, geen bekers, geen schaduw.", "No hands, no cups, no shadow."),)),
    Piece(scenes.chatted, Message("Niet bijsnijden, niet appen", "No cropping, no chat app"),
          (Message("Een chat-app maakt de foto klein. Mail het origineel, of gebruik een kabel.",
                   "A chat app makes the photo small. Mail the original, or use a cable."),)),
)
_PHOTO = Message("De foto", "The photo")
_CONSENT = Message("Toestemming: afvinken vóór de eerste foto", "Consent: tick these before the first photo")
_TICKS = (
    Message("Wij hebben verteld wat er wel en wat er niet met de foto’s gebeurt.",
            "We have told everyone what will and what won’t be done with the photos."),
    Message("Iedereen vindt het goed dat de poster op de foto gaat.", "Everyone agrees to photos of the poster."),
    Message("Niemand is herkenbaar op de foto; wie dat wel is, heeft daar toestemming voor gegeven.",
            "Nobody can be recognised in a photo; whoever can be, has agreed to it."),
    Message("Namen komen alleen met toestemming in het verslag.", "Names go into the report only with consent."),
)
_KEEPS, _UNTIL = Message("De foto’s worden bewaard door", "The photos are kept by"), Message("tot", "until")


def instructions(language: Language, *, sticker_mm: float, stickers_per_person: int) -> bytes:
    """A PDF of one A4 page."""
    pdf, trial = Pdf(_TITLE.to(language), language), Pdf("", language)
    say = _Words(language, sticker_mm, stickers_per_person)
    with trial.page(A4_MM) as page:
        room = _BOTTOM - _compose(page, say, 0.0)
    if room < 0:
        raise ValueError(f"the instructions are {-room:.1f} mm too long for a page")
    with pdf.page(A4_MM) as page:
        _compose(page, say, room / 5)  # what is left goes between the six parts
    return pdf.bytes()


@dataclass(frozen=True)
class _Words:
    """Messages in one language, with the numbers of this kit filled in."""

    language: Language
    sticker_mm: float
    stickers_per_person: int

    def __call__(self, message: Message) -> str:
        mm = f"{self.sticker_mm:g}"
        many = f"{self.stickers_per_person}\u00a0sticker{'' if self.stickers_per_person == 1 else 's'}"
        return message.to(self.language).format(mm=mm.replace(".", ",") if self.language == "nl" else mm, n=many)


def _compose(page: Page, say: _Words, gap: float) -> float:
    """The page from top to bottom with this much more room between its parts; gives where it ends."""
    page.text(_LEFT, _TOP + 6.5, say(_TITLE), _TITLE_TYPE)
    page.text(_LEFT, _TOP + 13, say(_LEAD), _BODY)
    y = _evening(page, say, _TOP + 16.5 + gap)
    y = _row(page, say, y + 4.5 + gap, _BEFORE, heads=True)
    y = _photo(page, say, y + 4.5 + gap, gap)
    return _consent(page, say, y + 4.0 + gap)


def _columns(count: int, gutter: float) -> list[tuple[float, float]]:
    """Left edge and width of equal columns."""
    width = (_WIDTH - (count - 1) * gutter) / count
    return [(_LEFT + k * (width + gutter), width) for k in range(count)]


def _evening(page: Page, say: _Words, y: float) -> float:
    columns = _columns(len(_EVENING), 3.0)
    texts = [wrapped(say(piece.points[0]), _BODY, width - 7) for piece, (_, width) in zip(_EVENING, columns, strict=True)]
    high = 21.0 + max(map(len, texts)) * _LEADING * _BODY.size_mm
    for number, (piece, (x, width), lines) in enumerate(zip(_EVENING, columns, texts, strict=True), start=1):
        page.rect(x, y, width, high, fill=palette.PAPER, radius_mm=2)
        with page.moved(x + width - scenes.STEP_MM[0] - 1.5, y + 2) as here:
            piece.scene(here)
        number_disc(page, x + 6, y + 6.5, 3.0, str(number))
        page.text(x + 3.5, y + 18.5, say(piece.title), _BOLD)
        page.lines(x + 3.5, y + 23, lines, _BODY, leading=_LEADING)
    for (x, width), _ in pairwise(columns):
        middle = x + width + 1.5
        page.polygon([(middle - 1.6, y + 4.6), (middle + 1.8, y + 7.6), (middle - 1.6, y + 10.6)], fill=palette.SOFT_INK)
    return y + high


def _row(page: Page, say: _Words, y: float, pieces: Sequence[Piece], *, heads: bool = False, good: bool | None = None) -> float:
    """Pictures side by side, their words under them; with heads the titles stand above, as headings."""
    ends = []
    for piece, (x, width) in zip(pieces, _columns(len(pieces), _GUTTER), strict=True):
        top = y
        if heads:
            page.text(x, y + 4, say(piece.title), _HEAD)
            top += 7
        wide, high = scenes.SCENE_MM
        with page.moved(x, top, scale=width / wide) as here, here.clipped([(0, 0), (wide, 0), (wide, high), (0, high)]):
            piece.scene(here)
        below = top + high * width / wide
        if good is not None:
            badge(page, x + width - 1.5, top + 1.5, 3.4, good=good)
        if not heads:
            page.text(x, below + 4.8, say(piece.title), _BOLD)
            below += 4.6
        ends.append(_points(page, (x, below + 4.8, width), [say(point) for point in piece.points], dotted=heads))
    return max(ends)


def _points(page: Page, place: tuple[float, float, float], points: Sequence[str], *, dotted: bool) -> float:
    """Paragraphs from (left, first baseline, width); gives the bottom of the last line."""
    x, y, width = place
    inset = 3.4 if dotted else 0.0
    for point in points:
        lines = wrapped(point, _BODY, width - inset)
        if dotted:
            page.circle(x + 0.9, y - 1.2, 0.7, fill=palette.YES)
        page.lines(x + inset, y, lines, _BODY, leading=_LEADING)
        y += len(lines) * _LEADING * _BODY.size_mm + (0.7 if dotted else 0)
    return y - _LEADING * _BODY.size_mm + 1.0 - (0.7 if dotted else 0)


def _photo(page: Page, say: _Words, y: float, gap: float) -> float:
    page.text(_LEFT, y + 4, say(_PHOTO), _HEAD)
    y = _row(page, say, y + 7, _DO, good=True)
    return _row(page, say, y + 3.5 + gap, _DONT, good=False)


def _consent(page: Page, say: _Words, y: float) -> float:
    step, inset = 6.2, 5.0
    high = 10.5 + step * (len(_TICKS) + 1) + 1.5
    page.rect(_LEFT, y, _WIDTH, high, fill=palette.PAPER, radius_mm=2)
    page.text(_LEFT + inset, y + 7.4, say(_CONSENT), _HEAD)
    baseline = y + 14.2
    for tick in (*_TICKS, NOTHING):
        page.rect(_LEFT + inset, baseline - 3.3, 4, 4, fill=palette.WHITE, line=palette.INK, line_mm=0.35)
        page.text(_LEFT + inset + 6.5, baseline, say(tick), _BODY)
        baseline += step
    _keepers(page, say, _LEFT + inset + 6.5, baseline - step)
    return y + high


def _keepers(page: Page, say: _Words, x: float, baseline: float) -> None:
    """Two names to fill in, with lines for them."""
    right = _LEFT + _WIDTH - 5
    until = right - 42
    page.text(x, baseline, say(_KEEPS), _BODY)
    page.line([(x + text_width_mm(say(_KEEPS), _BODY) + 2, baseline + 0.6),
               (until - text_width_mm(say(_UNTIL), _BODY) - 4, baseline + 0.6)], palette.SOFT_INK, 0.25)
    page.text(until, baseline, say(_UNTIL), _BODY, "right")
    page.line([(until + 2, baseline + 0.6), (right, baseline + 0.6)], palette.SOFT_INK, 0.25)
