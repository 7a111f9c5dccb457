"""Writes the reference pages: ``python -m conformance.catalog.pages [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.catalog.pages.reference import write
from conformance.vocabulary.specs_folder import specs_root

target = Path(sys.argv[1]) if len(sys.argv) > 1 else specs_root().parent / "docs" / "reference"
for made in write(target):
    sys.stdout.write(f"{made}\n")
