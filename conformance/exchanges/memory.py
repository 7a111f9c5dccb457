"""What the exchanges of one draft have shown so far, and the names that the test gives to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.exchanges.operations import Asked

PART: Final = 5 * 1024 * 1024
"""Bytes of a part that is not the last one."""
_SAFE_KEY: Final = re.compile(r"[A-Za-z0-9._/-]{1,200}")


@dataclass(slots=True)
class Memory:
    """What the exchanges have shown so far."""

    bucket: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    given: list[dict[str, Tree]] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)

    def lacks(self, text: str) -> None:
        """Note what is missing in the draft, or was replaced."""
        self.missing[text] = None


def numbered(word: str, index: int) -> str:
    """Return ``upload``, ``upload_2`` and so on."""
    return word if not index else f"{word}_{index + 1}"


def bare(etag: str) -> str:
    """Return an ETag without its quotation marks."""
    return etag.strip().strip('"')


def key_of(key: str, memory: Memory) -> str:
    """Return the test's own name for a key."""
    if key not in memory.keys:
        if not memory.keys:
            memory.keys[key] = "$key"
        else:
            memory.keys[key] = f"${{prefix}}object-{len(memory.keys) + 1}"
        if not _SAFE_KEY.fullmatch(key):
            memory.lacks("a key has unusual characters, which the draft leaves out")
    return memory.keys[key]


def upload_of(upload: str, asked: Asked, memory: Memory) -> str:
    """Return the reference to an upload, which is begun in ``given`` where nobody saw that."""
    if upload not in memory.uploads:
        name = memory.uploads[upload] = numbered("upload", len(memory.uploads))
        key = key_of(asked.key or "", memory)
        members: dict[str, Tree] = {} if key == "$key" else {"Key": key}
        memory.given.append({"CreateMultipartUpload": members, "save": {name: "UploadId"}})
        memory.lacks("given: how the upload was begun is not in the file")
    return f"${memory.uploads[upload]}"


def random_body(size: int, seed: str) -> dict[str, Tree]:
    """Return a generated body of a size in bytes."""
    whole = size and size % (1024 * 1024) == 0
    return {"random": f"{size // 1024**2}MiB" if whole else size, "seed": seed}
