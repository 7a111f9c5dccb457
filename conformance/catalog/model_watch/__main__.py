"""Writes the installed edition of the service model into ``specs/service-model.json``."""

from __future__ import annotations

import sys

from conformance.catalog.model_watch.kept import write

if __name__ == "__main__":
    sys.stdout.write(f"{write()}\n")
