"""Errors that prevent the start of a run."""

from __future__ import annotations

from conformance.vocabulary.errors import ConformanceError


class UsageError(ConformanceError):
    """The options can't be carried out; nothing was sent. The text is shown to the user."""


class UnwellError(Exception):
    """The target can't be reached, or rejects the key pair; ``exit_code`` says which."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code
