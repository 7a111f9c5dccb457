"""The table of clients: which work, where the others fail, and what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.report import markdown, matrix
from conformance.report.html import report_page
from conformance.report.summary import findings_of
from conformance.report.works_with import client_rows, sentence
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, check, record

if TYPE_CHECKING:
    from conformance.record.model import CheckLine, TestLine


def step(client: str, name: str, verdict: Verdict = Verdict.PASS) -> TestLine:
    """Return the line of a client's step."""
    short = client.partition(" ")[0]
    line = a_test(f"clients/{short}/{name}", verdict, checks=checks(name, verdict))
    return replace(line, client=client, reason=f"{name} came to {verdict}")


def checks(name: str, verdict: Verdict) -> tuple[CheckLine, ...]:
    """Return the one check of a step; none where nothing was tested."""
    if verdict is Verdict.FAIL:
        return (check("FAIL", id=f"{name}.must.status", expected="2xx", got="411"),)
    return (check(id=f"{name}.must.works"),) if verdict is Verdict.PASS else ()


def dialect(name: str, verdict: Verdict = Verdict.PASS) -> TestLine:
    """Return the line of a test in a dialect."""
    line = a_test(f"client/upload-http[{name}]", verdict, checks=checks("UploadPart", verdict))
    return replace(line, dialect=name)


def sample() -> tuple[TestLine, ...]:
    """Return a client that works, one that fails, one that was skipped, and two dialects."""
    return (
        step("boto3 1.44.8", "upload"),
        step("boto3 1.44.8", "copy"),
        step("boto3 1.44.8", "sse-c", Verdict.SKIP),
        step("rclone 1.75.2", "upload"),
        step("rclone 1.75.2", "copy", Verdict.FAIL),
        step("rclone 1.75.2", "transfer", Verdict.FAIL),
        step("dotnet-v4 4.1.0", "sample-13mb", Verdict.SKIP),
        step("s3cmd 2.4.0", "upload", Verdict.ERROR),
        dialect("go-v2"),
        dialect("go-v2:when-required"),
        dialect("js-v3", Verdict.FAIL),
        a_test("create/plain"),
    )


def test_each_client_has_a_row() -> None:
    """Real clients first; variants of a dialect are one; other tests are in no row."""
    made = record(*sample())
    rows = client_rows(made, findings_of(made))
    assert [(row.kind, row.name, row.version, row.state) for row in rows] == [
        ("client", "boto3", "1.44.8", "works"),
        ("client", "dotnet-v4", "4.1.0", "untested"),
        ("client", "rclone", "1.75.2", "fails"),
        ("client", "s3cmd", "2.4.0", "untested"),
        ("dialect", "go-v2", "", "works"),
        ("dialect", "js-v3", "", "fails"),
    ]
    by_name = {row.name: row for row in rows}
    assert by_name["boto3"].result == "ok, 2 steps"
    assert by_name["boto3"].left_out == 1
    assert by_name["rclone"].result == "fails at copy, transfer"
    assert by_name["rclone"].findings
    assert by_name["dotnet-v4"].found == "sample-13mb came to SKIP"
    assert by_name["js-v3"].result == "fails at UploadPart"
    assert by_name["go-v2"].result == "ok, 2 tests"


def test_the_sentence_counts_what_was_tested() -> None:
    """Clients and dialects are named; without any there is no sentence."""
    made = record(*sample())
    assert sentence(client_rows(made, ())) == "2 of 4 clients and dialects work"
    one = record(step("boto3 1.44.8", "upload"))
    assert sentence(client_rows(one, ())) == "1 of 1 clients works"
    assert sentence(client_rows(record(a_test("a")), ())) == ""


def test_what_a_baseline_accepts_still_fails() -> None:
    """Whether a client works does not depend on what somebody accepted."""
    accepted = replace(
        step("rclone 1.75.2", "copy", Verdict.FAIL), verdict=Verdict.XFAIL, observed=Verdict.FAIL
    )
    (row,) = client_rows(record(accepted), ())
    assert row.state == "fails"


def test_report_summary_and_matrix_show_the_table() -> None:
    """The page links the first failed step; the summary names those that fail."""
    made = record(*sample())
    page = report_page.render(made)
    assert '<h2 id="works-with">Works with</h2>' in page
    assert '<a href="#clients-rclone-copy">fails at copy, transfer</a>' in page
    text = markdown.render(made)
    assert "**Works with:** 2 of 4 clients and dialects work" in text
    assert "| rclone 1\\.75\\.2 | client | fails at copy, transfer |" in text
    assert "boto3" not in text
    table = matrix.markdown([made, record(step("rclone 1.75.2", "copy"))])
    assert "| rclone, client | fails at copy, transfer | ok, 1 step |" in table
    assert "| boto3, client | ok, 2 steps | absent |" in table
    assert 'id="works-with"' in matrix.render([made])


def test_without_clients_there_is_no_table() -> None:
    """A run of plain tests alone says nothing of clients."""
    made = record(a_test("a"), a_test("b", Verdict.FAIL))
    assert "works-with" not in report_page.render(made)
    assert "Works with" not in markdown.render(made)
    assert "works-with" not in matrix.render([made])


def test_names_of_a_hostile_record_are_harmless() -> None:
    """A record may come from anywhere."""
    made = record(replace(step("boto3 1", "upload", Verdict.FAIL), client=HOSTILE))
    for text in (report_page.render(made), markdown.render(made), matrix.render([made])):
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text
