"""The words that come on the cards: from a workbook, CSV, plain list, TOML or an earlier kit's catalogue.json."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from posterscan.catalogue import load_catalogue
from posterscan.errors import KitError
from posterscan.jsonfile import Fault, raise_faults, suggestion
from posterscan.kit.card_design import Kind
from posterscan.kit.textfiles import cleaned, content_of, mended, stop, text_of
from posterscan.kit.wordtables import Entry, csv_entries, fault, line, xlsx_entries
from posterscan.messages import Language, Message, as_message

ENDINGS = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".md", ".toml", ".json")
KINDS: dict[str, Kind] = {
    "ingredient": "ingredient", "ingredienten": "ingredient", "ingredients": "ingredient",
    "bedoeling": "intention", "bedoelingen": "intention", "intention": "intention", "intentions": "intention"}
_KINDS_SAID = Message("Kies ingrediënt of bedoeling.", "Choose ingredient or intention.")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LONGEST_ID = 60  # letters: ids become names of files


@dataclass(frozen=True)
class Word:
    """A card to print. id: its name in files; where: file and line that it comes from."""

    kind: Kind
    text: str
    id: str
    where: Message


def default_words(language: Language) -> list[Word]:
    """The words that come with posterscan."""
    with as_file(files("posterscan.kit") / "words" / f"{language}.toml") as path:
        return read_words(path)


def read_words(path: Path) -> list[Word]:
    """The words of a file, in its order, at least one; KitError names file, line and cure.

    A workbook or CSV has a header with the columns tekst (or text), and where wanted soort (kind) and id. A plain list has one
    word a line, ingredients until a line "# bedoelingen" (or "# intentions"). Hidden sheets of a workbook are left out.
    """
    content = content_of(path, ENDINGS)
    entries = _READERS[path.suffix.lower()](path, content)
    if not entries:
        stop(path, Message("bevat geen woorden", "holds no words"),
             Message("Zet er minstens één woord in.", "Put at least one word in it."))
    own_ids = path.suffix.lower() != ".json"  # ids of an earlier kit stay as they are: results name them
    raise_faults(path, _faults(entries, own_ids), KitError)
    kinds = [KINDS[_plain(entry.kind)] if entry.kind else "ingredient" for entry in entries]
    ids = _ids(entries, kinds)
    name = Message(f"{path.name}, ", f"{path.name}, ")
    return [Word(kind, entry.text, id_, name + entry.at) for kind, entry, id_ in zip(kinds, entries, ids, strict=True)]


def _faults(entries: Sequence[Entry], own_ids: bool) -> Iterator[Fault]:
    seen: dict[str, Message] = {}
    for entry in entries:
        if not any(c.isalnum() for c in entry.text):
            yield fault(entry.at, Message(f"in {entry.text!r} staat geen letter", f"{entry.text!r} holds no letter"),
                        Message("Schrijf er een woord.", "Write a word."))
        elif "\ufffd" in entry.text or mended(entry.text) is not None:
            yield fault(entry.at, Message(f"in {entry.text!r} zijn letters met accenten beschadigd",
                                          f"letters with accents are damaged in {entry.text!r}"),
                        Message("Typ ze opnieuw en sla het bestand op als UTF-8.", "Type them again and save the file as UTF-8."))
        if entry.kind and _plain(entry.kind) not in KINDS:
            near = suggestion(_plain(entry.kind), KINDS)
            yield fault(entry.at, Message(f"onbekende soort {entry.kind!r}", f"unknown kind {entry.kind!r}"),
                        Message(f"Bedoelt u {near!r}? {_KINDS_SAID.nl}",
                                f"Did you mean {near!r}? {_KINDS_SAID.en}") if near else _KINDS_SAID)
        if entry.id and own_ids and not _ID.fullmatch(entry.id):
            yield fault(entry.at, Message(f"id {entry.id!r} heeft andere tekens dan letters, cijfers, - _ en .",
                                          f"id {entry.id!r} has other signs than letters, digits, - _ and ."),
                        Message(f"Bijvoorbeeld {slug(entry.text)!r}.", f"For example {slug(entry.text)!r}."))
        if entry.id and entry.id.casefold() in seen:
            first = seen[entry.id.casefold()]
            yield fault(entry.at, Message(f"id {entry.id!r} is al van {first.nl}", f"id {entry.id!r} belongs to {first.en}"),
                        Message("Geef elk kaartje een eigen id, of laat de id weg.",
                                "Give every card an id of its own, or leave it out."))
        seen.setdefault(entry.id.casefold(), entry.at)


def slug(text: str) -> str:
    """A text as an id: lower-case ASCII letters and digits with hyphens between; from a hash where it has none of those."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode().replace("'", "")
    kept = re.sub("[^a-z0-9]+", "-", plain)[:LONGEST_ID].strip("-")
    return kept or f"w-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def _ids(entries: Sequence[Entry], kinds: Sequence[Kind]) -> list[str]:
    """Ids as given, else from the text; of texts with one slug all but the first get a piece of their hash."""
    taken = {entry.id.casefold() for entry in entries if entry.id}
    ids = []
    for entry, kind in zip(entries, kinds, strict=True):
        wish = entry.id or slug(entry.text)
        while not entry.id and wish in taken:
            wish = f"{wish}-{_digest(kind + wish + entry.text)}"
        taken.add(wish.casefold())
        ids.append(wish)
    return ids


def _plain(kind: str) -> str:
    """A kind as people write it, without capitals and accents."""
    return unicodedata.normalize("NFKD", kind.casefold()).encode("ascii", "ignore").decode().strip(" :")


def _plain_entries(path: Path, content: bytes) -> list[Entry]:
    kind, entries, faults = "", [], []
    for number, written in enumerate(text_of(path, content).split("\n"), 1):
        text = cleaned(written)
        if text.startswith("#"):
            kind = text.strip("# ")
            if _plain(kind) not in KINDS:
                near = suggestion(_plain(kind), KINDS)
                cure = Message("Gebruik # alleen voor de kopjes # ingrediënten en # bedoelingen.",
                               "Use # only for the headings # ingredients and # intentions.")
                faults.append(fault(line(number), Message(f"onbekend kopje {text!r}", f"unknown heading {text!r}"), Message(
                    f"Bedoelt u '# {near}'? {cure.nl}", f"Did you mean '# {near}'? {cure.en}") if near else cure))
        elif word := re.sub(r"^([-*•]|\d+[.)])\s+", "", text):  # a list's own dashes and numbers are not printed
            entries.append(Entry(line(number), word, kind))
    raise_faults(path, faults, KitError)
    return entries


def _toml_entries(path: Path, content: bytes) -> list[Entry]:
    text = text_of(path, content)
    data = toml_data(path, text)
    at = _toml_lines(text)
    entries, faults = [], []
    for section, words in data.items():
        if section == "language":
            continue
        if _plain(section) not in KINDS or not isinstance(words, (dict, list)):
            near = suggestion(_plain(section), KINDS)
            cure = Message("Zet de woorden onder [ingredients] en [intentions], als id = \"tekst\".",
                           'Put the words under [ingredients] and [intentions], as id = "text".')
            faults.append(Fault(section, Message("is geen lijst met woorden", "is not a list of words"),
                                Message(f"Bedoelt u [{near}]? {cure.nl}", f"Did you mean [{near}]? {cure.en}")
                                if near and _plain(section) not in KINDS else cure))
            continue
        pairs = words.items() if isinstance(words, dict) else (("", word) for word in words)
        for number, (key, word) in enumerate(pairs, 1):
            where = at.get((section, key)) or as_message(f"{section}[{number}]")
            if not isinstance(word, str):
                faults.append(fault(where, Message(f"{word!r} is geen tekst", f"{word!r} is not text"),
                                    Message("Zet de tekst tussen aanhalingstekens.", "Put the text in quotation marks.")))
            else:
                entries.append(Entry(where, cleaned(word), section, cleaned(key)))
    raise_faults(path, faults, KitError)
    return entries


def toml_data(path: Path, text: str) -> dict[str, object]:
    """A TOML file's data; KitError says where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        place = re.search(r"line (\d+)", str(why))
        at = line(int(place[1])) if place else Message("het eind", "the end")
        stop(path, Message(f"is geen TOML: {at.nl} klopt niet ({why})", f"is not TOML: {at.en} is wrong ({why})"),
             Message("Kijk daar naar aanhalingstekens, haken en dubbele namen.",
                     "Look there for quotation marks, brackets and names given twice."))


def _toml_lines(text: str) -> dict[tuple[str, str], Message]:
    """The line of every `key =` under its `[section]`."""
    section, places = "", {}
    for number, written in enumerate(text.split("\n"), 1):
        if head := re.match(r"\s*\[\s*[\"']?([^\"'\]]+?)[\"']?\s*\]", written):
            section = head[1]
        elif key := re.match(r"\s*[\"']?([^\"'=#]+?)[\"']?\s*=", written):
            places[section, key[1]] = line(number)
    return places


def _catalogue_entries(path: Path, _: bytes) -> list[Entry]:
    return [Entry(as_message(f"cards[{i}]"), cleaned(card.text), card.kind, card.id)
            for i, card in enumerate(load_catalogue(path).cards)]


_READERS = {".xlsx": xlsx_entries, ".xlsm": xlsx_entries, ".csv": csv_entries, ".tsv": csv_entries, ".txt": _plain_entries,
            ".md": _plain_entries, ".toml": _toml_entries, ".json": _catalogue_entries}
