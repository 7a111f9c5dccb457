"""An XML answer as it was written: its beginning, its elements in their order, their raw texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PIECE: Final = re.compile(r"<[^>]*>|[^<]+")
_NAME: Final = re.compile(r"</?([\w:.-]+)")


@dataclass(frozen=True, slots=True)
class Element:
    """One element that holds no other, or an empty one."""

    path: str
    """Names from the root down, joined by slashes; the root itself is left out."""
    text: str
    """As written, its references not resolved."""

    @property
    def name(self) -> str:
        """The element's own name."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Document:
    """A document taken apart, without judging it."""

    opening: str
    """All that comes before the root element."""
    root: str
    """The root's start tag, attributes included."""
    elements: tuple[Element, ...]
    """In the order of their end tags, down to where a cut document ends."""


def take_apart(text: str, *, cut: bool = False) -> Document:
    """Take the text of a document apart; of a ``cut`` one what is whole.

    Nothing is resolved, so whatever an endpoint sends is only ever compared.
    """
    start = text.find("<", text.find("?>") + 2 if text.startswith("<?") else 0)
    opening = text[:start] if start >= 0 else text
    pieces = _PIECE.findall(text[len(opening) :])
    if cut and pieces:
        pieces.pop()  # it may be half of what it was
    root = pieces[0] if pieces else ""
    elements: list[Element] = []
    open_names: list[str] = []
    last, holds_more = "", False
    for piece in pieces[1:]:
        if not piece.startswith("<"):
            last = piece
        elif piece.startswith("</"):
            if not open_names:
                break
            if not holds_more:
                elements.append(Element("/".join(open_names), last))
            open_names.pop()
            last, holds_more = "", True
        else:
            match = _NAME.match(piece)
            name = match[1] if match else piece
            if piece.endswith("/>"):
                elements.append(Element("/".join((*open_names, name)), ""))
                holds_more = True
            else:
                open_names.append(name)
                holds_more = False
            last = ""
    return Document(opening, root, tuple(elements))
