"""The dollar sign in values: ``$name``, ``${name.path}`` and ``$$``.

The catalogue uses this to put in place what is known before the run, and whoever runs a test to
read what is left: ``$$`` stays as it is until then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEP: Final = r"(?:\.[A-Za-z0-9_-]+|\[[0-9]+\])"
_WHOLE: Final = re.compile(rf"\$([A-Za-z_][A-Za-z0-9_]*)({_STEP}*)")
_BRACED: Final = re.compile(rf"([A-Za-z_][A-Za-z0-9_]*)({_STEP}*)")
_PATH_STEP: Final = re.compile(r"\.([A-Za-z0-9_-]+)|\[([0-9]+)\]")
_SPECIAL: Final = re.compile(r"\$\$|\$\{([^}]*)\}|\$")

PathStep: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Reference:
    """A name and the way from its value to the one that is meant."""

    name: str
    path: tuple[PathStep, ...] = ()

    def __str__(self) -> str:
        """Render as in ``${…}``, without dollar sign and braces."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return self.name + "".join(steps)


class ReferenceSyntaxError(ValueError):
    """A dollar sign is not used as the format has it; ``column`` counts from the text's start."""

    def __init__(self, text: str, column: int) -> None:
        super().__init__(text)
        self.column = column


@lru_cache(maxsize=8192)
def parse(text: str) -> Reference | tuple[str | Reference, ...]:
    """Read a text: a `Reference` for ``$name`` alone, else its pieces in order.

    Pieces that are text hold ``$$`` for a dollar sign still. Raises `ReferenceSyntaxError`.
    """
    if whole := _WHOLE.fullmatch(text):
        return Reference(whole[1], path_steps(whole[2]))
    pieces: list[str | Reference] = []
    end = 0
    literal = ""
    for found in _SPECIAL.finditer(text):
        literal += text[end : found.start()]
        end = found.end()
        if found[0] == "$$":
            literal += "$$"
            continue
        inner = found[1]
        if inner is None:
            raise ReferenceSyntaxError(
                "a dollar sign that begins neither ${name} nor a value of its own", found.start()
            )
        named = _BRACED.fullmatch(inner)
        if named is None:
            raise ReferenceSyntaxError(f"{found[0]} names nothing", found.start())
        if literal:
            pieces.append(literal)
            literal = ""
        pieces.append(Reference(named[1], path_steps(named[2])))
    literal += text[end:]
    if literal:
        pieces.append(literal)
    return tuple(pieces)


def reference_alone(text: str) -> Reference | None:
    """Return the reference of ``$name`` alone; None for any other text, malformed ones too."""
    whole = _WHOLE.fullmatch(text)
    return Reference(whole[1], path_steps(whole[2])) if whole else None


def path_steps(text: str) -> tuple[PathStep, ...]:
    """Split ``.Parts[0].ETag`` into ``("Parts", 0, "ETag")``."""
    return tuple(
        found[1] if found[1] is not None else int(found[2]) for found in _PATH_STEP.finditer(text)
    )


def unescape(text: str) -> str:
    """Turn ``$$`` into ``$``, in a text without references."""
    return text.replace("$$", "$")
