"""What holds for the arguments of every command; imports little, for a quick first line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.vocabulary.text import not_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

_SILENT: Final = frozenset({"-q", "--quiet", "--json", "-h", "--help", "--dry-run"})


def refuse_empty(arguments: Sequence[str]) -> None:
    """Raise `OptionError` for an argument without any text, whatever the command."""
    before = ""
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name.startswith("--") and equals:
            not_empty(value, name)
        not_empty(argument, before if before.startswith("-") else "an argument")
        before = argument


def first_word(arguments: Sequence[str], version: str) -> str:
    """Return what a run says at once, while it still reads its catalogue; empty for all else."""
    if arguments[:1] != ["run"] or _SILENT.intersection(arguments):
        return ""
    return f"s3-conformance {version}: reading the catalogue"
