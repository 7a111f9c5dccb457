"""Waiting for what takes effect after a while has a bound on targets that are one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.load import load
from conformance.runs.eventually import capped_waits
from conformance.targets.profile_file import load_profiles
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import Step


def waits(steps: Iterable[Step]) -> Iterator[float]:
    """Yield how long each step waits, those within groups too."""
    for step in steps:
        yield step.eventually
        yield from waits(step.concurrently)


def test_no_step_waits_longer_than_it_may() -> None:
    """Groups and set-up too; shorter waits, and all that is no wait, stay."""
    patient = [test for test in load().tests if max(waits((*test.given, *test.steps))) > 3]
    assert any(max(waits(test.given)) > 3 for test in patient)
    for test in patient:
        changed = capped_waits(test, 3)
        assert max(waits((*changed.given, *changed.steps))) == 3
        assert [step.expectations for step in changed.steps] == [
            step.expectations for step in test.steps
        ]
        assert capped_waits(test, 3600) is test
        assert capped_waits(test, None) is test


def test_the_sentences_say_how_long_was_waited() -> None:
    """A report must not claim a patience that the run did not have."""
    test = next(one for one in load().tests if max(waits(one.steps)) == 10)
    assert any("within 10 s" in text for text in test.sentences)
    hasty = capped_waits(test, 3).sentences
    assert any("within 3 s" in text for text in hasty)
    assert not any("within 10 s" in text for text in hasty)


def test_the_reference_is_waited_for_as_long_as_amazon_s3() -> None:
    """What is asked of it is asked in full; servers of one machine have settled long before."""
    profiles = load_profiles(specs_root() / "targets", load().capabilities)
    unbounded = {name for name, one in profiles.items() if one.settle_seconds is None}
    assert unbounded == {"aws", "reference"}
