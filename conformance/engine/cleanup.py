"""Tracks what a test creates, and removes exactly that, with only two operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.engine import answers
from conformance.engine.errors import GuardError
from conformance.engine.overlapping import overlapped
from conformance.wire.model import Call, Exchange

if TYPE_CHECKING:
    from conformance.wire.model import Answer

_WRITES: Final = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})
_MANY: Final = 3
"""Things from which it pays to remove them side by side."""
_GONE: Final = frozenset({"NoSuchUpload", "NoSuchKey", "NoSuchBucket", "NoSuchVersion"})


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that a test began."""

    bucket: str
    key: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An object, a version or a delete marker that a test made."""

    bucket: str
    key: str
    version: str | None = None

    @property
    def shown(self) -> str:
        """Name it for people."""
        version = "" if self.version is None else f" version {self.version}"
        return f"{self.bucket}/{self.key}{version}"


class Leftovers:
    """What one test has created and not yet removed, learned from its exchanges."""

    def __init__(self) -> None:
        self._uploads: dict[Upload, None] = {}
        self._stored: dict[Stored, None] = {}

    def __len__(self) -> int:
        return len(self._uploads) + len(self._stored)

    def note(self, call: Call, exchange: Exchange) -> None:
        """Learn from one exchange what was created or removed."""
        answer = exchange.answer
        bucket, key = call.members.get("Bucket"), call.members.get("Key")
        if not isinstance(bucket, str):
            return
        if answer is None:
            self._note_unknown(call, bucket, key)
            return
        if not answers.succeeded(call.operation, answer):
            return
        if call.operation == "DeleteObjects":
            self._note_deleted(bucket, answer)
        elif isinstance(key, str):
            self._note_success(call, answer, bucket, key)

    def _note_unknown(self, call: Call, bucket: str, key: object) -> None:
        """Without an answer the object may be there anyway; removing it then does no harm."""
        if call.operation in _WRITES and isinstance(key, str):
            self._stored[Stored(bucket, key)] = None

    def _note_success(self, call: Call, answer: Answer, bucket: str, key: str) -> None:
        operation, upload_id = call.operation, call.members.get("UploadId")
        version = _text(answer.members.get("VersionId"))
        if operation == "CreateMultipartUpload":
            made = _text(answer.members.get("UploadId"))
            if made:
                self._uploads[Upload(bucket, key, made)] = None
        elif operation == "AbortMultipartUpload":
            self._uploads.pop(Upload(bucket, key, str(upload_id)), None)
        elif operation in _WRITES:
            self._uploads.pop(Upload(bucket, key, str(upload_id)), None)
            self._stored[Stored(bucket, key, version)] = None
        elif operation == "DeleteObject":
            asked = _text(call.members.get("VersionId"))
            self._stored.pop(Stored(bucket, key, asked), None)
            if asked is None and version is not None:
                self._stored[Stored(bucket, key, version)] = None

    def _note_deleted(self, bucket: str, answer: Answer) -> None:
        deleted = answer.members.get("Deleted")
        for entry in deleted if isinstance(deleted, Sequence) else ():
            if not isinstance(entry, Mapping):
                continue
            key = str(entry.get("Key", ""))
            self._stored.pop(Stored(bucket, key, _text(entry.get("VersionId"))), None)
            marker = _text(entry.get("DeleteMarkerVersionId"))
            if marker is not None and "VersionId" not in entry:
                self._stored[Stored(bucket, key, marker)] = None

    def remove(
        self,
        send: Callable[[Call], Exchange],
        width: int = 1,
        break_off: Callable[[], None] = lambda: None,
    ) -> list[str]:
        """Abort and delete all that is left; return a sentence for each that could not be removed.

        Each thing is tried once (a version a second time, without the bypass of governance), so
        that a dead endpoint costs no more than one failed request: after a lost connection
        nothing is sent. Of many things all but the first overlap, see `overlapped`.
        """
        calls = [*self._aborts(), *((delete_call(one), one.shown) for one in self._stored)]
        self._uploads.clear()
        self._stored.clear()
        removal = _Removal(send)
        problems = [removal.of(one) for one in calls[:1]]
        further = calls[1:]
        width = width if len(further) >= _MANY else 1
        problems += overlapped(removal.of, further, width, break_off=break_off)
        if removal.lost:
            problems.append(f"clean-up stopped, {len(calls)} things were to be removed")
        return [text for text in problems if text]

    def _aborts(self) -> list[tuple[Call, str]]:
        return [
            (
                Call(
                    operation="AbortMultipartUpload",
                    members={"Bucket": one.bucket, "Key": one.key, "UploadId": one.upload_id},
                ),
                f"upload {one.upload_id} of {one.bucket}/{one.key}",
            )
            for one in self._uploads
        ]


class _Removal:
    """Removes things, each by a call of its own; threads may share it."""

    def __init__(self, send: Callable[[Call], Exchange]) -> None:
        self._send = send
        self.lost = False
        """Whether an answer did not come: then nothing more is sent."""

    def of(self, thing: tuple[Call, str]) -> str:
        """Send the call that removes a thing; return a sentence where that could not be done."""
        if self.lost:
            return ""
        call, what = thing
        try:
            exchange = self._send(call)
        except (GuardError, ValueError) as error:  # named by an answer, which can hold anything
            return f"left: {what}: {error}"
        answer = exchange.answer
        if answer is not None and (plain := without_bypass(call, answer)) is not None:
            answer = self._send(plain).answer
        if answer is None:
            self.lost = True
            return f"{what} may still be there: {exchange.fault_text}"
        if answers.succeeded(call.operation, answer) or answer.error_code in _GONE:
            return ""
        got = answers.summary(call.operation, answer)
        return f"{what} could not be removed: {call.operation} answered {got}"


def delete_call(stored: Stored) -> Call:
    """Return the call that deletes an object, or just one version of it."""
    members: dict[str, object] = {"Bucket": stored.bucket, "Key": stored.key}
    if stored.version is not None:
        # At once: what a server answers to a locked version without it differs (MinIO: 400).
        members |= {"VersionId": stored.version, "BypassGovernanceRetention": True}
    return Call(operation="DeleteObject", members=members)


def without_bypass(call: Call, answer: Answer) -> Call | None:
    """Return a rejected deletion without the bypass header, which needs a permission; else None."""
    refused = answer.status >= 400 and answer.error_code not in _GONE
    if not refused or "BypassGovernanceRetention" not in call.members:
        return None
    kept = {k: v for k, v in call.members.items() if k != "BypassGovernanceRetention"}
    return Call(operation=call.operation, members=kept)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
