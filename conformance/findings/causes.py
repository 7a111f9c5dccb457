"""Causes that show in many checks at once, recognised in one exchange and its test.

Each has a rule of its own: the one that a server breaks for whom all of those checks fail. The rule
of the check is named instead where the catalogue does not have it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.findings import requests
from conformance.findings.failures import taken_apart
from conformance.findings.members import LISTINGS, family, is_content

if TYPE_CHECKING:
    from conformance.findings.failures import Failure
    from conformance.findings.model import Kind
    from conformance.record.model import TestLine
    from conformance.vocabulary.impacts import Impact

_REFUSALS: Final[frozenset[Kind]] = frozenset({"refused", "wrong-error"})
_VALUES: Final[frozenset[Kind]] = frozenset({"missing", "wrong-value"})
_BY_PART: Final = frozenset({"GetObject", "HeadObject"})
_NUMBER: Final = re.compile(r"<PartNumber>(\d+)</PartNumber>")
_UPLOAD_FIELD: Final = re.compile(r"Uploads\[\d+\]\.(.*)")
IGNORED: Final = "ignored/"
"""What the ids of scenarios begin with that ask whether a feature is ignored; its name follows."""
HTTP: Final = "http"
"""The field of checks of an answer as HTTP."""
WITHOUT_EFFECT: Final = "without effect"
_SIGNING: Final = ("life.sign", "auth.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A cause with what it breaks."""

    name: str
    """Of a closed list, with the operation behind it where it is one cause for each of them."""
    rule: str = ""
    """The rule that it breaks; empty for that of the check."""
    kind: Kind | None = None
    """What kind it is of; None for that of the failure."""
    where: str = ""
    """The feature in which it matters; empty for the operation."""
    mark: str = ""
    """What tells it from others of the same rule and kind; empty where nothing must."""
    worst: Impact = "data-loss"
    """The worst that it may do, whatever its rule may."""


def cause_of(test: TestLine, failure: Failure, kind: Kind, rule: str) -> Cause | None:
    """Return the cause behind a failure; None where the rule of its check is all there is to say.

    ``rule`` is that of the check.
    """
    return (
        _of_feature(test)
        or _of_caller(failure, kind, rule)
        or _of_upload(test, failure, kind, rule)
        or _of_reading(failure, kind)
        or _of_listing(test, failure, kind)
        or _of_fields(failure, kind)
    )


def _of_feature(test: TestLine) -> Cause | None:
    """Find the feature of a test that looks for nothing but whether it is ignored."""
    if not test.scenario.startswith(IGNORED):
        return None
    feature = test.scenario.removeprefix(IGNORED)
    return Cause(name=f"{WITHOUT_EFFECT} {feature}", kind="ignored", where=feature)


def by_signature(rule: str) -> bool:
    """Return whether a rule is about signatures, and speaks of many unlike mistakes."""
    return rule.startswith(_SIGNING)


def _of_caller(failure: Failure, kind: Kind, rule: str) -> Cause | None:
    """Find what hangs on who asks, and how the request was signed."""
    exchange = failure.exchange
    if exchange is None:
        return None
    found: Cause | None = None
    if requests.is_of_another(exchange) and kind == "accepted":
        found = Cause(name="another-account", rule="acl.authorisation", where="authorisation")
    elif requests.is_of_another(exchange) and kind == "wrong-error":
        if failure.code == "AccessDenied":
            found = Cause(
                name="denied-first", rule="part.precedence", where="precedence of authorisation"
            )
    elif kind in _REFUSALS and failure.code == "SignatureDoesNotMatch" and not by_signature(rule):
        found = Cause(name="right-signature", rule="life.sign-each", where="signatures")
    elif kind in {"wrong-error", "server-error"} and requests.is_anonymous(exchange):
        found = Cause(name="anonymous", rule="life.sign-each", where="anonymous requests")
    elif kind == "server-error" and requests.is_presigned(exchange):
        found = Cause(name="presigned", rule="life.sign-each", where="presigned requests")
    return found


def _of_upload(test: TestLine, failure: Failure, kind: Kind, rule: str) -> Cause | None:
    """Find what hangs on the upload that the request names, and on what happened to it."""
    exchange = failure.exchange
    if exchange is None:
        return None
    state = requests.upload_state(test, exchange)
    told_gone = failure.code == "NoSuchUpload"
    if state == "live" and told_gone and kind in _REFUSALS | {"lost"}:
        if requests.refused_before(test, exchange):
            return Cause(
                name="ended-by-refusal", rule="complete.rejected-changes-nothing", kind="lost"
            )
        return Cause(name="live-upload-unknown")
    if state == "completed" and kind == "accepted" and failure.wanted_codes == ("AccessDenied",):
        return Cause(name="another-account", rule="acl.authorisation", where="authorisation")
    if state == "completed" and failure.operation == "CompleteMultipartUpload":
        if kind in _REFUSALS and told_gone:
            return Cause(name="replay-refused", rule="complete.replay", kind="refused")
        if kind == "accepted" and not rule.endswith(".precedence"):
            return Cause(name="replay-accepted", rule="complete.replay-changed")
    if kind == "server-error" and _is_gone(test, failure):
        return Cause(name="gone-upload", rule="life.id-binds-parts", where="uploads that are gone")
    return None


def _is_gone(test: TestLine, failure: Failure) -> bool:
    """Return whether the request named an upload that need not be there (any more)."""
    if failure.exchange is None or not failure.may_refuse:
        return False
    if failure.wanted_codes:
        return "NoSuchUpload" in failure.wanted_codes
    if "404" not in failure.wanted:
        return False
    state = requests.upload_state(test, failure.exchange)
    return state not in {None, "live"} or (
        state == "live" and requests.ended_beside(test, failure.exchange)
    )


def _of_reading(failure: Failure, kind: Kind) -> Cause | None:
    exchange = failure.exchange
    if exchange is None or failure.operation not in _BY_PART:
        return None
    if (
        "partNumber" in requests.query(exchange)
        and failure.status == 200
        and kind in _VALUES | {"wrong-bytes", "accepted"}
        and ("206" in failure.wanted or failure.wants_refusal)
    ):
        return Cause(
            name="part-number-ignored",
            rule="read.part-number",
            kind="ignored",
            where="partNumber",
            worst="interop",  # the whole object came, and the answer says so
        )
    if "partNumber" in requests.query(exchange) and failure.status == 206 and kind == "accepted":
        # The range that came stands in the answer.
        return Cause(name="part-number-taken", where="partNumber", worst="interop")
    return None


def _of_listing(test: TestLine, failure: Failure, kind: Kind) -> Cause | None:
    if failure.operation == "ListParts" and kind in _VALUES and _twice(failure):
        return Cause(name="listed-twice", rule="part.overwrite", kind="wrong-value")
    if failure.operation == "ListMultipartUploads" and kind in _VALUES and _permuted(test, failure):
        return Cause(name="order-of-uploads", rule="list-uploads.order", kind="wrong-value")
    if failure.operation == "ListMultipartUploads" and _by_whole_key_only(test, failure, kind):
        return Cause(name="whole-key-only", rule="list-uploads.prefix-delimiter", kind="missing")
    return None


def _twice(failure: Failure) -> bool:
    """Return whether a listing names a part number twice."""
    numbers = _NUMBER.findall(requests.text(failure.exchange)) if failure.exchange else []
    return len(numbers) != len(set(numbers))


def _permuted(test: TestLine, failure: Failure) -> bool:
    """Return whether a listing has the right uploads, and all that is wrong is their order."""
    own = [one for one in failure.fields if not family(one.path)]
    if not own or not all(_UPLOAD_FIELD.fullmatch(one.path) for one in own):
        return False
    wanted: dict[str, list[str]] = {}
    came: dict[str, list[str]] = {}
    for check in test.checks:
        step, _, path = taken_apart(check)
        found = _UPLOAD_FIELD.fullmatch(path)
        if step == failure.step and found:
            wanted.setdefault(found[1], []).append(check.expected)
            came.setdefault(found[1], []).append(check.got)
    return all(sorted(wanted[name]) == sorted(came[name]) for name in wanted)


def _by_whole_key_only(test: TestLine, failure: Failure, kind: Kind) -> bool:
    """Return whether a listing by a prefix is empty though open uploads have it in their keys."""
    exchange = failure.exchange
    if exchange is None or kind not in _VALUES or failure.status != 200:
        return False
    prefix = requests.query(exchange).get("prefix", "")
    body = requests.text(exchange)
    if not prefix or "<Upload>" in body or "<CommonPrefixes>" in body:
        return False
    keys = requests.open_keys(test, exchange)
    return prefix not in keys and any(key.startswith(prefix) for key in keys)


def _of_fields(failure: Failure, kind: Kind) -> Cause | None:
    if failure.fields[0].path == HTTP:
        return Cause(name="bytes behind an answer", rule="wire.unasked-for", where="connections")
    if kind == "unreadable":
        if failure.wants_refusal:
            return Cause(name="error-document", rule="xml.error", where="error documents")
        return Cause(name=f"unreadable {failure.operation}")
    if kind not in _VALUES or any(is_content(one.path) for one in failure.fields):
        return None
    label = family(failure.fields[0].path)
    if not label:
        return None
    scope = "listings" if failure.operation in LISTINGS else failure.operation
    return Cause(name=f"{label} of {scope} {kind}", mark=label)
