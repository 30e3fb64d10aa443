"""`posterscan evaluate`: accuracy of results against ground truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posterscan.cli.words import OK, AsJson, Lang, guarded, helped, language_of, show, show_json, tell
from posterscan.messages import Message

HELP = helped(
    "Vergelijk resultaten met wat er werkelijk op tafel lag.", "Compare results with what really lay on the table."
)

Results = Annotated[Path, typer.Argument(metavar="DIR", help=helped("Map met resultaten.", "Folder with results."))]
TruthPath = Annotated[
    Path,
    typer.Argument(
        metavar="TRUTH",
        help=helped(
            "truth.json, de map van een foto of een map vol zulke mappen.",
            "truth.json, a photo's folder or a folder of such folders.",
        ),
    ),
]
Pictures = Annotated[
    Path | None,
    typer.Option(
        "--pictures",
        help=helped(
            "Map voor een plaatje per foto van wat waar misging.",
            "Folder for a picture per photo of what went wrong where.",
        ),
    ),
]

Measured = Annotated[
    bool,
    typer.Option(
        "--measured",
        help=helped(
            "Zoals de computer het las, zonder wat mensen hebben verbeterd.",
            "As the machine read it, without what people corrected.",
        ),
    ),
]


@guarded
def command(
    results: Results,
    truth: TruthPath,
    pictures: Pictures = None,
    measured: Measured = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Prints the tables, or the same as JSON."""
    from posterscan.evaluate import run_evaluation, to_json, to_text

    language = language_of(lang)
    summary = run_evaluation(results, truth, pictures, measured=measured)
    if as_json:
        show_json(to_json(summary))
    else:
        show(to_text(summary, language))
    if pictures is not None:
        tell(
            Message(
                f"{len(summary.scores)} plaatjes in {pictures}", f"{len(summary.scores)} pictures in {pictures}"
            ).to(language)
        )
    return OK
