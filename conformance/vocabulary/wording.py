"""Words that texts for people must not hold, each with a better one; ``docs/style.md`` explains."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Discouraged:
    """One word or phrase that was found, as it stands in the text, and what to write instead."""

    found: str
    better: str


_BETTER: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:not|un)[ -]?judged", "not tested"),
    (r"judg(?:e|es|ed|ing|ement|ements|ment)", "test, run or check"),
    (r"(?:hold|holds|held) (?:to|against)", "checked against"),
    (r"(?:is|are|was|were|be|been) told(?: apart| of)?|tells?(?: of)?|told of", "report or show"),
    (r"mend(?:s|ed|ing)?", "fix (a mistake) or accept (a known failure)"),
    (r"laws?", "property"),
    (r"c[ao]mes? out|coming out|came to|comes to", "result"),
    (r"made[ -]up", "generated"),
    (r"otherwise than", "differently from"),
    (r"on account of(?: which)?", "because of, or so"),
    (r"for want of", "because … is missing"),
    (r"unsaid", "not declared"),
    (r"disclaimed", "declared missing"),
    (r"doubt (?:the|\d+) cases?", "suspect the test first"),
    (r"such that|and such|are those that", "which or that"),
    (r"anew", "again"),
    (r"stands? (?:on|for|once)|stood on", "is based on, is cited or is listed"),
    (r"carried through|carry through", "completed"),
    (r"(?<!there\s)(?:is|are) no (?!longer\b|more\b)[a-z]+", "is not a …"),
    (r"nobody listens", "nothing is listening"),
    (r"whereof|thereof|thereby|herein|whichever way", "a shorter sentence"),
)
_PATTERN: Final = re.compile(
    "|".join(rf"(?P<w{at}>\b(?:{pattern})\b)" for at, (pattern, _) in enumerate(_BETTER)),
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"``[^`]*``|`[^`]*`|\$\{?[\w.]+\}?|https?://\S+")
"""What is quoted as code, names of values and addresses: not words for people."""


def discouraged(text: str) -> Iterator[Discouraged]:
    """Yield the words of a text that have a better one, in order; code in backticks is skipped."""
    for match in _PATTERN.finditer(_CODE.sub(" ", text)):
        place = int((match.lastgroup or "w0")[1:])
        yield Discouraged(" ".join(match[0].lower().split()), _BETTER[place][1])
