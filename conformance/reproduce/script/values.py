"""Values of a request that are known only when the script runs, and generated bodies."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote as percent_encoded


class NotSaved(Exception):
    """A value is needed that no earlier answer held."""


class NotChecked(Exception):
    """The script can't say anything of the server: exit code 2."""


class Values:
    """What is known so far: ``v.upload`` is what an earlier answer was asked for."""

    def __init__(self, **known: Any) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        raise NotSaved(f"no earlier answer held {name}")


def random_bytes(size: int, seed: str) -> bytes:
    """Return bytes without pattern, the same for a seed every time."""
    return hashlib.shake_128(b"s3-conformance body " + seed.encode()).digest(size)


def customer_key(seed: str, size: int = 32) -> str:
    """Return the SSE-C key of a seed in base64, as its header carries it."""
    return base64.b64encode(
        hashlib.shake_256(f"s3-conformance SSE-C {seed}".encode()).digest(size)
    ).decode()


def at(value: Any, *path: Any) -> Any:
    """Return what stands at a path within a value."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise NotSaved(f"there is no {step}") from None
    return value


def text(value: Any) -> str:
    """Return a value as a header or a query carries it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def octets(value: Any) -> bytes:
    """Return bytes as they are, and text in UTF-8."""
    return value if isinstance(value, bytes) else str(value).encode()


def quote(value: Any, safe: str = "") -> str:
    """Percent-encode a value as Signature Version 4 has it."""
    return percent_encoded(value if isinstance(value, bytes) else text(value), safe=safe)


def xml(value: Any, quotation_mark: str = '"') -> str:
    """Escape a value for an XML document."""
    escaped = text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace('"', quotation_mark).replace("\r", "&#xD;").replace("\n", "&#xA;")


def wrong(value: Any) -> Any:
    """Change the first letter or digit, so that it is another value of the same form."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    found = re.search("[A-Za-z0-9]", value)
    if found is None:
        raise NotSaved("nothing in it can be changed")
    for group in ("123456789", "abcdef", "ABCDEF", "ghijklmnopqrstuvwxyz", "GHIJKLMNOPQRSTUVWXYZ"):
        if found[0] in group:
            other = group[(group.index(found[0]) + 1) % len(group)]
            return value[: found.start()] + other + value[found.end() :]
    return value[: found.start()] + "1" + value[found.end() :]


def unquoted(value: Any) -> str:
    """Return an ETag without its quotation marks."""
    return text(value).removeprefix('"').removesuffix('"')


def pick(value: Any, choices: dict[str, Any], otherwise: Any) -> Any:
    """Return the choice that a value names."""
    return choices.get(text(value), otherwise)


def joined(items: Any, between: str = "") -> str:
    """Join texts."""
    return between.join(text(item) for item in items)


def base64_of(value: Any) -> str:
    """Return a value in base64."""
    return base64.b64encode(octets(value)).decode()


def etag(body: Any) -> str:
    """Return the ETag of a body that was stored in one piece."""
    return f'"{hashlib.md5(octets(body)).hexdigest()}"'


def multipart_etag(parts: Any) -> str:
    """Return the ETag of an object made of these parts."""
    digests = b"".join(hashlib.md5(octets(part)).digest() for part in parts)
    return f'"{hashlib.md5(digests).hexdigest()}-{len(parts)}"'


def as_time(value: Any) -> datetime | None:
    """Return a time, also from the text of a header or a document; None for anything else."""
    found = value
    if isinstance(value, str) and 8 <= len(value) <= 40:
        try:
            found = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            try:
                found = parsedate_to_datetime(value)
            except (ValueError, TypeError):
                return None
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def http_date(value: Any) -> str:
    """Return a time as headers carry it."""
    moment = as_time(value)
    return (
        text(value)
        if moment is None
        else format_datetime(moment.astimezone(timezone.utc), usegmt=True)
    )


BEGUN = datetime.now(timezone.utc).replace(microsecond=0)


def moment(span: str, form: str = "iso8601") -> str:
    """Return a time at a span such as ``-1h`` from the beginning of the script."""
    sign, number, unit = re.fullmatch(r"([+-]?)(\d+)([smhd])", span).groups()  # type: ignore[union-attr] # our own
    seconds = int(number) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    found = BEGUN + timedelta(seconds=-seconds if sign == "-" else seconds)
    if form == "midnight":
        found = found.replace(hour=0, minute=0, second=0)
    if form in ("http", "midnight"):
        return format_datetime(found, usegmt=True)
    shapes = {"stamp": "%Y%m%dT%H%M%SZ", "day": "%Y%m%d", "iso8601": "%Y-%m-%dT%H:%M:%SZ"}
    return found.strftime(shapes[form])
