"""Finds the deviations that one test shows, the most specific first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.findings import requests
from conformance.findings.causes import Cause, by_signature, cause_of
from conformance.findings.failures import failures, taken_apart
from conformance.findings.impact import impact_of, worst
from conformance.findings.kinds import READS, kind_of
from conformance.findings.members import TAG_COUNT, family, plain
from conformance.findings.model import Deviation, FindingKey
from conformance.findings.requests import never_stored
from conformance.vocabulary.impacts import IMPACTS
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.findings.failures import Failure, FindingVerdict
    from conformance.findings.model import Kind, RuleBook
    from conformance.record.model import TestLine

_CHANGES: Final[frozenset[Kind]] = frozenset(
    {"accepted", "refused", "server-error", "no-answer", "lost", "wrong-bytes", "unreadable"}
)
"""Kinds after which the rest of a story tells what follows from them, and nothing new."""
LAWS: Final = "property/"
"""What the id of every law's test begins with."""
_LOOKS: Final = READS | {"ListMultipartUploads", "ListObjectsV2", "ListObjectVersions"}
_VALUES: Final[frozenset[Kind]] = frozenset({"missing", "wrong-value"})
_OBJECT_READS: Final = frozenset({"GetObject", "HeadObject"})
_STORES: Final = frozenset({"CompleteMultipartUpload", "CopyObject", "PutObject"})


def classify(
    test: TestLine, book: RuleBook, verdict: FindingVerdict = Verdict.FAIL
) -> tuple[Deviation, ...]:
    """Return the deviations that a test shows with checks of ``verdict``, the first failing first.

    Steps behind one that left another state than S3 would are its consequence: they say what it
    did, and are no deviations of their own. A law's example is made small until one thing fails.
    """
    found: list[Deviation] = []
    failed = failures(test, verdict)
    for position, failure in enumerate(failed):
        if found and (not _is_new(failure, found) or _never_stored(test, failure)):
            continue
        one = _deviation(test, failure, failed[position + 1 :], book)
        if one.cause not in {other.cause for other in found}:
            found.append(one)
        if one.kind in _CHANGES or test.id.startswith(LAWS):
            break
    return tuple(found)


def accepted(test: TestLine, keys: Collection[FindingKey], book: RuleBook) -> bool:
    """Return whether all deviations of a failed test are among the accepted ones.

    False for a test that shows none: then nobody knows what would be accepted.
    """
    verdict = test.observed or test.verdict
    if verdict is not Verdict.FAIL and verdict is not Verdict.WARN:
        return False
    found = classify(test, book, verdict)
    return bool(found) and all(one.key in keys for one in found)


def impact_shown(test: TestLine, book: RuleBook) -> str:
    """Return the worst impact that a failed test shows; for any other, its stated impact."""
    verdict = test.observed or test.verdict
    if verdict is not Verdict.FAIL and verdict is not Verdict.WARN:
        return test.impact
    found = classify(test, book, verdict)
    return worst(one.impact for one in found) if found else test.impact


def _is_new(failure: Failure, found: list[Deviation]) -> bool:
    """Return whether a later step says something of its own: sent, and of another operation."""
    not_sent = any(one.path == "run" for one in failure.fields)
    if all(family(one.path) == TAG_COUNT for one in failure.fields) and any(
        plain(field.path).startswith("TagSet") for one in found for field in one.failure.fields
    ):
        return False  # tags that are not there are not counted either
    return not not_sent and failure.operation not in {one.failure.operation for one in found}


def _never_stored(test: TestLine, failure: Failure) -> bool:
    """Return whether an object is missed that no request of the test was told to have stored."""
    if failure.operation not in _OBJECT_READS or failure.status != 404:
        return False
    return not any(
        one.operation in _STORES
        and 200 <= requests.status(one) < 300
        and "<Error>" not in requests.text(one)
        for one in test.exchanges
    )


def _deviation(
    test: TestLine, failure: Failure, later: tuple[Failure, ...], book: RuleBook
) -> Deviation:
    rule = rule_of(test, failure, book)
    shown = kind_of(failure)
    if shown == "lost" and _never_was(test, failure):
        shown = "refused"
    elif shown in _VALUES and _part_is_gone(failure, later):
        shown = "lost"
    cause = cause_of(test, failure, shown, rule) or Cause(name="")
    kind = cause.kind or shown
    impact = impact_of(
        kind if kind == "ignored" else shown,
        book.impact(rule, test),
        failure,
        later,
        kept=_looked(test, failure) and all(_still_lists(one, by=failure) for one in later),
    )
    named: tuple[str, ...] = (cause.name, kind, cause.mark) if cause.mark else (cause.name, kind)
    if not cause.name:
        named = _by_rule(rule, kind, failure, book)
    broken = cause.rule if cause.rule in book.rules else rule
    return Deviation(
        test=test.id,
        rule=broken,
        kind=kind,
        key=FindingKey(broken, kind),
        where=cause.where or failure.operation,
        cause=named,
        impact=max(impact, cause.worst, key=IMPACTS.index),
        failure=failure,
        any_of=test.rules if test.id.startswith(LAWS) else (),
    )


def _part_is_gone(failure: Failure, later: tuple[Failure, ...]) -> bool:
    """Tell whether parts that were taken are neither listed nor there for the completion."""
    lists_none = failure.operation == "ListParts" and any(
        one.path == "Parts.length" and one.check.got == "0" for one in failure.fields
    )
    return lists_none and any(
        one.operation == "CompleteMultipartUpload"
        and one.wants_success
        and one.code in {"InvalidPart", "NoSuchUpload"}
        for one in later
    )


def _never_was(test: TestLine, failure: Failure) -> bool:
    """Return whether an object that does not exist was not stored either.

    Each attempt was refused, or was not run since a step before it gave no value.
    """
    exchange = failure.exchange
    if exchange is None or failure.operation not in {"GetObject", "HeadObject"}:
        return False
    not_run = any(taken_apart(check)[2] == "run" for check in test.checks)
    return never_stored(test, exchange, not_run=not_run)


def _looked(test: TestLine, failure: Failure) -> bool:
    """Return whether a later step of the test looked at what is there, with checks that count."""
    behind = False
    for check in test.checks:
        step, strength, _ = taken_apart(check)
        if step == failure.step:
            behind = True
        elif behind and strength == "must" and check.exchange is not None:
            position = check.exchange
            if position < len(test.exchanges) and test.exchanges[position].operation in _LOOKS:
                return True
    return False


def _still_lists(failure: Failure, by: Failure) -> bool:
    """Return whether a list failed for its form alone, and yet shows parts behind an abort."""
    if by.operation != "AbortMultipartUpload" or failure.operation != "ListParts":
        return False
    if not failure.problem or failure.exchange is None or not 200 <= failure.status < 300:
        return False
    return "<PartNumber>" in requests.text(failure.exchange)


def rule_of(test: TestLine, failure: Failure, book: RuleBook) -> str:
    """Return the rule that the first failing check of a step shows; see `RuleBook.rules_of`."""
    check = failure.fields[0].check
    rules = book.rules_of(test.id, check.id) or test.rules[:1]
    if not rules:
        return ""
    return rules[0] if failure.refused else rules[-1]


def _by_rule(rule: str, kind: Kind, failure: Failure, book: RuleBook) -> tuple[str, ...]:
    """Return what deviations from one rule have in common, where the rule is the cause itself."""
    facts = book.rules.get(rule)
    name = facts.same_as if facts is not None and facts.same_as else rule
    if kind == "wrong-error" and name.endswith(".precedence"):
        # What is told first instead: one mistake that is looked at too early is one cause.
        return (name, kind, failure.code)
    if by_signature(name):
        return (name, kind, *failure.wanted_codes[:1])
    if kind == "server-error":
        return _of_breakdown(name, kind, failure)
    if kind == "refused":
        return (name, kind, failure.operation)
    return (name, "value" if kind in _VALUES else kind)


def _of_breakdown(rule: str, kind: Kind, failure: Failure) -> tuple[str, ...]:
    head = failure.message_head
    if head:
        return (head, kind)
    if failure.wants_refusal:
        return (rule.partition(".")[0], kind, failure.operation)
    return (rule, kind)
