"""The delta on a terminal: every finding, commands whole, nothing hostile."""

from __future__ import annotations

from conformance.record.baseline_line import BaselineFinding, BaselineLine
from conformance.terminal.baseline_lines import delta_lines


def held(*findings: BaselineFinding) -> BaselineLine:
    """Return the line of a record that was held against a baseline."""
    return BaselineLine(file="b.yaml", sha256="", entries=1, as_expected=1, findings=findings)


def finding(name: str, line: int = 0, mend: str = "do it") -> BaselineFinding:
    """Return a finding."""
    return BaselineFinding(kind="new", id=name, line=line, text="FAIL: why", mend=mend)


def test_without_a_baseline_there_is_nothing_and_with_a_true_one_a_line() -> None:
    """Silence, or one sentence that says how many failures are accepted."""
    assert delta_lines(None) == ()
    assert delta_lines(held()) == ("As in b.yaml: nothing new, 1 test fails as expected.",)


def test_each_finding_has_its_place_and_its_command() -> None:
    """The file with the line where there is one; the command whole, however long."""
    long = "s3-conformance " + "x" * 500
    lines = delta_lines(held(finding("a"), finding("b", line=7, mend=long)))
    assert lines[0] == "Differs from b.yaml: 2 new; 1 test fails as expected."
    assert lines[1:3] == ("new        a", "           b.yaml: FAIL: why")
    assert lines[5] == "           b.yaml:7: FAIL: why"
    assert lines[6] == f"           to accept: {long}"


def test_long_lists_end_in_a_count_and_hostile_ids_in_escapes() -> None:
    """A thousand findings do not scroll the sentence away; control characters are named."""
    lines = delta_lines(held(*(finding(f"t\x1b{n}") for n in range(30))), limit=5)
    assert lines[-1].endswith("and 25 more: s3-conformance baseline check")
    assert not any("\x1b" in line for line in lines)
