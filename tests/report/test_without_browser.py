"""The tests of reports are for machines without a browser, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = """
import sys
sys.modules["playwright"] = sys.modules["axe_playwright_python"] = None
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--collect-only", *sys.argv[1:]]))
"""


def test_they_are_collected_without_playwright() -> None:
    """Only those that open a page need it, when they run."""
    ended = subprocess.run(  # noqa: S603  # this interpreter and the code above
        [sys.executable, "-c", _CODE, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "test_junit.py::" in ended.stdout
    assert "test_browser.py::" in ended.stdout
