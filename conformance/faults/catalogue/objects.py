"""Faults of what a create is told of the object to be: metadata, class, tags, lock, owners."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    alters_metadata,
    alters_upload,
    has,
    made,
)
from conformance.faults.edits import (
    adding,
    always,
    asking,
    header,
    ignores,
    misnames,
    omits,
    says_also,
    says_element,
    takes_for,
    with_header,
)
from conformance.faults.model import Fault, accepts, answers, forgets, refuses
from conformance.reference.rules.lock import LEGAL_HOLD, MODE, UNTIL

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.domain.values import ObjectLock

_Pairs = tuple[tuple[str, str], ...]

_OWNER: Final = "x-amz-expected-bucket-owner"
_PAYER: Final = "x-amz-request-payer"
_REDIRECT: Final = "x-amz-website-redirect-location"
_SYSTEM: Final = (
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Type",
    "Expires",
)


def _words_wrapped(request: Request) -> Request:
    """Write each word of mail as the text of another one, so that reading it changes nothing."""
    for name, value in request.headers.items:
        if name.lower().startswith("x-amz-meta-") and value.startswith("=?"):
            wrapped = f"=?UTF-8?B?{base64.b64encode(value.encode()).decode('ascii')}?="
            request = asking(request, name, always(wrapped))
    return request


def _without(name: str) -> Callable[[_Pairs], _Pairs]:
    return lambda pairs: tuple(pair for pair in pairs if pair[0] != name)


def _valueless(pairs: _Pairs) -> _Pairs:
    return tuple((name, "") for name, _ in pairs)


def _capitalised(pairs: _Pairs) -> _Pairs:
    return tuple((f"x-amz-meta-{name[11:].title()}-", value) for name, value in pairs)


def _rename(context: op.Completing, change: Callable[[str], str]) -> None:
    """Put the completed version under another key."""
    version, objects = made(context.version), context.bucket.objects
    new = change(version.key)
    if new != version.key:
        objects[new] = objects.pop(version.key)
        version.key = new


def _unlocked(context: op.Creating) -> None:
    made(context.begun).lock = None


def _no_retention(lock: ObjectLock | None) -> ObjectLock | None:
    return None if lock is None else replace(lock, retention=None)


def _no_hold(lock: ObjectLock | None) -> ObjectLock | None:
    return None if lock is None else replace(lock, legal_hold=None)


def _offered(request: Request) -> Request:
    """Take a request of another account for an offer to pay."""
    if request.caller is None or request.caller.name == "main":
        return request
    return adding(request, _PAYER, "requester")


def _charged(request: Request, response: Response) -> Response:
    """Tell whoever offers to pay that it was charged."""
    if _PAYER not in request.headers:
        return response
    return with_header(response, "x-amz-request-charged", "requester")


def _first_only(pairs: _Pairs) -> _Pairs:
    return pairs[:1]


FAULTS: Final[tuple[Fault, ...]] = (
    *(
        forgets(
            f"obj.system-metadata/no-{name.lower()}",
            f"{name} of the create is forgotten",
            sw.After(op.CREATE, alters_metadata(system=_without(name))),
            known="E15",
        )
        for name in _SYSTEM
    ),
    forgets(
        "obj.user-metadata/forgotten",
        "The user metadata of the create is forgotten",
        sw.After(op.CREATE, alters_metadata(user=lambda _: ())),
        known="E15",
    ),
    forgets(
        "obj.user-metadata/valueless",
        "The values of user metadata are returned empty",
        sw.After(op.CREATE, alters_metadata(user=_valueless)),
    ),
    forgets(
        "obj.user-metadata/one-alone",
        "Of several user metadata only the first is returned",
        sw.After(op.CREATE, alters_metadata(user=_first_only)),
    ),
    answers(
        "obj.user-metadata/other-names",
        "The names of user metadata are returned changed",
        sw.After(op.CREATE, alters_metadata(user=_capitalised)),
    ),
    answers(
        "obj.user-metadata/words-kept",
        "User metadata in RFC 2047 encoding is returned as it was written",
        sw.Ask(op.CREATE, _words_wrapped),
        should=True,
    ),
    accepts(
        "obj.user-metadata/any-size",
        "User metadata of any size is accepted and thrown away",
        sw.Swallow(op.CREATE, "metadata", "MetadataTooLarge"),
    ),
    answers(
        "obj.user-metadata/too-large-413",
        "Too much user metadata is answered with 413",
        misnames(op.CREATE, "MetadataTooLarge", "EntityTooLarge", 413),
    ),
    forgets(
        "obj.storage-class/forgotten",
        "The storage class of the create is forgotten",
        sw.After(op.CREATE, alters_upload(storage_class=lambda _: "STANDARD")),
    ),
    accepts(
        "obj.storage-class/unknown-taken",
        "An unknown storage class is treated as STANDARD",
        sw.Swallow(op.CREATE, "storage_class"),
    ),
    answers(
        "obj.storage-class/other-code",
        "An unknown storage class is answered with InvalidArgument",
        misnames(op.CREATE, "InvalidStorageClass", "InvalidArgument"),
    ),
    refuses(
        "obj.storage-class/no-intelligent-tiering",
        "INTELLIGENT_TIERING is rejected",
        sw.Deny(
            op.CREATE,
            lambda request: header(request, "x-amz-storage-class") == "INTELLIGENT_TIERING",
            code="InvalidStorageClass",
        ),
    ),
    answers(
        "obj.storage-class/always-standard",
        "Both lists show every upload as STANDARD",
        says_element((op.LIST_PARTS, op.LIST_UPLOADS), "StorageClass", always("STANDARD")),
    ),
    answers(
        "obj.storage-class/standard-named",
        "Reading names the storage class STANDARD, too",
        says_also(op.READS, "x-amz-storage-class", "STANDARD"),
        should=True,
    ),
    forgets(
        "obj.tagging/forgotten",
        "The tags of the create are forgotten",
        sw.After(op.CREATE, alters_upload(tags=lambda _: ())),
        known="E15",
    ),
    forgets(
        "obj.tagging/first-alone",
        "Only the first of several tags is kept",
        sw.After(op.CREATE, alters_upload(tags=_first_only)),
    ),
    accepts(
        "obj.tagging/too-many",
        "More than ten tags are accepted",
        sw.Swallow(op.CREATE, "tagging", "BadRequest"),
    ),
    accepts(
        "obj.tagging/duplicates",
        "Duplicate and badly encoded tags are accepted",
        sw.Swallow(op.CREATE, "tagging", "InvalidArgument"),
    ),
    accepts(
        "obj.tagging/bad-names",
        "Tags of illegal names and values are accepted",
        sw.Swallow(op.CREATE, "tagging", "InvalidTag"),
    ),
    answers(
        "obj.tagging/encoded",
        "The values of tags stay percent-encoded",
        takes_for(op.CREATE, "x-amz-tagging", lambda value: value.replace("%", "%25")),
    ),
    forgets(
        "obj.website-redirect/forgotten",
        "The redirect location of the create is forgotten",
        sw.After(op.CREATE, alters_metadata(redirect=lambda _: None)),
    ),
    accepts(
        "obj.website-redirect/anything",
        "Anything is treated as a redirect location",
        sw.Swallow(op.CREATE, "metadata", "InvalidRedirectLocation"),
    ),
    answers(
        "obj.website-redirect/other-code",
        "A redirect location that is none is answered with InvalidArgument",
        misnames(op.CREATE, "InvalidRedirectLocation", "InvalidArgument"),
    ),
    forgets(
        "obj.lock/forgotten",
        "The lock of the create is forgotten",
        sw.After(op.CREATE, _unlocked),
    ),
    forgets(
        "obj.lock/no-retention",
        "Mode and date of the lock are forgotten",
        sw.After(op.CREATE, alters_upload(lock=_no_retention)),
    ),
    forgets(
        "obj.lock/no-hold",
        "The legal hold is forgotten",
        sw.After(op.CREATE, alters_upload(lock=_no_hold)),
        should=True,
    ),
    forgets(
        "obj.lock/ignored-by-putobject",
        "PutObject accepts the headers of a lock and does not keep it",
        ignores(op.PUT, MODE, UNTIL, LEGAL_HOLD),
    ),
    accepts(
        "obj.lock/deleted-all-the-same",
        "A version that a lock protects is deleted",
        sw.Swallow(op.DELETE_OBJECT, "not_held"),
    ),
    accepts(
        "obj.lock/without-bucket-lock",
        "A lock is accepted on a bucket without Object Lock",
        sw.Swallow(op.CREATE, "object_lock", "InvalidRequest"),
    ),
    accepts(
        "obj.lock/anything",
        "A lock whose headers make no sense is ignored",
        sw.Swallow(op.CREATE, "object_lock", "InvalidArgument"),
    ),
    accepts(
        "obj.lock/past",
        "A retention date in the past is ignored",
        sw.Swallow(op.CREATE, "object_lock", "InvalidArgument", "in the future"),
    ),
    accepts(
        "obj.lock/unchecked-parts",
        "Parts of a locked object need no digest",
        sw.Swallow(op.PART, "integrity_of_locked"),
    ),
    answers(
        "obj.lock/not-shown",
        "Reading does not show the lock",
        omits(op.READS, MODE, UNTIL, LEGAL_HOLD),
    ),
    refuses(
        "obj.request-payer/refused",
        "x-amz-request-payer is rejected",
        sw.Deny(op.CREATE, has(_PAYER)),
    ),
    *(
        accepts(
            f"obj.request-payer/unasked-by-{operation.lower()}",
            f"{operation} treats every request of another account as an offer to pay",
            sw.Ask(operation, _offered),
        )
        for operation in op.FAMILY
    ),
    *(
        answers(
            f"obj.request-payer/charged-in-silence-by-{operation.lower()}",
            f"{operation} does not show who pays",
            omits(operation, "x-amz-request-charged"),
            should=True,
        )
        for operation in op.FAMILY
    ),
    *(
        answers(
            f"obj.request-payer/nobody-charged-by-{operation.lower()}",
            f"{operation} shows a charge where the owner pays",
            sw.Say(operation, _charged),
        )
        for operation in (op.CREATE, op.PART, op.COMPLETE, op.ABORT, op.LIST_PARTS)
    ),
    accepts(
        "obj.expected-owner/ignored",
        "x-amz-expected-bucket-owner is ignored",
        ignores(op.FAMILY, _OWNER),
    ),
    *(
        accepts(
            f"obj.expected-owner/ignored-by-{operation.lower()}",
            f"x-amz-expected-bucket-owner is ignored by {operation}",
            ignores(operation, _OWNER),
        )
        for operation in op.FAMILY
    ),
    answers(
        "obj.expected-owner/not-found",
        "Another owner than expected is answered with 404",
        misnames(op.FAMILY, "AccessDenied", "NoSuchBucket", 404),
    ),
    forgets(
        "key.any/last-character",
        "The object is stored under the key without its trailing slash or dot",
        sw.After(
            op.COMPLETE,
            lambda context: _rename(context, lambda key: key.rstrip("/. ") or key),
        ),
    ),
    answers(
        "key.any/plus-for-blank",
        "Plus signs and blanks in the key of an answer are confused",
        says_element(op.CREATE, "Key", lambda value: value.replace("+", " ")),
    ),
    answers(
        "key.any/lower-case",
        "Keys are returned in lower case",
        says_element((op.CREATE, op.COMPLETE), "Key", str.lower),
    ),
    answers(
        "key.any/ascii",
        "Characters beyond ASCII are returned as question marks",
        says_element(
            (op.CREATE, op.COMPLETE, op.LIST_UPLOADS),
            "Key",
            lambda value: value.encode("ascii", "replace").decode(),
        ),
    ),
    accepts(
        "key.length/any",
        "A key of more than 1,024 bytes is accepted",
        sw.Swallow(op.CREATE, "key_length"),
    ),
    refuses(
        "key.length/thousand",
        "A key of more than 1,000 bytes is rejected",
        sw.Deny(
            op.CREATE, lambda request: len((request.key or "").encode()) > 1000, code="KeyTooLong"
        ),
    ),
    answers(
        "key.length/other-code",
        "A key that is too long is answered with InvalidRequest",
        misnames(op.CREATE, "KeyTooLongError", "InvalidRequest"),
    ),
)
