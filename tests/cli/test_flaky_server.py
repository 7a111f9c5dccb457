"""The gate and a server that really is flaky: every other request of one kind fails."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest
from command_helpers import ACCESS_KEY, GOOD, SECRET_KEY, Command, dying, record_in, spec
from scripted_server import error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scripted_server import Behaviour, ScriptedServer

NEVER = 10**9
"""Requests after which `dying` says nothing more: it stays alive."""


def failing(which: Callable[[int], bool]) -> Behaviour:
    """Answer well, but CreateMultipartUpload by 409 where ``which`` says so of its number."""
    healthy = dying(NEVER)
    creations = 0
    lock = threading.Lock()

    def behave(head: bytes, number: int) -> bytes | None:
        nonlocal creations
        if not head.startswith(b"POST"):
            return healthy(head, number)
        with lock:
            creations += 1
            mine = creations
        return error(409, "OperationAborted") if which(mine) else healthy(head, number)

    return behave


class Flaky:
    """Runs one test of a server with a baseline that expects it to pass."""

    def __init__(self, command: Command, server: ScriptedServer, folder: Path) -> None:
        self._command = command
        self._keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
        self._url = server.url
        self.folder = folder
        spec(folder / "t.yaml", GOOD)

    def gate(self, expected: str, *words: str) -> tuple[int, str]:
        """Run the gate with the entries that are expected; return exit code and output."""
        text = f"format: 1\nexpected: {expected}\njudged:\n  - t[1]\n"
        (self.folder / "b.yaml").write_text(text, "utf-8")
        result = self._command(
            "run", "--endpoint-url", self._url, *self._keys, "--baseline", "b.yaml",
            "--out", "o", *words, "t.yaml",
        )  # fmt: skip
        return result.code, result.out + result.err


@pytest.fixture
def flaky(
    command: Command, scripted: Callable[[Behaviour], ScriptedServer], tmp_path: Path
) -> Callable[[Callable[[int], bool]], Flaky]:
    """Start a server of which every creation fails that a function names."""
    return lambda which: Flaky(command, scripted(failing(which)), tmp_path)


def test_what_fails_every_other_time_is_flaky_and_green(
    flaky: Callable[[Callable[[int], bool]], Flaky],
) -> None:
    """It ran again, and both results are in the record, JUnit and CTRF."""
    made = flaky(lambda number: number % 2 == 1)
    code, said = made.gate("[]")
    assert code == 0, said
    (test,) = record_in(made.folder / "o").tests
    assert (test.verdict, test.retries, test.reason) == (
        "FLAKY", ("PASS",), "not the same twice: FAIL, then PASS",
    )  # fmt: skip
    suite = fromstring((made.folder / "o" / "junit.xml").read_text("utf-8"))  # noqa: S314  # ours
    assert suite.attrib["failures"] == "0"
    assert suite.find(".//testcase//property[@name='retries']") is not None
    (shown,) = json.loads((made.folder / "o" / "ctrf.json").read_text("utf-8"))["results"]["tests"]
    assert (shown["flaky"], shown["retries"]) == (True, 1)


def test_flaky_tests_can_fail_the_gate(
    flaky: Callable[[Callable[[int], bool]], Flaky],
) -> None:
    """Who asks for it gets exit code 1."""
    code, _ = flaky(lambda number: number % 2 == 1).gate("[]", "--flaky", "fail")
    assert code == 1


def test_without_repeats_the_gate_is_red(
    flaky: Callable[[Callable[[int], bool]], Flaky],
) -> None:
    """That it is green above comes of the repeats alone."""
    code, said = flaky(lambda number: number % 2 == 1).gate("[]", "--retries", "0")
    assert code == 1
    assert "new        t[1]" in said


def test_what_fails_each_time_is_new(flaky: Callable[[Callable[[int], bool]], Flaky]) -> None:
    """It was run twice more, and stays a failure."""
    made = flaky(lambda _: True)
    assert made.gate("[]")[0] == 1
    (test,) = record_in(made.folder / "o").tests
    assert (test.verdict, test.retries) == ("FAIL", ("FAIL", "FAIL"))


def test_a_finding_that_comes_and_goes_is_not_fixed(
    flaky: Callable[[Callable[[int], bool]], Flaky],
) -> None:
    """The test that showed it is run again before its entry counts as no longer true."""
    entry = (
        "[{finding: {rule: life.create-returns-id, kind: refused}, seen: 't[1]', is: FAIL,\n"
        "    because: it is so}]"
    )
    made = flaky(lambda number: number % 2 == 0)
    code, said = made.gate(entry)
    assert code == 0, said
    assert record_in(made.folder / "o").tests[0].verdict == "FLAKY"
    code, said = flaky(lambda _: False).gate(entry)
    assert code == 1
    assert "fixed      life.create-returns-id/refused" in said
