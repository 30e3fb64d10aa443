"""The JSON Schemas of the files, generated from the models that read and write them."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args

from pydantic import BaseModel

Kind = Literal["result", "layout", "catalogue", "index", "corrections", "camera"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def model_of(kind: Kind) -> type[BaseModel]:
    """The model of one kind of file; only what it needs is imported."""
    if kind == "layout":
        from posterscan.layout import Layout

        return Layout
    if kind == "catalogue":
        from posterscan.catalogue import Catalogue

        return Catalogue
    if kind == "index":
        from posterscan.batch.index import Index

        return Index
    if kind == "corrections":
        from posterscan.review.document import Document

        return Document
    if kind == "camera":
        from posterscan.cameras.profile import CameraProfile

        return CameraProfile
    from posterscan.records import TableResult

    return TableResult


def schema_of(kind: Kind) -> dict[str, Any]:
    """JSON Schema (2020-12) of one kind of file; $id is the value of the file's own `schema` field."""
    schema = model_of(kind).model_json_schema(by_alias=True)
    name = schema["properties"]["schema"]["const"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:{name.replace('/', ':')}", **schema}


def schema_text(kind: Kind) -> str:
    """As printed and as kept in docs/schema."""
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
