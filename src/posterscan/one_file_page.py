"""An HTML page in one file: its own scripts and style, and data that no parser takes for anything else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType

_CSP = ("default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src 'self' data: blob: file:; "
        "font-src data:; connect-src {connect}; base-uri 'none'; form-action 'none'")


def page_files(package: str) -> dict[str, str]:
    """The files of a package's folder `page` by name, scripts in the order in which they stand in the page."""
    found = sorted((entry for entry in (files(package) / "page").iterdir() if entry.name.endswith((".js", ".css", ".html"))),
                   key=lambda entry: entry.name)
    return {entry.name: entry.read_text(encoding="utf-8") for entry in found}


def filled(package: str, parts: Mapping[str, str], *, connect: str = "'none'",
           borrowed: Mapping[str, Sequence[str]] = MappingProxyType({})) -> str:
    """A package's page.html with its style and scripts, and `parts` (HTML, by name) where it asks for them as {{name}}.

    Scripts share one scope; nothing else on the page may run or be loaded. connect: whom the page may talk to. borrowed: files of
    other packages' pages, by package; scripts take their place in the order of the names, style comes before the page's own.
    """
    own = page_files(package)
    lent = [(name, page_files(other)[name]) for other, names in borrowed.items() for name in names]
    scripts = [text for name, text in sorted([*own.items(), *lent]) if name.endswith(".js")]
    script = "(() => {\n\"use strict\";\n" + "\n".join(scripts) + "\n})();\n"
    style = "".join(text for name, text in lent if name.endswith(".css")) + own["style.css"] + parts.get("fonts", "")
    csp = _CSP.format(script=_hash(script), style=_hash(style), connect=connect)
    return "".join(_pieces(own["page.html"], {**parts, "csp": html.escape(csp, quote=True), "style": style, "script": script}))


def _pieces(template: str, parts: Mapping[str, str]) -> Iterator[str]:
    """Text and fillings by turns: what is filled in is not looked through again."""
    for number, piece in enumerate(template.split("{{")):
        name, end, rest = piece.partition("}}")
        yield piece if number == 0 or not end else parts[name.strip()] + rest


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def in_html(data: object) -> str:
    """JSON that no HTML parser takes for anything else, whatever texts are in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")
