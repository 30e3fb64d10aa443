"""What slides are made in: our own wide deck, or the user's template without its slides."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from posterscan.errors import UsageError
from posterscan.messages import Message
from posterscan.report.looks import ACCENT, GRID, INK, SOFT_INK, WHITE
from posterscan.report.slides.shapes import EMU

MARGIN_MM = 12.0
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_WIDE_MM, _HIGH_MM = 338.667, 190.5
_TYPES = "[Content_Types].xml"
_KINDS = re.compile(rb"presentationml\.(template|slideshow)\.main\+xml")
_LAYOUTS = (0, 1, 5, 6)  # title, title and content, title only, blank
_UNUSABLE = Message("Dit sjabloon is geen bruikbaar PowerPoint-bestand.", "This template is no PowerPoint file that can be used.")
_UNTITLED = Message("Dit sjabloon heeft geen indeling met een titel.", "This template has no layout with a title.")
_WITH_TITLE = Message("Geef een sjabloon met de indeling ‘Alleen titel’.", "Give a template with the layout “Title Only”.")
_CURE = Message("Geef een .pptx of .potx dat in PowerPoint opent, zonder wachtwoord en zonder macro’s.",
                "Give a .pptx or .potx that opens in PowerPoint, without a password and without macros.")


def own_deck() -> Any:
    """Wide slides on white with a title at the left, in Arial, which every office program has or knows a twin of."""
    deck: Any = Presentation()
    widen = _WIDE_MM * EMU / deck.slide_width
    deck.slide_width, deck.slide_height = round(_WIDE_MM * EMU), round(_HIGH_MM * EMU)
    for number in reversed(range(len(deck.slide_layouts))):
        if number not in _LAYOUTS:
            deck.slide_layouts.remove(deck.slide_layouts[number])
    for sheet in (deck.slide_master, *deck.slide_layouts):
        for place in sheet.element.iter(qn("a:off"), qn("a:ext")):
            for side in ("x", "cx"):
                if side in place.attrib:
                    place.set(side, str(round(int(place.get(side)) * widen)))
    _own_theme(deck)
    _own_master(deck)
    _own_cover(deck.slide_layouts[0])
    _without_thumbnail(deck)
    about = deck.core_properties
    about.author = about.last_modified_by = "posterscan"
    about.revision = 1
    return deck


def template_deck(template: bytes) -> Any:
    """A template's masters without its slides. UsageError if it is none, or has no layout with a title."""
    try:
        deck = Presentation(io.BytesIO(_as_presentation(template)))
        _without_slides(deck)
        _without_thumbnail(deck)
        usable = bool(titled(deck) and deck.slide_width and deck.slide_height)
    except Exception as error:  # python-pptx meets damaged files with errors of every kind
        raise UsageError(_UNUSABLE, _CURE) from error
    if not usable:
        raise UsageError(_UNTITLED, _WITH_TITLE)
    return deck


def _without_thumbnail(deck: Any) -> None:
    """The picture of another deck's first slide, with whatever data is in it."""
    kept = deck.part.package._rels
    for number in [number for number, relation in kept.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        kept.pop(number)


def titled(deck: Any) -> list[Any]:
    """Layouts with a title, as every slide has one: without it there is nothing to find it by."""
    return [layout for layout in deck.slide_layouts
            if any(shape.placeholder_format.type in TITLES for shape in layout.placeholders)]


def _as_presentation(template: bytes) -> bytes:
    """The same file called a presentation, where it calls itself a template or a show; python-pptx refuses those."""
    with zipfile.ZipFile(io.BytesIO(template)) as old:
        types = old.read(_TYPES)
        if not _KINDS.search(types):
            return template
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, _KINDS.sub(b"presentationml.presentation.main+xml", types) if name == _TYPES else old.read(name))
        return buffer.getvalue()


def _without_slides(deck: Any) -> None:
    slides = deck.slides._sldIdLst
    for one in list(slides):
        deck.part.drop_rel(one.rId)
        slides.remove(one)
    # sections and shows of chosen slides name the slides that are gone: PowerPoint would want to repair the file
    for name in ("p:extLst", "p:custShowLst"):
        for there in deck.part._element.findall(qn(name)):
            deck.part._element.remove(there)


def _own_theme(deck: Any) -> None:
    """Our colours, so that what a user adds matches, and Arial."""
    part = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    xml = part.blob.decode("utf-8")
    xml = xml.replace('<a:latin typeface="Calibri"/>', '<a:latin typeface="Arial"/>')
    for name, colour in {"dk2": SOFT_INK, "accent1": ACCENT, "accent2": "#C79A2E", "accent3": "#3F7FA6", "accent4": "#77538C",
                         "accent5": "#8A8578", "accent6": "#B4530A"}.items():
        xml = re.sub(rf"(<a:{name}>)<a:srgbClr val=\"\w+\"/>", rf'\1<a:srgbClr val="{colour[1:]}"/>', xml)
    xml = re.sub(r"(<a:dk1>).*?(</a:dk1>)", rf'\1<a:srgbClr val="{INK[1:]}"/>\2', xml)
    part._blob = xml.encode("utf-8")


def _own_master(deck: Any) -> None:
    """Title at the top left, foot at the very bottom, a thin rule between title and slide."""
    wide, high = _WIDE_MM - 2 * MARGIN_MM, _HIGH_MM
    for sheet in (deck.slide_master, *list(deck.slide_layouts)[1:]):
        for shape in sheet.placeholders:
            kind = shape.placeholder_format.type
            if kind == PP_PLACEHOLDER.TITLE and sheet is deck.slide_master:
                _place(shape, MARGIN_MM, 7.0, wide, 15.0)
            elif kind == PP_PLACEHOLDER.FOOTER:
                _place(shape, MARGIN_MM, high - 11, wide - 16, 8.0)
            elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
                _place(shape, MARGIN_MM + wide - 16, high - 11, 16, 8.0)
            elif kind == PP_PLACEHOLDER.DATE and sheet is not deck.slide_master:
                shape.element.getparent().remove(shape.element)
    style = deck.slide_master.element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", "2800")
    style.find(qn("a:defRPr")).set("b", "1")
    for low in deck.slide_master.element.iter(qn("a:lvl1pPr")):
        if low.get("algn") == "ctr" and low is not style:
            low.set("algn", "l")
    title = next(shape for shape in deck.slide_master.placeholders if shape.placeholder_format.type == PP_PLACEHOLDER.TITLE)
    title.text_frame.margin_left = title.text_frame.margin_right = 0
    rule = deck.slide_master.shapes
    rule._spTree.append(parse_xml(_RULE))


def _own_cover(layout: Any) -> None:
    """White words on the dark colour, without the master's rule."""
    layout.element.set("showMasterSp", "0")
    layout.element.cSld.insert(0, parse_xml(
        f'<p:bg {_SPACES}><p:bgPr><a:solidFill><a:srgbClr val="{ACCENT[1:]}"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'))
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type
        if kind == PP_PLACEHOLDER.CENTER_TITLE:
            _place(shape, 24, 40, _WIDE_MM - 60, 50)
            _white(shape, "b")
        elif kind == PP_PLACEHOLDER.SUBTITLE:
            _place(shape, 24, 96, _WIDE_MM - 60, 60)
            _white(shape, "t")
        elif kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
            _white(shape, "ctr")
        else:
            shape.element.getparent().remove(shape.element)


def _white(shape: Any, anchor: str) -> None:
    """White words of a placeholder, aligned with its left edge."""
    body = shape.element.txBody
    body.find(qn("a:bodyPr")).set("anchor", anchor)
    style = body.find(qn("a:lstStyle"))
    for level in list(style):
        style.remove(level)
    side = "r" if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER else "l"
    style.append(parse_xml(f'<a:lvl1pPr {_SPACES} marL="0" indent="0" algn="{side}"><a:buNone/><a:defRPr><a:solidFill>'
                           f'<a:srgbClr val="{WHITE[1:]}"/></a:solidFill></a:defRPr></a:lvl1pPr>'))
    body.find(qn("a:bodyPr")).set("lIns", "0")


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = (round(one * EMU) for one in (left, top, width, height))


_SPACES = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
           'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"')
_RULE = f"""<p:cxnSp {_SPACES}><p:nvCxnSpPr><p:cNvPr id="90" name="Rule"/><p:cNvCxnSpPr/><p:nvPr userDrawn="1"/></p:nvCxnSpPr>
<p:spPr><a:xfrm><a:off x="{round(MARGIN_MM * EMU)}" y="{round(23 * EMU)}"/>
<a:ext cx="{round((_WIDE_MM - 2 * MARGIN_MM) * EMU)}" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom>
<a:ln w="9525"><a:solidFill><a:srgbClr val="{GRID[1:]}"/></a:solidFill></a:ln></p:spPr></p:cxnSp>"""
