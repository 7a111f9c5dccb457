"""Which kind of deviation the failure of a step is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.findings.members import plain

if TYPE_CHECKING:
    from conformance.findings.failures import Failure
    from conformance.findings.model import Kind

READS: Final = frozenset(
    {
        "GetObject",
        "HeadObject",
        "GetObjectAttributes",
        "GetObjectAcl",
        "GetObjectTagging",
        "GetObjectRetention",
        "GetObjectLegalHold",
        "ListParts",
    }
)
"""Operations that only look: a 404 where a success is expected says that something is gone."""

_GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchUpload", ""})
_ANSWER: Final = frozenset({"status", "code"})
_BODIES: Final = frozenset({"Body", "body"})
_NOTHING: Final = frozenset({"absent", '""', "[]", "null"})


def kind_of(failure: Failure) -> Kind:
    """Return the first kind that fits, beginning with those that concern the whole answer."""
    exchange = failure.exchange
    if exchange is not None and (exchange.response is None or exchange.fault):
        return "no-answer"
    if failure.broke and str(failure.status) not in failure.wanted:
        return "server-error"
    if failure.has("answer") and not (failure.wants_refusal and 200 <= failure.status < 300):
        return "unreadable"
    if any(plain(one.path) in _ANSWER for one in failure.fields):
        found = _of_the_answer(failure)
        if found is not None:
            return found
    return _of_values(failure)


def _of_the_answer(failure: Failure) -> Kind | None:
    if failure.wants_refusal:
        if 200 <= failure.status < 400:
            return "accepted"
        alone = {plain(one.path) for one in failure.fields} <= {"code", "message"}
        return "unreadable" if failure.problem and alone else "wrong-error"
    if not failure.refused:
        return None
    if failure.may_refuse:
        return "wrong-error"
    gone = failure.status == 404 and failure.code in _GONE
    return "lost" if gone and failure.operation in READS else "refused"


def _of_values(failure: Failure) -> Kind:
    paths = [plain(one.path) for one in failure.fields]
    if all(path == "message" or path.startswith("error.") for path in paths):
        return "wording"
    bodies = [one for one in failure.fields if plain(one.path) in _BODIES]
    if any("bytes" in one.check.expected for one in bodies):
        return "wrong-bytes"
    first = next((one for one in failure.fields if plain(one.path) not in _ANSWER), None)
    return "missing" if first is not None and first.check.got in _NOTHING else "wrong-value"
