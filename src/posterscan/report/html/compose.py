"""The report as one HTML file: charts, tables and the pictures behind every number."""

from __future__ import annotations

import base64
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from posterscan import __version__
from posterscan.messages import Language, Message
from posterscan.one_file_page import filled, in_html
from posterscan.report.charts.base import Style
from posterscan.report.charts.maps import MAP_LEFT, MAP_TOP, map_scale
from posterscan.report.charts.pen import escaped
from posterscan.report.figures import Figures
from posterscan.report.honesty import counted, honesty, sentences
from posterscan.report.html.pictures import PICTURES_MB, Pictures, pictures
from posterscan.report.html.sections import Section, sections
from posterscan.report.html.tables import anchor
from posterscan.report.words import TITLE, zone_names

_FONTS = (("Regular", 400), ("SemiBold", 600), ("ExtraBold", 800))
_WORDS = {
    "card": Message("kaartje", "card"), "cards": Message("kaartjes", "cards"), "sticker": Message("sticker", "sticker"),
    "stickers": Message("stickers", "stickers"), "doubtful": Message("twijfelachtig: kijk zelf", "doubtful: look for yourself"),
    "unread": Message("(niet gelezen)", "(not read)"), "no_picture": Message("geen foto", "no picture")}


def one_page(figures: Figures, language: Language, link: Callable[[str], str], *, most_mb: float = PICTURES_MB) -> bytes:
    """The page. link: the address, seen from the page, of a picture by its name in the rows. most_mb: of pictures inside it; where
    they do not fit, they stay in the folders of the tables."""
    style = Style(figures, language)
    shown = pictures(figures.gathered, link, most_mb=most_mb)
    parts = sections(style, shown)
    title = title_of(figures, language)
    page = filled("posterscan.report.html", {
        "lang": language, "title": escaped(title), "lead": escaped(lead_of(figures, language)),
        "honesty": _honesty(figures, language), "contents": style.say("Inhoud", "Contents"),
        "nav": "".join(f'<a href="#{part.anchor}">{escaped(part.title)}</a>' for part in parts),
        "sections": "\n".join(map(_section, parts)), "close": style.say("Sluiten", "Close"),
        "footer": escaped(_footer(shown, style)),
        "data": in_html(_data(style, shown)), "fonts": _fonts()})
    return page.encode("utf-8")


def title_of(figures: Figures, language: Language) -> str:
    """The session's name where there is one for all tables, else the common title."""
    names = {table.session_name for table in figures.gathered.tables}
    name = names.pop() if len(names) == 1 else None
    return name or TITLE.to(language)


def lead_of(figures: Figures, language: Language) -> str:
    """Where, when, how many."""
    tables = figures.gathered.tables
    places = sorted({table.session_place for table in tables if table.session_place})
    dates = sorted({table.session_date for table in tables if table.session_date})
    known = [table.participants for table in tables if table.participants is not None]
    many = Message(counted(len(tables), "tafel", "tafels"), counted(len(tables), "table", "tables"))
    told = [", ".join(places[:4]) + (" …" if len(places) > 4 else ""), " – ".join(dict.fromkeys([*dates[:1], *dates[-1:]])),
            many.to(language)]
    if known:
        told.append(f"{sum(known)} {Message('deelnemers', 'participants').to(language)}")
    return " · ".join(part for part in told if part)


def _honesty(figures: Figures, language: Language) -> str:
    first, *more = [escaped(message.to(language)) for message in sentences(honesty(figures))]
    rest = f"<ul>{''.join(f'<li>{one}</li>' for one in more)}</ul>" if more else ""
    return f'<details class="honest" open><summary>{first}</summary>{rest}</details>'


def _section(part: Section) -> str:
    says = f'<p>{escaped(part.says)}</p>' if part.says else ""
    return f'<section id="{part.anchor}"><h2>{escaped(part.title)}</h2>{says}{part.content}</section>'


def _footer(shown: Pictures, style: Style) -> str:
    where = style.say("Alles zit in dit ene bestand.", "All is in this one file.") if shown.place == "inside" else \
        style.say("De foto’s staan in de mappen van de tafels: houd die bij dit bestand.",
                  "The pictures are in the tables’ folders: keep these with this file.")
    return f"{where} posterscan {__version__}"


def _fonts() -> str:
    """The kit's own font, in the page: charts are measured with it."""
    rules = []
    for name, weight in _FONTS:
        data = (files("posterscan.kit") / "fonts" / f"AtkinsonHyperlegibleNext-{name}.ttf").read_bytes()
        rules.append(f'@font-face {{ font-family: "Atkinson Hyperlegible Next"; font-weight: {weight}; '
                     f'src: url(data:font/ttf;base64,{base64.b64encode(data).decode("ascii")}) format("truetype"); }}')
    return "\n".join(rules)


def _data(style: Style, shown: Pictures) -> dict[str, Any]:
    gathered = style.figures.gathered
    number = {table.result: i for i, table in enumerate(gathered.tables)}
    poster = gathered.main_poster
    tables = [{"name": table.table, "result": table.result, "anchor": anchor(table), "on_map": table.poster == poster}
              for table in gathered.tables]
    cards = [[number[row.result], row.item, row.text, row.zone, row.stickers, row.doubtful, shown.crops.get(row.crop),
              row.center_x_mm, row.center_y_mm, row.card_id] for row in gathered.cards]
    names = {zone or "": name for zone, name in zone_names(gathered.zones, style.language).items() if zone != ""}
    scale = map_scale(gathered.posters[poster]) if poster is not None else 0.0
    words = {key: message.to(style.language) for key, message in _WORDS.items()}
    return {"tables": tables, "cards": cards, "zones": names, "words": words,
            "map": {"left": MAP_LEFT, "top": MAP_TOP, "scale": scale}}
