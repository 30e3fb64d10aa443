"""What several photos of one table give together against the overview alone: text by hand, stickers, and cards twice.

    python benchmarks/fusion.py --kit KIT SERIES [--overviews PHOTOS] [--cache DIR]

SERIES holds a folder per table, in it a folder per photo with photo.jpg and truth.json; with --overviews the photo of the
same name there comes first, else the first of the folder. What can be seen in any of the photos counts as visible.
"""



from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import one_photo  # sets the number of threads
from rapidfuzz.distance import Levenshtein

from posterscan.catalogue import LoadedCatalogue, open_catalogue
from posterscan.layout import LoadedLayout, open_layout
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo
from posterscan.pipeline import scan_photo
from posterscan.records import TableResult
from posterscan.scores.scoring import TableScore, score_table
from posterscan.scores.truth import Truth, read_truths
from posterscan.table import scan_table

NAMES = ("cards", "found", "invented", "zone wrong", "identity wrong", "handwritten characters", "wrong characters",
         "sticker cards", "sticker counts wrong", "stickers off by", "silent", "marked", "marked though right", "doubled")


def main() -> None:
    """Prints a line per table and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", type=Path)
    parser.add_argument("--kit", type=Path, required=True)
    parser.add_argument("--overviews", type=Path)
    parser.add_argument("--cache", type=Path, help="keep scans of single photos here; remove it when the scan changes")
    parser.add_argument("--only", default="")
    parser.add_argument("--show", action="store_true", help="every wrong value")
    args = parser.parse_args()
    kit = open_layout(args.kit / "layout.json"), open_catalogue(args.kit / "catalogue.json")
    sums = {"overview": Counter[str](), "together": Counter[str]()}
    for table in sorted(path for path in args.series.iterdir() if path.is_dir() and args.only in path.name):
        folders = photo_folders(table, args.overviews)
        if len(folders) < 2:
            continue
        truth = joined_truth(folders)
        for name, used in (("overview", folders[:1]), ("together", folders)):
            result = scanned(used, kit, args.cache)
            score = score_table(result, truth)
            figures = figures_of(score, truth)
            sums[name].update(figures)
            print(f"{table.name} {name} ({len(used)}): {as_text(figures)}", flush=True)
            if args.show:
                show(score, result)
    for name, total in sums.items():
        cer = total["wrong characters"] / max(1, total["handwritten characters"])
        print(f"\n{name}: {as_text(total)}\n  handwriting CER {cer:.2%}; sticker counts wrong {total['sticker counts wrong']} of "
              f"{total['sticker cards']}")


def photo_folders(table: Path, overviews: Path | None) -> list[Path]:
    """The folders of one table's photos, the overview first."""
    own = sorted(path.parent for path in table.glob("*/truth.json"))
    beside = overviews / table.name if overviews is not None else None
    return [beside, *own] if beside is not None and (beside / "truth.json").is_file() else own


def joined_truth(folders: Sequence[Path]) -> Truth:
    """The first photo's truth, with what can be seen in any of them."""
    every = [json.loads((folder / "truth.json").read_text(encoding="utf-8")) for folder in folders]
    joined: dict[str, Any] = every[0]
    for kind in ("cards", "stickers"):
        for number, one in enumerate(joined[kind]):
            one["visible_fraction"] = max(other[kind][number]["visible_fraction"] for other in every)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / folders[0].name / "truth.json"
        path.parent.mkdir()
        path.write_text(json.dumps(joined), encoding="utf-8")
        (path.parent / joined.get("photo", "photo.jpg")).symlink_to((folders[0] / joined.get("photo", "photo.jpg")).resolve())
        return read_truths(path)[0]


def scanned(folders: Sequence[Path], kit: tuple[LoadedLayout, LoadedCatalogue], cache: Path | None) -> TableResult:
    """The photos as one table; single scans are kept where a folder for that is given."""
    def scan(photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions, **more: Any) -> ScanOutcome:
        kept = cache / f"{photo.sha256[:16]}{'-helped' if more else ''}.pickle" if cache is not None else None
        if kept is not None and kept.is_file():
            return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]
        outcome = scan_photo(photo, layout, catalogue, options, **more)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(replace(outcome, crops={name: crop[:1, :1] for name, crop in outcome.crops.items()})))
        return outcome

    paths = [one_photo.photo_in(folder) for folder in folders]
    done = scan_table(paths, *kit, ScanOptions(folders[0].name, "en", table_given=False), scan)
    for path, error in done.failed:
        print(f"{path.parent.name}: {error.problem.en}", file=sys.stderr)
    if done.outcome is None:
        raise SystemExit(f"no photo of {folders[0].name} could be used")
    return done.outcome.result


def figures_of(score: TableScore, truth: Truth) -> dict[str, int]:
    """Counts of one table; a card counts as doubled where a second record lies on it or carries its id."""
    written = [(c.truth.text, c.record.text.value) for c in score.cards if c.truth.handwritten and c.truth.side == "front"]
    voted = [(c.truth, c.record.stickers.count) for c in score.cards if c.truth.kind == "intention" or c.truth.stickers]
    counts = [max(true.stickers - true.hidden_stickers - count, count - true.stickers, 0) for true, count in voted]
    fields = Counter(w.field for w in score.wrong)
    ids = Counter(c.record.catalogue_id for c in score.cards if c.record.catalogue_id)
    figures = [len(truth.cards), len(score.cards), len(score.invented), fields["zone"], fields["identity"],
               sum(len(folded(t)) for t, _ in written), sum(Levenshtein.distance(folded(t), folded(v)) for t, v in written),
               len(counts), sum(off > 0 for off in counts), sum(counts), len(score.silent),
               sum(bool(c.record.needs_review) for c in score.cards),
               sum(c.marked and not c.wrong and not c.truth.hidden_stickers for c in score.cards),
               sum(n - 1 for n in ids.values())]
    return dict(zip(NAMES, figures, strict=True))


def folded(text: str) -> str:
    """As handwriting is compared in docs/accuracy.md: without case, blanks run together."""
    return " ".join(text.casefold().split())


def as_text(figures: dict[str, int] | Counter[str]) -> str:
    """Name and number, what is nothing left out."""
    return ", ".join(f"{name} {figures[name]}" for name in NAMES if figures[name])


def show(score: TableScore, result: TableResult) -> None:
    """What is wrong, doubted in vain, made up or missed."""
    for w in score.wrong:
        print(f"    wrong {w.card} {w.field}: {w.got!r}, is {w.expected!r}{'' if w.marked else '  SILENT'}")
    for c in score.cards:
        if c.marked and not c.wrong and not c.truth.hidden_stickers:
            print(f"    doubted {c.record.id} {c.record.needs_review}")
    for card in score.invented:
        print(f"    made up {card.id} {card.text.value!r} {card.needs_review} {card.center_mm}")
    for card in score.missed:
        print(f"    missed {card.id} {card.text!r} {card.center_mm}")
    print("    checks:", ", ".join(f"{c.code}" for c in result.checks))


if __name__ == "__main__":
    main()
