"""The notebooks run on what ships, say the same numbers as the library, and are stored without what they put out."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from PIL import Image

from conftest import ROOT
from posterscan.cli.main import main
from posterscan.evaluate import run_evaluation
from posterscan.report import load
from posterscan.report.figures import Figures
from posterscan.report.gather import gather
from posterscan.report.honesty import honesty

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SAMPLES = ROOT / "samples"
SCANNED = (SAMPLES / "easy-606-0000", SAMPLES / "own-kit" / "easy-031-0000")  # one of each make: a few seconds each

pytestmark = [pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:(jupyter_client|nbclient|zmq|tornado|asyncio).*"),
              pytest.mark.filterwarnings("ignore::ResourceWarning")]


class ThisPython(AsyncKernelManager):
    """A kernel of the Python that runs the tests, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python",
                          display_name="tests")


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gelezen")
    for folder in SCANNED:
        kit = folder.parent / "kit"
        assert main(["scan", str(folder / "photo.jpg"), "--layout", str(kit / "layout.json"), "--catalogue",
                     str(kit / "catalogue.json"), "--out", str(out), "--table", folder.name]) == 0
    return out


def executed(name: str, folder: Path, asked: str) -> tuple[Any, dict[str, Any]]:
    """The notebook after a run in a copy of its folder, and the value of an expression in it."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    notebook = nbformat.read(folder / "notebooks" / name, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({asked}, default=float))"))
    client = NotebookClient(notebook, timeout=300, kernel_manager_class=ThisPython,
                            resources={"metadata": {"path": str(folder / "notebooks")}})
    client.execute()
    said = "".join(output["text"] for output in notebook.cells[-1].outputs if output["output_type"] == "stream")
    return notebook, json.loads(said)


def pictures(notebook: Any) -> list[Image.Image]:
    return [Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"]))) for cell in notebook.cells
            for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]


def warnings_in(notebook: Any) -> str:
    return "".join(output["text"] for cell in notebook.cells for output in cell.get("outputs", [])
                   if output.get("name") == "stderr")


@contextmanager
def environment(**values: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("POSTERSCAN_RESULTS", "POSTERSCAN_TRUTH"):
            patch.delenv(name, raising=False)
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_stored_without_outputs_and_without_traces_of_a_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert notebook.metadata["language_info"] == {"name": "python"}
    assert not re.search(r"(/home/|/Users/|/work/|/tmp/|[A-Z]:\\\\)", path.read_text(encoding="utf-8"))


def test_there_are_the_notebooks_that_the_readme_names() -> None:
    readme = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in NOTEBOOKS} == set(re.findall(r"`([\w-]+\.ipynb)`", readme)) != set()


ASKED = """{"folders": folders, "foot": foot, "cards": len(cards), "dispute": dict(zip(drawn["item"], drawn["dispute"])),
"where": where.loc[top.iloc[0]].to_dict(), "top": top.iloc[0],
"per_participant": {one.item: one.per_participant for one in ranked.itertuples() if one.per_participant == one.per_participant},
"placed": len(placed), "seen": seen.to_dict(), "groups": groups}"""


def test_the_first_analysis_says_what_the_library_says(tmp_path: Path) -> None:
    with environment():
        notebook, told = executed("first-analysis.ipynb", tmp_path, ASKED)
    folders = [tmp_path / "notebooks" / folder for folder in told["folders"]]
    gathered = gather(folders)
    figures, h = Figures(gathered), honesty(Figures(gathered))
    assert told["foot"].startswith("Made-up tables. ")
    assert f"{h.tables} tables, {h.reviewed} of them looked over; {h.doubtful} of {h.cards} cards doubtful" in told["foot"]
    assert told["cards"] == h.cards == len(load(folders))
    rows = {row.item: row for row in figures.of_group(None)}
    assert len(told["dispute"]) == 20
    assert told["dispute"] == {item: rows[item].dispute for item in told["dispute"]}
    assert {zone: count for zone, count in told["where"].items() if count} == figures.zones_of(told["top"])
    assert told["top"] == next(row.item for row in figures.ingredients())
    assert told["per_participant"] == {
        row.item: row.per_participant for row in figures.intentions() if row.per_participant is not None}
    assert told["placed"] == sum(row.kind != "intention" for row in gathered.cards)
    assert tuple(told["groups"]) == gathered.groups
    assert len(told["seen"]) > 10
    for item, apart in told["seen"].items():
        assert apart == pytest.approx(figures.between_groups(item), abs=1e-4)
    drawn = pictures(notebook)
    assert len(drawn) == 5
    assert all(picture.width > 600 and picture.height > 300 for picture in drawn)
    assert warnings_in(notebook) == ""


def test_the_first_analysis_takes_a_folder_of_ones_own(tmp_path: Path, scanned: Path) -> None:
    """A few tables of one evening each, without groups that can be compared: less is drawn, and nothing fails."""
    with environment(POSTERSCAN_RESULTS=str(scanned)):
        notebook, told = executed("first-analysis.ipynb", tmp_path, '{"foot": foot, "tables": len(tables), "seen": len(seen)}')
    h = honesty(Figures(gather([scanned])))
    assert told == {"foot": f"2 tables, 0 of them looked over; {h.doubtful} of {h.cards} cards doubtful, {h.unread} not read.",
                    "tables": 2, "seen": 0}
    assert len(pictures(notebook)) == 4
    assert warnings_in(notebook) == ""
    assert not (tmp_path / "out").exists()  # nothing made up


def test_the_reading_accuracy_is_that_of_evaluate(tmp_path: Path, scanned: Path) -> None:
    asked = """{"figures": {row.measure: [row.value, row.low if row.low == row.low else None, row.n]
    for row in figures.itertuples()},
    "errors": {what: one.error.value for what, one in reliabilities.items()}, "silent": len(silent),
    "cer": characters["CER"].to_dict(),
    "unmarked": [wrong_unmarked.value, wrong_unmarked.low, wrong_unmarked.high, len(unmarked)], "photos": group.photos}"""
    with environment(POSTERSCAN_RESULTS=str(scanned)):
        notebook, told = executed("reading-accuracy.ipynb", tmp_path, asked)
    summary = run_evaluation(scanned, [SAMPLES, SAMPLES / "own-kit"], measured=True)
    group = summary.groups[-1]
    assert told["photos"] == len(SCANNED)
    for title, key in (("cards found", "found"), ("zone right", "zone"), ("handwriting, CER", "cer_handwriting"),
                       ("sticker count exact", "stickers_exact"), ("silent errors per photo", "silent")):
        figure = group.figures[key]
        assert told["figures"][title] == [pytest.approx(figure.value), figure.low and pytest.approx(figure.low), figure.cases]
    assert told["errors"] == {what: pytest.approx(one.error.value) for what, one in group.reliability.items()}
    assert told["silent"] == len(summary.silent)
    assert told["cer"]["handwritten"] == pytest.approx(group.figures["cer_handwriting"].value)
    assert told["cer"]["printed, no code"] == pytest.approx(group.figures["cer_print"].value)
    cards = [card for score in summary.scores for card in score.cards if not card.record.needs_review]
    wrong = sum(bool(card.wrong) for card in cards) / len(cards)
    value, low, high, n = told["unmarked"]
    assert (value, n) == (pytest.approx(wrong), len(cards))
    assert 0 <= low <= value < high < 0.1
    assert len(pictures(notebook)) == 4
    assert warnings_in(notebook) == ""
