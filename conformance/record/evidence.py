"""What Amazon S3 answered in a run, as dated sources, and where it contradicts ours. Pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.yaml_scalars import folded, shown
from conformance.record.outcome import observed
from conformance.targets.amazon import is_amazon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.record.catalog_line import SourceText
    from conformance.record.model import CheckLine, Record, RecordedExchange, TestLine

_STATUS: Final = re.compile(r"HTTP/\S+ (\d{3})")
_ERROR: Final = re.compile(r"<Error(?:\s[^>]*)?>.*", re.DOTALL)
_LONGEST: Final = 500
_PAGES: Final = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
_WEAK: Final = frozenset({"inferred", "documented"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One answer of Amazon S3."""

    id: str
    date: str
    operation: str
    condition: str
    status: int
    code: str
    message: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A check in which Amazon S3 did not do what our sources say."""

    test: TestLine
    check: CheckLine
    sources: tuple[SourceText, ...]
    """Those of the test and of its rules: some of them is wrong, or the scenario is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a run on Amazon S3 is good for."""

    recordings: tuple[Recording, ...]
    contradictions: tuple[Contradiction, ...]
    confirmed: tuple[SourceText, ...]
    """Sources no better than documented, all of whose tests held: a recording can replace them."""


def evidence(record: Record) -> Evidence:
    """Return what a record bears witness of; ValueError when it is not of Amazon S3."""
    if not is_amazon(record.run.endpoint_url):
        raise ValueError(
            f"evidence is recorded from Amazon S3 alone, and {record.run.endpoint_url} is not it"
        )
    contradictions = tuple(_contradictions(record))
    doubted = {source.id for one in contradictions for source in one.sources}
    held = {
        source
        for test in record.tests
        if observed(test) == "PASS"
        for source in _cited(test, record)
    }
    return Evidence(
        recordings=tuple(_recordings(record)),
        contradictions=contradictions,
        confirmed=tuple(
            one
            for one in record.catalog.sources
            if one.id in held and one.id not in doubted and one.grade in _WEAK
        ),
    )


def sources_yaml(found: Evidence, record: Record) -> str:
    """Return the recordings as a file of ``specs/sources``."""
    lines = ["format: 1", f"about: {folded(_about(record), '', key='about')}", "sources:"]
    if not found.recordings:
        lines[-1] = "sources: []"
    for one in found.recordings:
        pairs = [
            ("id", one.id),
            ("grade", "recorded"),
            ("date", f'"{one.date}"'),
            ("operation", folded(one.operation, "    ", key="operation")),
            ("condition", folded(one.condition, "    ", key="condition")),
            ("status", str(one.status)),
            ("code", folded(one.code, "    ") if one.code else ""),
            ("message", folded(one.message, "    ", key="message") if one.message else ""),
            ("where", folded(one.where, "    ", key="where")),
            # Until the record itself is published somewhere.
            ("url", folded(f"{_PAGES}API_{one.operation}.html", "    ", key="url")),
            ("witnesses", "[s3-conformance]"),
        ]
        text = "\n".join(f"    {key}: {value}" for key, value in pairs if value)
        lines.append(f"  - {text.lstrip()}")
    return "\n".join(lines) + "\n"


def contradictions_text(found: Evidence, record: Record) -> str:
    """Return the contradictions, and what could be confirmed, as Markdown."""
    return "\n".join(_contradiction_lines(found, record)) + "\n"


def _about(record: Record) -> str:
    day = record.run.started[:10]
    return f"What Amazon S3 answered on {day} in {record.run.region}, recorded by s3-conformance"


def _contradiction_lines(found: Evidence, record: Record) -> Iterator[str]:
    yield f"# Amazon S3, {record.run.started[:10]}, {record.run.region}"
    yield ""
    yield (
        f"{len(found.contradictions)} checks have results that differ from our sources, "
        f"{len(found.confirmed)} weak sources are borne out."
    )
    for one in found.contradictions:
        yield ""
        yield f"## `{_code(one.test.id)}`"
        yield ""
        yield f"`{_code(one.check.id)}` came out {one.check.verdict}"
        yield ""
        yield f"    expected  {shown(one.check.expected)}"
        yield f"    recorded  {shown(one.check.got)}"
        yield ""
        for source in one.sources:
            yield f"- {source.id} ({source.grade} {source.date}): `{_code(source.text)}`"
    if found.confirmed:
        yield ""
        yield "## Borne out"
        yield ""
        for source in found.confirmed:
            yield f"- {source.id} ({source.grade}): `{_code(source.text)}`"


def _code(text: str) -> str:
    """Return text for a code span, which it can't end."""
    return shown(text).replace("`", "'")[:_LONGEST]


def _contradictions(record: Record) -> Iterator[Contradiction]:
    sources = {one.id: one for one in record.catalog.sources}
    for test in record.tests:
        if not observed(test).tested:
            continue
        for check in test.checks:
            if not check.verdict.good:
                cited = (sources[name] for name in _cited(test, record) if name in sources)
                yield Contradiction(test=test, check=check, sources=tuple(cited))


def _cited(test: TestLine, record: Record) -> Iterator[str]:
    """Yield the sources of a test and of its rules, each once."""
    rules = {one.id: one for one in record.catalog.rules}
    names = [
        *test.sources,
        *(s for rule in test.rules if rule in rules for s in rules[rule].sources),
    ]
    yield from dict.fromkeys(names)


def _recordings(record: Record) -> Iterator[Recording]:
    seen: set[tuple[object, ...]] = set()
    stamp = re.sub(r"[^0-9T]", "", record.run.started[:19])
    for test in record.tests:
        for exchange in test.exchanges:
            made = _recording(test, exchange, record, f"REC-{stamp}-{len(seen) + 1:04}")
            if made is None:
                continue
            key = (made.operation, made.condition, made.status, made.code, made.message)
            if key not in seen:
                seen.add(key)
                yield made


def _recording(
    test: TestLine, exchange: RecordedExchange, record: Record, name: str
) -> Recording | None:
    """Return what an exchange of a tested step bears witness of; None for any other."""
    if exchange.role != "step" or exchange.response is None or not exchange.operation:
        return None
    status = _STATUS.match(exchange.response.start_line)
    if status is None:
        return None
    run = record.run
    error = _ERROR.search(exchange.response.body.text or "")
    place = f"test {test.id}, step {exchange.step}"
    return Recording(
        id=name,
        date=exchange.started[:10],
        operation=exchange.operation,
        condition=shown(f"{test.title}: {exchange.step}"),
        status=int(status[1]),
        code=_element(error[0] if error else "", "Code"),
        message=_element(error[0] if error else "", "Message"),
        where=shown(
            f"s3-conformance {run.suite_version} on {run.endpoint_url} ({run.region}), {place}, "
            f"recorded {exchange.started}"
        ),
    )


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]{{0,{_LONGEST}}})</{name}>", text)
    return shown(html.unescape(found[1])) if found else ""
