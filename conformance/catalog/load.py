"""Loads the catalogue: reads all files, reports all their mistakes at once, expands the tests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog import renames
from conformance.catalog.compiled import compiled
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
from conformance.catalog.model import Catalog, Scenario, Test
from conformance.catalog.problems import Mark, Problems, SourceFile, SpecError
from conformance.catalog.recorded import Templates, expand_recorded, read_templates
from conformance.catalog.workloads import READERS as SELECTION_READERS
from conformance.catalog.workloads import SelectionsDraft, check_selections
from conformance.catalog.yaml12 import Node, read
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_READERS: Final = {
    "rules": read_rules,
    "sources": read_sources,
    "capabilities": read_capabilities,
    "buckets": read_buckets,
    "dialects": read_dialects,
}
_OPTIONAL: Final = frozenset({"dialects"})
"""Kinds of which a catalogue of somebody's own may hold nothing."""


def load(paths: Sequence[Path] | None = None, *, specs: Path | None = None) -> Catalog:
    """Load the catalogue and expand its tests.

    ``paths`` (files, or folders of ``*.yaml``) replace the scenarios of ``specs``, whose rules,
    sources, capabilities and bucket kinds are always read. Raises `SpecError` with the mistakes of
    all files, sorted, when there is any.
    """
    if paths is None and specs is None:
        root = specs_root()
        return compiled(root, _shown(root), lambda: _load(None, root))
    return _load(paths, specs_root() if specs is None else specs)


def _load(paths: Sequence[Path] | None, root: Path) -> Catalog:
    problems = Problems()
    facts = _load_facts(root, problems)
    ledger = _load_ledger(root, problems)
    ledger.check(facts, problems)
    drafts: list[DraftFile] = []
    whole = paths is None
    for path in _spec_files([root / "scenarios"] if paths is None else paths, problems):
        node = _read_file(path, problems)
        draft = read_scenarios(node, problems) if node is not None else None
        if draft is None:
            whole = False
        else:
            drafts.append(draft)
    evidence = EvidenceLint(facts, problems, drafts=not whole)
    evidence.check_facts()
    scenarios: list[Scenario] = []
    tests: list[Test] = []
    places: dict[str, str] = {}
    for draft in drafts:
        evidence.check_file(draft)
        ledger.check_catches(draft, problems)
        for scenario, written, expanded in expand_file(draft, facts, problems):
            first = places.setdefault(scenario.id, str(scenario.place))
            if scenario.id and first != str(scenario.place):
                text = f"{scenario.id} is given already"
                problems.add(written.mark, "duplicate-id", text, f"at {first}")
            scenarios.append(scenario)
            tests.extend(expanded)
    evidence.check_coverage(drafts, whole=whole)
    _check_renames(root, scenarios, tests, problems, whole=whole and not problems)
    selections = _load_selections(root, problems)
    templates = _load_templates(root, problems)
    recorded = tuple(expand_recorded(facts, templates, problems))
    rules = {name: draft.rule for name, draft in facts.rules.items()}
    capabilities = {
        name: expand_capability(capability, problems)
        for name, capability in facts.capabilities.items()
    }
    catalog = Catalog(
        sources=facts.sources,
        rules=rules,
        capabilities=capabilities,
        buckets={name: expand_bucket(bucket, problems) for name, bucket in facts.buckets.items()},
        dialects=facts.dialects,
        scenarios=tuple(scenarios),
        tests=_with_digests(tests, Digests(rules, facts.sources, capabilities)),
        ledger=ledger.ledger(),
        recorded=recorded,
        differences=tuple(templates.differences),
        selections=selections.selections(),
    )
    if whole and not problems:
        check_selections(selections, catalog, problems)
    if found := problems.sorted():
        raise SpecError(found)
    return catalog


def _with_digests(tests: Iterable[Test], digests: Digests) -> tuple[Test, ...]:
    return tuple(replace(test, expects=str(digests.of(test))) for test in tests)


def catalog_digest(paths: Sequence[Path] | None = None, *, specs: Path | None = None) -> str:
    """Return the SHA-256, in hex, over the names and content of all files that tests are made of.

    The ledger is none of them; line ends and the place of the checkout do not count. Raises
    `SpecError` for unreadable files.
    """
    root = specs_root() if specs is None else specs
    problems = Problems()
    kinds = [kind for kind in _READERS if kind not in _OPTIONAL or (root / kind).exists()]
    files = [path for kind in kinds for path in _fact_files(root, kind, problems)]
    files += _spec_files([root / "scenarios"] if paths is None else paths, problems)
    digest = hashlib.sha256()
    for path in files:
        text = _text(path, problems) or ""
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        content = "\n".join(text.splitlines()).encode()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    if found := problems.sorted():
        raise SpecError(found)
    return digest.hexdigest()


def _load_facts(root: Path, problems: Problems) -> Facts:
    facts = Facts()
    for kind, read_kind in _READERS.items():
        if kind in _OPTIONAL and not (root / kind).exists():
            continue
        files = list(_fact_files(root, kind, problems))
        if not files:
            facts.unread.add(kind)
        for path in files:
            node = _read_file(path, problems)
            if node is None:
                facts.unread.add(kind)
            else:
                read_kind(node, facts, problems)
    return facts


def _load_templates(root: Path, problems: Problems) -> Templates:
    """Read what recorded requests are like; a catalogue without any has no such file."""
    path = root / "recordings.yaml"
    node = _read_file(path, problems) if path.exists() else None
    return Templates() if node is None else read_templates(node, problems)


def _load_selections(root: Path, problems: Problems) -> SelectionsDraft:
    """Read features and workloads; a catalogue of somebody's own may be without them."""
    draft = SelectionsDraft()
    for name, read_file in SELECTION_READERS.items():
        path = root / name
        node = _read_file(path, problems) if path.exists() else None
        if node is not None:
            read_file(node, draft, problems)
    return draft


def _check_renames(
    root: Path, scenarios: list[Scenario], tests: list[Test], problems: Problems, *, whole: bool
) -> None:
    """Report mistakes in the table of renamed ids; its new ids only where all tests are known."""
    path = root / renames.FILE
    node = _read_file(path, problems) if path.exists() else None
    table = None if node is None else renames.read_renames(node, problems)
    if table is not None and whole:
        table.check({one.id for one in tests}, {one.id for one in scenarios}, problems)


def _load_ledger(root: Path, problems: Problems) -> LedgerDraft:
    """Read the files of the ledger; a catalogue may be without them, and is checked without."""
    ledger = LedgerDraft()
    for kind, read_kind in LEDGER_READERS.items():
        path = root / f"{kind}.yaml"
        node = _read_file(path, problems) if path.exists() else None
        if node is None:
            ledger.unread.add(kind)
        else:
            read_kind(node, ledger, problems)
    return ledger


def _fact_files(root: Path, kind: str, problems: Problems) -> list[Path]:
    """Return the files of one kind: a folder of them, or one named after it."""
    folder = root / kind
    return _spec_files([folder if folder.is_dir() else root / f"{kind}.yaml"], problems)


def _spec_files(paths: Iterable[Path], problems: Problems) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.yaml"))
            if not inside:
                _unreadable(path, "a folder without any *.yaml", problems)
            files.extend(inside)
        elif path.exists():
            files.append(path)
        else:
            _unreadable(path, "no such file or folder", problems)
    return list(dict.fromkeys(files))


def _read_file(path: Path, problems: Problems) -> Node | None:
    text = _text(path, problems)
    if text is None:
        return None
    node = read(_shown(path), text, problems)
    if node is None and not text.strip():
        _unreadable(path, "an empty file", problems)
    return node


def _text(path: Path, problems: Problems) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        _unreadable(path, f"not UTF-8 at byte {error.start}", problems)
    except OSError as error:
        _unreadable(path, error.strerror or str(error), problems)
    return None


def _unreadable(path: Path, text: str, problems: Problems) -> None:
    mark = Mark(SourceFile(_shown(path), ()), 0, 0, 1)
    problems.add(mark, "file-unreadable", text)


def _shown(path: Path) -> str:
    """Name a file as a reader finds it: below the working folder when it is there."""
    here = Path.cwd()
    absolute = path.absolute()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)
