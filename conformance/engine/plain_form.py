"""Removes the form of a client from a step, and leaves the plain request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import Expectation

if TYPE_CHECKING:
    from conformance.catalog.model import Step

_FORM: Final = frozenset({"headers", "query", "framing", "shape", "expect-continue", "body"})


def plain_form(step: Step) -> Step:
    """Return the step without a client's form; it expects a success and saves nothing."""
    return replace(
        step,
        name=f"{step.name}-in-plain-form",
        spoken=None,
        edits={name: value for name, value in step.edits.items() if name not in _FORM},
        save={},
        expectations=(Expectation(strength="must", fields={"status": "2xx"}, place=step.place),),
        eventually=0.0,
    )
