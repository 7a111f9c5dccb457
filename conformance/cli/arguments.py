"""What holds for the arguments of every command; loaded before any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.vocabulary.text import not_empty

if TYPE_CHECKING:
    from collections.abc import Sequence


def refuse_empty(arguments: Sequence[str]) -> None:
    """Raise `OptionError` for an argument without any text, whatever the command."""
    before = ""
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name.startswith("--") and equals:
            not_empty(value, name)
        not_empty(argument, before if before.startswith("-") else "an argument")
        before = argument
