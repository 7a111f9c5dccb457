"""Errors of the engine and of scenario files, not of a target."""

from __future__ import annotations


class EngineError(Exception):
    """A bug of the suite or a mistake in a scenario file; the test ends as ERROR."""


class UnsendableError(EngineError, ValueError):
    """A request that can't be built from a scenario, such as one with a line end in a header."""


class GuardError(EngineError):
    """A request that would have touched data that the run did not create; it was not sent."""


class MissingValue(EngineError):  # noqa: N818  # a state of the run that the runner handles
    """A name that holds no value, because the step that should have saved it did not.

    ``name`` is the variable, ``why`` one clause for people.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"${name} has no value: {why}")
        self.name = name
        self.why = why


class BucketUnavailable(EngineError):  # noqa: N818  # likewise
    """A bucket of the wanted kind can't be had.

    ``skip`` when that is by the user's own choice; ``transient`` when the target broke down over it
    (5xx, but not 501), which says nothing of what it can do.
    """

    def __init__(self, text: str, *, skip: bool = False, transient: bool = False) -> None:
        super().__init__(text)
        self.skip = skip
        self.transient = transient
