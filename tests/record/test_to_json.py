"""Lines are written as pydantic, which reads them, would write them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.record.lines import LINE, load
from conformance.record.to_json import dump, written

from .samples import ALL_LINES, run_line

if TYPE_CHECKING:
    from conformance.record.model import Line, RunLine


def with_paths(text: str = "a") -> RunLine:
    """Return a run line whose options name a file, and a text."""
    line = run_line(text)
    target = replace(line.options.target, ca_file=Path("folder/ca.pem"))
    return replace(line, options=replace(line.options, target=target))


@pytest.mark.parametrize("line", [*ALL_LINES, with_paths()], ids=lambda line: line.type)
def test_json_is_that_of_the_reader(line: Line) -> None:
    """No member is left out or written in a form of its own, and all comes back."""
    assert json.loads(dump(line)) == json.loads(LINE.dump_json(line))
    assert load(dump(line)) == line


def test_what_is_no_unicode_is_written_with_backslashes() -> None:
    """Also beside a path; the line is handed back as it reads."""
    data, line = written(with_paths("\ud800"))
    assert line.selected == ("\\ud800",)
    assert load(data) == line


def test_what_no_record_holds_is_a_mistake_of_ours() -> None:
    """Nothing is written as the text that Python happens to show."""
    with pytest.raises(TypeError, match="no form of object"):
        dump(replace(run_line("a"), target=object()))  # type: ignore[arg-type]  # on purpose
