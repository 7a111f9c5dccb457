"""Choices of a checksum algorithm and type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hypothesis.strategies import SearchStrategy

ALGORITHMS: Final[Mapping[str, tuple[str, ...]]] = {
    "CRC32": ("COMPOSITE", "FULL_OBJECT"),
    "CRC32C": ("COMPOSITE", "FULL_OBJECT"),
    "CRC64NVME": ("FULL_OBJECT",),
    "SHA1": ("COMPOSITE",),
    "SHA256": ("COMPOSITE",),
    "SHA512": ("COMPOSITE",),
    "MD5": ("COMPOSITE",),
    "XXHASH64": ("COMPOSITE",),
    "XXHASH3": ("COMPOSITE",),
    "XXHASH128": ("COMPOSITE",),
}
"""Algorithm to its types, the default first (CK-006 to CK-016, CK-062)."""

NEEDS: Final[Mapping[str, str]] = {
    "CRC64NVME": "checksum-crc64nvme",
    **dict.fromkeys(("SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"), "new-checksums"),
}
"""Algorithm to the capability beside ``checksums`` that it needs."""


@dataclass(frozen=True, slots=True)
class ChecksumChoice:
    """What an upload asks for."""

    algorithm: str
    kind: str
    """``COMPOSITE`` or ``FULL_OBJECT``."""
    said: bool
    """The type is named in the request, and not left to the default."""

    @property
    def member(self) -> str:
        """Return the member that carries a checksum of this algorithm."""
        return f"Checksum{self.algorithm}"

    @property
    def members(self) -> dict[str, str]:
        """Return the members of CreateMultipartUpload."""
        kind = {"ChecksumType": self.kind} if self.said else {}
        return {"ChecksumAlgorithm": self.algorithm, **kind}


def checksum_choices(algorithms: Collection[str], *, types: bool) -> SearchStrategy[ChecksumChoice]:
    """Give choices among the algorithms; ``types`` allows to name the type and to change it."""
    choices = [
        ChecksumChoice(algorithm, kind, said)
        for algorithm, kinds in ALGORITHMS.items()
        if algorithm in algorithms
        for index, kind in enumerate(kinds)
        for said in (False, True)
        if (types or not said) and (said or index == 0)
    ]
    return st.sampled_from(choices)
