"""Records are written as they happen and read back, whole or cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema
import pytest

from conformance.record import schema
from conformance.record.errors import RecordError
from conformance.record.lines import load
from conformance.record.model import SCHEMA_VERSION, ProblemLine
from conformance.record.reader import CUT_SHORT, read
from conformance.record.to_json import dump
from conformance.record.writer import RecordWriter
from conformance.vocabulary.verdicts import Verdict

from .samples import ALL_LINES, end_line, lines_of, make_line, run_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def written(path: Path) -> Path:
    """Write a whole record."""
    with RecordWriter(path) as writer:
        for line in ALL_LINES:
            writer.write(line)
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """A record comes back as it was, in a folder that was made for it."""
    record = read(written(tmp_path / "new" / "folder" / "record.jsonl"))
    run, catalog, capability, first, problem, second, end = ALL_LINES
    assert (record.run, record.catalog, record.end) == (run, catalog, end)
    assert record.capabilities == (capability,)
    assert record.tests == (first, second)
    assert record.problems == (problem,)


def test_each_line_is_there_at_once(tmp_path: Path) -> None:
    """A line can be read the moment that it was written, before the record is closed."""
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as writer:
        for count, line in enumerate(ALL_LINES, start=1):
            writer.write(line)
            assert len(lines_of(path)) == count
        assert read(path).end == ALL_LINES[-1]


def test_a_killed_run_leaves_its_lines(tmp_path: Path) -> None:
    """SIGKILL in the middle loses nothing of what was written; the record says it has no end."""
    path = tmp_path / "record.jsonl"
    script = (
        "import os, sys, signal\n"
        "from conformance.record.lines import load\n"
        "from conformance.record.writer import RecordWriter\n"
        "from pathlib import Path\n"
        "writer = RecordWriter(Path(sys.argv[1]))\n"
        "for text in sys.argv[2:]: writer.write(load(text))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    texts = [dump(line).decode() for line in ALL_LINES[:4]]
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", script, str(path), *texts], check=False
    )
    assert done.returncode == -signal.SIGKILL
    record = read(path)
    assert [test.id for test in record.tests] == ["a"]
    assert record.end is None


def test_a_new_record_replaces_an_old_one(tmp_path: Path) -> None:
    """Lines of an earlier run never stand in a later record."""
    path = written(tmp_path / "record.jsonl")
    with RecordWriter(path) as writer:
        writer.write(run_line("z"))
    assert read(path).run.selected == ("z",)
    assert read(path).tests == ()


def write_twenty(writer: RecordWriter, text: str) -> None:
    """Write one line twenty times."""
    for _ in range(20):
        writer.write(ProblemLine(text=text))


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    """Lines from several threads stay whole."""
    path = tmp_path / "record.jsonl"
    text = "x" * 20_000
    with RecordWriter(path) as writer:
        writer.write(run_line())
        threads = [threading.Thread(target=write_twenty, args=(writer, text)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [problem.text for problem in read(path).problems] == [text] * 80


def test_a_closed_record_takes_no_more(tmp_path: Path) -> None:
    """Writing after the end is a mistake that shows; closing twice is none."""
    writer = RecordWriter(tmp_path / "record.jsonl")
    writer.close()
    writer.close()
    with pytest.raises(ValueError, match="is closed"):
        writer.write(run_line())


def test_every_cut_is_survived(tmp_path: Path) -> None:
    """Wherever a kill cuts the last line, the rest is read and the cut is noted."""
    path = written(tmp_path / "record.jsonl")
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        record = read(path)
        assert record.end is None
        assert len(record.tests) == 2
        assert record.problems[-1].text == CUT_SHORT
    path.write_bytes(whole[:-1])
    assert read(path).end == end_line()


@pytest.mark.parametrize(
    ("change", "line", "text"),
    [
        (lambda lines: lines[:0], 0, "the record is empty"),
        (lambda lines: lines[1:], 1, "the first line is of type catalog, not run"),
        (lambda lines: [lines[0][:-20]], 1, "cut short in its first line"),
        (
            lambda lines: [lines[0], b"{not json}\n", *lines[1:]],
            2,
            "this is not a line of a record",
        ),
        (lambda lines: [lines[0], b"\n", *lines[1:]], 2, "this is not a line of a record"),
        (lambda lines: [lines[0], b'{"type":"odd"}\n'], 2, "this is not a line of a record"),
        (lambda lines: [*lines[:3], lines[3].replace(b'"PASS"', b'"FINE"', 1)], 4, "verdict"),
        (lambda lines: [*lines, lines[0]], 8, "a second line of its type"),
        (lambda lines: [*lines, lines[-1]], 8, "a second line of its type"),
        (lambda lines: [*lines[:4], lines[3]], 0, "two test lines have the id a"),
    ],
)  # fmt: skip
def test_broken_records_are_refused(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], line: int, text: str
) -> None:
    """Anything but a cut last line is an error with its place, never a shorter record."""
    path = written(tmp_path / "record.jsonl")
    path.write_bytes(b"".join(change(lines_of(path))))
    with pytest.raises(RecordError) as caught:
        read(path)
    assert caught.value.line == line
    assert text in str(caught.value)
    assert str(path) in str(caught.value)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    """A file that is not there, or a folder, is an error that says so."""
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(RecordError, match="can't be read"):
            read(path)


def test_newer_records_are_refused(tmp_path: Path) -> None:
    """A record of a later schema may mean something else; it is not guessed at."""
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as writer:
        writer.write(replace(run_line(), schema=SCHEMA_VERSION + 1))
    with pytest.raises(RecordError, match="newer suite"):
        read(path)


def test_text_that_is_no_unicode_is_kept_readable(tmp_path: Path) -> None:
    """A lone surrogate or a control character in an answer never breaks the record."""
    line = make_line("a", Verdict.FAIL, reason="bad \udc80 \u2028 \x00 name")
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as writer:
        writer.write(run_line("a"))
        writer.write(line)
    assert read(path).tests[0].reason == "bad \\udc80 \u2028 \x00 name"


def test_lines_cross_as_they_are() -> None:
    """Every type of line comes back from JSON equal to what it was."""
    for line in ALL_LINES:
        assert load(dump(line)) == line


def test_the_published_schema_is_the_written_one() -> None:
    """The schema in specs/ is what the model gives; ``python -m conformance.record.schema``."""
    assert schema.PATH.read_text(encoding="utf-8") == schema.schema_text()


def test_written_lines_hold_to_the_schema() -> None:
    """What is written validates against what is published, and nonsense does not."""
    published = json.loads(schema.PATH.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(published)
    for line in ALL_LINES:
        validator.validate(json.loads(dump(line)))
    assert not validator.is_valid({"type": "test", "id": "a"})
    assert not validator.is_valid({"type": "odd"})


def test_a_full_disk_is_no_silent_loss() -> None:
    """A line that can't be written raises."""
    full = "/dev/full"
    if not os.path.exists(full):  # noqa: PTH110  # a device
        pytest.skip("this system has no /dev/full")
    from pathlib import Path  # noqa: PLC0415  # only here

    writer = RecordWriter(Path(full))
    with pytest.raises(OSError, match="No space"):
        writer.write(run_line())
    writer.close()
