"""What stands in the way of a script."""

from __future__ import annotations

from conformance.vocabulary.text import OptionError


class CannotReproduceError(OptionError):
    """A test that no script of one file can repeat; the text says why, in one clause."""
