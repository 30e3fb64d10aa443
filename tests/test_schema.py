"""The JSON Schemas: current in docs/schema, true to the models, and to the contract's own examples."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest

from conftest import ROOT
from kits import catalogue_data, layout_data
from posterscan.files import as_json
from posterscan.schema import KINDS, schema_of, schema_text
from results import outcome_of, result_data

INDEX_DATA: dict[str, Any] = {
    "schema": "posterscan-index/1", "software": {"name": "posterscan", "version": "0.1.0"},
    "counts": {"photos": 1, "used": 1, "tables": 1, "read": 1, "failed": 0, "problems": 0},
    "tables": [{"name": "2K7-MQ4-tafel-1", "table": "tafel-1", "session": "2K7-MQ4", "status": "read",
                "file": "2K7-MQ4-tafel-1.json", "photos": ["IMG_1.jpg"]}],
    "photos": [{"file": "IMG_1.jpg", "sha256": "aa", "table": "2K7-MQ4-tafel-1"}]}
CORRECTIONS_DATA: dict[str, Any] = {
    "schema": "posterscan-corrections/1", "software": {"name": "posterscan", "version": "0.1.0"}, "by": "An", "session": "k3j2",
    "at": "2026-11-24T21:00:00+01:00", "tables": [{
        "name": "tafel-1", "measured": "a" * 64, "photos": ["b" * 64], "status": "reviewed", "corrections": [
            {"card": "c-koor", "field": "text.value", "value": "Koor", "at": "2026-11-24T20:59:00+01:00"}]}]}
CAMERA_DATA: dict[str, Any] = {
    "schema": "posterscan-camera/1", "make": "Fairphone", "model": "FP4", "focal_35mm": 26.0, "size_px": [4032, 3024],
    "lens": {"focal_px": 2910.0, "principal_px": [2020.0, 1510.0], "coefficients": [-0.1, 0.02, 0.0, 0.0]},
    "sigma": {"focal_px": 9.0, "principal_px": [3.0, 3.0], "coefficients": [0.002, 0.003, 0.0002, 0.0002]},
    "residual_px": {"median": 0.3, "p95": 0.9}, "source": "board", "photos": 10, "points": 640, "date": "2026-11-24"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "result": result_data(), "layout": layout_data(), "catalogue": catalogue_data(), "index": INDEX_DATA,
    "corrections": CORRECTIONS_DATA, "camera": CAMERA_DATA}


@pytest.mark.parametrize("kind", KINDS)
def test_the_copy_in_docs_is_current(kind: Any) -> None:
    kept = (ROOT / "docs" / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(kind), "run `make schema`"


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_good_files_and_refuses_others(kind: Any) -> None:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(EXAMPLES[kind])
    for name in schema["required"]:
        lacking = {k: v for k, v in EXAMPLES[kind].items() if k != name}
        assert not validator.is_valid(lacking), name
    wrong = copy.deepcopy(EXAMPLES[kind])
    wrong["schema"] = "posterscan-other/9"
    assert not validator.is_valid(wrong)


def test_what_is_written_is_valid() -> None:
    jsonschema.Draft202012Validator(schema_of("result")).validate(json.loads(as_json(outcome_of().result)))


def test_unknown_fields_are_refused_where_people_write_and_allowed_in_results() -> None:
    assert not jsonschema.Draft202012Validator(schema_of("layout")).is_valid(layout_data() | {"extra": 1})
    assert not jsonschema.Draft202012Validator(schema_of("catalogue")).is_valid(catalogue_data() | {"extra": 1})
    assert jsonschema.Draft202012Validator(schema_of("result")).is_valid(result_data() | {"extra": 1})
