"""Strategies: texts and bytes like those that are shipped, with anything in some places."""

from __future__ import annotations

import re

from hypothesis import strategies as st

TOKEN = re.compile(r"[A-Za-z0-9_$./-]+|\{[^{}]*\}|\[[^\[\]]*\]|\"[^\"]*\"")
ODD = [
    "", "{}", "[]", "null", "true", "-1", "1e400", ".inf", ".nan", "0x" + "f" * 50, "9" * 5000,
    "0o777", "''", "$x", "${", "$$", "$key", "${key}${key}", "{1: 2}", "[1, {a: b}]", "\0", "\x1b",
    "{sse_c: {seed: a}}", "{random: 999GiB}", "{text: a, times: 999999999}", "{concat: [[]]}",
    "{from: 1, to: 999999999999}", "{absent: true}", "{matches: '(((a+)+)+)+!'}", "*a", "&a b",
    "{matches: '(?=a)'}", "{matches: '['}", "!t a", "<<: x", "'2026-02-30'", "../../etc", "a/../b",
    "{any_of: []}", "{length: {gt: {}}}", "[[[[[[[[[[]]]]]]]]]]", "é\u202e", "http://[::1",
    "http://a:99999999", "{now: +999999999d}", "x" * 3000, "{unordered: [{}]}", "\ufeff", "%",
]  # fmt: skip


@st.composite
def texts_like(draw: st.DrawFn, seeds: tuple[str, ...]) -> str:
    """Return one of the seeds with a few words, or lines, replaced by something odd."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        places = [found.span() for found in TOKEN.finditer(text)]
        if not places:
            break
        start, end = draw(st.sampled_from(places))
        odd = draw(st.sampled_from(ODD) | st.text(max_size=20))
        text = text[:start] + odd + text[end:]
    if draw(st.booleans()):
        lines = text.splitlines(keepends=True)
        if lines:
            at = draw(st.integers(0, len(lines) - 1))
            lines[at : at + 1] = draw(st.sampled_from([[], [lines[at]] * 2, [" " + lines[at]]]))
            text = "".join(lines)
    return text


@st.composite
def bytes_like(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Return one of the seeds with a few pieces cut, doubled or replaced."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 24)))
        piece = draw(
            st.binary(max_size=12)
            | st.sampled_from(
                [b"\r\n", b"\0", b"\xff", b"0\r\n\r\n", b"<!DOCTYPE a>", b"&a;", b"-1"]
            )
            | st.just(data[start:end] * 2)
        )
        data = data[:start] + piece + data[end:]
    return data
