"""Pages made from the specs, in ``docs/reference/``; ``python -m conformance.catalog.pages``.

A test compares the pages with what this module makes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.catalog.coverage import FIRM, STATES, Coverage, Entry, Table, coverage, grades
from conformance.catalog.load import load
from conformance.catalog.model_watch.kept import kept_family
from conformance.catalog.model_watch.watch import STATES as MODEL_STATES
from conformance.catalog.model_watch.watch import watch
from conformance.catalog.pages.dialects import dialects_page
from conformance.catalog.pages.markup import Links, code, prose, row, scenario_list, source_list
from conformance.catalog.sentences import step_sentences
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import Capability, Catalog, Rule, Source
    from conformance.catalog.model_watch.watch import Watch

_Placed = TypeVar("_Placed", "Rule", "Source")

_MADE: Final = "<!-- Made by `python -m conformance.catalog.pages`; edits are lost. -->"
_COUNTED: Final = """\
Five things are counted: the **rules** of the catalogue, the **facts** that they cite, the
**incompatibilities** that users of real servers met, the **statements** of the documentation
pages, and the **members** and enum values of the S3 service model. Each is in one of four states.
`s3-conformance coverage` prints the same and ends with 1 while anything is open.

- **asserted**: a test checks an endpoint against it.
    - A rule or an incompatibility: a test names it, in `rules` or `catches`, and tests something;
      expectations that are only observed do not count.
    - A fact, that is a source of the grade recorded or verified: a test cites it in its scenario,
      its case or a step. Failing that, a test shows a rule that cites the fact and expects the
      very status and error code of the fact from the fact's operation; where the fact has no code,
      the status alone. This is weaker, since the test may bring the answer about in another way, so
      such facts are counted apart. A fact without status and code has to be cited.
    - A statement: all its rules are.
    - A request member or enum value: a test that checks something sends it. A member of an answer:
      a test expects that it is there; that it is absent, or only observed, does not count.
      `s3-conformance coverage --model` names the scenarios of each.
- **excused**: nothing asserts it, and the reason is given. An excuse for what is asserted is out of
  date, and ends the command with 1 as well.
- **later**: a rule of which the specs say why no scenario asserts it yet, and what only such
  rules cite.
- **open**: nothing asserts it, and nothing says why."""


def pages(catalog: Catalog, specs: Path) -> dict[str, str]:
    """Return file name to text for every page; ``specs`` is the folder that was loaded."""
    found = coverage(catalog)
    links = Links(catalog, specs)
    made = {
        "rules.md": _rules(catalog, found, links),
        "sources.md": _sources(catalog, found, links),
        "incompatibilities.md": _incompatibilities(catalog, found, links),
        "capabilities.md": _capabilities(catalog),
        "coverage.md": _coverage(catalog, found, links, watch(catalog, kept_family(specs))),
        "dialects.md": dialects_page(catalog, _MADE),
    }
    return {name: "\n".join(lines).rstrip() + "\n" for name, lines in made.items()}


def write(folder: Path) -> tuple[Path, ...]:
    """Write the pages of the project's own catalogue into a folder and return their paths."""
    specs = specs_root()
    written = []
    for name, text in pages(load(), specs).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return tuple(written)


def _rules(catalog: Catalog, found: Coverage, links: Links) -> Iterator[str]:
    entries = {entry.id: entry for entry in found.rules.entries}
    yield "# Rules"
    yield f"\n{_MADE}\n"
    yield f"The {len(catalog.rules)} rules that endpoints are checked against, each with its level,"
    yield "what a deviation may do, where it is written and which scenarios show it."
    yield "[Coverage](coverage.md) says how they are counted."
    for title, rules in _by_file(catalog.rules.values()):
        yield f"\n## {title}"
        for rule in rules:
            entry = entries[rule.id]
            yield f"\n### {rule.id}\n"
            yield f"{prose(rule.statement)}.\n"
            yield f"- {rule.level} · {rule.impact} · {', '.join(rule.applies_to)}"
            yield f"- Sources: {source_list(catalog, rule.sources, links)}"
            yield f"- {_shown(entry, links)}"


def _shown(entry: Entry, links: Links) -> str:
    if entry.shown:
        return f"Scenarios: {scenario_list(entry.shown, links)}"
    reason = f": {prose(entry.reason)}" if entry.reason else ""
    return f"No scenario, {entry.state}{reason}"


def _sources(catalog: Catalog, found: Coverage, links: Links) -> Iterator[str]:
    entries = {entry.id: entry for entry in found.facts.entries}
    yield "# Sources"
    yield f"\n{_MADE}\n"
    count = len(catalog.sources)
    yield f"What is known of the answers of Amazon S3, {count} pieces. Those that were"
    yield f"recorded or verified on S3 ({found.facts.total}) have to be asserted; *by rule* marks"
    yield "scenarios that assert one without citing it. Documentation, and what was inferred from"
    yield "other servers, is asserted through rules; what was inferred is not a MUST by itself."
    for title, sources in _by_file(catalog.sources.values()):
        yield f"\n## {title}\n"
        yield row("source", "asked", "answered", "grade", "from", "witnesses", "rules", "scenarios")
        yield row(*["---"] * 8)
        for source in sources:
            yield _source(source, entries.get(source.id), catalog, links)


def _source(source: Source, entry: Entry | None, catalog: Catalog, links: Links) -> str:
    answer = " ".join(filter(None, (str(source.status or ""), code(source.code))))
    said = f'"{prose(source.message)}"' if source.message else ""
    answered = "; ".join(filter(None, (answer, said, prose(source.notes))))
    rules = [rule.id for rule in catalog.rules.values() if source.id in rule.sources]
    return row(
        f'<a id="{source.id.lower()}"></a>{source.id}',
        f"{prose(source.operation)}: {prose(source.condition)}",
        answered,
        ", ".join(filter(None, (source.grade, source.date))),
        f"[{prose(source.where)}]({source.url})",
        ", ".join(source.witnesses),
        ", ".join(links.rule(rule) for rule in rules),
        _asserted(entry, links) if entry else "",
    )


def _asserted(entry: Entry, links: Links) -> str:
    if entry.state != "asserted":
        return f"{entry.state}: {prose(entry.reason)}" if entry.reason else f"**{entry.state}**"
    cited = scenario_list(entry.shown, links)
    through = scenario_list(entry.through, links)
    return "; ".join(filter(None, (cited, through and f"*by rule* {through}")))


def _incompatibilities(catalog: Catalog, found: Coverage, links: Links) -> Iterator[str]:
    entries = {entry.id: entry for entry in found.incompatibilities.entries}
    yield "# Known incompatibilities"
    yield f"\n{_MADE}\n"
    yield f"{len(entries)} ways in which real servers differed from S3, as their users met them. A"
    yield "scenario that would have found one names it in `catches`;"
    yield "`s3-conformance run --select catches:A01` runs those of one row.\n"
    yield row("id", "what holds on S3", "met in", "scenarios")
    yield row(*["---"] * 4)
    for each in catalog.ledger.incompatibilities.values():
        notes = f" ({prose(each.notes)})" if each.notes else ""
        yield row(
            f'<a id="{each.id.lower()}"></a>{each.id}',
            prose(each.statement) + notes,
            ", ".join(links.thread(thread) for thread in each.threads),
            _asserted(entries[each.id], links),
        )


def _capabilities(catalog: Catalog) -> Iterator[str]:
    core = sum(not test.needs for test in catalog.tests)
    yield "# Capabilities"
    yield f"\n{_MADE}\n"
    yield "What a target may lack. A test that needs a capability is skipped where the profile"
    yield "of the target does not claim it and the probe does not find it; where it is claimed, the"
    yield f"test fails. {core} of the {len(catalog.tests)} tests need none: a server with one"
    yield "key pair gets at least these."
    for capability in catalog.capabilities.values():
        yield from _capability(capability, catalog)


def _capability(capability: Capability, catalog: Catalog) -> Iterator[str]:
    count = sum(capability.name in test.needs for test in catalog.tests)
    yield f"\n## {capability.name}\n"
    about = prose(capability.about[:1].upper() + capability.about[1:])
    yield f"{about}. {count} {'test needs' if count == 1 else 'tests need'} it.\n"
    if not capability.probe:
        yield "No probe: the profile of the target, or how the run was called, decides."
        return
    where = ", over TLS where the target has it" if capability.prefers_tls else ""
    yield f"Probe, in a bucket of the kind `{capability.bucket}`{where}:\n"
    for sentence in step_sentences(capability.given, capability.probe):
        number, _, said = sentence.partition(" ")
        yield f"{number} {prose(said)}"


def _coverage(catalog: Catalog, found: Coverage, links: Links, watched: Watch) -> Iterator[str]:
    yield "# Coverage"
    yield f"\n{_MADE}\n\n{_COUNTED}\n\n## In numbers\n"
    yield from _counts(found.tables().items(), "")
    alone = len(found.by_rule_alone)
    yield f"\nOf the facts asserted, {alone} are so by a test of their rule alone.\n"
    yield row("facts", "total", *STATES)
    yield row("---", *["--:"] * (len(STATES) + 1))
    for grade in FIRM:
        yield row(grade, *map(str, grades(catalog, found.facts)[grade].values()))
    yield "\n## Statements by page\n"
    pages_of = {each.id: each.page for each in catalog.ledger.statements.values()}
    by_page: dict[str, list[Entry]] = {}
    for entry in found.statements.entries:
        by_page.setdefault(pages_of[entry.id], []).append(entry)
    tables = [(page, Table(entries=tuple(entries))) for page, entries in by_page.items()]
    yield from _counts(tables, "page")
    for state in ("open", "excused", "later"):
        for name, table in found.tables().items():
            if name != "statements" and (entries := table.of(state)):
                yield f"\n## {state.capitalize()}: {name}\n"
                yield from (_line(entry) for entry in entries)
    yield from _model(watched)
    yield "\n## Statements and their rules\n"
    yield row("statement", "", "rules")
    yield row(*["---"] * 3)
    for entry in found.statements.entries:
        rules = ", ".join(links.rule(rule) for rule in entry.shown)
        state = "" if entry.state == "asserted" else f"{entry.state}: {prose(entry.reason)}"
        statement = catalog.ledger.statements[entry.id].statement
        yield row(entry.id, prose(statement), "; ".join(filter(None, (rules, state.rstrip(": ")))))


def _model(watched: Watch) -> Iterator[str]:
    """Yield the figures of the service model, and what nobody asserts of it."""
    yield f"\n## The service model of botocore {watched.botocore}\n"
    yield row("", "total", *MODEL_STATES)
    yield row("---", *["--:"] * (len(MODEL_STATES) + 1))
    for group, entries in (*watched.groups().items(), ("all", watched.entries)):
        had = [entry.state for entry in entries]
        yield row(group, str(len(had)), *(str(had.count(state)) for state in MODEL_STATES))
    for entry in watched.of("open"):
        yield f"\n- open: {entry.id}"
    if watched.of("excused"):
        yield "\nExcused:\n"
        yield from (f"- {entry.id}: {prose(entry.reason)}" for entry in watched.of("excused"))


def _counts(tables: Iterable[tuple[str, Table]], first: str) -> Iterator[str]:
    yield row(first, "total", *STATES)
    yield row("---", *["--:"] * (len(STATES) + 1))
    for name, table in tables:
        yield row(name, *map(str, table.counts().values()))


def _line(entry: Entry) -> str:
    return f"- {entry.id}" + (f": {prose(entry.reason)}" if entry.reason else "")


def _by_file(items: Iterable[_Placed]) -> Iterator[tuple[str, list[_Placed]]]:
    """Group by the file that each is in, with the file's name as a title."""
    groups: dict[str, list[_Placed]] = {}
    for item in items:
        groups.setdefault(item.place.file, []).append(item)
    for file, group in groups.items():
        yield Path(file).stem.replace("-", " ").capitalize(), group
