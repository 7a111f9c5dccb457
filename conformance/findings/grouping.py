"""Puts the deviations of all tests together: one root cause is one finding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.findings import requests
from conformance.findings.members import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.findings.model import Deviation, Kind, RuleBook
    from conformance.findings.tallies import Tallies

_VALUES: Final[frozenset[Kind]] = frozenset({"missing", "wrong-value"})
_READS_BACK: Final = ("Get", "Head", "List")
"""Beginnings of the operations whose answers show an effect; others can leave out what they do."""
_NOTHING: Final = frozenset({"absent", "[]", "0"})
_PLAIN: Final = 2
"""Length of a cause that is a rule with its kind, and nothing else."""


def grouped(
    deviations: Iterable[Deviation], tallies: Tallies, book: RuleBook
) -> tuple[tuple[Deviation, ...], ...]:
    """Return the groups, each of one root cause, in the order in which they were first seen."""
    settled = _with_laws([_of_whole_server(one, tallies, book) for one in deviations])
    groups: dict[tuple[str, ...], list[Deviation]] = defaultdict(list)
    for one in settled:
        groups[one.cause].append(one)
    joined: dict[tuple[str, ...], list[Deviation]] = defaultdict(list)
    for cause, members in groups.items():
        joined[_joins(cause, members, frozenset(groups), tallies)] += members
    return tuple(tuple(members) for members in joined.values())


def _with_laws(deviations: list[Deviation]) -> list[Deviation]:
    """Join what a law found to what a scenario shows of one of its rules in the same way."""
    seen: dict[tuple[str, str, Kind], Deviation] = {}
    for one in deviations:
        if not one.any_of:
            seen.setdefault((one.rule, one.failure.operation, one.kind), one)
    return [_as_scenario(one, seen) for one in deviations]


def _as_scenario(one: Deviation, seen: Mapping[tuple[str, str, Kind], Deviation]) -> Deviation:
    for rule in one.any_of:
        like = seen.get((rule, one.failure.operation, one.kind))
        if like is not None:
            return replace(
                one, rule=like.rule, where=like.where, cause=like.cause, impact=like.impact
            )
    return one


def _of_whole_server(one: Deviation, tallies: Tallies, book: RuleBook) -> Deviation:
    """Return a deviation with the cause that only the whole record shows."""
    name = one.cause[0]
    if name == "replay-accepted":
        return _of_replay(one, tallies, book)
    unheard = _unheard(one, tallies)
    if unheard:
        where = f"{', '.join(unheard)} of {one.failure.operation}"
        cause = ("unheard", one.failure.operation)
        return replace(one, kind="ignored", where=where, cause=cause)
    return _by_feature(one, tallies, book)


def _of_replay(one: Deviation, tallies: Tallies, book: RuleBook) -> Deviation:
    """Blame the repeat only where the same mistake is seen in a first completion."""
    rules = book.rules_of(one.test, one.failure.fields[0].check.id)
    rule = rules[-1] if rules else one.rule
    if rule.startswith("complete.replay"):
        return one
    feature = book.rules[rule].feature if rule in book.rules else ""
    mistakes = tallies.by_feature.get((feature or rule, one.failure.operation))
    if mistakes is None or mistakes.taken < 2 or not mistakes.ignored:
        return one
    return _by_feature(replace(one, rule=rule, cause=(rule, one.kind)), tallies, book)


def _unheard(one: Deviation, tallies: Tallies) -> tuple[str, ...]:
    exchange = one.failure.exchange
    if one.kind not in _VALUES or exchange is None or one.failure.operation not in LISTINGS:
        return ()
    asked = requests.query(exchange)
    return tuple(
        name
        for operation, name in sorted(tallies.unheard)
        if operation == one.failure.operation and name in asked
    )


def _by_feature(one: Deviation, tallies: Tallies, book: RuleBook) -> Deviation:
    """Join the rules of one feature where an operation does not look at the feature at all."""
    facts = book.rules.get(one.rule)
    if one.kind != "accepted" or len(one.cause) != _PLAIN or facts is None or not facts.feature:
        return one
    mistakes = tallies.by_feature.get((facts.feature, one.failure.operation))
    if mistakes is None or not mistakes.ignored:
        return one
    return replace(one, where=facts.feature, cause=(facts.feature, one.kind))


def _reads_nothing_of_it(one: Deviation) -> bool:
    """Tell whether a read does not show what was asked for.

    Tags that are there, with other names than were sent, were not ignored.
    """
    return one.failure.operation.startswith(_READS_BACK) and not any(
        field.path.startswith("TagSet") and field.check.got not in _NOTHING
        for field in one.failure.fields
    )


def _joins(
    cause: tuple[str, ...],
    members: list[Deviation],
    all_causes: frozenset[tuple[str, ...]],
    tallies: Tallies,
) -> tuple[str, ...]:
    """Return the cause of a whole group, which may be that of another group."""
    kind = members[0].kind
    if kind in {"wrong-error", "refused"}:
        answers = {(one.failure.operation, one.failure.status, one.failure.code) for one in members}
        if len(answers) == 1:
            ((operation, status, code),) = answers
            if status == 501:
                return ("not implemented", operation)
            alien = code and code not in tallies.codes.get(operation, ())
            if alien and kind == "wrong-error" and len(cause) == _PLAIN:
                return ("alien error", operation, code)
            heads = {one.failure.message_head for one in members}
            told_gone = code == "NoSuchUpload"  # its message says no more, whatever the cause
            if kind == "refused" and len(heads) == 1 and "" not in heads and not told_gone:
                return ("refused", operation, code, *heads)
    if len(cause) == _PLAIN and cause[1] == "value" and (cause[0], "accepted") in all_causes:
        mistakes = tallies.by_rule.get(cause[0])
        reads = any(map(_reads_nothing_of_it, members))
        if mistakes is not None and mistakes.ignored and reads:
            # Neither refused when it is wrong nor applied when it is right: nobody looks at it.
            return (cause[0], "accepted")
    return cause
