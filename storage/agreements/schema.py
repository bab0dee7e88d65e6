"""The file format as a JSON Schema, for editors that complete and check while one writes."""

import json
from typing import Any

from storage.agreements.format import AgreementFile


def schema() -> dict[str, Any]:
    """The JSON Schema, generated from the models."""
    made = AgreementFile.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Samverkansöverenskommelse",
        "description": "En kommuns samverkansöverenskommelse, se docs/agreement-format.md",
    }


def schema_text() -> str:
    """The JSON Schema as text."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
