"""The buckets of one worker, each made when a test first asks for its kind."""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance.engine.errors import BucketUnavailable, EngineError
from conformance.engine.session import Lost
from conformance.wire.model import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from conformance.catalog.model import BucketKind, Step, Tree
    from conformance.engine.capabilities import Decision
    from conformance.engine.guard import Territory
    from conformance.engine.session import Sender, Session
    from conformance.engine.step_results import Check

PLAIN: Final = "plain"
DIRECTORY: Final = "directory"
LONGEST_NAME: Final = 63
_SECOND: Final = "second"
_DIRECTORY_END: Final = "--x-s3"
_ZONAL_END: Final = re.compile(r"--[a-z0-9-]+--x-s3$")
_NAMELESS_REGION: Final = "us-east-1"


@dataclass(slots=True)
class Buckets:
    """Names of buckets by kind; threads may share it.

    A kind that could not be made is not asked for again: each of the tests that need it would wait
    as long. Only a breakdown, which may be over, is tried a second time, and at once.
    """

    kinds: Mapping[str, BucketKind]
    territory: Territory
    worker: str
    open_session: Callable[[str, str, Sequence[str]], Session]
    """Label, bucket and needs to a session."""
    region: str
    refusal: Callable[[Sequence[str]], Decision | None]
    """The decision that stands against needs; None when they are met."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Zone ids by the values of the profile that name them."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _making: dict[str, threading.Lock] = field(default_factory=dict)
    """By label; held while that bucket is made."""
    _ready: dict[str, str] = field(default_factory=dict)
    _failed: dict[str, BucketUnavailable] = field(default_factory=dict)

    def name(self, kind: str) -> str:
        """Return the bucket of a kind, made now if need be.

        BucketUnavailable when it can't be had, Lost when the endpoint gave no answer.
        """
        if self.territory.lent is not None:
            if kind == PLAIN:
                return self.territory.lent
            raise BucketUnavailable(
                f"with --bucket no other bucket is made, and this needs one of kind {kind}",
                skip=True,
            )
        return self._made(kind, kind)

    def second(self) -> str:
        """Return a further plain bucket, which `name` never gives."""
        if self.territory.lent is not None:
            raise BucketUnavailable(
                "with --bucket no other bucket is made, and this needs a second one", skip=True
            )
        return self._made(PLAIN, _SECOND)

    def second_directory(self) -> str:
        """Return a further directory bucket, which `name` never gives."""
        if self.territory.lent is not None:
            raise BucketUnavailable(
                "with --bucket no other bucket is made, and this needs a second one", skip=True
            )
        return self._made(DIRECTORY, f"{_SECOND}-{DIRECTORY}")

    def _made(self, kind: str, label: str) -> str:
        if label in self._ready:
            return self._ready[label]
        self._check_needs(kind)
        with self._lock:
            making = self._making.setdefault(label, threading.Lock())
        with making:
            if label in self._failed:
                raise self._failed[label]
            if label not in self._ready:
                self._ready[label] = self._made_or_failed(kind, label)
            return self._ready[label]

    def _check_needs(self, kind: str) -> None:
        """Raise what stands against a kind of bucket.

        That may take a probe, which may need the same bucket: so it comes first.
        """
        if kind not in self.kinds:
            raise EngineError(f"there is no bucket kind {kind}")
        if (refused := self.refusal(self.kinds[kind].needs)) is not None:
            raise BucketUnavailable(refused.reason, skip=refused.kind == "skip")

    def _made_or_failed(self, kind: str, label: str) -> str:
        try:
            return self._make_or_again(kind, label)
        except BucketUnavailable as error:
            self._failed[label] = error
            raise
        except Lost as lost:
            text = f"no bucket of kind {kind}: {lost}"
            self._failed[label] = BucketUnavailable(text, transient=True)
            raise

    def _make_or_again(self, kind: str, label: str) -> str:
        try:
            return self._make(kind, label)
        except BucketUnavailable as error:
            if not error.transient:
                raise
        except Lost as lost:
            if lost.exchange.fault == "timeout":
                raise
        return self._make(kind, label)

    @property
    def prepared(self) -> frozenset[str]:
        """The buckets that were made for tests, and that these rely on."""
        return frozenset(self._ready.values())

    def gone(self, named: AbstractSet[str], sender: Sender) -> str:
        """Return one of the named buckets that somebody else removed; empty if none.

        It is forgotten. Buckets that tests name themselves, and that a server may have made
        unasked, do not count.
        """
        for bucket in sorted(named & self.territory.made & self.prepared):
            ask = Call(operation="HeadBucket", members={"Bucket": bucket})
            answers = [sender.send(ask).answer for _ in range(2)]
            if all(answer is not None and answer.status == 404 for answer in answers):
                self.territory.made.discard(bucket)
                self.forget(bucket)
                return bucket
        return ""

    def forget(self, bucket: str) -> None:
        """Forget a bucket, so that it is created again when it is next needed."""
        for label in [label for label, name in self._ready.items() if name == bucket]:
            del self._ready[label]

    def forget_failures(self) -> None:
        """Forget failed creations, so that they are tried again on a restarted target."""
        self._failed.clear()

    def _make(self, kind: str, label: str) -> str:
        setup = self.kinds[kind]
        end = f"--{self.zones[setup.zone]}{_DIRECTORY_END}" if setup.zone in self.zones else ""
        bucket = bucket_name(self.territory.bucket_prefix, self.worker, label, end)
        session = self.open_session(f"bucket-{label}", bucket, setup.needs)
        again = bucket in self.territory.made
        for step in setup.setup:
            found = session.perform(step if setup.zone else _at_home(step, self.region), "set-up")
            failed = [one for one in found if one.verdict == "FAIL"]
            if failed and not (again and _there_already(failed)):
                raise _unavailable(kind, failed)
        return bucket


def _there_already(failed: Sequence[Check]) -> bool:
    """Return whether a CreateBucket failed only because an earlier one of ours made the bucket.

    No one else gives a bucket a name with the id of the run in it.
    """
    return any(
        one.answer.operation == "CreateBucket" and one.field == "status" and one.got == "409"
        for one in failed
    )


def _unavailable(kind: str, failed: Sequence[Check]) -> BucketUnavailable:
    shown = next((one for one in failed if one.answer.broke), failed[0])
    return BucketUnavailable(
        f"no bucket of kind {kind}: {shown.step} was answered with {shown.answer.said}"
        + ("" if shown.field == "status" else f": {shown.field} is {shown.got}"),
        transient=shown.answer.broke,
    )


def _at_home(step: Step, region: str) -> Step:
    """Name the region in a CreateBucket, as S3 asks for everywhere but in us-east-1."""
    if step.operation != "CreateBucket" or region == _NAMELESS_REGION:
        return step
    place: Mapping[str, Tree] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    return replace(step, members={**place, **step.members})


def bucket_name(prefix: str, worker: str, label: str, end: str = "") -> str:
    """Return the name of a worker's bucket; a long label is cut and distinguished by a hash.

    ``end`` is what the names of directory buckets end with.
    """
    name = f"{prefix}{worker}-{label}".lower().replace("_", "-")
    longest = LONGEST_NAME - len(end)
    if len(name) > longest:
        digest = hashlib.sha256(label.encode()).hexdigest()[:6]
        name = f"{name[: longest - 7].rstrip('-')}-{digest}"
    return f"{name}{end}"


def zonal_end(bucket: str) -> str:
    """Return what the name of a directory bucket ends with; nothing for any other bucket."""
    found = _ZONAL_END.search(bucket)
    return found[0] if found else ""
