"""What a client is, which steps it takes, and what happened to them, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.catalog.place import Place

Registry = Literal["pypi", "npm", "go", "maven", "nuget"]
REGISTRIES: Final[tuple[Registry, ...]] = ("pypi", "npm", "go", "maven", "nuget")

STEPS: Final[Mapping[str, str]] = {
    "upload": "uploads an object of 6 MiB in two parts",
    "download": "reads the object back and compares the bytes",
    "range": "reads a range of the object",
    "part-read": "reads one part of the object by its number",
    "list-parts": "lists the parts of an upload",
    "list-uploads": "lists the uploads in progress",
    "copy": "makes an object out of a copied range of another, by UploadPartCopy",
    "abort": "aborts an upload, and is then refused with NoSuchUpload",
    "checksum/CRC32": "uploads parts with a CRC32 checksum and completes with it",
    "checksum/SHA256": "uploads parts with a SHA-256 checksum and completes with it",
    "checksum/CRC64NVME": "uploads parts with a CRC64NVME checksum and completes with it",
    "sse-c": "uploads with a customer key over TLS and reads the object back with it",
    "presigned": "uploads a part by a presigned URL",
    "directory-bucket": "uploads an object in two parts to a directory bucket",
    "sample-13mb": "uploads 13 MB as 5 MB, 5 MB and 3 MB: the sample of the .NET documentation",
    "transfer": "uploads and downloads 20 MiB by the client's own transfer functions",
}
"""The steps that every client takes or leaves out with a reason, in order."""

AFTER: Final[Mapping[str, str]] = {
    "download": "upload",
    "range": "upload",
    "part-read": "upload",
    "copy": "upload",
}
"""Steps that use what another one has made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client in one version: how it is installed and run, and which steps it takes."""

    id: str
    """As options and tests name it: ``go-v2``."""
    name: str
    """As people know it: ``AWS SDK for Go v2``."""
    version: str
    registry: Registry
    packages: tuple[str, ...]
    """With their pinned versions, as the registry's own tool writes them."""
    needs: tuple[str, ...]
    """Programs that have to be on the path, beside this interpreter."""
    install: tuple[str, ...]
    """Commands without a shell, in the order to run them; ``{python}`` and ``{packages}`` are
    replaced."""
    run: str
    """The command that takes the steps; runs where the install commands ran."""
    steps: tuple[str, ...]
    """In the order of the program."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Further steps that only this client takes, with what they do."""
    skip: Mapping[str, str] = field(default_factory=dict)
    """Steps that are left out, with the reason."""
    dialect: str = ""
    """The dialect file that says what it sends; empty where there is none."""
    uncaptured: Mapping[str, str] = field(default_factory=dict)
    """Steps whose requests the dialect's file does not hold, with the reason."""
    shares: tuple[str, ...] = ()
    """Files beside the folders of the programs that are put into this one's."""
    environment: Mapping[str, str] = field(default_factory=dict)
    not_run_since: str = ""
    """ISO date since which no developer of this project could run it; empty where they can."""
    folder: Path
    place: Place

    def about(self, step: str) -> str:
        """Return what a step does, as half a sentence behind the client's name."""
        return self.own.get(step) or STEPS[step]

    @property
    def all_steps(self) -> tuple[str, ...]:
        """All steps, in the order of `STEPS`, the client's own ones last."""
        known = {*self.steps, *self.skip}
        return tuple(step for step in (*STEPS, *self.own) if step in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a program said of one step."""

    step: str
    ok: bool
    error: str = ""
    """The client's own words."""
    code: str = ""
    """S3's error code, where the client tells it."""
    status: int | None = None
    ended: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a program ended."""

    reason: str = ""
    """Why it did not come to its end; empty when it did."""
    timed_out: bool = False
