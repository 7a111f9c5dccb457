"""Faults of the source that UploadPartCopy names: its name, version, owner and conditions."""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    drop_object,
    refuses_if,
)
from conformance.faults.edits import (
    adding,
    header,
    ignores,
    misnames,
    omits,
    restates,
    says_also,
)
from conformance.faults.model import Fault, accepts, answers, leaks, loses, refuses
from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.state import ObjectVersion
from conformance.reference.domain.versions import NULL, is_version_id
from conformance.reference.operations.checks import no_such_key
from conformance.reference.operations.copy_source import known_source

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_SOURCE: Final = "x-amz-copy-source"


def _missing_source_is_empty(context: op.CopyingPart) -> None:
    try:
        known_source(context)
    except S3Error:
        _source_is_empty(context)


def _source_is_empty(context: op.CopyingPart) -> None:
    context.source.found_version = ObjectVersion(
        key=context.source.name.key,
        version_id="null",
        modified=context.request.now,
        owner=context.source.bucket.owner,
        etag="d41d8cd98f00b204e9800998ecf8427e",
        blobs=(Blob(b""),),
    )


def _never_the_version(context: op.CopyingPart) -> None:
    source = context.source
    current = source.bucket.current(source.name.key)
    if current is None or current.delete_marker:
        raise no_such_key(source.name.key)
    source.found_version = current


def _without_headers(request: Request, error: S3Error) -> S3Error:
    del request
    other = S3Error(error.status, error.code, error.message, error.fields)
    other.declaration = error.declaration
    return other


def _given_version_alone(request: Request) -> Request:
    """Leave a version id out that was never given."""
    path, _, version = header(request, _SOURCE).partition("?versionId=")
    given = version == NULL or is_version_id(version)
    return request if given else adding(request, _SOURCE, path)


def _decoded_twice(request: Request) -> Request:
    value = header(request, _SOURCE)
    path, mark, version = value.partition("?versionId=")
    again = quote(unquote(unquote(path)), safe="/")
    changed = again + mark + version
    return request if unquote(again) == unquote(path) else adding(request, _SOURCE, changed)


def _resolved(request: Request) -> Request:
    """Read what a file system would: no segment of the key is a dot, or goes up."""
    value = header(request, _SOURCE)
    bucket, slash, key = value.partition("/")
    if not {".", ".."} & set(key.split("/")):
        return request
    return adding(request, _SOURCE, bucket + slash + normpath("/" + key).lstrip("/"))


def _not_decoded(request: Request) -> Request:
    value = header(request, _SOURCE)
    path, mark, version = value.partition("?versionId=")
    if "%" not in path:
        return request
    return adding(request, _SOURCE, path.replace("%", "%25") + mark + version)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "copy.conditions/ignored",
        "The conditions on the source are ignored",
        sw.Swallow(op.COPY, "source_conditions"),
        known="G05",
    ),
    accepts(
        "copy.conditions/if-match-ignored",
        "x-amz-copy-source-if-match is ignored",
        ignores(op.COPY, f"{_SOURCE}-if-match"),
        known="G05",
    ),
    accepts(
        "copy.conditions/if-none-match-ignored",
        "x-amz-copy-source-if-none-match is ignored",
        ignores(op.COPY, f"{_SOURCE}-if-none-match"),
        known="G05",
    ),
    accepts(
        "copy.conditions/dates-ignored",
        "The conditions on the source's date are ignored",
        ignores(op.COPY, f"{_SOURCE}-if-modified-since", f"{_SOURCE}-if-unmodified-since"),
        known="G05",
    ),
    answers(
        "copy.conditions/not-modified",
        "A failing condition on the source is answered with 304",
        restates(op.COPY, "PreconditionFailed", 304),
        known="G05",
    ),
    accepts(
        "copy.source-missing/empty-part",
        "A source that does not exist is copied as an empty part",
        sw.Replace(op.COPY, "known_source", _missing_source_is_empty),
    ),
    loses(
        "copy.result/source-ignored",
        "The source is not looked at, and the part is empty",
        sw.Replace(op.COPY, "known_source", _source_is_empty),
    ),
    answers(
        "copy.source-missing/invalid-request",
        "A source that does not exist is answered with 400",
        misnames(op.COPY, "NoSuchKey", "InvalidRequest", 400),
    ),
    answers(
        "copy.source-missing/marker-unnamed",
        "The delete marker that hides a source is not named",
        sw.Refusal(op.COPY, "NoSuchKey", _without_headers),
        should=True,
    ),
    answers(
        "copy.source-missing/bucket-as-key",
        "A source bucket that does not exist is answered with NoSuchKey",
        misnames(op.COPY, "NoSuchBucket", "NoSuchKey"),
        should=True,
    ),
    answers(
        "copy.source-name/decoded-twice",
        "The name of the source is decoded twice",
        sw.Ask(op.COPY, _decoded_twice),
        known="G04",
    ),
    answers(
        "copy.source-name/not-decoded",
        "The name of the source is not decoded",
        sw.Ask(op.COPY, _not_decoded),
        known="G04",
    ),
    answers(
        "copy.source-name/no-key-404",
        "A source without a key is answered with NoSuchKey",
        misnames(op.COPY, "InvalidArgument", "NoSuchKey", 404, says="copy source object key"),
        should=True,
    ),
    refuses(
        "copy.source-name/crash-without-key",
        "The connection is closed without an answer where the source has no key",
        sw.Crash(
            op.COPY,
            lambda request: "/" not in unquote(header(request, _SOURCE)).strip("/"),
            before="source_syntax",
        ),
    ),
    leaks(
        "copy.source-name/walks-up",
        "The dot segments of a source's name are resolved, as in a file system",
        sw.Ask(op.COPY, _resolved),
    ),
    refuses(
        "copy.source-name/leading-slash",
        "A slash before the source's bucket is rejected",
        sw.Deny(op.COPY, lambda request: header(request, _SOURCE).startswith("/")),
    ),
    loses(
        "copy.source-version/current",
        "The version of the source is ignored",
        sw.Replace(op.COPY, "known_source", _never_the_version),
        known="G04",
    ),
    loses(
        "copy.source-version/never-given",
        "The current version is copied where a version id of the source was never given",
        sw.Ask(op.COPY, _given_version_alone),
    ),
    answers(
        "copy.source-version/never-given-to-copies",
        "CopyObject does not check the version id",
        sw.Swallow(op.COPY_OBJECT, "source_version"),
        should=True,
    ),
    answers(
        "copy.source-version/not-named",
        "The answer does not name the version of the source",
        omits(op.COPY, f"{_SOURCE}-version-id"),
    ),
    answers(
        "copy.source-version/named-always",
        "The answer names a version of the source where there is none",
        says_also(op.COPY, f"{_SOURCE}-version-id", "null"),
    ),
    accepts(
        "copy.source-owner/ignored",
        "x-amz-source-expected-bucket-owner is ignored",
        ignores(op.COPY, "x-amz-source-expected-bucket-owner"),
    ),
    answers(
        "copy.source-owner/404",
        "Another owner of the source bucket than expected is answered with NoSuchBucket",
        misnames(op.COPY, "AccessDenied", "NoSuchBucket", 404),
    ),
    refuses(
        "copy.self/refused",
        "The object at the destination key may not be the source",
        sw.Insert(
            op.COPY,
            refuses_if(
                lambda context: (
                    (context.source.name.bucket, context.source.name.key)
                    == (context.bucket.name, context.key)
                )
            ),
        ),
    ),
    loses(
        "copy.self/source-gone",
        "A copy of the object at the destination key removes it",
        sw.After(op.COPY, drop_object),
    ),
)
