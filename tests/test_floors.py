"""The house keeps its floors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_no_room_imports_a_higher_floor() -> None:
    """Import-linter's contracts in pyproject.toml hold for every module of the package."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    outcome = subprocess.run(  # noqa: S603 - our own tool, found beside the interpreter
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
