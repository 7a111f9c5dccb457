"""`compare_with_known`: outcomes sorted into identical, known and new."""

from __future__ import annotations

from conformance.catalog.model import KnownDifference
from conformance.catalog.place import Place
from conformance.recordings.compare import Difference
from conformance.recordings.outcome import Cause, ReplayedRequest, compare_with_known, facts

SAME = ReplayedRequest("group/a#0", "group", ())
TYPE = Difference("header content-type", "application/xml", "")
CODE = Difference("code", "NoSuchKey", "NoSuchThing")
TWO = ReplayedRequest("group/b[x]#0", "group", (TYPE, CODE))
OTHER = ReplayedRequest("other/c#0", "other", (CODE,))


def known(of: str, *aspects: str) -> KnownDifference:
    """Return a known difference."""
    return KnownDifference(
        of=of,
        aspects=aspects,
        reason="it is so",
        source="https://example.org",
        place=Place("", 1, 1),
    )


def test_counts() -> None:
    """Identical answers are counted, together and by group."""
    found = compare_with_known((SAME, TWO, OTHER), ())
    assert found.identical == 1
    assert found.counts() == {"group": (1, 2), "other": (0, 1)}
    assert facts(found) == {"group": False, "other": False}
    assert not found.as_expected


def test_a_difference_that_is_not_argued_is_new() -> None:
    """Of an outcome with one argued difference the other one is new, alone."""
    found = compare_with_known((SAME, TWO), (known("group/b[x]#0", "header *"),))
    assert [outcome.differences for outcome in found.new] == [(CODE,)]
    assert [[each.name for each in outcomes] for _, outcomes in found.known] == [["group/b[x]#0"]]
    assert not found.as_expected


def test_all_argued() -> None:
    """Where each difference is argued nothing is new."""
    found = compare_with_known((SAME, TWO), (known("group/b[[]x]*", "code", "header *"),))
    assert not found.as_expected, "brackets stand for themselves"
    found = compare_with_known((SAME, TWO), (known("group/b*", "code", "header *"),))
    assert found.as_expected


def test_an_argued_difference_that_is_gone_is_stale() -> None:
    """What nobody shows any more fails the comparison; what is about others does not."""
    gone = known("group/a*", "code")
    found = compare_with_known((SAME,), (gone, known("elsewhere/*", "code")))
    assert found.stale == (gone,)
    assert not found.as_expected


def test_causes() -> None:
    """New differences are put together by what differs, the most frequent first."""
    causes = compare_with_known((TWO, OTHER), ()).causes()
    assert causes[0] == Cause("code", "NoSuchKey", "NoSuchThing", ("group/b[x]#0", "other/c#0"))
    assert [cause.aspect for cause in causes] == ["code", "header content-type"]
