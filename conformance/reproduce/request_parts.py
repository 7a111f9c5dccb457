"""Parts of the source of a request: headers in their usual place, literals, lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.wire import checksums
from conformance.wire.serialise import operation_model
from conformance.wire.signing import UNSIGNED

if TYPE_CHECKING:
    from conformance.wire.model import Call
    from conformance.wire.prepare import Unsigned

_WIDTH: Final = 96


def without_usual(
    headers: list[tuple[str, str]], call: Call, composed: Unsigned, body: str
) -> tuple[bool, list[tuple[str, str]]]:
    """Return whether the usual headers are in their usual places, and the other headers."""
    before = [("Host", "HOST"), ("Accept-Encoding", "'identity'"), ("User-Agent", "USER_AGENT")]
    after = []
    if body != "b''" or composed.method in ("PUT", "POST", "PATCH"):
        after.append(("Content-Length", "LENGTH"))
    if call.edits.sign == "header":
        after += [
            ("X-Amz-Date", "NOW"),
            ("x-amz-content-sha256", "SHA256"),
            ("Authorization", "SIGNATURE"),
        ]
    enough = len(headers) >= len(before) + len(after)
    usual = headers[: len(before)] == before and (not after or headers[-len(after) :] == after)
    if not (enough and usual):
        return False, headers
    return True, headers[len(before) : len(headers) - len(after)]


def spelling(composed: Unsigned, call: Call) -> str:
    """Return how Authorization is written; empty for the usual way."""
    written = composed.spelling(call.edits)
    for word in ("<credential>", "<signed>", "<signature>"):
        written = written.replace(word, "%s")
    usual = "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"
    return "" if written == usual else repr(written)


def left_out(composed: Unsigned, call: Call) -> str:
    """Return the headers that no signature covers; empty for the usual ones."""
    names = composed.unsigned_names(call.edits)
    if names == UNSIGNED:
        return ""
    return f"frozenset({sorted(names)!r})" if names else "frozenset()"


def quote_of(document: object, call: Call) -> str:
    """Return how a client writes the quotation marks of ETags."""
    found = call.edits.shape.document or document
    return str(getattr(found, "quote", '"'))


def is_digest(lower: str, value: str, payload: bytes) -> bool:
    """Return whether a header carries a checksum of the payload."""
    if not lower.startswith("x-amz-checksum-"):
        return False
    algorithm = lower.removeprefix("x-amz-checksum-").upper()
    return algorithm in checksums.CHECKSUM_ALGORITHMS and value == checksums.digest_base64(
        payload, algorithm
    )


def is_http_date(operation: str, lower: str) -> bool:
    """Return whether a header is a time in HTTP's form, by the service model."""
    shape = operation_model(operation).input_shape
    for member in shape.members.values() if shape is not None else ():
        place = member.serialization
        if place.get("name", "").lower() == lower and member.type_name == "timestamp":
            return str(place.get("timestampFormat", "rfc822")) == "rfc822"
    return False


def bytes_literal(payload: bytes) -> str:
    """Return a body as a Python literal."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return f"bytes.fromhex({payload.hex()!r})"
    if text.isascii():
        return repr(payload)
    return f"{text!r}.encode()"


def text_literal(text: str) -> str:
    """Return a text as a Python literal, with long runs of one character shortened."""
    longest = re.search(r"(.)\1{199,}", text)
    if longest is None:
        return repr(text)
    start, end = longest.span()
    pieces = [repr(text[:start])] if start else []
    pieces.append(f"{longest[1]!r} * {end - start}")
    return " + ".join([*pieces, text_literal(text[end:])] if text[end:] else pieces)


def merged(written: str) -> str:
    """Join two adjacent literals."""
    return written.replace("' + '", "")


def pairs_text(headers: list[tuple[str, str]]) -> str:
    """Return headers as a list; values are expressions already."""
    return f"[{', '.join(f'({name!r}, {value})' for name, value in headers)}]"


def call_text(name: str, arguments: list[str]) -> str:
    """Write a call on one line, or with one argument a line."""
    whole = f"{name}({', '.join(arguments)})"
    if len(whole) <= _WIDTH:
        return whole
    inner = "".join(f"    {one},\n" for one in arguments)
    return f"{name}(\n{inner})"
