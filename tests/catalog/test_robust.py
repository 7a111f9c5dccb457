"""Whatever stands in a spec file, loading it ends with a catalogue or with its mistakes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.catalog.load import load
from conformance.catalog.problems import SpecError

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [path.read_text(encoding="utf-8") for path in sorted((SPECS / "scenarios").iterdir())]
TOKEN = re.compile(r"[A-Za-z0-9_$./-]+|\{[^{}]*\}|\[[^\[\]]*\]")
ODD = [
    "", "{}", "[]", "null", "true", "1", "-1.5", "''", "$x", "${", "$$", "$key", "$create",
    "{1: 2}",
    "[1, {a: b}]", "{sse_c: 1}", "{sse_c: {seed: a}}", "{random: {}}", "{text: []}", "{concat: {}}",
    "{from: 1}", "{absent: true}", "{any_of: 3}", "{with: 3}", "{length: {gt: []}}", "&a b", "!t a",
]  # fmt: skip


@st.composite
def broken_files(draw: st.DrawFn) -> str:
    """Draw a scenario file in which a few words, maps or lists are replaced by others."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 5))):
        tokens = list(TOKEN.finditer(text))
        token = draw(st.sampled_from(tokens))
        other = draw(st.sampled_from(ODD) | st.sampled_from(tokens).map(lambda found: found[0]))
        text = text[: token.start()] + other + text[token.end() :]
    return text


@settings(
    max_examples=150,
    deadline=None,  # a machine under load is no mistake
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one file, written anew each time
)
@given(text=broken_files())
def test_a_broken_file_is_reported_and_never_crashes(tmp_path: Path, text: str) -> None:
    """A file with words misplaced loads, or every mistake in it has a place in some file."""
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load([path], specs=SPECS)
    except SpecError as error:
        lines = len(text.splitlines())
        for problem in error.problems:
            if problem.place.file == str(path):
                assert 1 <= problem.place.line <= max(1, lines)
            assert problem.text
