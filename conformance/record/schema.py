"""The published JSON Schema of a record line; ``python -m conformance.record.schema`` writes it."""

from __future__ import annotations

import json

from conformance.record.lines import LINE
from conformance.record.model import SCHEMA_VERSION
from conformance.vocabulary.specs_folder import specs_root

PATH = specs_root() / "schema" / "record.schema.json"


def schema_text() -> str:
    """Return the schema as it is published: indented JSON with a final line feed."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One line of an s3-conformance run record, schema {SCHEMA_VERSION}",
    }
    return json.dumps(head | LINE.json_schema(mode="serialization"), indent=2) + "\n"


def main() -> None:
    """Write the schema to its place in the source tree."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
