"""Reads all files of a catalogue, reports all their mistakes at once, and expands the tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.catalog import renames
from conformance.catalog.compiled import kept_ground
from conformance.catalog.dialects import read_dialects
from conformance.catalog.digests import Digests
from conformance.catalog.drafts import DraftFile, read_scenarios
from conformance.catalog.expand import expand_bucket, expand_capability, expand_file
from conformance.catalog.facts import (
    Facts,
    read_buckets,
    read_capabilities,
    read_rules,
    read_sources,
)
from conformance.catalog.ledger import READERS as LEDGER_READERS
from conformance.catalog.ledger import LedgerDraft
from conformance.catalog.lint.evidence import EvidenceLint
from conformance.catalog.model import Catalog
from conformance.catalog.problems import Problems, SpecError
from conformance.catalog.recorded import Templates, expand_recorded, read_templates
from conformance.catalog.spec_files import FACT_KINDS, fact_files, read_file, shown, spec_files
from conformance.catalog.workloads import READERS as SELECTION_READERS
from conformance.catalog.workloads import SelectionsDraft, check_selections
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from conformance.catalog.model import (
        BucketKind,
        Capability,
        RecordedRequest,
        Rule,
        Scenario,
        Test,
    )

_READERS: Final = dict(
    zip(
        FACT_KINDS,
        (read_rules, read_sources, read_capabilities, read_buckets, read_dialects),
        strict=True,
    )
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """All that a catalogue holds beside scenarios and tests."""

    facts: Facts
    ledger: LedgerDraft
    rules: Mapping[str, Rule]
    capabilities: Mapping[str, Capability]
    buckets: Mapping[str, BucketKind]
    recorded: tuple[RecordedRequest, ...]
    templates: Templates
    selections: SelectionsDraft


def read_catalog(paths: Sequence[Path] | None, specs: Path | None) -> Catalog:
    """Read a catalogue; see `conformance.catalog.load.load`.

    With files of somebody's own the rest of this package's catalogue is taken as it was kept.
    """
    problems = Problems()
    root = specs_root() if specs is None else specs
    ground = None
    if paths is not None and specs is None:
        ground = kept_ground(root, shown(root), lambda: _faultless_ground(root))
    if ground is None:
        ground = _read_ground(root, problems)
    drafts: list[DraftFile] = []
    whole = paths is None
    for path in spec_files([root / "scenarios"] if paths is None else paths, problems):
        node = read_file(path, problems)
        draft = read_scenarios(node, problems) if node is not None else None
        if draft is None:
            whole = False
        else:
            drafts.append(draft)
    scenarios, tests = _expanded(drafts, ground, problems, whole=whole)
    _check_renames(root, scenarios, tests, problems, whole=whole and not problems)
    catalog = _catalog(ground, scenarios, tests)
    if whole and not problems:
        check_selections(ground.selections, catalog, problems)
    if found := problems.sorted():
        raise SpecError(found)
    return catalog


def _expanded(
    drafts: Sequence[DraftFile], ground: Ground, problems: Problems, *, whole: bool
) -> tuple[list[Scenario], list[Test]]:
    evidence = EvidenceLint(ground.facts, problems, drafts=not whole)
    evidence.check_facts()
    scenarios: list[Scenario] = []
    tests: list[Test] = []
    places: dict[str, str] = {}
    for draft in drafts:
        evidence.check_file(draft)
        ground.ledger.check_catches(draft, problems)
        for scenario, written, expanded in expand_file(draft, ground.facts, problems):
            first = places.setdefault(scenario.id, str(scenario.place))
            if scenario.id and first != str(scenario.place):
                text = f"{scenario.id} is given already"
                problems.add(written.mark, "duplicate-id", text, f"at {first}")
            scenarios.append(scenario)
            tests.extend(expanded)
    evidence.check_coverage(drafts, whole=whole)
    return scenarios, tests


def _catalog(ground: Ground, scenarios: Sequence[Scenario], tests: Iterable[Test]) -> Catalog:
    digests = Digests(ground.rules, ground.facts.sources, ground.capabilities)
    return Catalog(
        sources=ground.facts.sources,
        rules=ground.rules,
        capabilities=ground.capabilities,
        buckets=ground.buckets,
        dialects=ground.facts.dialects,
        scenarios=tuple(scenarios),
        tests=tuple(replace(test, expects=str(digests.of(test))) for test in tests),
        ledger=ground.ledger.ledger(),
        recorded=ground.recorded,
        differences=tuple(ground.templates.differences),
        selections=ground.selections.selections(),
    )


def _faultless_ground(root: Path) -> Ground:
    """Read it; raises `SpecError` with its mistakes."""
    problems = Problems()
    ground = _read_ground(root, problems)
    EvidenceLint(ground.facts, problems, drafts=True).check_facts()
    if found := problems.sorted():
        raise SpecError(found)
    return ground


def _read_ground(root: Path, problems: Problems) -> Ground:
    facts = read_facts(root, problems)
    ledger = _read_ledger(root, problems)
    ledger.check(facts, problems)
    templates = _read_templates(root, problems)
    return Ground(
        facts=facts,
        ledger=ledger,
        rules={name: draft.rule for name, draft in facts.rules.items()},
        capabilities={
            name: expand_capability(capability, problems)
            for name, capability in facts.capabilities.items()
        },
        buckets={name: expand_bucket(bucket, problems) for name, bucket in facts.buckets.items()},
        recorded=tuple(expand_recorded(facts, templates, problems)),
        templates=templates,
        selections=_read_selections(root, problems),
    )


def read_facts(root: Path, problems: Problems) -> Facts:
    """Read rules, sources, capabilities, bucket kinds and dialects."""
    facts = Facts()
    for kind, read_kind in _READERS.items():
        files = fact_files(root, kind, problems)
        if files is None:
            continue
        if not files:
            facts.unread.add(kind)
        for path in files:
            node = read_file(path, problems)
            if node is None:
                facts.unread.add(kind)
            else:
                read_kind(node, facts, problems)
    return facts


def _read_templates(root: Path, problems: Problems) -> Templates:
    """Read what recorded requests are like; a catalogue without any has no such file."""
    path = root / "recordings.yaml"
    node = read_file(path, problems) if path.exists() else None
    return Templates() if node is None else read_templates(node, problems)


def _read_selections(root: Path, problems: Problems) -> SelectionsDraft:
    """Read features and workloads; a catalogue of somebody's own may be without them."""
    draft = SelectionsDraft()
    for name, read_kind in SELECTION_READERS.items():
        path = root / name
        node = read_file(path, problems) if path.exists() else None
        if node is not None:
            read_kind(node, draft, problems)
    return draft


def _check_renames(
    root: Path,
    scenarios: Sequence[Scenario],
    tests: Sequence[Test],
    problems: Problems,
    *,
    whole: bool,
) -> None:
    """Report mistakes in the table of renamed ids; its new ids only where all tests are known."""
    path = root / renames.FILE
    node = read_file(path, problems) if path.exists() else None
    table = None if node is None else renames.read_renames(node, problems)
    if table is not None and whole:
        table.check({one.id for one in tests}, {one.id for one in scenarios}, problems)


def _read_ledger(root: Path, problems: Problems) -> LedgerDraft:
    """Read the files of the ledger; a catalogue may be without them, and is checked without."""
    ledger = LedgerDraft()
    for kind, read_kind in LEDGER_READERS.items():
        path = root / f"{kind}.yaml"
        node = read_file(path, problems) if path.exists() else None
        if node is None:
            ledger.unread.add(kind)
        else:
            read_kind(node, ledger, problems)
    return ledger
