"""Which printed codes exist: the dictionaries of OpenCV's ArUco module by the name that layouts and catalogues use."""

from __future__ import annotations

from functools import cache

import cv2

from posterscan.jsonfile import Fault, suggestion
from posterscan.messages import Message


@cache
def dictionary_sizes() -> dict[str, int]:
    """How many different codes each known dictionary has, by name."""
    names = [name for name in dir(cv2.aruco) if name.startswith("DICT_")]
    return {name: len(cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, name)).bytesList) for name in names}


def dictionary_fault(place: str, name: str) -> Fault | None:
    """What is wrong with a dictionary's name, if anything."""
    known = dictionary_sizes()
    if name in known:
        return None
    near = suggestion(name, known)
    cure = Message(f"Bedoelt u {near}?", f"Did you mean {near}?") if near else \
        Message("Bijvoorbeeld DICT_APRILTAG_36h11 of DICT_4X4_1000.",
                "For example DICT_APRILTAG_36h11 or DICT_4X4_1000.")
    return Fault(place, Message(f"onbekend woordenboek {name!r}", f"unknown dictionary {name!r}"), cure)


def code_fault(place: str, name: str, number: int) -> Fault | None:
    """What is wrong with a code's number in a known dictionary, if anything."""
    size = dictionary_sizes().get(name)
    if size is None or 0 <= number < size:
        return None
    return Fault(place, Message(f"{number} staat niet in {name}", f"{number} is not in {name}"),
                 Message(f"Kies een nummer van 0 tot en met {size - 1}.", f"Choose a number from 0 to {size - 1}."))
