"""Selects the tests by the options; loads only the catalogue for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.searched import mentions
from conformance.catalog.select import SelectionError, select
from conformance.properties.plan import law_tests
from conformance.record.options import OFF, PropertyOptions
from conformance.runs.errors import UsageError

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog, Test
    from conformance.runs.options import RunOptions


def chosen_tests(catalog: Catalog, options: RunOptions) -> tuple[Test, ...]:
    """Return the selected tests: those of the catalogue first, then the properties.

    Raises `UsageError` for a term that names none.
    """
    if property_options(options) is not None:
        catalog = replace(catalog, tests=(*catalog.tests, *law_tests(catalog)))
    try:
        chosen = select(catalog, options.select, options.level)
    except SelectionError as error:
        raise UsageError(str(error)) from error
    return tuple(test for test in chosen if _wanted(test, options))


def _wanted(test: Test, options: RunOptions) -> bool:
    if options.only is not None and test.id not in options.only:
        return False
    texts = options.mentioning
    return not texts or any(mentions(test, text) for text in texts)


def property_options(options: RunOptions) -> PropertyOptions | None:
    """Return the settings for property tests; None when none are run."""
    chosen = options.properties
    if chosen is None:
        return None if options.files else PropertyOptions()
    return None if chosen.profile == OFF else chosen
