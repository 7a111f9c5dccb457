"""Shell commands that make again, byte for byte, what a test generated and a record left out.

Bodies and customer keys come from seeds, the same in every run; the engine and the catalogue say
how. A record names the seeds of its run; which of them made a body is found by the bytes and
digests that the record keeps. A seed that is not found costs exactness, never truth: the caller
then says that it stands in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.catalog.customer_keys import key_material
from conformance.engine import bodies

if TYPE_CHECKING:
    from conformance.record.model import RecordedBody

_BODY: Final = 'hashlib.shake_128(b"s3-conformance body {seed}").digest({size})'
_KEY: Final = 'hashlib.shake_256(b"s3-conformance SSE-C {seed}").digest({size})'
"""What `bodies.random` and `key_material` do, for whoever has Python and not this package."""
_PLAIN_SEED: Final = re.compile(r"[A-Za-z0-9._-]{0,64}")
"""A record may come from anywhere, and a seed ends up in a command line."""
_KEY_BYTES: Final = (32, 16, 31, 33, 64)
_random: Final = bodies.random.__wrapped__  # not kept: a record may name many, and large ones
_LONGEST_HASHED: Final = 64 * 1024 * 1024
_SHORTEST: Final = 64
"""Bytes: a shorter body is in the record whole."""
_PREFIX: Final = 16


def body_command(body: RecordedBody, seeds: tuple[str, ...]) -> str | None:
    """Return a command that prints exactly this body; None when nobody knows how it was made."""
    if not _SHORTEST <= body.size <= _LONGEST_HASHED:
        return None
    start = _start(body)
    if len(set(start)) == 1 and digest_of_repeated(start[:1], body.size) == body.sha256:
        zeros = f"head -c {body.size} /dev/zero"
        return zeros if start[0] == 0 else f"{zeros} | tr '\\000' '\\{start[0]:03o}'"
    seed = _seeds_by_prefix(seeds).get(start[:_PREFIX])
    if seed is None or _digest_of_random(seed, body.size) != body.sha256:
        return None
    made = _BODY.format(seed=seed, size=body.size)
    return f"python3 -c 'import hashlib, sys; sys.stdout.buffer.write({made})'"


def key_command(mark: str, seeds: tuple[str, ...]) -> str | None:
    """Return a command that prints the customer key (base64) whose redaction mark this is."""
    found = _keys_by_mark(seeds).get(mark)
    if found is None:
        return None
    seed, size = found
    made = _KEY.format(seed=seed, size=size)
    return f"python3 -c 'import base64, hashlib; print(base64.b64encode({made}).decode())'"


def _start(body: RecordedBody) -> bytes:
    if body.text is not None:
        return body.text[:256].encode("utf-8", "replace")
    try:
        return base64.b64decode((body.base64 or "")[:256])
    except binascii.Error:
        return b""


def _plain(seeds: tuple[str, ...]) -> list[str]:
    return [seed for seed in seeds if _PLAIN_SEED.fullmatch(seed)]


@lru_cache(maxsize=4)
def _seeds_by_prefix(seeds: tuple[str, ...]) -> dict[bytes, str]:
    # SHAKE gives the same first bytes whatever the length asked for.
    return {_random(_PREFIX, seed): seed for seed in _plain(seeds)}


@lru_cache(maxsize=4)
def _keys_by_mark(seeds: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    marks = {}
    for seed in _plain(seeds):
        for size in _KEY_BYTES:
            key = base64.b64encode(key_material(seed, size))
            marks[hashlib.sha256(key).hexdigest()[:8]] = (seed, size)
    return marks


@lru_cache(maxsize=64)
def digest_of_repeated(byte: bytes, size: int) -> str:
    """Return the SHA-256, in hex, of one byte ``size`` times over.

    Above 64 MiB ``UNSIGNED-PAYLOAD``, which S3 takes in its place: a record may claim any size.
    """
    if size > _LONGEST_HASHED:
        return "UNSIGNED-PAYLOAD"
    return hashlib.sha256(byte * size).hexdigest()


@lru_cache(maxsize=64)
def _digest_of_random(seed: str, size: int) -> str:
    return hashlib.sha256(_random(size, seed)).hexdigest()
