"""What keeps a run from being begun."""

from __future__ import annotations

from conformance.vocabulary.errors import ConformanceError


class UsageError(ConformanceError):
    """The user asked for something that can't be done; nothing was sent. Shown as it is."""


class UnwellError(Exception):
    """The target can't be asked, or refuses the key pair; ``exit_code`` says which."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code
