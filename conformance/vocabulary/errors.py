"""The root of the errors that a caller can do something about."""

from __future__ import annotations


class ConformanceError(Exception):
    """A mistake in what was asked for, or in a file that was given. Its text says what to fix.

    - `conformance.catalog.problems.SpecError`: mistakes in scenario, profile or baseline files
    - `conformance.record.errors.RecordError`: a file that can't be read as a record
    - `conformance.vocabulary.text.OptionError`: an option that can't be meant so
    - `conformance.runs.errors.UsageError`: anything else that can't be done; nothing was sent
    """
