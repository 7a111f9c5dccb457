"""Texts of the catalogue for people, and the words in them that have a plainer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.vocabulary.wording import discouraged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conformance.catalog.model import Catalog
    from conformance.catalog.place import Place


def texts(catalog: Catalog) -> Iterator[tuple[Place, str]]:
    """Yield every text that reports and ``explain`` show, with the place it is written at."""
    for rule in catalog.rules.values():
        yield rule.place, rule.statement
    for capability in catalog.capabilities.values():
        yield capability.place, capability.about
    for kind in catalog.buckets.values():
        yield kind.place, kind.about
    for source in catalog.sources.values():
        yield source.place, f"{source.condition}. {source.notes}"
    for row in catalog.ledger.incompatibilities.values():
        yield row.place, f"{row.statement}. {row.notes}"
    yield from dict.fromkeys(_noted(catalog))
    for scenario in catalog.scenarios:
        for text in (scenario.title, scenario.why, *scenario.case_titles.values()):
            yield scenario.place, text


def _noted(catalog: Catalog) -> Iterator[tuple[Place, str]]:
    """Yield the notes of steps, which the tests of a scenario share."""
    for test in catalog.tests:
        for step in (*test.given, *test.steps):
            if step.note:
                yield step.place, step.note


def warnings(catalog: Catalog, files: Collection[str] | None = None) -> Iterator[str]:
    """Yield ``file:line: warning[plain-words]: …`` for each word that has a plainer one.

    With ``files`` only for texts of these.
    """
    for place, text in texts(catalog):
        if files is not None and place.file not in files:
            continue
        for one in discouraged(text):
            yield (
                f"{place.file}:{place.line}: warning[plain-words]: "
                f'"{one.found}": write {one.better}'
            )
