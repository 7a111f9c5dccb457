"""Regular expressions of others: searched in linear time, whatever they and the texts are.

Scenarios may come from anybody, and what an endpoint sends too. Python's own engine can take hours
for ``(a+)+b``; RE2 can't, and for that has no look-around and no back-references. Its classes, such
as that of digits, stand for ASCII alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import re2

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 10_000
"""Characters of a pattern; the longest that is shipped has some 200."""


class PatternError(ValueError):
    """A text that is not a regular expression, or not one that RE2 takes. One clause says why."""


@lru_cache(maxsize=512)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a test for texts that a pattern matches whole; a dot stands for line ends, too."""
    if len(pattern) > LONGEST:
        raise PatternError(f"it has more than {LONGEST:,} characters")
    options = re2.Options()
    options.dot_nl = True
    options.log_errors = False
    try:
        compiled = re2.compile(_encoded(pattern), options=options)
    except re2.error as error:
        raise PatternError(_why(error)) from None

    def matches(text: str) -> bool:
        return compiled.fullmatch(_encoded(text)) is not None

    return matches


def glob(pattern: str) -> Callable[[str], bool]:
    """Return a test for names: ``*`` means anything but a slash, ``**`` for anything."""
    if "*" not in pattern:
        return pattern.__eq__  # a selection may name hundreds of tests, each without a wildcard
    wild = {"**": ".*", "*": "[^/]*"}
    pieces = re.split(r"(\*\*|\*)", pattern)
    return matcher("".join(wild[one] if one in wild else re2.escape(one) for one in pieces))


def _encoded(text: str) -> str:
    """Return a text that RE2 can read: half a pair of surrogates is in no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _why(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "(?" in text:
        text += "; look-around and back-references are not known"
    return text
