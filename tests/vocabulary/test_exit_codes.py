"""The exit codes: what each is called, and that nobody has numbers of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path

from conformance.vocabulary.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]
LITERAL = re.compile(r"exit_?code\w*\s*(?:==|!=|>=?|<=?|in)\s*[\d(\[{]|sys\.exit\(\d|\.exit\(\d")


def test_codes_are_numbers_with_words() -> None:
    """A record holds the number, a legend shows the words."""
    assert [*map(int, ExitCode)] == [0, 1, 2, 3, 4, 5]
    assert json.dumps({"exit_code": ExitCode.USAGE}) == '{"exit_code": 2}'
    assert f"{ExitCode.DIFFERS}: {ExitCode.DIFFERS.meaning}" == "1: differs from what was expected"
    assert ExitCode(3) is ExitCode.UNREACHABLE


def test_no_module_compares_with_a_number_of_its_own() -> None:
    """A second home of the codes would drift from this one."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "conformance").rglob("*.py"))
        if "reference" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if LITERAL.search(line)
    ]
    assert not found
