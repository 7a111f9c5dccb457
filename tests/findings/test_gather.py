"""From a record to findings: what is one, what stays apart, in which order they come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.findings.gather import findings
from conformance.vocabulary.verdicts import Verdict

from .samples import Sent, a_test, begun, book, record, refusal, rule, status

if TYPE_CHECKING:
    from conformance.findings.model import RuleBook
    from conformance.record.model import TestLine

TAKEN = Sent(checks=refusal("400", "200", "BadDigest"))
REFUSED = Sent(status=400, checks=refusal("400", "400", "BadDigest", "BadDigest"))
COPIED = Sent("UploadPartCopy", checks=refusal("400", "200", "BadDigest"))
A = rule("sum.a", feature="the sums of a part")
B = rule("sum.b", feature="the sums of a part")


SUMS = book(A, B)


def ids(*tests: TestLine, of: RuleBook = SUMS) -> list[str]:
    """Return the ids of the findings of these tests."""
    return [one.id for one in findings(record(*tests), of)]


def test_a_server_that_looks_away_breaks_the_feature_and_not_each_of_its_rules() -> None:
    """Every mistake of the feature was taken: one cause."""
    one = a_test(TAKEN, id_="a", rules=("sum.a",))
    two = a_test(TAKEN, id_="b", rules=("sum.b",))
    assert ids(one, two) == ["sum.a/accepted/the-sums-of-a-part"]


def test_a_server_that_looks_has_one_finding_for_each_rule() -> None:
    """Some of its mistakes were refused, so that the others are another matter."""
    refused = a_test(REFUSED, id_="c", rules=("sum.a",), verdict=Verdict.PASS)
    tests = (a_test(TAKEN, id_="a", rules=("sum.a",)), a_test(TAKEN, id_="b", rules=("sum.b",)))
    assert len(ids(*tests, refused)) == 2


def test_a_test_that_passed_counts_without_its_exchanges() -> None:
    """A published record keeps the checks of what passed, and not what was sent."""
    refused = a_test(REFUSED, id_="c", rules=("sum.a",), verdict=Verdict.PASS)
    lean = replace(
        refused, exchanges=(), checks=tuple(replace(one, exchange=None) for one in refused.checks)
    )
    tests = (a_test(TAKEN, id_="a", rules=("sum.a",)), a_test(TAKEN, id_="b", rules=("sum.b",)))
    assert findings(record(*tests, lean), SUMS) == findings(record(*tests, refused), SUMS)
    assert len(ids(*tests, lean)) == 2


def test_unlike_rules_stay_apart_though_their_text_is_equal() -> None:
    """The same status instead of the same status, of two rules."""
    one = a_test(TAKEN, id_="a", rules=("part.a",))
    two = a_test(TAKEN, id_="b", rules=("part.b",))
    assert len(ids(one, two, of=book(rule("part.a"), rule("part.b")))) == 2


def test_rules_that_say_the_same_of_two_operations_are_one() -> None:
    """A header that a part and a copied part must not carry."""
    known = book(rule("part.h"), rule("copy.h", same_as="part.h"))
    one, two = a_test(TAKEN, id_="a", rules=("part.h",)), a_test(COPIED, id_="b", rules=("copy.h",))
    assert ids(one, two, of=known) == ["part.h/accepted/UploadPart-UploadPartCopy"]


def test_what_is_neither_refused_when_wrong_nor_applied_when_right_is_ignored() -> None:
    """Two kinds, one cause: nobody looks at it."""
    missing = Sent("HeadObject", checks={"headers.x-amz-meta-a": ('"a"', "absent", False)})
    one = a_test(TAKEN, id_="a", rules=("obj.lock",))
    two = a_test(missing, id_="b", rules=("obj.lock",))
    (found,) = findings(record(one, two), book(rule("obj.lock")))
    assert (found.kind, found.tests) == ("ignored", ("a", "b"))


def test_tags_that_are_there_under_another_name_were_not_ignored() -> None:
    """A count that is left out is a finding of its own, unless the tags are missing, too."""
    other = {"TagSet.unordered": ('[{Key: "a b"}]', '[{Key: "a%20b"}]', False)}
    none = {"TagSet.unordered": ('[{Key: "a b"}]', "[]", False)}
    count = Sent("HeadObject", checks={"headers.x-amz-tagging-count": ('"1"', "absent", False)})
    taken = a_test(TAKEN, id_="a", rules=("obj.tagging",))

    def kinds(checks: dict[str, tuple[str, str, bool]]) -> list[str]:
        read = Sent("GetObjectTagging", checks=checks)
        test = a_test(read, count, id_="b", rules=("obj.tagging",))
        return sorted(one.kind for one in findings(record(taken, test), book(rule("obj.tagging"))))

    assert kinds(other) == ["accepted", "wrong-value"]
    assert kinds(none) == ["ignored"]
    alone = a_test(count, id_="b", rules=("obj.tagging",))
    found = findings(record(taken, alone), book(rule("obj.tagging")))
    assert sorted(one.kind for one in found) == ["accepted", "missing"]


def test_an_answer_that_does_not_repeat_a_value_is_not_a_value_without_effect() -> None:
    """Only a read shows whether what was asked for was done."""
    missing = Sent(
        "CreateMultipartUpload", checks={"ServerSideEncryption": ('"A"', "absent", False)}
    )
    one = a_test(TAKEN, id_="a", rules=("sse.values",))
    two = a_test(missing, id_="b", rules=("sse.values",))
    known = book(rule("sse.values"))
    assert [found.kind for found in findings(record(one, two), known)] == ["accepted", "missing"]


def test_a_parameter_of_which_no_answer_takes_notice_is_ignored() -> None:
    """Paging and delimiter come out as one finding; heard once, they are what their rules say."""
    wrong = {"Uploads.length": ("1", "3", False)}
    sent = [
        Sent("ListMultipartUploads", query=f"uploads&{query}", body="<R/>", checks=wrong)
        for query in ("max-uploads=1", "delimiter=%2F")
    ]
    tests = [
        a_test(one, id_=name, rules=(f"list-uploads.{name}",))
        for name, one in zip(("paging", "delimiter"), sent, strict=True)
    ]
    known = book(rule("list-uploads.paging"), rule("list-uploads.delimiter"))
    (found,) = findings(record(*tests), known)
    assert (found.kind, found.tests) == ("ignored", ("paging", "delimiter"))
    heard = Sent(
        "ListMultipartUploads",
        query="uploads&delimiter=%2F",
        body="<R><Delimiter>/</Delimiter></R>",
        checks=status("200", "200"),
    )
    right = a_test(heard, id_="right", verdict=Verdict.PASS)
    assert len(findings(record(*tests, right), known)) == 2
    checked = replace(heard, body="", checks={"Delimiter": ('"/"', '"/"', True)})
    lean = replace(a_test(checked, id_="right", verdict=Verdict.PASS), exchanges=())
    assert len(findings(record(*tests, lean), known)) == 2


def test_an_error_that_the_operation_does_not_have_is_one_cause() -> None:
    """NoSuchKey to a request that begins an upload comes from one place."""
    alien = Sent(
        "CreateMultipartUpload",
        status=404,
        checks=refusal("400", "404", "InvalidArgument", "NoSuchKey"),
    )
    one, two = (a_test(alien, id_=name, rules=(f"acl.{name}",)) for name in ("a", "b"))
    known = book(rule("acl.a"), rule("acl.b"))
    assert len(ids(one, two, of=known)) == 1
    usual = a_test(
        Sent(
            "CreateMultipartUpload",
            status=404,
            checks=refusal("404", "404", "NoSuchKey", "NoSuchKey"),
        ),
        id_="usual",
        verdict=Verdict.PASS,
    )
    assert len(ids(one, two, usual, of=known)) == 2


def test_an_operation_that_is_not_implemented_is_one_cause() -> None:
    """501 is said of the operation, whatever was to be tested."""
    honest = Sent(status=501, checks=refusal("400", "501", "BadDigest", "NotImplemented"))
    one, two = (a_test(honest, id_=name, rules=(f"part.{name}",)) for name in ("a", "b"))
    assert len(ids(one, two, of=book(rule("part.a"), rule("part.b")))) == 1


def test_valid_requests_that_are_refused_in_one_text_are_one_cause() -> None:
    """Values and names of algorithms in the text do not matter; another operation does."""

    def refused(name: str, operation: str, said: str) -> TestLine:
        sent = Sent(
            operation,
            status=400,
            body=f"<Error><Code>InvalidRequest</Code><Message>{said}</Message></Error>",
            checks=refusal("200", "400", "", "InvalidRequest"),
        )
        return a_test(sent, id_=name, rules=(f"sum.{name}",))

    one = refused("a", "CompleteMultipartUpload", "The crc32 type of 'x' is not that of 'y'")
    two = refused("b", "CompleteMultipartUpload", "The sha256 type of 'u' is not that of 'v'")
    other = refused("a", "UploadPart", "The crc32 type of 'x' is not that of 'y'")
    assert len(ids(one, two)) == 1
    assert len(ids(two, other)) == 2


def test_an_upload_that_is_reported_as_unknown_may_have_several_causes() -> None:
    """The message of NoSuchUpload says no more than its code: a repeat, and a part that is gone."""
    body = "<Error><Code>NoSuchUpload</Code><Message>It does not exist.</Message></Error>"
    checks = refusal("200", "404", "", "NoSuchUpload")
    gone = Sent("CompleteMultipartUpload", status=404, body=body, checks=checks)
    done = Sent("CompleteMultipartUpload", name="first")
    repeat = a_test(begun(), done, gone, id_="a", rules=("complete.x",))
    never = a_test(begun(), gone, id_="b", rules=("part.x",))
    assert len(ids(repeat, never)) == 2


def test_a_test_that_asks_for_nothing_else_says_that_a_feature_is_ignored() -> None:
    """Whichever of its steps shows it, and by which kind of check."""
    read = Sent("GetObject", checks=status("400", "200"), name="read-without-key")
    test = a_test(read, id_="ignored/sse-c", rules=("ssec.read",), impact="security")
    (found,) = findings(record(test), book(rule("ssec.read", impact="security")))
    assert (found.kind, found.operation, found.impact) == ("ignored", "sse-c", "security")
    assert found.did == "the server accepted requests for sse-c, but did not apply it"


def test_a_connection_that_is_closed_is_a_finding() -> None:
    """No check failed, for there was nothing to check."""
    test = a_test(Sent("ListParts", status=0))
    (found,) = findings(record(test), book(rule("part.rule")))
    assert (found.kind, found.operation) == ("no-answer", "ListParts")
    assert "closed the connection" in found.title


def test_ids_do_not_depend_on_what_else_was_found() -> None:
    """Findings of one rule and kind are told apart by what they are, not by a number."""

    def told(code: str) -> TestLine:
        sent = Sent(status=400, checks=refusal("400", "400", "InvalidPartOrder", code))
        return a_test(sent, id_=code, rules=("complete.precedence",))

    known = book(rule("complete.precedence", impact="cosmetic"))
    both = ids(told("InvalidPart"), told("MalformedXML"), of=known)
    assert both == ids(told("InvalidPart"), of=known) + ids(told("MalformedXML"), of=known)


def test_breakdowns_are_told_apart_by_what_they_say() -> None:
    """One text is one place; a text that says nothing is no reason to join two rules."""

    def broken(name: str, message: str, family: str) -> TestLine:
        sent = Sent(
            status=500,
            body=f"<Error><Message>{message}</Message></Error>",
            checks=refusal("400", "500", "InvalidArgument"),
        )
        return a_test(sent, id_=name, rules=(f"{family}.x",))

    known = book(rule("part.x"), rule("list.x"))
    said = "cannot parse 'abc': not a number"
    assert len(ids(broken("a", said, "part"), broken("b", said, "list"), of=known)) == 1
    vague = "Internal Server Error"
    assert len(ids(broken("a", vague, "part"), broken("b", vague, "list"), of=known)) == 2
    wrapped = ("Incorrect padding", "not enough values to unpack")
    one, two = (f"exception while calling s3.CreateMultipartUpload: {text}" for text in wrapped)
    assert len(ids(broken("a", one, "part"), broken("b", two, "list"), of=known)) == 2


def test_a_law_joins_what_a_scenario_shows_of_one_of_its_rules() -> None:
    """Any of its rules may be the one that was broken."""
    law = a_test(TAKEN, id_="property/parts", rules=("part.a", "part.b"))
    shown = a_test(TAKEN, id_="shown", rules=("part.b",))
    known = book(rule("part.a"), rule("part.b"))
    (found,) = findings(record(law, shown), known)
    assert (found.rule, set(found.tests)) == ("part.b", {"property/parts", "shown"})


def test_failures_come_before_recommendations_and_the_worst_first() -> None:
    """Then the finding that more tests show."""
    should = Sent(checks={"ETag": ('"a"', '"b"', False)}, strength="should")
    tests = (
        a_test(should, id_="w", rules=("part.w",), verdict=Verdict.WARN),
        a_test(TAKEN, id_="i", rules=("part.i",)),
        a_test(TAKEN, id_="d1", rules=("part.d",)),
        a_test(TAKEN, id_="e1", rules=("part.e",)),
        a_test(TAKEN, id_="e2", rules=("part.e",)),
    )
    known = book(rule("part.w"), rule("part.i", impact="interop"), rule("part.d"), rule("part.e"))
    found = findings(record(*tests), known)
    assert [(one.verdict, one.rule) for one in found] == [
        ("FAIL", "part.e"), ("FAIL", "part.d"), ("FAIL", "part.i"), ("WARN", "part.w"),
    ]  # fmt: skip


def test_what_a_baseline_accepts_is_a_finding_all_the_same() -> None:
    """The target still does it."""
    accepted = a_test(TAKEN, verdict=Verdict.XFAIL, observed=Verdict.FAIL)
    (found,) = findings(record(accepted), book(rule("part.rule")))
    assert found.verdict == "FAIL"


def test_a_finding_says_on_whom_it_stands() -> None:
    """Authors are counted once; unknown where a source does not say."""
    (known,) = findings(record(a_test(TAKEN)), book(rule("part.rule")))
    assert (known.sources, known.witnesses, known.target) == (("UP-001",), 2, "some-server")
    (unknown,) = findings(
        record(a_test(TAKEN)), book(rule("part.rule", sources=("UP-001", "UP-009")))
    )
    assert unknown.witnesses is None


def test_a_finding_names_its_only_witness() -> None:
    """Not where the answer was recorded, and not where S3's documentation alone says it."""
    known = book(rule("part.rule"))
    for recorded, seen, lone in (
        ((), ("someone",), "someone"),
        (("UP-001",), ("someone",), ""),
        ((), ("aws",), ""),
        ((), ("aws", "someone"), ""),
    ):
        one = replace(known, recorded=frozenset(recorded), witnesses={"UP-001": seen})
        (found,) = findings(record(a_test(TAKEN)), one)
        assert found.lone_witness == lone


def test_the_title_is_the_rule_and_what_the_server_did() -> None:
    """With the number of the tests that could have shown it."""
    right = a_test(REFUSED, id_="right", rules=("part.rule",), verdict=Verdict.PASS)
    (found,) = findings(record(a_test(TAKEN), right), book(rule("part.rule")))
    assert found.title == (
        "What part.rule says. UploadPart accepted what must be rejected with 400 BadDigest, "
        "in 1 of 2 cases"
    )


def test_an_answer_that_cannot_be_read_breaks_the_rule_of_that_answer() -> None:
    """Not that of the tests that needed it, which are about many things."""
    checks = {"answer": ("a readable answer", "LastModified is not a date", False)}
    tests = [
        a_test(Sent("ListParts", checks=checks), id_=name, rules=(owner,))
        for name, owner in (("a", "sum.a"), ("b", "sum.a"), ("c", "sum.b"))
    ]
    answer = rule("list-parts.shape")
    assert ids(*tests, of=book(A, B, answer)) == ["list-parts.shape/unreadable/ListParts"]
    assert ids(*tests) == ["sum.a/unreadable/ListParts"]
