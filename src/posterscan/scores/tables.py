"""The evaluation as a table of text, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posterscan.messages import Language, Message
from posterscan.scores.dutch import worded
from posterscan.scores.figures import Figure
from posterscan.scores.measures import MEASURES, Measure, Unit
from posterscan.scores.reliability import Reliability
from posterscan.scores.summary import ORDER, TARGETS, Group, Summary, Target

Rows = list[list[str]]


def shown(figure: Figure, unit: Unit, interval: bool = False) -> str:
    """A figure for people, with its unit; a dash where there was no case."""
    if figure.value is None:
        return "–"
    text = _number(figure.value, unit)
    if interval and figure.low is not None and figure.high is not None:
        text += f" ({100 * figure.low:.1f}–{100 * figure.high:.1f})"
    return text


def _number(value: float, unit: Unit) -> str:
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "count":
        return f"{value:.0f}"
    return f"{value:.0f} MB" if unit == "MB" else f"{value:.2f}" + (f" {unit}" if unit in ("mm", "s") else "")


def figure_rows(summary: Summary) -> Rows:
    """Measure, then per group the figure with interval and number of cases."""
    head = ["", *(f"{g.name} ({g.photos})" for g in summary.groups)]
    rows = [
        [m.title, *(_cell(g, m) for g in summary.groups)]
        for m in MEASURES
        if any(g.figures[m.key].value is not None for g in summary.groups)
    ]
    return [head, *rows]


def _cell(group: Group, measure: Measure) -> str:
    figure = group.figures[measure.key]
    return "–" if figure.value is None else f"{shown(figure, measure.unit, True)} n={figure.cases}"


def target_rows(summary: Summary, language: Language) -> Rows:
    """Target and measured, side by side, per difficulty that has targets."""
    groups = [g for g in summary.groups if g.name in ORDER]
    if not groups:
        return []
    units = {m.key: m.unit for m in MEASURES}
    return [
        ["", *(f"{g.name} ({g.photos})" for g in groups)],
        *([t.title, *(_judged(t, g, units[t.key], language) for g in groups)] for t in TARGETS),
    ]


def _judged(target: Target, group: Group, unit: Unit, language: Language) -> str:
    figure, bound = group.figures[target.key], target.bound(group.name)
    measured = f"{shown(figure, unit, True)} n={figure.cases}"
    if bound is None:
        return measured
    asked = ("≥ " if target.at_least else "≤ ") + _number(bound, unit)
    verdict = {
        True: Message("gehaald", "reached"),
        False: Message("NIET GEHAALD", "NOT REACHED"),
        None: Message("niet gemeten", "not measured"),
    }[target.reached(group.name, figure)]
    return f"{measured}; {asked}: {verdict.to(language)}"


def silent_rows(summary: Summary) -> Rows:
    """Each silent error by name."""
    return [
        ["photo", "card", "field", "got", "expected"],
        *([w.table, w.card, w.field, w.got, w.expected] for w in summary.silent),
    ]


def reliability_rows(group: Group) -> Rows:
    """Per kind of value and bin of confidence: what was said and what came true."""
    return [
        ["", "confidence", "values", "stated", "right"],
        *(
            [
                what,
                f"{b.low:.2f}–{b.high:.2f}",
                str(b.right.cases),
                f"{100 * b.stated:.1f} %",
                shown(b.right, "share", True),
            ]
            for what, told in group.reliability.items()
            for b in told.bins
        ),
    ]


def stage_rows(summary: Summary) -> Rows:
    """Seconds per stage, mean per photo."""
    stages = list(dict.fromkeys(stage for g in summary.groups for stage in g.seconds))
    if not stages:
        return []
    return [
        ["seconds per photo, mean", *(f"{g.name} ({g.photos})" for g in summary.groups)],
        *([stage, *(f"{g.seconds.get(stage, 0.0):.2f}" for g in summary.groups)] for stage in stages),
    ]


def photo_rows(summary: Summary) -> Rows:
    """One line per photo."""
    head = ["photo", "cards", "found", "missed", "invented", "wrong", "silent", "stickers", "true", "sheet mm", "s"]
    rows = []
    for s in summary.scores:
        true = s.residuals.true_median
        rows.append(
            [
                s.table,
                str(len(s.truth.cards)),
                str(len(s.cards)),
                str(len(s.missed)),
                str(len(s.invented)),
                str(len(s.wrong)),
                str(len(s.silent)),
                str(s.stickers[0]),
                str(s.stickers[1]),
                "–" if true is None else f"{true:.2f}",
                f"{sum(s.seconds.values()):.1f}" if s.seconds else "–",
            ]
        )
    return [head, *rows]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of plain text."""
    if not rows:
        return ""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * min(sum(widths) + 2 * len(widths), 160), *lines[1:]]) + "\n"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """The same rows as a Markdown table."""
    if not rows:
        return ""
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]) + "\n"


def _sections(summary: Summary, language: Language) -> list[tuple[str, Rows]]:
    last = summary.groups[-1] if summary.groups else None
    titles = [
        Message("Doelen", "Targets"),
        Message("Alle maten", "All measures"),
        Message("Per foto", "Per photo"),
        Message(f"Stille fouten: {len(summary.silent)}", f"Silent errors: {len(summary.silent)}"),
        Message("Betrouwbaarheid van de zekerheden", "Reliability of the confidences"),
        Message("Seconden", "Seconds"),
    ]
    rows = [
        target_rows(summary, language),
        figure_rows(summary),
        photo_rows(summary),
        silent_rows(summary) if summary.silent else [],
        reliability_rows(last) if last else [],
        stage_rows(summary),
    ]
    data = (titles[2], titles[3], titles[5])  # their first column holds names
    return [
        (title.to(language), _worded(part, language, title not in data))
        for title, part in zip(titles, rows, strict=True)
        if part or title is titles[3]
    ]


def _worded(rows: Rows, language: Language, first_column: bool) -> Rows:
    """Heads, and where they are words the first cells, in a language."""
    return [
        [worded(cell, language) if k == 0 or (first_column and n == 0) else cell for n, cell in enumerate(row)]
        for k, row in enumerate(rows)
    ]


def _left_out(summary: Summary, language: Language) -> list[str]:
    notes = []
    if summary.without_truth:
        notes.append(
            Message("Zonder waarheid, niet meegeteld: ", "Without a truth, left out: ").to(language)
            + ", ".join(summary.without_truth)
        )
    if summary.without_result:
        notes.append(
            Message("Zonder resultaat, niet meegeteld: ", "Without a result, left out: ").to(language)
            + ", ".join(summary.without_result)
        )
    return notes


def to_text(summary: Summary, language: Language = "en") -> str:
    """For a terminal. n: number of cases; in brackets the 95 % Wilson interval."""
    parts = [f"{title}\n\n{aligned(rows)}" for title, rows in _sections(summary, language)]
    return "\n".join([*parts, *_left_out(summary, language)])


def to_markdown(summary: Summary, language: Language = "en", level: int = 2) -> str:
    """For a document; level: of its headings. Ends with a line on each measure."""
    parts = [f"{'#' * level} {title}\n\n{markdown(rows)}" for title, rows in _sections(summary, language)]
    meanings = [["measure", "cases", "meaning"], *([m.title, m.of, m.meaning] for m in MEASURES)]
    title = Message("Wat de maten betekenen", "What the measures mean").to(language)
    return "\n".join([*parts, *_left_out(summary, language), f"{'#' * level} {title}\n\n{markdown(meanings)}"])


def to_json(summary: Summary) -> dict[str, Any]:
    """For machines: `posterscan-evaluation/1`. Shares are 0..1."""
    return {
        "schema": "posterscan-evaluation/1",
        "groups": [_group(group) for group in summary.groups],
        "photos": [_photo(row, summary) for row in range(len(summary.scores))],
        "silent_errors": [
            {"photo": w.table, "card": w.card, "field": w.field, "got": w.got, "expected": w.expected}
            for w in summary.silent
        ],
        "without_truth": list(summary.without_truth),
        "without_result": list(summary.without_result),
    }


def _group(group: Group) -> dict[str, Any]:
    figures = {
        m.key: {
            "value": _rounded(f.value),
            "cases": f.cases,
            "unit": m.unit,
            "low": _rounded(f.low),
            "high": _rounded(f.high),
        }
        for m in MEASURES
        for f in [group.figures[m.key]]
    }
    targets = [
        {
            "measure": t.key,
            "at_least" if t.at_least else "at_most": t.bound(group.name),
            "reached": t.reached(group.name, group.figures[t.key]),
        }
        for t in TARGETS
        if group.name in ORDER
    ]
    return {
        "name": group.name,
        "photos": group.photos,
        "cards": group.cards,
        "figures": figures,
        "targets": targets,
        "reliability": {what: _bins(told) for what, told in group.reliability.items()},
        "seconds": {stage: _rounded(s) for stage, s in group.seconds.items()},
    }


def _bins(told: Reliability) -> list[dict[str, Any]]:
    return [
        {
            "low": b.low,
            "high": b.high,
            "stated": _rounded(b.stated),
            "right": _rounded(b.right.value),
            "values": b.right.cases,
        }
        for b in told.bins
    ]


def _photo(row: int, summary: Summary) -> dict[str, Any]:
    s = summary.scores[row]
    kept = s.residuals
    return {
        "photo": s.table,
        "difficulty": s.difficulty,
        "scanned": s.scanned,
        "cards": len(s.truth.cards),
        "found": len(s.cards),
        "missed": [card.id for card in s.missed],
        "invented": [card.id for card in s.invented],
        "misplaced": [card.id for card, _ in s.misplaced],
        "wrong": [
            {"card": w.card, "field": w.field, "got": w.got, "expected": w.expected, "marked": w.marked}
            for w in s.wrong
        ],
        "stickers": {"counted": s.stickers[0], "true": s.stickers[1]},
        "residual_mm": {
            "stated_median": _rounded(kept.stated_median),
            "stated_p95": _rounded(kept.stated_p95),
            "true_median": _rounded(kept.true_median),
            "true_p95": _rounded(kept.true_p95),
        },
        "seconds": {stage: _rounded(value) for stage, value in s.seconds.items()},
        "peak_memory_mb": _rounded(s.peak_memory_mb),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
