"""Single stages of a batch: bringing photos together, the end of a run, and the scheduler of a cluster."""

from __future__ import annotations

import statistics
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

TABLES, TASKS = 3, 5000


def fusing_s(kit_photos: Path, closeups: Path) -> tuple[float, float]:
    """Per photo of a table with four of them, beyond reading each; and to place a close-up that shows too few markers."""
    import one_photo  # sets the number of threads  # noqa: F401

    from posterscan import table
    from posterscan.catalogue import open_catalogue
    from posterscan.layout import open_layout
    from posterscan.outcome import ScanOptions
    from posterscan.pipeline import scan_photo

    kit = open_layout(kit_photos / "kit" / "layout.json"), open_catalogue(kit_photos / "kit" / "catalogue.json")
    fused: list[float] = []
    placed: list[float] = []
    stages: Any = table
    find_anchors, together = stages.find_anchors, stages._together

    def timed(what: list[float], call: Any) -> Any:
        def run(*given: Any) -> Any:
            start = time.process_time()
            try:
                return call(*given)
            finally:
                what.append(time.process_time() - start)
        return run

    stages.find_anchors, stages._together = timed(placed, find_anchors), timed(fused, together)
    try:
        photos = 0
        for folder in sorted(path for path in closeups.iterdir() if path.is_dir())[:TABLES]:
            paths = [kit_photos / folder.name / "photo.jpg", *sorted(folder.glob("*/photo.jpg"))]
            photos += len(paths)
            table.scan_table(paths, *kit, ScanOptions(folder.name, "en"), scan_photo)
    finally:
        stages.find_anchors, stages._together = find_anchors, together
    return sum(fused) / photos, statistics.median(placed) if placed else 0.0


def end_s(out: Path, repeat: int = 5) -> float:
    """Per table that has a result: reading it again and writing its rows, as at the end of every run."""
    from posterscan.batch.index import read_results, result_names
    from posterscan.batch.tables import write_tidy
    from posterscan.places import FolderPlace

    place = FolderPlace(out)
    names = result_names(place)
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        every = (one for _ in range(repeat) for one in read_results(place, names))
        write_tidy(FolderPlace(folder), ((f"{name}.json", result) for name, result in every))
        return (time.process_time() - start) / (repeat * max(1, len(names)))


def held_kb(out: Path) -> float:
    """What the process in charge keeps of each photo until the end: its look."""
    from posterscan.batch.look import Look

    files = sorted((out / ".posterscan" / "looks").glob("*.json"))
    tracemalloc.start()
    kept = [Look.model_validate_json(path.read_bytes()) for path in files]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e3 / max(1, len(kept))


def _nothing(task: Any) -> Any:
    from posterscan.batch.tasks import Crash
    from posterscan.messages import NOTHING

    return Crash("internal-error", NOTHING, NOTHING)


def scheduler_rate() -> float:
    """Tasks per second that do nothing, through a scheduler on this machine to a hundred threads, as a real cluster has cores."""
    from distributed import LocalCluster

    from posterscan.batch import cluster as module
    from posterscan.batch.kits import KitRef
    from posterscan.batch.other_kits import KitFacts
    from posterscan.batch.tasks import LookTask

    kit = KitRef("kit", "0" * 64, KitFacts("2K7-MQ4", "0" * 64, "DICT_APRILTAG_36h10"))
    tasks = [LookTask("/photos", f"session/IMG_{n:06}.jpg", "/out", (kit,), None, "/out") for n in range(TASKS)]
    cluster: Any = module
    real, cluster.do = cluster.do, _nothing
    try:
        with LocalCluster(n_workers=2, threads_per_worker=50, dashboard_address=None) as machines, \
                cluster.Cluster(machines.scheduler_address) as runner:
            runner.run(iter(tasks[:200]), lambda task, answer: None)
            start = time.perf_counter()
            runner.run(iter(tasks), lambda task, answer: None)
            return TASKS / (time.perf_counter() - start)
    finally:
        cluster.do = real
