"""What endpoints send is shown as it is, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest

from conformance.report.visible import has_invisible, mark, one_line, shorten, visible

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def test_every_hidden_character_of_unicode_is_made_visible() -> None:
    """The class of the module knows all that this Python's Unicode tables call hidden."""
    missed = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in HIDDEN_CATEGORIES
        and chr(code) not in "\t\n"
        and not has_invisible(chr(code))
    ]
    assert missed == []


@pytest.mark.parametrize("text", ["", "abc\tdef\n", "Größe 大きさ naïve ✓", "a\u00a0b"])
def test_plain_text_stays_what_it_is(text: str) -> None:
    """Nothing that a reader can see is rewritten."""
    assert visible(text) == text


def test_hidden_characters_are_named() -> None:
    """Direction marks, escapes and lone surrogates become text that can be encoded."""
    shown = visible("a\u202eb\x1b\x00\ud800\r")
    assert shown == "a⟨U+202E⟩b⟨U+001B⟩⟨U+0000⟩⟨U+D800⟩⟨U+000D⟩"
    assert shown.encode("utf-8")


def test_mark_escapes_and_marks() -> None:
    """Markup is shown as text; hidden characters and secrets stand out."""
    assert mark("<b>\u202e</b> & <redacted:1a2b>", 100) == (
        "&lt;b&gt;<b>⟨U+202E⟩</b>&lt;/b&gt; &amp; <i>&lt;redacted:1a2b&gt;</i>"
    )


def test_mark_cuts_with_a_note() -> None:
    """A cut text says how long it was."""
    html = mark("x" * 1000, 10)
    assert html.startswith("xxxxxxxxxx<em>")
    assert "1,000 characters in all" in html


def test_mark_is_bounded_when_every_character_is_hidden() -> None:
    """Naming hidden characters can't blow up the page."""
    assert len(mark("\u202e" * 10_000, 1000)) < 5000


def test_shorten_says_how_much_is_missing() -> None:
    """The note counts the characters that are left out."""
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdef", 2) == "ab… (4 more characters)"


def test_one_line_is_one_line() -> None:
    """Line breaks of every kind are gone or named."""
    assert one_line("a\nb\r\nc\u2028d") == "a b⟨U+000D⟩ c⟨U+2028⟩d"
    assert one_line("a" * 10, 5) == "aaaaa…"
    assert one_line(" " * 1000 + "a", 5) == "…"
