"""Puts the records of parts of one run together. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.record.catalog_line import CatalogLine
from conformance.record.model import CapabilityLine, EndLine, ProblemLine, Record
from conformance.record.options import command_words
from conformance.record.outcome import fault_beyond_tests, outcome, undone
from conformance.record.shard import Shard
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.record.catalog_line import RuleText, SourceText
    from conformance.record.model import RunLine, TestLine
    from conformance.vocabulary.verdicts import Verdict

_SAME: Final[Mapping[str, str]] = {
    "suite_version": "versions of the suite",
    "catalog_digest": "catalogues of scenarios",
    "target": "targets",
    "server": "servers",
    "region": "regions",
    "addressing": "styles of addressing",
    "strict": "strictness",
}
"""What the parts of one run have in common, and what it is called."""


class MergeError(Exception):
    """Records that are no parts of one run; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Several records as one."""

    record: Record
    missing: tuple[str, ...]
    """One sentence each: parts that are not there, tests without a result."""
    faults: tuple[str, ...] = ()
    """One sentence each: parts that ended in 4 or 3 for what none of their tests shows."""
    least: int = ExitCode.EXPECTED
    """The exit code of the whole is never below it, whatever the results of the tests."""


def merge(records: Mapping[str, Record]) -> Merged:
    """Return the records, by the names of their files, as one.

    They must be of one version of the suite, one catalogue, one target and one server, and have no
    test in common; else `MergeError`. Verdicts are those before any baseline: what is compared with
    one is the whole. Order is that of the files, so give shards in theirs.
    """
    if not records:
        raise MergeError("there is no record to merge")
    names, parts = [*records], [*records.values()]
    _refuse_others(names, parts)
    tests = tuple(undone(test) for test in _tests(records))
    absent = _absent(parts)
    lost = _lost(parts, absent)
    missing = (*_missing(absent, lost), *_cut(parts))
    faults = tuple(_faults(records))
    said = (ProblemLine(text=text, worker="merge") for text in (*missing, *faults))
    whole = Record(
        run=_run(parts, lost or ()),
        catalog=_catalog(parts),
        capabilities=_capabilities(parts),
        tests=tests,
        problems=(*_problems(records), *said),
        # Where no test can be named that did not run, only the end can tell that some did not.
        end=_end(parts, tests, unended=bool(absent) and not lost),
    )
    least = max(ExitCode.DIFFERS if missing else ExitCode.EXPECTED, *map(fault_beyond_tests, parts))
    if whole.end is not None:
        code = max(outcome(whole).exit_code, least)
        whole = replace(whole, end=replace(whole.end, exit_code=code))
    return Merged(record=whole, missing=missing, faults=faults, least=least)


def _refuse_others(names: Sequence[str], parts: Sequence[Record]) -> None:
    first = parts[0].run
    for name, part in zip(names[1:], parts[1:], strict=True):
        for attribute, what in _SAME.items():
            one, other = getattr(first, attribute), getattr(part.run, attribute)
            if one != other:
                shown = f"{str(one)[:40]} and {str(other)[:40]}"
                raise MergeError(f"{names[0]} and {name} are of two {what}: {shown}")
    counts = {Shard.parse(part.run.shard).count for part in parts if part.run.shard}
    if len(counts) > 1:
        numbers = " and ".join(str(count) for count in sorted(counts))
        raise MergeError(f"the records are parts of different wholes: of {numbers} parts")


def _tests(records: Mapping[str, Record]) -> Iterator[TestLine]:
    seen: dict[str, str] = {}
    for name, part in records.items():
        for test in part.tests:
            first = seen.setdefault(test.id, name)
            if first != name:
                raise MergeError(f"{first} and {name} both hold {test.id}: they overlap")
            yield test


def _run(parts: Sequence[Record], lost: Sequence[str]) -> RunLine:
    """Return how the whole was begun: what the missing parts would have run is selected, too."""
    first = min((part.run for part in parts), key=lambda run: run.started)
    known = dict.fromkeys(name for part in parts for name in part.run.selected)
    selected = tuple(dict.fromkeys((*known, *lost)))
    chosen = set(selected)
    everything = dict.fromkeys(name for part in parts for name in part.run.left_out)
    options = replace(first.options, out="")
    return replace(
        first,
        command=command_words(options, strict=first.strict),
        options=options,
        selected=selected,
        left_out=tuple(name for name in everything if name not in chosen),
        shard="",
    )


def _catalog(parts: Sequence[Record]) -> CatalogLine:
    rules: dict[str, RuleText] = {one.id: one for part in parts for one in part.catalog.rules}
    sources: dict[str, SourceText] = {one.id: one for part in parts for one in part.catalog.sources}
    return CatalogLine(
        rules=tuple(rules[name] for name in sorted(rules)),
        sources=tuple(sources[name] for name in sorted(sources)),
    )


def _capabilities(parts: Sequence[Record]) -> tuple[CapabilityLine, ...]:
    """Return each capability once; the part in which it was found stands for all."""
    found: dict[str, CapabilityLine] = {}
    for part in parts:
        for line in part.capabilities:
            known = found.get(line.name)
            if known is None or (known.probed != "yes" and line.probed == "yes"):
                found[line.name] = line
    return tuple(found.values())


def _problems(records: Mapping[str, Record]) -> Iterator[ProblemLine]:
    """Yield the problems of all parts, and capabilities on which they do not agree."""
    said: dict[str, dict[str, str]] = {}
    for name, part in records.items():
        yield from part.problems
        for line in part.capabilities:
            said.setdefault(line.name, {}).setdefault(line.probed, name)
    for capability, answers in said.items():
        answers.pop("not-probed", None)
        if len(answers) > 1:
            shown = ", ".join(f"{probed} in {name}" for probed, name in answers.items())
            text = f"the probe of {capability} does not say the same everywhere: {shown}"
            yield ProblemLine(text=text, worker="merge")


def _absent(parts: Sequence[Record]) -> tuple[Shard, ...]:
    """Return the parts of which there is no record."""
    there = {Shard.parse(part.run.shard) for part in parts if part.run.shard}
    counts = {shard.count for shard in there}
    everyone = (Shard(index, count) for count in counts for index in range(1, count + 1))
    return tuple(shard for shard in everyone if shard not in there)


def _lost(parts: Sequence[Record], absent: Sequence[Shard]) -> tuple[str, ...] | None:
    """Return the tests of the parts that are not there; None when that can't be known.

    A part that is there lists the tests of all others as left out, with those that options left
    out. So the tests of a missing part are known where no options left any out.
    """
    left_out: dict[str, None] = {}
    for part in parts:
        left_out |= dict.fromkeys(part.run.left_out)
        shard = Shard.parse(part.run.shard) if part.run.shard else None
        if part.run.options.chosen or (
            shard is not None and any(map(shard.holds, part.run.left_out))
        ):
            return None
    return tuple(name for name in left_out if any(shard.holds(name) for shard in absent))


def _missing(absent: Sequence[Shard], lost: Sequence[str] | None) -> Iterator[str]:
    """Yield a sentence for each part that does not exist, with a number where it is known."""
    for shard in absent:
        count = sum(map(shard.holds, lost or ()))
        yield f"part {shard} is missing" + ("" if lost is None else f": {_without_result(count)}")


def _cut(parts: Sequence[Record]) -> Iterator[str]:
    """Yield a sentence for each part with tests that never ended."""
    for part in parts:
        ended = {test.id for test in part.tests}
        lost = [name for name in part.run.selected if name not in ended]
        if lost or part.end is None:
            name = f"part {part.run.shard}" if part.run.shard else "a part"
            example = f", {lost[0]} for one" if lost else ""
            yield f"{name} was cut short: {_without_result(len(lost))}{example}"


def _faults(records: Mapping[str, Record]) -> Iterator[str]:
    """Yield a sentence for each part that ended in more than its tests show."""
    for name, part in records.items():
        if code := fault_beyond_tests(part):
            shard = f"part {part.run.shard}" if part.run.shard else "a part"
            yield f"{shard} ended in {code}, and so does the whole: {name}"


def _without_result(count: int) -> str:
    return "1 test has no result" if count == 1 else f"{count:,} tests have no result"


def _end(parts: Sequence[Record], tests: Sequence[TestLine], *, unended: bool) -> EndLine | None:
    """Return the end of the whole; None when a part has none, so that it counts as cut short."""
    ends = [part.end for part in parts if part.end is not None]
    if len(ends) < len(parts):
        return None
    counts: Counter[Verdict] = Counter(test.verdict for test in tests)
    return EndLine(
        verdicts=dict(counts.items()),
        exit_code=max(map(fault_beyond_tests, parts)),
        interrupted=unended or any(end.interrupted for end in ends),
        ended=max(end.ended for end in ends),
        seconds=max(end.seconds for end in ends),
        requests=sum(end.requests for end in ends),
    )
