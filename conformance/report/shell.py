"""Words of a POSIX shell, quoted so that nothing an endpoint sent can ever be executed."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.report.visible import has_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable

REDACTED: Final = re.compile(r"<redacted(?::([0-9A-Za-z]{1,64}))?>|%3Credacted(?:%3A\w{1,64})?%3E")
"""What stands in a record for a secret; equal secrets have equal hashes."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A shell variable inside a word, expanded within double quotes."""

    name: str


def quote(text: str) -> str:
    """Return one shell word that stands for the text, byte for byte.

    Text with characters that a reader can't see is written in the ``$'…'`` form of bash and zsh.
    """
    if not has_invisible(text):
        return shlex.quote(text)
    parts = []
    for character in text:
        if character in "\\'":
            parts.append(f"\\{character}")
        elif has_invisible(character):
            encoded = character.encode("utf-8", "surrogatepass")
            parts.append("".join(f"\\x{byte:02x}" for byte in encoded))
        else:
            parts.append(character)
    # A hex digit right after \xHH can't be read as part of it: bash takes two digits at most.
    return f"$'{''.join(parts)}'"


def word(parts: Iterable[str | Variable]) -> str:
    """Return one shell word made of literal parts and variables."""
    joined = "".join(
        f'"${part.name}"' if isinstance(part, Variable) else quote(part) for part in parts if part
    )
    return joined or "''"


def with_variables(text: str, name: str) -> list[str | Variable]:
    """Split a text at its redacted secrets, each of which becomes the variable ``name``."""
    parts: list[str | Variable] = []
    end = 0
    for match in REDACTED.finditer(text):
        parts += [text[end : match.start()], Variable(name)]
        end = match.end()
    return [*parts, text[end:]]


def comment(text: str) -> str:
    """Return the text as shell comments, one a line, unable to break out of them."""
    return "\n".join(f"# {line}" for line in text.split("\n"))
