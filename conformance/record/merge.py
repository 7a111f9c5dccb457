"""Puts the records of parts of one run together. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.record.baseline import undone
from conformance.record.model import (
    CapabilityLine,
    CatalogLine,
    EndLine,
    ProblemLine,
    Record,
)
from conformance.record.outcome import outcome
from conformance.record.shard import Shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.record.model import RuleText, RunLine, SourceText, TestLine, Verdict

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


def merge(records: Mapping[str, Record]) -> Merged:
    """Return the records, by the names of their files, as one.

    They must be of one version of the suite, one catalogue, one target and one server, and have no
    test in common; else `MergeError`. Verdicts are those before any baseline: what is held against
    one is the whole. Order is that of the files, so give shards in theirs.
    """
    if not records:
        raise MergeError("there is no record to merge")
    names, parts = [*records], [*records.values()]
    _refuse_others(names, parts)
    tests = tuple(undone(test) for test in _tests(records))
    run = _run(parts)
    bare = Record(
        run=run,
        catalog=_catalog(parts),
        capabilities=_capabilities(parts),
        tests=tests,
        problems=tuple(_problems(records)),
        end=None,
    )
    missing = tuple(_missing(parts, bare))
    problems = (*bare.problems, *(ProblemLine(text=text, worker="merge") for text in missing))
    whole = replace(bare, problems=problems, end=_end(parts, tests))
    # A part that never ran selected tests that nobody here knows of: the whole is not whole.
    if whole.end is not None:
        code = max(outcome(whole).exit_code, 1 if missing else 0)
        whole = replace(whole, end=replace(whole.end, exit_code=code))
    return Merged(record=whole, missing=missing)


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


def _run(parts: Sequence[Record]) -> RunLine:
    first = min((part.run for part in parts), key=lambda run: run.started)
    selected = tuple(dict.fromkeys(name for part in parts for name in part.run.selected))
    chosen = set(selected)
    everything = dict.fromkeys(name for part in parts for name in part.run.left_out)
    return replace(
        first,
        command=tuple(_without_shard(first.command)),
        selected=selected,
        left_out=tuple(name for name in everything if name not in chosen),
        shard="",
    )


def _without_shard(command: Sequence[str]) -> Iterator[str]:
    skip = False
    for word in command:
        if skip or word.startswith("--shard="):
            skip = False
        elif word == "--shard":
            skip = True
        else:
            yield word


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
        if {"yes", "no"} <= answers.keys():
            text = f"the probe of {capability} said yes in {answers['yes']}, no in {answers['no']}"
            yield ProblemLine(text=text, worker="merge")


def _missing(parts: Sequence[Record], whole: Record) -> Iterator[str]:
    """Yield a sentence for each part that is not there, and for tests that never ended."""
    shards = [Shard.parse(part.run.shard) for part in parts if part.run.shard]
    if shards:
        there = {shard.index for shard in shards}
        for index in range(1, shards[0].count + 1):
            if index not in there:
                lost = [
                    one for one in whole.run.left_out if Shard(index, shards[0].count).holds(one)
                ]
                yield (
                    f"part {index}/{shards[0].count} is missing, "
                    f"to which {len(lost)} of the tests that are left out would belong"
                )
    for part in parts:
        ended = {test.id for test in part.tests}
        lost = [name for name in part.run.selected if name not in ended]
        if lost or part.end is None:
            name = f"part {part.run.shard}" if part.run.shard else "a part"
            example = f", {lost[0]} for one" if lost else ""
            yield f"{name} was cut short: {len(lost)} tests have no result{example}"


def _end(parts: Sequence[Record], tests: Sequence[TestLine]) -> EndLine | None:
    """Return the end of the whole; None when a part has none, so that it counts as cut short."""
    ends = [part.end for part in parts if part.end is not None]
    if len(ends) < len(parts):
        return None
    counts: Counter[Verdict] = Counter(test.verdict for test in tests)
    return EndLine(
        verdicts=dict(counts.items()),
        exit_code=0,
        interrupted=any(end.interrupted for end in ends),
        ended=max(end.ended for end in ends),
        seconds=max(end.seconds for end in ends),
        requests=sum(end.requests for end in ends),
    )
