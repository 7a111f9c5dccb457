"""Results that vary from run to run: allowed as a list, found over several records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.baseline.comparison import judge
from conformance.baseline.edit import Wish, update
from conformance.baseline.file import parse_baseline
from conformance.baseline.text import new_baseline
from conformance.catalog.problems import SpecError
from conformance.vocabulary.verdicts import Verdict

from .baseline_samples import TODAY, of, one_test

if TYPE_CHECKING:
    from conformance.record.model import Record


def run_of(**results: Verdict) -> Record:
    """Return a record of tests by name, without their area."""
    return of(*(one_test(f"race/{name}", verdict) for name, verdict in results.items()))


FIRST = run_of(always=Verdict.FAIL, varies=Verdict.FAIL, later=Verdict.PASS, never=Verdict.PASS)
SECOND = run_of(always=Verdict.FAIL, varies=Verdict.PASS, later=Verdict.FAIL, never=Verdict.PASS)


def allowed(text: str) -> dict[str, tuple[Verdict, ...]]:
    """Return what each entry of a baseline allows."""
    return {entry.id: entry.allowed for entry in parse_baseline("b.yaml", text)[0].entries}


def differences(record: Record, text: str) -> list[tuple[str, str]]:
    """Return what differs from a baseline."""
    found = judge(record, parse_baseline("b.yaml", text)[0], TODAY).differences
    return [(one.kind, one.id) for one in found]


def test_a_baseline_of_two_records_allows_what_differed_to_come_either_way() -> None:
    """Both runs, and any mixture of them, are then as expected."""
    text = new_baseline(FIRST, SECOND)
    assert allowed(text) == {
        "race/always": (Verdict.FAIL,),
        "race/varies": (Verdict.FAIL, Verdict.PASS),
        "race/later": (Verdict.FAIL, Verdict.PASS),
    }
    mixed = run_of(always=Verdict.FAIL, varies=Verdict.PASS, later=Verdict.PASS, never=Verdict.PASS)
    assert [differences(record, text) for record in (FIRST, SECOND, mixed)] == [[], [], []]


def test_what_did_not_vary_still_fails_the_gate() -> None:
    """A list allows what is in it and nothing else."""
    text = new_baseline(FIRST, SECOND)
    worse = run_of(
        always=Verdict.PASS, varies=Verdict.ERROR, later=Verdict.PASS, never=Verdict.FAIL
    )
    assert differences(worse, text) == [
        ("new", "race/never"), ("changed", "race/varies"), ("fixed", "race/always"),
    ]  # fmt: skip


def test_an_update_by_two_records_widens_instead_of_replacing() -> None:
    """The first record brings the baseline up to date, the second one adds what it saw."""
    text = new_baseline(run_of(always=Verdict.FAIL, varies=Verdict.FAIL, never=Verdict.PASS))
    once = update("b.yaml", text, FIRST, Wish(today=TODAY)).text
    done = update("b.yaml", once, SECOND, Wish(today=TODAY, either=True))
    assert allowed(done.text) == {
        "race/always": (Verdict.FAIL,),
        "race/varies": (Verdict.FAIL, Verdict.PASS),
        "race/later": (Verdict.FAIL, Verdict.PASS),
    }
    assert not done.left


def test_generated_reasons_say_that_they_are_to_do() -> None:
    """What was seen is no reason; a reason that was given is."""
    entries = parse_baseline("b.yaml", new_baseline(FIRST))[0].entries
    assert all(entry.because.startswith("TODO: ") for entry in entries)
    entries = parse_baseline("b.yaml", new_baseline(FIRST, reason="known"))[0].entries
    assert {entry.because for entry in entries} == {"known"}


@pytest.mark.parametrize("value", ["PASS", "[PASS]"])
def test_pass_alone_accepts_nothing(value: str) -> None:
    """An entry names what fails; PASS only beside it."""
    text = f"format: 1\ntarget: t\nexpected:\n  - id: a/b\n    is: {value}\n    because: x\n"
    with pytest.raises(SpecError, match="beside PASS"):
        parse_baseline("b.yaml", text)
