"""What the documents say is there, is there; and what is there, they name."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from conftest import ROOT
from posterscan.cli.main import app
from posterscan.report.rows import KINDS

SOURCES = sorted((ROOT / "src").rglob("*.py"))
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "samples" / "README.md",
             ROOT / "calibration" / "README.md", ROOT / "notebooks" / "README.md"]
CODE = re.compile(r"[a-z]+(-[a-z]+)+")
NO_CODES = {
    "top-left", "top-right", "bottom-left", "bottom-right",  # corners
    "out-of-frame",  # a marker's state: part of a code
    "not-asked",  # a table's status in index.json
    "other-format",  # why a file is no photo
    "posterscan-lease", "posterscan-ready",  # threads
    "content-length", "content-type", "no-referrer", "no-store", "same-origin",  # of HTTP
    "in-progress",  # of a review
    "grid-shift",  # the form of a relief
    "rapidocr-model", "tesseract-nld", "pillow-heif",  # what doctor looks for
    "opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless",
}


def codes_in_source() -> set[str]:
    """Every constant that looks like a code, and what an Advice names in one word."""
    found = {"handwritten", "duplicate", "mirrored"}
    for path in SOURCES:
        if "report" in path.parts:  # it gives no codes; its words are names of charts and parts of a page
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Advice" and node.args:
                first = node.args[0]
                found |= {first.value} if isinstance(first, ast.Constant) and isinstance(first.value, str) else set()
    return found - NO_CODES


def codes_in_document() -> set[str]:
    return set(re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "reason-codes.md").read_text(encoding="utf-8"), re.M))


def test_every_code_is_explained_in_both_languages() -> None:
    missing = codes_in_source() - codes_in_document() - {"layout-unusable", "catalogue-unusable", "kit-unusable", "output-unusable",
                                                             "corrections-unusable", "camera-unusable", "poster-unusable"}
    assert not missing


def test_every_problem_of_a_batch_is_explained_where_batches_are() -> None:
    text = (ROOT / "docs" / "reason-codes.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", text.split("## About a batch")[1], re.M))
    told: set[str] = set()
    for name in ("problems.py", "tell.py", "former.py"):
        for node in ast.walk(ast.parse((ROOT / "src" / "posterscan" / "batch" / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and len(node.args) > 1:
                code = node.args[1]
                told |= {code.value} if isinstance(code, ast.Constant) else set()
    assert len(told) > 10
    assert told <= explained


def test_no_code_is_explained_that_does_not_exist() -> None:
    whole = {code for code in codes_in_document() if not code.startswith("marker-")}
    assert whole <= codes_in_source()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (document.parent / link).exists()]


def test_the_readme_names_every_command_and_no_other() -> None:
    table = re.findall(r"^\| `posterscan ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    commands = [*app.registered_commands, *app.registered_groups]
    assert sorted(set(table)) == sorted(str(command.name) for command in commands)


def test_the_files_of_each_step_exist() -> None:
    package = ROOT / "src" / "posterscan"
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+\. [^|]+\| ([^|]+) \|", text, re.M)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert len(named) > 20
    assert not [name for name in named if not any([*package.glob(name), *(package / "stages").glob(name)])]


def test_every_column_of_a_report_is_explained() -> None:
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8").partition("## Columns")[2]
    for part, (kind, row) in zip(text.split("### ")[1:], KINDS.items(), strict=True):
        assert part.startswith(f"`{kind}`")
        assert re.findall(r"^\| `(\w+)` \|", part, re.M) == [field.name for field in fields(row)]
