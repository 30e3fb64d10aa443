"""What is installed and what is missing on this machine, each with its cure."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from posterscan.messages import NOTHING, Message

State = Literal["ok", "warning", "missing"]

LEAST_MEMORY_MB = 1500  # a 12 MP photo is read within 700 MB; twice that leaves room for the system
MODELS = {  # the networks that the figures in docs/accuracy.md were measured with
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
REINSTALL = Message("Voer `make setup` opnieuw uit, of `pip install --force-reinstall posterscan`.",
                    "Run `make setup` again, or `pip install --force-reinstall posterscan`.")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. missing: posterscan cannot work without it; warning: it works, less well."""

    code: str
    state: State
    message: Message
    cure: Message = NOTHING


def examine() -> list[Finding]:
    """Everything that a scan needs, in the order in which a reader would ask."""
    return [_python(), _opencv(), *_tesseract(), *_rapidocr(), _characters(), _heic(), _memory(), _cores()]


def usable(findings: list[Finding]) -> bool:
    """Whether a scan can work at all."""
    return all(f.state != "missing" for f in findings)


def _same(text: str) -> Message:
    return Message(text, text)


def _python() -> Finding:
    here = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("python", "ok", _same(f"Python {here}"))
    return Finding("python", "missing", Message(f"Python {here} is niet getest", f"Python {here} is not tested"),
                   Message("Gebruik Python 3.11, 3.12 of 3.13.", "Use Python 3.11, 3.12 or 3.13."))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _opencv() -> Finding:
    try:
        import cv2

        cv2.aruco.ArucoDetector()
    except (ImportError, AttributeError) as error:
        return Finding("opencv", "missing", Message(f"OpenCV werkt niet ({error})", f"OpenCV does not work ({error})"),
                       REINSTALL)
    packages = {name: _version(name) for name in ("opencv-python", "opencv-python-headless", "opencv-contrib-python",
                                                  "opencv-contrib-python-headless")}
    found = {name: number for name, number in packages.items() if number}
    if len(set(found.values())) > 1:
        both = ", ".join(f"{name} {number}" for name, number in found.items())
        return Finding("opencv", "warning", Message(f"OpenCV {cv2.__version__}, versies door elkaar: {both}",
                                                    f"OpenCV {cv2.__version__}, of different versions mixed: {both}"),
                       Message("Verwijder ze alle en voer `make setup` opnieuw uit.",
                               "Uninstall all of them and run `make setup` again."))
    return Finding("opencv", "ok", _same(f"OpenCV {cv2.__version__}"))


def _tesseract() -> Iterator[Finding]:
    from posterscan.ocr.tesseract import tesseract_languages, tesseract_version

    number = tesseract_version()
    if number is None:
        yield Finding("tesseract", "warning", Message("Tesseract ontbreekt: kaartjes worden door één lezer gelezen en "
                                                      "er wordt meer nagevraagd",
                                                      "Tesseract is missing: cards are read by one reader and more of "
                                                      "them are marked for a look"),
                      _same("sudo apt-get install -y tesseract-ocr tesseract-ocr-nld"))
        return
    yield Finding("tesseract", "ok", _same(f"Tesseract {number}"))
    if "nld" in tesseract_languages():
        yield Finding("tesseract-nld", "ok", Message("Tesseract: Nederlands (nld)", "Tesseract: Dutch (nld)"))
    else:
        yield Finding("tesseract-nld", "warning", Message("Tesseract kent geen Nederlands (nld)",
                                                          "Tesseract lacks Dutch (nld)"),
                      _same("sudo apt-get install -y tesseract-ocr-nld"))


def _rapidocr() -> Iterator[Finding]:
    number, runtime = _version("rapidocr"), _version("onnxruntime")
    if number is None or runtime is None:
        what = "rapidocr" if number is None else "onnxruntime"
        yield Finding("rapidocr", "missing", Message(f"{what} ontbreekt", f"{what} is missing"), REINSTALL)
        return
    yield Finding("rapidocr", "ok", _same(f"RapidOCR {number}, onnxruntime {runtime}"))
    from posterscan.ocr.rapid import model_folder

    folder = model_folder()
    for name, wanted in MODELS.items():
        path = folder / name if folder is not None else None
        if path is None or not path.is_file():
            yield Finding("rapidocr-model", "missing", Message(f"model {name} ontbreekt", f"model {name} is missing"),
                          REINSTALL)
            continue
        found = _sha256(path)
        if found == wanted:
            yield Finding("rapidocr-model", "ok", _same(f"{name}, sha256 {found[:12]}…"))
        else:
            yield Finding("rapidocr-model", "warning",
                          Message(f"{name} is een ander model dan waarmee is gemeten (sha256 {found[:12]}…)",
                                  f"{name} is not the model that was measured with (sha256 {found[:12]}…)"), REINSTALL)


def _characters() -> Finding:
    from posterscan.ocr.characters import model_path

    path = model_path()
    if path.is_file():
        return Finding("characters", "ok", Message(f"Nederlands lettermodel, sha256 {_sha256(path)[:12]}…",
                                                   f"Dutch character model, sha256 {_sha256(path)[:12]}…"))
    return Finding("characters", "warning", Message(f"{path.name} ontbreekt: handschrift wordt slechter gelezen",
                                                    f"{path.name} is missing: handwriting is read less well"),
                   REINSTALL)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _heic() -> Finding:
    number = _version("pillow-heif")
    if number is None:
        return Finding("heic", "warning", Message("foto's van iPhones (HEIC) kunnen niet worden gelezen",
                                                  "iPhone photos (HEIC) cannot be read"), REINSTALL)
    return Finding("heic", "ok", _same(f"HEIC (iPhone), pillow-heif {number}"))


def _memory() -> Finding:
    try:
        free = _free_mb()
    except (OSError, ValueError, AttributeError):
        return Finding("memory", "ok", Message("geheugen: onbekend", "memory: unknown"))
    if free < LEAST_MEMORY_MB:
        return Finding("memory", "warning", Message(f"{free} MB geheugen vrij", f"{free} MB of memory free"),
                       Message("Sluit andere programma's, of lees één foto tegelijk.",
                               "Close other programs, or read one photo at a time."))
    return Finding("memory", "ok", Message(f"{free} MB geheugen vrij", f"{free} MB of memory free"))


def _free_mb() -> int:
    """What a new program can get: the kernel's own estimate, else the free pages."""
    about = Path("/proc/meminfo")
    if about.is_file():
        for line in about.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") // 2**20


def _cores() -> Finding:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("cores", "ok", Message(f"{count} processorkernen", f"{count} processor cores"))
