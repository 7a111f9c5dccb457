"""Puts what a client sends today into the text of its dialect's file. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.catalog.problems import Problems, SpecError
from conformance.catalog.yaml12 import Mapping, Sequence, read
from conformance.vocabulary.dialects import ALGORITHM, GIVEN, Form

if TYPE_CHECKING:
    from conformance.clients.drift import Comparison, Drift
    from conformance.clients.observed import Observed

_VERSION: Final = re.compile(r"(?m)^version: .*$")
_CAPTURED: Final = re.compile(r"(?m)^captured: .*$")
_SUM: Final = re.compile(r"(?i)(x-amz-checksum-)(crc32c?|crc64nvme|sha1|sha256)\b")
_PLAIN: Final = re.compile(r"[A-Za-z0-9<][A-Za-z0-9<>_./=+-]*(?:[;,]? [A-Za-z0-9=._/-]+)*")
_INDENT: Final = "    "


def updated(text: str, name: str, comparison: Comparison, today: str) -> tuple[str, list[str]]:
    """Return the file's text with the drifted requests renewed, and what a person has to do.

    Header lines, query and signed headers of a drifted request are written as they were seen;
    what is sent only where a caller gives it stays where it was. `SpecError` for a file that can't
    be read.
    """
    left: list[str] = []
    changes: dict[int, Drift] = {}
    for drift in comparison.drifts.values():
        if drift.form is None:
            left.append(f"a new request, {drift.differences[0]}")
        else:
            changes.setdefault(drift.form, drift)
            left += [
                f"{drift.observed.operation}: {one}"
                for one in drift.differences
                if one.startswith(("the document", "a part", "an ETag", "the first chunk", "chunk"))
            ]
    lines = text.split("\n")
    requests = _requests(text, name)
    for at in sorted(changes, reverse=True):
        item = requests[at]
        form = comparison.dialect.forms[at]
        observed = changes[at].observed
        for key in sorted(_RENEWED, key=lambda one: _line(item, one), reverse=True):
            begin, end = _span(item, key, lines)
            new = _RENEWED[key](form, observed)
            if new is not None:
                lines[begin:end] = new
    text = "\n".join(lines)
    text = _VERSION.sub(f'version: "{comparison.client.version}"', text, count=1)
    return _CAPTURED.sub(f'captured: "{today}"', text, count=1), left


def _requests(text: str, name: str) -> list[Mapping]:
    problems = Problems()
    root = read(name, text, problems)
    node = root.entries.get("requests") if isinstance(root, Mapping) else None
    if problems or not isinstance(node, Sequence):
        raise SpecError(problems.sorted())
    return [item for item in node.items if isinstance(item, Mapping)]


def _line(item: Mapping, key: str) -> int:
    return item.key_mark(key).line if key in item.entries else 10**9


def _span(item: Mapping, key: str, lines: list[str]) -> tuple[int, int]:
    """Return the lines of a key with its value; where it does not exist, a place for it."""
    if key not in item.entries:
        last = max(item.key_mark(name).line for name in item.entries)
        end = _end(last, lines)
        return end, end
    begin = item.key_mark(key).line
    return begin, _end(begin, lines)


def _end(begin: int, lines: list[str]) -> int:
    """Return the line behind the value that begins in a line: the next as far to the left."""
    end = begin + 1
    while end < len(lines) and lines[end].startswith(f"{_INDENT} "):
        end += 1
    return end


def _headers(form: Form, observed: Observed) -> list[str]:
    old = {_generic(name).lower(): (name, value) for name, value in form.headers}
    wild = [name[:-1].lower() for name, _ in form.headers if name.endswith("*")]
    found: list[tuple[str, str]] = []
    for line in observed.headers:
        name, _, value = line.partition(": ")
        generic = _generic(name)
        if any(generic.lower().startswith(start) for start in wild):
            continue
        if generic.lower() == "authorization":
            value = "<authorization>"
        before = old.get(generic.lower())
        if before is not None and before[1].startswith("<"):
            value = before[1]
        found.append((generic, _generic(value)))
    _keep_optional(form, found)
    return [f"{_INDENT}headers:", *(f"{_INDENT}  {_pair(*one)}" for one in found)]


def _keep_optional(form: Form, found: list[tuple[str, str]]) -> None:
    """Put what a caller gives behind the header that it stood behind."""
    names = [name.lower() for name, _ in found]
    before = ""
    for name, value in form.headers:
        lower = _generic(name).lower()
        if lower not in names and (value.startswith("<given") or value == "<token>"):
            at = names.index(before) + 1 if before in names else 0
            found.insert(at, (name, value))
            names.insert(at, lower)
        if lower in names:
            before = lower


def _query(form: Form, observed: Observed) -> list[str] | None:
    if not observed.query:
        return None if not form.query else []
    old = dict(form.query)
    names = [one.partition("=")[0] for one in observed.query]
    sent = []
    for parameter in observed.query:
        name, equals, value = parameter.partition("=")
        own = old.get(name, GIVEN if equals and not value else value)
        sent.append(name if not equals else f"{name}={own if own is not None else ''}")
    optional = [f"{name}={GIVEN}" for name, value in form.query if value == GIVEN]
    sent += [one for one in optional if one.partition("=")[0] not in names]
    return [f"{_INDENT}query:", *(f"{_INDENT}  - {_scalar(one)}" for one in sent)]


def _unsigned(form: Form, observed: Observed) -> list[str] | None:
    if not observed.signed:
        return None
    unsigned = observed.names - observed.signed - {"authorization"}
    unsigned |= form.unsigned - observed.names
    if unsigned == form.unsigned:
        return None
    return [f"{_INDENT}unsigned:", *(f"{_INDENT}  - {name}" for name in sorted(unsigned))]


_RENEWED: Final = {"query": _query, "headers": _headers, "unsigned": _unsigned}


def _generic(text: str) -> str:
    """Return a text with a checksum's algorithm taken out."""
    return _SUM.sub(rf"\1{ALGORITHM}", text)


def _pair(name: str, value: str) -> str:
    return f"{_scalar(name)}: {_scalar(value)}"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
