"""What a cell says: the worst that was seen, and nothing good of what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.site.model import Question
from conformance.site.observe import changes, servers
from conformance.site.standing import cell
from conformance.vocabulary.verdicts import Verdict

from .site_samples import capability, exchange, line, observed, record, surveyed

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.record.model import CapabilityLine, TestLine
    from conformance.site.model import Cell


def shown(
    *tests: TestLine,
    capabilities: tuple[CapabilityLine, ...] = (),
    names: tuple[str, ...] = ("a/b", "a/c"),
    any_needed: bool = True,
    needs: tuple[str, ...] = ("sse-c",),
    **run: Any,  # noqa: ANN401 - any field of RunLine
) -> Cell:
    """Return the cell of a question about these tests."""
    question = Question(
        id="q",
        title="Q",
        about="",
        group="",
        needs=needs,
        any_needed=any_needed,
        tests=frozenset(names),
    )
    return cell(question, observed(record(*tests, capabilities=capabilities, **run)))


def test_works() -> None:
    """Tests that passed, of a capability that is there."""
    one = shown(line("a/b", Verdict.PASS), capabilities=(capability(),))
    assert (one.standing, one.impact, one.tested, one.total) == ("works", None, 1, 2)


def test_a_deviation_has_its_worst_impact() -> None:
    """One failed test among passed ones is what the cell shows."""
    tests = (line("a/b", Verdict.PASS), line("a/c", Verdict.FAIL))
    one = shown(*tests, capabilities=(capability(),))
    assert one.standing == "deviates"
    assert one.impact is not None
    assert one.impact == min(
        (finding.impact for finding in one.findings),
        key=["data-loss", "security", "interop", "cosmetic"].index,
    )
    assert "deviations" in one.words


def test_a_cell_says_how_many_of_its_tests_passed() -> None:
    """A recommendation that is not followed is no pass; what was not tested counts for nothing."""
    names = ("a/b", "a/c", "a/d", "a/e")
    verdicts = (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.SKIP)
    tests = [line(name, verdict) for name, verdict in zip(names, verdicts, strict=True)]
    one = shown(*tests, capabilities=(capability(),), names=names)
    assert (one.passed, one.tested, one.total, one.share) == (1, 3, 4, 33)
    none = shown(line("a/b", Verdict.SKIP), capabilities=(capability(),))
    assert (none.standing, none.share) == ("not-tested", None)


def test_findings_of_other_tests_do_not_count() -> None:
    """A failure elsewhere is not a deviation of this feature."""
    tests = (line("a/b", Verdict.PASS), line("x/y", Verdict.FAIL))
    assert shown(*tests, capabilities=(capability(),)).standing == "works"


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (capability(probed="ignored", reason="read: status is 200"), "ignored"),
        (
            capability(
                probed="no", reason="read: status is 200", exchanges=(exchange(step="read"),)
            ),
            "ignored",
        ),
        (
            capability(
                probed="no",
                reason="read: status is 501",
                exchanges=(exchange(step="create"), exchange(step="read", status="501 No")),
            ),
            "refuses",
        ),
        (capability(probed="no", reason="no bucket of the kind"), "refuses"),
        (capability(probed="not-probed", claimed="no", reason="the vendor says so"), "refuses"),
        (capability(probed="not-probed"), "not-tested"),
    ],
    ids=["ignored", "older-record", "refused", "no-set-up", "declared", "not-probed"],
)
def test_what_a_probe_found(found: CapabilityLine, standing: str) -> None:
    """Ignored and refused are different things, and no probe is neither."""
    skipped = line("a/b", Verdict.SKIP, checks=(), exchanges=())
    one = shown(skipped, capabilities=(found,))
    assert one.standing == standing
    assert one.reasons


def test_nothing_known_is_not_tested() -> None:
    """A record without the tests and the capability says nothing."""
    assert shown(line("x/y", Verdict.PASS)).standing == "not-tested"


@pytest.mark.parametrize("verdict", [Verdict.BLOCKED, Verdict.ERROR, Verdict.FLAKY])
def test_a_test_without_a_result_is_not_green(verdict: Verdict) -> None:
    """Beside a test that passed, one that could not be completed keeps the cell from working."""
    tests = (line("a/b", Verdict.PASS), line("a/c", verdict, checks=(), exchanges=()))
    one = shown(*tests, capabilities=(capability(),))
    assert one.standing != "works"


def test_a_run_that_was_cut_short_is_not_green() -> None:
    """A selected test that has no line keeps the cell from working."""
    one = shown(line("a/b", Verdict.PASS), capabilities=(capability(),), selected=("a/b", "a/c"))
    assert one.standing == "not-tested"
    assert "not reached" in one.reasons[0]


def test_a_workload_needs_all_its_capabilities() -> None:
    """One that is absent refuses it, one that is unknown leaves it not tested."""
    test = line("a/b", Verdict.PASS)
    needs = ("sse-c", "kms")
    there = (capability(), capability("kms"))
    absent = (capability(), capability("kms", probed="no", reason="501"))
    assert shown(test, capabilities=there, needs=needs, any_needed=False).standing == "works"
    assert shown(test, capabilities=absent, needs=needs, any_needed=False).standing == "refuses"
    unknown = shown(test, capabilities=(capability(),), needs=needs, any_needed=False)
    assert unknown.standing == "not-tested"


def test_data_loss_is_worse_than_an_absent_feature() -> None:
    """A workload that needs what is absent, and whose tests lose data, shows the loss."""
    absent = (capability(probed="no", reason="501"),)
    lost = line("a/b", Verdict.FAIL)
    one = shown(lost, capabilities=absent, any_needed=False)
    expected = "deviates" if one.findings[0].impact in {"data-loss", "security"} else "refuses"
    assert one.standing == expected


@pytest.mark.parametrize(
    ("older", "newer"),
    [("moto 5.1.0", "moto 5.2.5"), ("SeaweedFS 4.9", "SeaweedFS 4.48"), ("", "x 1")],
)
def test_an_earlier_version_that_was_run_later_is_earlier(older: str, newer: str) -> None:
    """It was run for the history: the tables show the newest version."""
    today = observed(
        record(line("a/b", Verdict.PASS), server=newer, started="2026-01-01T00:00:00Z")
    )
    later = observed(
        record(line("a/b", Verdict.FAIL), server=older, started="2026-01-02T00:00:00Z")
    )
    (server,) = servers([later, today], {})
    assert (server.version, [run.run.server for run in server.runs]) == (newer, [older, newer])
    (change,) = changes(server)
    assert change.versions == (older, newer)


def test_history_is_in_order_of_time() -> None:
    """The newest run is shown; what failed before and passes now is gone, and the reverse new."""
    old = record(
        line("a/b", Verdict.FAIL), line("a/c", Verdict.PASS), started="2026-11-01T00:00:00.000Z"
    )
    new = record(
        line("a/b", Verdict.PASS),
        line("a/c", Verdict.FAIL, rules=("other.rule",)),
        started="2026-11-09T00:00:00.000Z",
    )
    (server,) = servers([observed(new), observed(old)], {})
    assert server.latest.date == "2026-11-09"
    (change,) = changes(server)
    assert [one.tests for one in change.gone] == [("a/b",)]
    assert [one.tests for one in change.new] == [("a/c",)]
    assert server.kind == "endpoint"


def test_a_run_of_clients_completes_the_other() -> None:
    """What real clients showed stands beside the suite's own run, and does not replace it."""
    own = record(line("a/b", Verdict.PASS), started="2026-11-01T00:00:00.000Z")
    clients = record(
        line("clients/boto3/upload", Verdict.FAIL, client="boto3 1.44"),
        started="2026-11-09T00:00:00.000Z",
    )
    (server,) = servers([observed(clients), observed(own)], {})
    assert len(server.runs) == 1
    assert server.latest.date == "2026-11-01"
    assert server.latest.outcomes.keys() == {"a/b", "clients/boto3/upload"}
    assert [one.tests for one in server.latest.findings] == [("clients/boto3/upload",)]


def test_a_finding_of_both_has_two_pages() -> None:
    """Two findings never share an id: the second would take the page of the first."""
    own = record(line("a/b", Verdict.FAIL))
    clients = record(line("clients/boto3/upload", Verdict.FAIL, client="boto3 1.44"))
    (server,) = servers([observed(clients), observed(own)], {})
    ids = [one.id for one in server.latest.findings]
    assert len(set(ids)) == len(ids) == 2


def test_a_client_of_a_record_is_a_feature(catalog: Catalog) -> None:
    """A client that the catalogue has no requests of is a row as soon as it ran."""
    one = record(line("clients/s3fs/upload", Verdict.PASS, client="s3fs 2026.1"))
    found = surveyed(catalog, one)
    (question,) = [feature for feature in found.features if feature.id == "client-s3fs"]
    assert found.cell(found.servers[0], question).standing == "works"


def test_a_recommendation_that_is_not_followed_accuses_nobody() -> None:
    """A WARN is a deviation; it may break clients, and is not called a loss of data."""
    one = shown(line("a/b", Verdict.WARN), capabilities=(capability(),))
    assert (one.standing, one.impact) == ("deviates", "interop")


def test_the_test_that_a_feature_is_ignored_counts_like_its_probe() -> None:
    """Where no capability stands for a feature, its own test says that it is ignored."""
    failed = line("ignored/sse-c", Verdict.FAIL)
    one = shown(failed, names=("ignored/sse-c",), capabilities=(capability(),))
    assert one.standing == "ignored"
    assert shown(failed, capabilities=(capability(),)).standing != "ignored"
