"""The error for a test that can't become a script."""

from __future__ import annotations

from conformance.vocabulary.text import OptionError


class CannotReproduceError(OptionError):
    """A test that a single-file script can't repeat; the text says why, in one clause."""
