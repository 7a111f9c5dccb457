"""What the shell can complete: targets, terms of ``--select``, ids of ``explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import click

    from conformance.catalog.model import Catalog

_MOST: Final = 200
"""Words that a shell is given at once."""


def complete_target(context: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of the known targets."""
    from conformance.vocabulary.specs_folder import specs_root  # noqa: PLC0415  # only when Tab is pressed

    del context, param
    files = (specs_root() / "targets").glob("*.yaml")
    return _beginning(incomplete, (file.stem for file in files if file.stem != "template"))


def complete_expression(
    context: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """Return terms of ``--select``: rules, scenarios, and ``key:`` with what may stand behind it.

    Only the last word is completed, the words before it stay.
    """
    from conformance.catalog.select import FIELDS  # noqa: PLC0415  # likewise

    del context, param
    before, blank, word = incomplete.rpartition(" ")
    opened = word[: len(word) - len(word.lstrip("("))]
    word = word.lstrip("(")
    catalog = _catalog()
    key, colon, _ = word.partition(":")
    if colon and key in FIELDS:
        names = {f"{key}:{name}" for test in catalog.tests for name in FIELDS[key](test)}
        if key == "needs":
            names |= {f"needs:{name}" for name in catalog.capabilities}
        found = _beginning(word, names)
    else:
        known = (*_ids(catalog), *(f"{name}:" for name in FIELDS))
        found = _beginning(word, known)
    return [f"{before}{blank}{opened}{one}" for one in found]


def complete_id(context: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return ids that can be explained: rules, scenarios, sources, known incompatibilities."""
    del context, param
    catalog = _catalog()
    return _beginning(
        incomplete,
        (*_ids(catalog), *catalog.sources, *catalog.ledger.incompatibilities),
    )


def complete_capability(
    context: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """Return the names of the capabilities."""
    del context, param
    return _beginning(incomplete, _catalog().capabilities)


def _catalog() -> Catalog:
    from conformance.catalog.load import load  # noqa: PLC0415  # likewise

    return load()


def _ids(catalog: Catalog) -> Iterator[str]:
    yield from catalog.rules
    yield from (scenario.id for scenario in catalog.scenarios)


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})[:_MOST]
