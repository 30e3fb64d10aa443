"""The JSON Schemas of the files, generated from the models that read and write them."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel

from posterscan.catalogue import Catalogue
from posterscan.layout import Layout
from posterscan.records import TableResult

Kind = Literal["result", "layout", "catalogue"]
MODELS: dict[Kind, type[BaseModel]] = {"result": TableResult, "layout": Layout, "catalogue": Catalogue}


def schema_of(kind: Kind) -> dict[str, Any]:
    """JSON Schema (2020-12) of one kind of file; $id is the value of the file's own `schema` field."""
    model = MODELS[kind]
    schema = model.model_json_schema(by_alias=True)
    name = schema["properties"]["schema"]["const"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:{name.replace('/', ':')}", **schema}


def schema_text(kind: Kind) -> str:
    """As printed and as kept in docs/schema."""
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
