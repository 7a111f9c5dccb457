"""The sentence of a finding: what the rule says, then what the server did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.findings.causes import WITHOUT_EFFECT
from conformance.findings.members import family, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.findings.failures import Failure
    from conformance.findings.model import Deviation, Kind

_LONGEST_VALUE: Final = 60
_SAID: Final[dict[Kind, str]] = {
    "no-answer": "closed the connection without an answer",
    "wrong-bytes": "returned other bytes than were stored",
    "unreadable": "answered with a document that can't be read",
}


def did(kind: Kind, own: Sequence[Deviation], tests: int, shown: int) -> str:
    """Return what the server did, in one clause.

    ``own`` are the deviations of the tests of which the finding is the most specific, ``tests`` is
    the number of all that show it, ``shown`` of those that could have shown it.
    """
    if own[0].cause[0].startswith(WITHOUT_EFFECT):
        return f"the server accepted requests for {own[0].where}, but did not apply it"
    return f"{_subject(own)} {_did(kind, own)}{_cases(tests, shown)}"


def title(statement: str, clause: str) -> str:
    """Return the sentence of a finding: what the rule says, then what the server did."""
    return f"{statement.rstrip('.')}. {clause[:1].upper()}{clause[1:]}"


def _subject(members: Sequence[Deviation]) -> str:
    operations = list(dict.fromkeys(one.failure.operation for one in members))
    if len(operations) > 3:
        return f"{operations[0]} and {len(operations) - 1} other operations"
    *first, last = operations
    return f"{', '.join(first)} and {last}" if first else last


def _cases(count: int, shown: int) -> str:
    if count < shown:
        return f", in {count} of {shown} cases"
    return f", in {count} cases" if count > 1 else ""


def _did(kind: Kind, members: Sequence[Deviation]) -> str:
    if kind in _SAID:
        return _SAID[kind]
    if kind == "accepted":
        return _accepted(members)
    if kind == "refused":
        return f"rejected a valid request{_with(members)}"
    if kind == "wrong-error":
        due = _due(members)
        named = due and all(due != answer for answer in _answers(members))
        return f"rejected it{_with(members)}{f' instead of {due}' if named and ' ' in due else ''}"
    if kind == "server-error":
        return f"failed{_with(members)}"
    if kind == "lost":
        return f"answered{_with(members, before='')}, so stored data is lost"
    if kind == "ignored":
        return _ignored(members)
    return _of_fields(kind, members[0].failure)


def _accepted(members: Sequence[Deviation]) -> str:
    due = _due(members)
    taken = f"accepted what must be rejected{' with ' * bool(due)}{due}"
    places = {one.where for one in members}
    feature = next(iter(places)) if len(places) == 1 else ""
    looks_away = feature and members[0].cause[0] == feature
    return f"ignored {feature} and {taken}" if looks_away else taken


def _answers(members: Sequence[Deviation]) -> list[str]:
    answers = (f"{one.failure.status} {one.failure.code}".strip() for one in members)
    return list(dict.fromkeys(answers))


def _with(members: Sequence[Deviation], before: str = " with") -> str:
    answers = _answers(members)
    more = " or another error" if len(answers) > 2 else ""
    return f"{before} {' or '.join(answers[:2])}{more}"


def _ignored(members: Sequence[Deviation]) -> str:
    if any(one.kind == "accepted" for one in members):
        return "neither rejected wrong values nor applied right ones"
    names = list(dict.fromkeys(one.where.partition(" of ")[0] for one in members))
    what = max(names, key=len)
    return f"accepted {what} without effect"


def _due(members: Sequence[Deviation]) -> str:
    """Name the refusal that S3 gives, as far as it is the same for all; empty where it is not."""
    statuses = {one.failure.wanted[:1] for one in members}
    codes = {one.failure.wanted_codes[:1] for one in members}
    status = next(iter(statuses)) if len(statuses) == 1 else ()
    code = next(iter(codes)) if status and len(codes) == 1 else ()
    return " ".join((*status, *code))


def _of_fields(kind: Kind, failure: Failure) -> str:
    field = next(
        (one for one in failure.fields if plain(one.path) not in {"status", "code"}),
        failure.fields[0],
    )
    if field.path == "works":
        return f"made a client fail: {_short(field.check.got)}"
    name = plain(field.path).removeprefix("headers.").removeprefix("error.") or field.path
    if kind == "missing":
        return f"did not return {name}"
    if kind == "wording":
        return f"used another text in {name}"
    label = family(field.path)
    got, wanted = _short(field.check.got), _short(field.check.expected)
    what = name if not label or name in label else f"{name} ({label})"
    return f"returned {what} {got}, expected {wanted}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"
