"""Writes the JSON Schemas: ``python -m conformance.catalog.schema [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.catalog.schema.files import write
from conformance.vocabulary.specs_folder import specs_root

for written in write(Path(sys.argv[1]) if len(sys.argv) > 1 else specs_root() / "schema"):
    sys.stdout.write(f"{written}\n")
