"""Finds and removes what a run left behind: listed first, deleted only below its own names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from conformance.engine import answers
from conformance.engine.cleanup import Stored, Upload, delete_call, without_bypass
from conformance.engine.errors import GuardError
from conformance.wire.model import Call

if TYPE_CHECKING:
    from conformance.engine.guard import Territory
    from conformance.engine.session import Sender
    from conformance.wire.model import Answer

_WHOLE_PAGES: Final = ("ListBuckets", "ListDirectoryBuckets")
"""Listings without IsTruncated, which end with the page that names no other."""
_MOST_LOST: Final = 3
_PAGES: Final = 1000
"""Pages of one listing; an endpoint whose listing never ends is no reason to list for ever."""


_ENCODED: Final = {"EncodingType": "url"}
"""Asked for, because XML can't hold every character that a key may have."""
_NOTHING_THERE: Final = {
    "ListMultipartUploads": ("NoSuchBucket", "NoSuchUpload"),  # the latter is rclone's "none"
    "ListObjectsV2": ("NoSuchBucket",),
}
"""Codes that come with 404 and mean that there is nothing to list."""


class _NoListing(Exception):  # noqa: N818  # a state of the endpoint, turned into a problem
    pass


class _CutListing(_NoListing):
    """A listing that began and was not whole."""


@dataclass(slots=True)
class Plan:
    """What would be removed, and the problems met in listing it."""

    uploads: list[Upload] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    buckets: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, more: Plan) -> None:
        """Take over what another plan found."""
        self.uploads += more.uploads
        self.stored += more.stored
        self.buckets += more.buckets
        self.problems += more.problems

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.uploads or self.stored or self.buckets)


def plan(
    sender: Sender,
    *,
    bucket_prefix: str,
    key_prefix: str,
    lent: str | None = None,
    stand_ins: Iterable[str] = (),
    wanted: Callable[[str], bool] = bool,
) -> Plan:
    """Find what runs have left: in buckets whose names begin with ``bucket_prefix``.

    Of these only the ``wanted`` are looked into. A listing that was not whole is a problem.

    Of ``stand_ins`` only keys below ``key_prefix`` are looked at. With ``lent`` only that bucket
    is, and in the same way.
    """
    if lent is not None:
        return plan_keys(sender, lent, key_prefix)
    found = Plan()
    try:
        for bucket in _buckets(sender, bucket_prefix):
            if wanted(bucket):
                found.add(plan_bucket(sender, bucket, key_prefix))
    except _NoListing as error:
        found.problems.append(str(error))
    for stand_in in stand_ins:
        found.add(plan_keys(sender, stand_in, key_prefix))
    return found


def plan_bucket(sender: Sender, bucket: str, key_prefix: str) -> Plan:
    """Find what is in one of our own buckets below ``key_prefix``, and the bucket itself."""
    found = plan_keys(sender, bucket, key_prefix)
    found.buckets.append(bucket)
    return found


def plan_keys(sender: Sender, bucket: str, key_prefix: str) -> Plan:
    """Find the uploads, objects, versions and delete markers below ``key_prefix``."""
    found = Plan()
    seen: set[Upload | Stored] = set()
    for listing in (_uploads, _versions):
        try:
            for one in listing(sender, bucket, key_prefix):
                if one in seen:
                    continue
                seen.add(one)
                if not one.key.startswith(key_prefix):
                    found.problems.append(
                        f"{bucket} lists {one.key!r}, which does not begin with {key_prefix}: left"
                    )
                elif isinstance(one, Upload):
                    found.uploads.append(one)
                else:
                    found.stored.append(one)
        except _NoListing as error:
            found.problems.append(str(error))
    return found


def apply(sender: Sender, found: Plan, territory: Territory) -> list[str]:
    """Remove what a plan holds; return a sentence for each thing that stayed.

    The territory is asked before each request: what does not belong to the run is left, as is what
    no request can name. A listing can hold anything, so neither ends the sweep, nor does a lost
    answer; only three in a row do, for each of the others would be waited for as long.
    """
    calls = [
        (
            Call(
                operation="AbortMultipartUpload",
                members={"Bucket": one.bucket, "Key": one.key, "UploadId": one.upload_id},
            ),
            f"upload {one.upload_id} of {one.bucket}/{one.key}",
        )
        for one in found.uploads
    ]
    calls += [(delete_call(one), one.shown) for one in found.stored]
    calls += [
        (Call(operation="DeleteBucket", members={"Bucket": bucket}), f"bucket {bucket}")
        for bucket in found.buckets
    ]
    problems: list[str] = []
    lost = 0
    for position, (call, what) in enumerate(calls, 1):
        try:
            territory.check(call)
            exchange = sender.send(call)
        except (GuardError, ValueError) as error:
            problems.append(f"left: {what}: {error}")
            continue
        answer = exchange.answer
        if answer is not None and (plain := without_bypass(call, answer)) is not None:
            answer = sender.send(plain).answer
        lost = lost + 1 if answer is None else 0
        if answer is None:
            problems.append(f"{what} may still be there: {exchange.fault_text}")
            if lost == _MOST_LOST:
                left = len(calls) - position
                problems.append(f"stopped: {lost} answers in a row were lost, {left} things left")
                break
            continue
        if not answers.succeeded(call.operation, answer) and answer.status != 404:
            got = answers.summary(call.operation, answer)
            problems.append(f"{what} could not be removed: {call.operation} answered {got}")
    return problems


def _buckets(sender: Sender, prefix: str) -> Iterator[str]:
    """Yield buckets by name, directory buckets too where the endpoint knows of them."""
    token = {"ContinuationToken": "ContinuationToken"}
    seen = set()
    for operation in _WHOLE_PAGES:
        try:
            for page in _pages(sender, operation, {}, token):
                for entry in _entries(page, "Buckets"):
                    name = str(entry.get("Name", ""))
                    if name.startswith(prefix) and name not in seen:
                        seen.add(name)
                        yield name
        except _NoListing as error:
            # Few endpoints know of directory buckets; one that lists them must do so whole.
            if operation == "ListBuckets" or isinstance(error, _CutListing):
                raise


def _uploads(sender: Sender, bucket: str, prefix: str) -> Iterator[Upload | Stored]:
    markers = {"NextKeyMarker": "KeyMarker", "NextUploadIdMarker": "UploadIdMarker"}
    members = {"Bucket": bucket, "Prefix": prefix, **_ENCODED}
    for page in _pages(sender, "ListMultipartUploads", members, markers):
        for entry in _entries(page, "Uploads"):
            yield Upload(bucket, _key(page, entry), str(entry.get("UploadId", "")))


def _versions(sender: Sender, bucket: str, prefix: str) -> Iterator[Upload | Stored]:
    """List versions where the endpoint knows of them, else objects."""
    members = {"Bucket": bucket, "Prefix": prefix, **_ENCODED}
    markers = {"NextKeyMarker": "KeyMarker", "NextVersionIdMarker": "VersionIdMarker"}
    try:
        for page in _pages(sender, "ListObjectVersions", members, markers):
            for name in ("Versions", "DeleteMarkers"):
                for entry in _entries(page, name):
                    version = str(entry.get("VersionId") or "") or None
                    yield Stored(bucket, _key(page, entry), version)
    except _CutListing:
        raise
    except _NoListing:
        tokens = {"NextContinuationToken": "ContinuationToken"}
        for page in _pages(sender, "ListObjectsV2", members, tokens):
            for entry in _entries(page, "Contents"):
                yield Stored(bucket, _key(page, entry))


def _pages(
    sender: Sender, operation: str, members: Mapping[str, str], markers: Mapping[str, str]
) -> Iterator[Answer]:
    """Walk a listing; ``markers`` map what an answer gives to what the next request takes.

    Raises `_NoListing` for one that is not given, and `_CutListing` behind the pages of one that is
    not whole: it names no next page, or one that was asked for, or it never ends.
    """
    following: dict[str, str] = {}
    where = f" of {members['Bucket']}" if "Bucket" in members else ""
    asked = [following]
    for _ in range(_PAGES):
        try:
            exchange = sender.send(Call(operation=operation, members={**members, **following}))
        except ValueError as error:  # a name or a marker of the endpoint's that can't be sent
            raise _NoListing(f"{operation} can't be asked for: {error}") from None
        answer = exchange.answer
        if answer is None:
            raise _CutListing(f"{operation}{where} got no answer: {exchange.fault_text}")
        if answer.status == 404 and answer.error_code in _NOTHING_THERE.get(operation, ()):
            return
        if not answers.succeeded(operation, answer):
            got = answers.summary(operation, answer)
            kind = _CutListing if following else _NoListing
            raise kind(
                f"{operation}{where} answered {got}{answer.problem and ': '}{answer.problem}"
            )
        yield answer
        given = {
            taken: _decoded(answer, str(answer.members[name]), name)
            for name, taken in markers.items()
            if answer.members.get(name)
        }
        ends = not answer.members.get("IsTruncated", operation in _WHOLE_PAGES)
        if ends or (not given and operation in _WHOLE_PAGES):
            return
        if not given:
            raise _CutListing(f"{operation}{where} is not whole, and names no next page")
        if given in asked:
            raise _CutListing(f"{operation}{where} is not whole: it names a page a second time")
        asked.append(given)
        following = given
    raise _CutListing(f"{operation}{where} did not end within {_PAGES} pages")


def _key(page: Answer, entry: Mapping[str, object]) -> str:
    """Return an entry's key as it was when it was made."""
    return _decoded(page, str(entry.get("Key", "")), "Key")


def _decoded(page: Answer, text: str, name: str) -> str:
    """Return a key, or the marker that is one, as it is; a page says whether it is encoded."""
    encoded = name in ("Key", "NextKeyMarker") and page.members.get("EncodingType") == "url"
    return unquote_plus(text) if encoded else text


def _entries(page: Answer, name: str) -> Sequence[Mapping[str, object]]:
    found = page.members.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
