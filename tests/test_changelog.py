"""Each fragment of the changelog is one that a release collects."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRAGMENTS = [path for path in sorted((ROOT / "changelog.d").iterdir()) if path.name != "README.md"]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_a_fragment_has_a_name_and_sentences(path: Path) -> None:
    """An issue's number or a word behind a plus, a type that is known, one paragraph of text."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        known = tomllib.load(file)["tool"]["towncrier"]["type"]
    types = "|".join(one["directory"] for one in known)
    assert re.fullmatch(rf"(\d+|\+[a-z0-9-]+)\.({types})\.md", path.name)
    text = path.read_text("utf-8")
    assert re.fullmatch(r"[^\n]+\.\n", text), f"one line that ends with a full stop: {text!r}"
