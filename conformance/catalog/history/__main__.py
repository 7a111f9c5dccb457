"""Writes the table of digests of one catalogue: ``python -m conformance.catalog.history [FOLDER]``.

Without a folder the table is of the catalogue of this checkout, and is written as that of its
release: do so before each release. A folder is a checkout of an earlier commit, with the version
and the commit behind it: its own code reads its catalogue in a process of its own, and the digests
are computed by the code of today.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from conformance.version import __version__
from conformance.vocabulary.specs_folder import specs_root

_PROGRAM: Final = Path(__file__).with_name("dump.py")


def main(arguments: list[str]) -> None:
    """Write the table and say where it is."""
    today = Path(__file__).resolve().parents[3]
    folder = Path(arguments[0]).resolve() if arguments else today
    version = arguments[1] if len(arguments) > 1 else __version__
    commit = arguments[2] if len(arguments) > 2 else ""
    made = subprocess.run(  # noqa: S603  # our own interpreter and program
        [sys.executable, str(_PROGRAM), str(folder), str(today), version, commit],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
    )
    target = specs_root() / "history" / f"expected-{version}.txt"
    kept = target.read_text("utf-8") if target.is_file() else ""
    if kept and f"\ncommit: {commit}\n" not in kept:
        sys.exit(f"{target} is of another commit: a release's table is written once")
    target.parent.mkdir(exist_ok=True)
    target.write_text(made.stdout, "utf-8")
    sys.stdout.write(f"{target}\n")


main(sys.argv[1:])
