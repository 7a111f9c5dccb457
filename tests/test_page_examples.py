"""The Python on our pages runs as it stands: in an empty folder, with no credentials around."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("reference/api.md", "guides/library.md")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = [
    pytest.param(code, id=f"{page}-{number}")
    for page in PAGES
    for number, code in enumerate(BLOCK.findall((DOCS / page).read_text("utf-8")), 1)
]


def test_there_are_examples() -> None:
    """A page whose blocks were not found would pass for one that runs."""
    assert len(EXAMPLES) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(code: str, tmp_path: Path) -> None:
    """One with tests in it by pytest, any other as a script."""
    is_test = "def test_" in code
    file = tmp_path / ("test_example.py" if is_test else "example.py")
    file.write_text(code, "utf-8")
    program = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if is_test else []
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3_"))
    }
    ended = subprocess.run(  # noqa: S603  # this interpreter, and a page of ours
        [sys.executable, *program, str(file)],
        cwd=tmp_path,
        env={**kept, "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_CONFIG_FILE": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    if is_test:
        assert re.search(r"^\d+ passed", ended.stdout, re.MULTILINE), ended.stdout
