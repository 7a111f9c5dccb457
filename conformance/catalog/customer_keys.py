"""SSE-C members out of ``{sse_c: {seed: a}}``, worked out when a scenario is bound.

They are members rather than one value: ``with`` can merge them, and ``$key_a.SSECustomerKeyMD5``
can be followed, only once they are there. The keys come from the seed alone: the same in every
run, and no secret of anyone's.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_BYTES: Final = 32
DROPS: Final = ("algorithm", "key", "key-md5")
ARGUMENTS: Final = ("seed", "copy_source", "drop", "algorithm", "key_bytes", "key_md5")
_SUFFIXES: Final = {"algorithm": "Algorithm", "key": "Key", "key-md5": "KeyMD5"}


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """What one ``sse_c`` call asks for."""

    seed: str
    copy_source: bool = False
    drop: tuple[str, ...] = ()
    algorithm: str = "AES256"
    key_bytes: int = KEY_BYTES
    key_md5: str | None = None

    def __str__(self) -> str:
        """Name the key in a sentence."""
        odd = "" if self.key_bytes == KEY_BYTES else f" of {self.key_bytes} bytes"
        return f"SSE-C key {self.seed}{odd}"


def key_material(seed: str, size: int) -> bytes:
    """Return the ``size`` bytes of a seed's key."""
    return hashlib.shake_256(f"s3-conformance SSE-C {seed}".encode()).digest(size)


@lru_cache(maxsize=256)
def members(key: CustomerKey) -> tuple[tuple[str, str], ...]:
    """Return the request members by name: algorithm, base64 key, base64 MD5 of the key."""
    material = key_material(key.seed, key.key_bytes)
    encoded = base64.b64encode(material).decode()
    _KEYS[encoded] = key
    md5 = base64.b64encode(hashlib.md5(material, usedforsecurity=False).digest()).decode()
    _KEYS[md5] = key
    values = {
        "algorithm": key.algorithm,
        "key": encoded,
        "key-md5": md5 if key.key_md5 is None else key.key_md5,
    }
    prefix = "CopySourceSSECustomer" if key.copy_source else "SSECustomer"
    return tuple(
        (prefix + _SUFFIXES[name], value) for name, value in values.items() if name not in key.drop
    )


def name_of(value: str) -> str | None:
    """Name the key (``SSE-C key a``) that a member's value comes from; None for other values."""
    key = _KEYS.get(value)
    return None if key is None else str(key)


def seed_of(value: str) -> tuple[str, int] | None:
    """Return seed and bytes of the key that a value is in base64; None for other values."""
    key = _KEYS.get(value)
    if key is None or value != base64.b64encode(key_material(key.seed, key.key_bytes)).decode():
        return None
    return key.seed, key.key_bytes


def without_keys(text: str) -> str:
    """Return a text with the names of keys, or their digests, in the place of those within it."""
    for value, key in _KEYS.items():
        if value in text:
            text = text.replace(value, f"<{key}>")
    return text


def seeds() -> frozenset[str]:
    """Return the seeds of all keys that this process has handed out."""
    return frozenset(key.seed for key in _KEYS.values())


def handed_out() -> tuple[CustomerKey, ...]:
    """Return all keys that this process has handed out, for `hand_out` in another process."""
    return tuple(dict.fromkeys(_KEYS.values()))


def hand_out(keys: Iterable[CustomerKey]) -> None:
    """Know these keys, as if this process had worked out their members."""
    for key in keys:
        members(key)


# Every key or digest handed out by this process, so that sentences can name it instead.
_KEYS: Final[dict[str, CustomerKey]] = {}
