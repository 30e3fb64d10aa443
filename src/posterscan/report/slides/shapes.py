"""Shapes on a slide, written as XML: one by one through python-pptx they take many times as long. Lengths in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml

from posterscan.messages import Language
from posterscan.report.slides.text import BREAK, clean

EMU = 36_000  # per millimetre
_SPACES = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
           'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
           'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
_PLACE = {"left": "l", "middle": "ctr", "right": "r", "top": "t", "bottom": "b"}
_FIELD = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"  # any number will do
Align = Literal["left", "middle", "right"]
Anchor = Literal["top", "middle", "bottom"]


@dataclass(frozen=True)
class Area:
    """A rectangle on a slide."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def column(self, left: float, width: float) -> Area:
        """A part of its full height; left: from its own left edge."""
        return Area(self.left + left, self.top, width, self.height)

    def row(self, top: float, height: float) -> Area:
        """A part of its full width; top: from its own upper edge."""
        return Area(self.left, self.top + top, self.width, height)


@dataclass(frozen=True)
class Run:
    """Words of one look; colour None is the template's own, which stands out on its background."""

    text: str
    bold: bool = False
    italic: bool = False
    colour: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """Runs of one size, in points; after_pt: white below it."""

    runs: tuple[Run, ...]
    pt: float
    align: Align = "left"
    after_pt: float = 0.0


@dataclass(frozen=True)
class Look:
    """fill, line: "#RRGGBB", None for none. inset: between rim and words, above and below half of it. round_mm: of corners."""

    fill: str | None = None
    line: str | None = None
    line_pt: float = 0.75
    dashed: bool = False
    round_mm: float = 0.0
    inset: float = 0.0
    anchor: Anchor = "top"


PLAIN = Look()


@dataclass
class Drawing:
    """Puts shapes on one slide of python-pptx, each with a number of its own."""

    slide: Any
    language: Language
    _last: int = field(default=0, init=False)
    _seen: int = field(default=-1, init=False)

    def __post_init__(self) -> None:
        self._tree = self.slide.element.cSld.spTree

    def words(self, area: Area, paragraphs: Sequence[Paragraph], look: Look = PLAIN, *, name: str, told: str = "",
              link: str = "") -> None:
        """A rectangle with words. name: in the list of objects; told: read aloud in its place; link: that a click opens."""
        target = self.slide.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True) if link else None
        click = f'<a:hlinkClick r:id="{target}"/>' if target else ""
        lines = "".join(self._paragraph(one) for one in paragraphs) or "<a:p/>"
        side, above = round(look.inset * EMU), round(look.inset * EMU / 2)
        self._add(f"""<p:sp {_SPACES}><p:nvSpPr>{self._named(name, told, click)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>
<p:spPr>{_at(area)}{_geometry(area, look.round_mm)}{_painted(look)}</p:spPr>
<p:txBody><a:bodyPr wrap="square" lIns="{side}" tIns="{above}" rIns="{side}" bIns="{above}" anchor="{_PLACE[look.anchor]}">
<a:noAutofit/></a:bodyPr>
<a:lstStyle/>{lines}</p:txBody></p:sp>""")

    def polygon(self, points: Sequence[tuple[float, float]], look: Look, *, name: str, told: str = "") -> None:
        """A free form."""
        left, top = min(x for x, _ in points), min(y for _, y in points)
        area = Area(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)
        corners = [f'<a:pt x="{round((x - left) * EMU)}" y="{round((y - top) * EMU)}"/>' for x, y in points]
        path = f"<a:moveTo>{corners[0]}</a:moveTo>" + "".join(f"<a:lnTo>{corner}</a:lnTo>" for corner in corners[1:])
        self._add(f"""<p:sp {_SPACES}><p:nvSpPr>{self._named(name, told)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{_at(area)}
<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst>
<a:path w="{round(area.width * EMU)}" h="{round(area.height * EMU)}">{path}<a:close/></a:path></a:pathLst></a:custGeom>
{_painted(look)}</p:spPr>
<p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody></p:sp>""")

    def placeholder(self, kind: str, index: int, area: Area, paragraph: Paragraph, *, number: bool = False) -> None:
        """A footer or slide number as the template styles it, at a place of our own. number: of the slide, kept up to date."""
        run = self._paragraph(paragraph)
        if number:
            run = (f'<a:p><a:pPr algn="{_PLACE[paragraph.align]}"/><a:fld id="{_FIELD}" type="slidenum">'
                   f'<a:rPr lang="{self._tongue}" sz="{round(paragraph.pt * 100)}"/><a:t>‹#›</a:t></a:fld></a:p>')
        self._add(f"""<p:sp {_SPACES}><p:nvSpPr>{self._named(kind)}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>
<p:nvPr><p:ph type="{kind}" sz="quarter" idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr>{_at(area)}</p:spPr>
<p:txBody><a:bodyPr lIns="0" rIns="0" anchor="ctr"><a:normAutofit/></a:bodyPr><a:lstStyle/>{run}</p:txBody></p:sp>""")

    @property
    def _tongue(self) -> str:
        return {"nl": "nl-NL", "en": "en-GB"}[self.language]

    def _add(self, xml: str) -> None:
        self._tree.append(parse_xml(xml))
        self._seen = len(self._tree)

    def _named(self, name: str, told: str = "", inside: str = "") -> str:
        if len(self._tree) != self._seen:  # python-pptx put a chart or a table between
            self._last = self._tree.max_shape_id
        self._last += 1
        aloud = f" descr={quoteattr(clean(told))}" if told else ""
        return f'<p:cNvPr id="{self._last}" name={quoteattr(clean(name))}{aloud}>{inside}</p:cNvPr>'

    def _paragraph(self, paragraph: Paragraph) -> str:
        after = f'<a:spcAft><a:spcPts val="{round(paragraph.after_pt * 100)}"/></a:spcAft>'
        inside = f'<a:spcBef><a:spcPts val="0"/></a:spcBef>{after}<a:buNone/>'
        runs = "".join(self._run(run, paragraph.pt) for run in paragraph.runs)
        return f'<a:p><a:pPr marL="0" indent="0" algn="{_PLACE[paragraph.align]}">{inside}</a:pPr>{runs}</a:p>'

    def _run(self, run: Run, pt: float) -> str:
        colour = f'<a:solidFill><a:srgbClr val="{run.colour[1:]}"/></a:solidFill>' if run.colour else ""
        style = f'b="{int(run.bold)}" i="{int(run.italic)}" dirty="0"'
        look = f'<a:rPr lang="{self._tongue}" sz="{round(pt * 100)}" {style}>{colour}</a:rPr>'
        parts = [f"<a:r>{look}<a:t>{escape(part)}</a:t></a:r>" if part else "" for part in run.text.split(BREAK)]
        return f"<a:br>{look}</a:br>".join(parts)


def _at(area: Area) -> str:
    return (f'<a:xfrm><a:off x="{round(area.left * EMU)}" y="{round(area.top * EMU)}"/>'
            f'<a:ext cx="{round(area.width * EMU)}" cy="{round(area.height * EMU)}"/></a:xfrm>')


def _geometry(area: Area, round_mm: float) -> str:
    if not round_mm:
        return '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    part = min(50_000, round(100_000 * round_mm / max(min(area.width, area.height), 0.1)))
    return f'<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {part}"/></a:avLst></a:prstGeom>'


def _painted(look: Look) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{look.fill[1:]}"/></a:solidFill>' if look.fill else "<a:noFill/>"
    if not look.line:
        return f"{fill}<a:ln><a:noFill/></a:ln>"
    dash = '<a:prstDash val="sysDash"/>' if look.dashed else ""
    line = f'<a:solidFill><a:srgbClr val="{look.line[1:]}"/></a:solidFill>'
    return f'{fill}<a:ln w="{round(look.line_pt * 12_700)}">{line}{dash}</a:ln>'
