"""Compares what a client sends today with the file of its dialect. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from conformance.catalog.service import request_members
from conformance.clients.order import Expected, in_order
from conformance.vocabulary.dialects import (
    ALGORITHM,
    GIVEN,
    SPELLINGS,
    TITLED_ALGORITHM,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.clients.model import Client
    from conformance.clients.observed import Observed
    from conformance.vocabulary.dialects import Dialect, Document, Form

_SUMS: Final = "crc32c|crc32|crc64nvme|sha1|sha256|md5|sha512|xxhash64|xxhash3|xxhash128"
_OPTIONAL: Final = (GIVEN, "<given, spaced>", "<token>")
_OWN_CHOICE: Final = re.compile(
    r"checksum|content-md5|content-encoding|content-length|sha256|^x-id$"
)
_CALLERS: Final = (
    "x-amz-s3session-token", "x-amz-security-token", "x-amz-checksum-algorithm",
)  # fmt: skip
"""Given by callers, or by their key pairs, whatever the service model says."""
_NUMBERS: Final = re.compile(r"\d+")
_ELEMENT: Final = re.compile(r"<(\w+)[^>]*>")
_PART: Final = re.compile(r"<Part>(.*?)</Part>", re.DOTALL)
_PIECE: Final = re.compile(r"\{([^{}]*)\}")
_ETAG: Final = re.compile(r"<ETag>(&#34;|&quot;|\"|)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One request that is not written as the dialect's file says."""

    observed: Observed
    form: int | None
    """Index of the nearest form; None where the file has none for such a request."""
    differences: tuple[str, ...]
    """Each in one sentence: what the file says, and what was sent."""


@dataclass(slots=True)
class Comparison:
    """A client held beside its dialect: grows as requests are added."""

    client: Client
    dialect: Dialect
    drifts: dict[tuple[object, ...], Drift] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """Operations that were sent."""
    requests: int = 0

    def add(self, observed: Observed) -> None:
        """Take one request; those of operations that the dialect does not hold are left out."""
        if observed.operation not in self.dialect.operations:
            return
        self.requests += 1
        self.seen.add(observed.operation)
        drift = compare(observed, self.dialect)
        if drift is not None:
            key = (observed.operation, observed.transport, drift.form, drift.differences)
            self.drifts.setdefault(key, drift)

    @property
    def same_version(self) -> bool:
        """Whether the dialect was captured from this version of the client."""
        return self.client.version in self.dialect.version

    @property
    def not_seen(self) -> tuple[str, ...]:
        """Operations of the dialect that the client did not send."""
        return tuple(sorted(self.dialect.operations - self.seen))


def compare(observed: Observed, dialect: Dialect) -> Drift | None:
    """Return how a request differs from the nearest form of the dialect; None where it does not."""
    fitting = [
        (at, form) for at, form in enumerate(dialect.forms) if _same_occasion(form, observed)
    ]
    over = [one for one in fitting if observed.transport in one[1].over] or fitting
    found = [(at, tuple(_differences(form, observed))) for at, form in over]
    if not found and observed.presigned:
        return None  # a URL is written by another part of a client, which may not be captured
    if not found:
        where = f"over {observed.transport}" + " in a directory bucket" * observed.directory
        text = f"the file holds no {observed.operation} {where}"
        return Drift(observed=observed, form=None, differences=(text,))
    at, nearest = min(found, key=lambda one: len(one[1]))
    return Drift(observed=observed, form=at, differences=nearest) if nearest else None


def _same_occasion(form: Form, observed: Observed) -> bool:
    wrong_bucket = "general-purpose" if observed.directory else "directory"
    return (
        form.operation == observed.operation
        and form.presigned == observed.presigned
        and form.bucket != wrong_bucket
        and observed.size >= form.from_bytes
        and (form.below_bytes is None or observed.size < form.below_bytes)
    )


def _differences(form: Form, observed: Observed) -> Iterator[str]:
    headers, parameters = _given_by_callers(observed.operation)
    query = [_parameter(name, value) for name, value in form.query]
    yield from in_order("parameter", query, observed.query, parameters)
    lines = [_header(*pair) for pair in form.headers]
    yield from in_order("header", lines, observed.headers, headers)
    yield from _signature(form, observed)
    yield from _chunks(form, observed)
    if form.document is not None and observed.document:
        yield from _document(form.document, observed.document)


def _parameter(name: str, value: str | None) -> Expected:
    shown = name if value is None else f"{name}={'' if value == GIVEN else value}"
    written = name if value is None else f"{name}="
    if name == "x-id":
        written = shown
    pattern = re.compile(re.escape(written))
    return Expected(shown, pattern, re.compile(re.escape(name) + "=?.*"), value == GIVEN)


def _header(name: str, value: str) -> Expected:
    names = re.escape(name).replace(re.escape(ALGORITHM), f"(?:{_SUMS})")
    names = names.replace(re.escape(TITLED_ALGORITHM), f"(?i:{_SUMS})").replace(r"\*", ".*")
    if value in _OPTIONAL:
        values = ".*"
    elif value == "<authorization>":
        values = ".*"  # compared by itself
    elif value == "<host-without-port>":
        values = "<host>"
    elif value == "<ALGORITHM>":
        values = f"(?:{_SUMS.upper()})"
    else:
        values = re.escape(_NUMBERS.sub("0", value) if name.lower() == "amz-sdk-request" else value)
        values = values.replace(re.escape(ALGORITHM), f"(?:{_SUMS})")
    loose = re.compile(f"(?i:{names}): .*")
    pattern = re.compile(f"{names}: {values}")
    many = name.endswith("*")
    return Expected(f"{name}: {value}", pattern, loose, value in _OPTIONAL, many)


@cache
def _given_by_callers(operation: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the headers and parameters of an operation that come from whoever calls the client.

    Whether they are sent, and with which value, says nothing of the client. Checksums it chooses
    itself, so that they count.
    """
    places: dict[str, set[str]] = {"header": {*_CALLERS}, "querystring": set()}
    for shape in request_members(operation).values():
        place = shape.serialization.get("location")
        name = str(shape.serialization.get("name", "")).lower()
        if place in places and not _OWN_CHOICE.search(name):
            places[place].add(name)
    return frozenset(places["header"]), frozenset(places["querystring"])


def _signature(form: Form, observed: Observed) -> Iterator[str]:
    if observed.presigned or not observed.signed:
        return
    wanted = observed.names - form.unsigned - {"authorization"}
    if more := sorted(observed.signed - wanted):
        yield f"the signature covers {', '.join(more)}, which the file leaves out"
    if less := sorted(wanted - observed.signed):
        yield f"the signature leaves out {', '.join(less)}"
    line = next(one for one in observed.headers if one.lower().startswith("authorization: "))
    apart = ", " if form.authorization == SPELLINGS["spaced"] else ","
    tail = line.partition("Signature=")[0]
    if not tail.endswith(f"{apart}") or (apart == "," and tail.endswith(", ")):
        yield f"the parts of Authorization are not joined by {apart!r}"


def _chunks(form: Form, observed: Observed) -> Iterator[str]:
    found = observed.chunks
    if found is None:
        return
    first = form.chunk_bytes[0] if form.chunk_bytes else observed.size
    wanted = min(first, observed.size)
    sent = int(found.first, 16)
    if sent != wanted and sent not in form.chunk_bytes:
        yield f"the first chunk has {sent:,} bytes, not {wanted:,}"
    letters = found.first.upper() != found.first.lower()
    if letters and found.first != getattr(found.first, form.sizes)():
        yield f"chunk sizes are not written in {form.sizes} case"


def _document(document: Document, sent: str) -> Iterator[str]:
    if not sent.startswith(document.start):
        yield f"the document begins {sent[: len(document.start)]!r}, not {document.start!r}"
    part = _PART.search(sent)
    if part is None:
        return
    names = [
        "Checksum" if name.startswith("Checksum") else name for name in _ELEMENT.findall(part[1])
    ]
    pieces = [one for piece in document.part for one in _PIECE.findall(piece)]
    if "*" not in pieces:
        wanted = [one for one in pieces if one in names]
        if any(a != b for a, b in zip_longest(names, wanted)):
            yield f"a part holds {', '.join(names)}, not {', '.join(wanted)}"
    quote = _ETAG.search(part[1])
    if quote is not None and quote[1] and document.quote and quote[1] != document.quote:
        yield f"an ETag's quotation marks are {quote[1] or 'left away'}, not {document.quote!r}"


def lines(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """Yield what to show of each client: its version, then each difference below its request."""
    for one in comparisons:
        differ = {drift.observed.operation for drift in one.drifts.values()}
        state = f"{len(differ)} of {len(one.seen)} operations differ" if differ else "no difference"
        versions = one.client.version
        if not one.same_version:
            versions += f", the dialect is of {one.dialect.version}"
        yield f"{one.client.id} ({versions}): {state}, {one.requests} requests compared"
        for drift in one.drifts.values():
            where = " in a directory bucket" if drift.observed.directory else ""
            yield f"  {drift.observed.operation} over {drift.observed.transport}{where}"
            yield from (f"    {text}" for text in drift.differences)
        if one.client.uncaptured:
            yield f"  not compared, the file does not hold them: {', '.join(one.client.uncaptured)}"
        if one.not_seen:
            yield f"  not sent in this run: {', '.join(one.not_seen)}"
