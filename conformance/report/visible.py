"""Makes untrusted text safe to show: visible characters, limited length, valid in XML."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

# Control (but tab and newline), format (bidirectional marks, joiners, byte order mark, tags), line
# and paragraph separators, surrogates without partner, and noncharacters. A test compares the
# class with the Unicode tables of the running Python.
_INVISIBLE_CLASS: Final = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    r"\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001345f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE: Final = re.compile(f"[{_INVISIBLE_CLASS}]")
_REDACTED: Final = re.compile(r"&lt;redacted(?::[0-9A-Za-z]{1,64})?&gt;")


_OPEN, _CLOSE = "\x02", "\x03"
"""Around a name while a text becomes HTML: no text holds them, since both are invisible."""


_MOST_NAMES: Final = 65_536
"""Characters that a table keeps: there are a million, and an endpoint may send them all."""


class _Names(dict[int, str | int]):
    """From a character to its name between two signs, made when first asked for.

    A table, and not a function for each character: an answer may hold nothing visible at all.
    """

    def __init__(self, before: str, after: str) -> None:
        super().__init__()
        self._before, self._after = before, after

    def __missing__(self, code: int) -> str | int:
        seen = _INVISIBLE.match(chr(code)) is None
        name = code if seen else f"{self._before}U+{code:04X}{self._after}"
        if len(self) < _MOST_NAMES:
            self[code] = name
        return name


_NAMES: Final = _Names("⟨", "⟩")
_NAMES_TO_MARK: Final = _Names(_OPEN, _CLOSE)


def has_invisible(text: str) -> bool:
    """Return whether a reader would not see every character of the text."""
    return _INVISIBLE.search(text) is not None


def visible(text: str) -> str:
    """Return the text with each invisible character written as ``⟨U+202E⟩``.

    Tab and newline stay. The result can always be encoded as UTF-8.
    """
    return _named(text, _NAMES)


def _named(text: str, names: _Names) -> str:
    if text.isascii() and text.isprintable():
        return text
    return text.translate(names)


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of the text, and a note on how many are left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def one_line(text: str, limit: int = 300) -> str:
    """Return the text visible, on one line, cut with an ellipsis to ``limit`` characters."""
    flat = " ".join(visible(text[: 4 * limit]).split())
    return flat if len(flat) <= limit and len(text) <= 4 * limit else f"{flat[:limit]}…"


def mark(text: str, limit: int) -> Markup:
    """Return the text as HTML: escaped, shortened, invisible characters and secrets marked."""
    # The cut comes before and after: naming characters makes text longer, up to ten times.
    left_out = max(0, len(text) - limit)
    named = _named(text[:limit], _NAMES_TO_MARK)
    if len(named) > 2 * limit:
        left_out += 1
        named = named[: 2 * limit]
        if named.rfind(_OPEN) > named.rfind(_CLOSE):
            named = named[: named.rfind(_OPEN)]
    html = str(escape(named)).replace(_CLOSE + _OPEN, "⟩⟨")
    html = html.replace(_OPEN, "<b>⟨").replace(_CLOSE, "⟩</b>")
    if "&lt;redacted" in html:
        html = _REDACTED.sub(lambda match: f"<i>{match[0]}</i>", html)
    if left_out:
        html += f"<em>… shortened, {len(text):,} characters in all</em>"
    # Escaped above; what is added are fixed tags around text without markup.
    return Markup(html)  # noqa: S704 - the one place where markup is made by hand


def relative(path: str) -> str:
    """Return a path as other machines know it: below ``specs/`` where it is one of those."""
    _, below, rest = path.rpartition("/specs/")
    if below:
        return f"specs/{rest}"
    return path.rpartition("/")[2] if path.startswith("/") else path
