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
_WORDING: Final = frozenset({"message"})
_ANSWERED: Final = frozenset({"status", "code"})
_NOTHING: Final = frozenset({"absent", '""', "[]", "null"})


def kind_of(failure: Failure) -> Kind:
    """Return the kind; the first that fits, from what is worst for the answer as a whole."""
    exchange = failure.exchange
    if exchange is not None and (exchange.response is None or exchange.fault):
        return "no-answer"
    if failure.broke and not _wanted(failure):
        return "server-error"
    if failure.has("answer"):
        return "unreadable"
    if any(_about_the_answer(one.path) for one in failure.fields):
        found = _of_the_answer(failure)
        if found is not None:
            return found
    return _of_values(failure)


def _wanted(failure: Failure) -> bool:
    return str(failure.status) in failure.wanted


def _about_the_answer(path: str) -> bool:
    return plain(path) in _ANSWERED


def _of_the_answer(failure: Failure) -> Kind | None:
    succeeded = 200 <= failure.status < 400
    if failure.wants_refusal:
        return "accepted" if succeeded else "wrong-error"
    if failure.refused:
        if failure.may_refuse:
            return "wrong-error"
        gone = failure.status == 404 and failure.code in _GONE
        return "lost" if gone and failure.operation in READS else "refused"
    return None


def _of_values(failure: Failure) -> Kind:
    paths = [plain(one.path) for one in failure.fields]
    if all(path in _WORDING or path.startswith("error.") for path in paths):
        return "wording"
    bodies = [one for one in failure.fields if plain(one.path) in {"Body", "body"}]
    if any("bytes" in one.check.expected for one in bodies):
        return "wrong-bytes"
    first = next((one for one in failure.fields if not _about_the_answer(one.path)), None)
    if first is None:
        return "wrong-value"
    return "missing" if first.check.got in _NOTHING else "wrong-value"
