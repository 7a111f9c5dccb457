"""The body of a recorded request as curl is to send it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.report import shell
from conformance.report.generated import body_command, digest_of_repeated

if TYPE_CHECKING:
    from conformance.record.model import RecordedBody

_INLINE_CHARACTERS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Arguments for curl, what to pipe into it, and what the reader must know."""

    arguments: tuple[str, ...] = ()
    pipe: str = ""
    """A shell command whose output is the body; empty when the arguments hold it."""
    comments: tuple[str, ...] = ()
    sha256: str = ""
    """Of bytes that stand in for those of the test, whose checksums don't fit; else empty."""

    @property
    def stand_in(self) -> bool:
        """Return whether the bytes are not those of the test."""
        return bool(self.sha256)


def payload(body: RecordedBody, method: str, seeds: tuple[str, ...]) -> Payload:
    """Return how to send the body: inline, decoded from base64, generated, or as zeros instead."""
    if body.size == 0:
        # Without data curl sends no Content-Length, which S3 asks of PUT and POST.
        return Payload(arguments=("-H 'Content-Length: 0'",) if method in {"PUT", "POST"} else ())
    if body.text is not None and _is_whole(body, body.text.encode("utf-8", "replace")):
        return _text(body.text)
    if body.base64 and _is_whole(body, _decoded(body.base64)):
        return _piped(f"printf %s {shell.quote(body.base64)} | base64 -d")
    if command := body_command(body, seeds):
        return _piped(command)
    return Payload(
        arguments=("--data-binary @-",),
        pipe=f"head -c {body.size} /dev/zero",
        comments=(
            f"the test sent {body.size:,} other bytes (sha256 {body.sha256[:64]});",
            "this line sends as many zeros instead, without the checksums of the test's bytes",
        ),
        sha256=digest_of_repeated(b"\0", body.size),
    )


def _text(text: str) -> Payload:
    if "\x00" in text:
        octal = "".join(f"\\{byte:03o}" for byte in text.encode())
        return _piped(f"printf '{octal}'")
    if text.startswith("@"):  # which curl takes for the name of a file
        return _piped(f"printf %s {shell.quote(text)}")
    return Payload(arguments=(f"--data-binary {shell.quote(text)}",))


def _piped(command: str) -> Payload:
    return Payload(arguments=("--data-binary @-",), pipe=command)


def _is_whole(body: RecordedBody, kept: bytes) -> bool:
    """Return whether the record keeps the very bytes that were sent, few enough for a line."""
    if body.truncated or len(kept) != body.size or len(kept) > _INLINE_CHARACTERS:
        return False
    # Of a body with a secret in it the record keeps other bytes than were sent.
    return not body.sha256 or hashlib.sha256(kept).hexdigest() == body.sha256


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded) if len(encoded) <= 2 * _INLINE_CHARACTERS else b""
    except binascii.Error:
        return b""
