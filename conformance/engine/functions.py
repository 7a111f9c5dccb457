"""The functions of the scenario format; the table of them is in the format's reference.

Each takes the value under its own name, its further arguments, and the test's clock. TypeError,
ValueError or KeyError, in one clause, for what it can't take.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from conformance.catalog import customer_keys
from conformance.engine import bodies
from conformance.wire import checksums

if TYPE_CHECKING:
    from conformance.engine.value import Value

Function: TypeAlias = "Callable[[Value, Mapping[str, Value], datetime], Value]"

_SPAN: Final = re.compile(r"([+-]?)(\d+)([smhd])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LETTER: Final = re.compile(r"[A-Za-z0-9]")


def as_bytes(value: Value) -> bytes:
    """Return bytes as they are and text in UTF-8; TypeError for anything else."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    raise TypeError(f"bytes or text are wanted, not {type(value).__name__}")


def _parts(value: Value) -> tuple[bytes, ...]:
    if isinstance(value, str | bytes):
        return (as_bytes(value),)
    return tuple(as_bytes(item) for item in _items(value))


def _items(value: Value) -> Sequence[Value]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise TypeError(f"a list is wanted, not {type(value).__name__}")
    return value


def _number(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"a whole number is wanted, not {type(value).__name__}")
    return int(value)


def _as_text(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"text is wanted, not {type(value).__name__}")
    return str(value)


def _random(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    return bodies.random(bodies.byte_count(subject), _as_text(more.get("seed", "")))


def _zeros(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return bodies.zeros(bodies.byte_count(subject))


def _hex_bytes(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return bytes.fromhex(_as_text(subject))


def _text(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    text, times = _as_text(subject), _number(more.get("times", 1))
    bodies.byte_count(len(text) * times)
    return text * times


def _concat(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    parts = _parts(subject)
    bodies.byte_count(sum(map(len, parts)))
    return bodies.concat(parts)


def _join(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    between, items = _as_text(more.get("with", "")), [_as_text(one) for one in _items(subject)]
    bodies.byte_count(sum(map(len, items)) + len(between) * len(items))
    return between.join(items)


def _slice(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    body = as_bytes(subject)
    start, end = _number(more.get("from", 0)), _number(more.get("to", len(body)))
    if not 0 <= start <= end <= len(body):
        raise ValueError(f"{start} to {end} does not lie within the {len(body)} bytes")
    return bodies.cut(body, start, end)


def _pad(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    text, wanted = _as_text(subject), bodies.byte_count(_number(more["to"]))
    missing = wanted - len(text.encode())
    if missing < 0:
        raise ValueError(f"the text has {-missing} bytes more than {wanted} already")
    return text + "k" * missing


def _size(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return len(as_bytes(subject) if isinstance(subject, str | bytes) else _items(subject))


def _sum(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return sum(_number(item) for item in _items(subject))


def _sse_c(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    if not isinstance(subject, Mapping):
        raise TypeError("a map with seed is wanted")
    unknown = set(subject) - set(customer_keys.ARGUMENTS)
    if unknown:
        raise ValueError(f"there is no option {min(unknown)}")
    dropped = subject.get("drop", [])
    md5 = subject.get("key_md5")
    key = customer_keys.CustomerKey(
        seed=_as_text(subject["seed"]),
        copy_source=subject.get("copy_source") is True,
        drop=tuple(map(_as_text, [dropped] if isinstance(dropped, str) else _items(dropped))),
        algorithm=_as_text(subject.get("algorithm", "AES256")),
        key_bytes=_number(subject.get("key_bytes", customer_keys.KEY_BYTES)),
        key_md5=None if md5 is None else _as_text(md5),
    )
    return dict(customer_keys.members(key))


def _base64(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return base64.b64encode(as_bytes(subject)).decode("ascii")


def _url(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return quote(as_bytes(subject), safe="")


def _digest(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    algorithm, form = _as_text(more["algorithm"]), more.get("as", "base64")
    if form == "base64":
        return checksums.digest_base64(as_bytes(subject), algorithm)
    if form == "hex":
        return checksums.digest_hex(as_bytes(subject), algorithm)
    raise ValueError(f"as is base64 or hex, not {form}")


def _etag(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return checksums.etag(as_bytes(subject))


def _multipart_etag(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return checksums.multipart_etag(_parts(subject))


@lru_cache(maxsize=256)
def _object_checksum(parts: tuple[bytes, ...], algorithm: str, kind: str) -> str:
    return checksums.object_checksum(parts, algorithm, kind)


def _checksum(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    return _object_checksum(_parts(subject), _as_text(more["algorithm"]), _as_text(more["type"]))


def _part_list(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    if not isinstance(subject, Mapping):
        raise TypeError("a map with from and to is wanted")
    first, last = _number(subject["from"]), _number(subject["to"])
    members = {name: value for name, value in subject.items() if name not in {"from", "to"}}

    def member(value: Value, index: int) -> Value:
        return value[index] if isinstance(value, list | tuple) else value

    for name, value in members.items():
        if isinstance(value, list | tuple) and len(value) != last - first + 1:
            raise ValueError(f"{name} has {len(value)} items for {last - first + 1} parts")
    return [
        {name: member(value, number - first) for name, value in members.items()}
        | {"PartNumber": number}
        for number in range(first, last + 1)
    ]


def _time(subject: Value, more: Mapping[str, Value], now: datetime) -> Value:
    found = _SPAN.fullmatch(str(subject))
    if found is None:
        raise ValueError(f"{subject!r} is not a span such as +1d, -1h, +30m or +5s")
    span = timedelta(seconds=int(found[2]) * _SECONDS[found[3]])
    moment = (now - span if found[1] == "-" else now + span).astimezone(UTC).replace(microsecond=0)
    form = more.get("as", "iso8601")
    if form == "midnight":
        # The form in which S3 names the day of an abort (LC-001).
        moment = moment.replace(hour=0, minute=0, second=0)
    if form in ("http", "midnight"):
        return format_datetime(moment, usegmt=True)
    if form == "stamp":
        return moment.strftime("%Y%m%dT%H%M%SZ")
    if form == "day":
        return moment.strftime("%Y%m%d")
    if form != "iso8601":
        raise ValueError(f"as is iso8601, http, midnight, stamp or day, not {form}")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _wrong(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    """Change the first letter or digit: in base64 and hex alike that is another value."""
    if isinstance(subject, bool):
        return not subject
    if isinstance(subject, int):
        return subject + 1
    if isinstance(subject, bytes) and subject:
        return bytes([subject[0] ^ 1]) + subject[1:]
    found = _LETTER.search(subject) if isinstance(subject, str) else None
    if found is None or not isinstance(subject, str):
        raise ValueError("there is no letter, digit or byte to change")
    return subject[: found.start()] + _other(found[0]) + subject[found.end() :]


def _other(letter: str) -> str:
    """Return another character that is a digit, a hex letter or another letter as this one is."""
    for group in ("123456789", "abcdef", "ABCDEF", "ghijklmnopqrstuvwxyz", "GHIJKLMNOPQRSTUVWXYZ"):
        if letter in group:
            return group[(group.index(letter) + 1) % len(group)]
    return "1"


def _unquoted(subject: Value, _more: Mapping[str, Value], _now: datetime) -> Value:
    return _as_text(subject).removeprefix('"').removesuffix('"')


def _pick(subject: Value, more: Mapping[str, Value], _now: datetime) -> Value:
    choices = more["from"]
    if not isinstance(choices, Mapping):
        raise TypeError("from is a map")
    return choices.get(_as_text(subject), more["else"])


BY_NAME: Final[Mapping[str, Function]] = {
    "random": _random,
    "zeros": _zeros,
    "hex_bytes": _hex_bytes,
    "text": _text,
    "concat": _concat,
    "join": _join,
    "slice": _slice,
    "pad": _pad,
    "size": _size,
    "sum": _sum,
    "sse_c": _sse_c,
    "base64": _base64,
    "url": _url,
    "digest": _digest,
    "etag": _etag,
    "multipart_etag": _multipart_etag,
    "checksum": _checksum,
    "part_list": _part_list,
    "time": _time,
    "wrong": _wrong,
    "unquoted": _unquoted,
    "pick": _pick,
}
