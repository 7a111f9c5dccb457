"""Object Lock of a version: its retention and its legal hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.values import ObjectLock
from conformance.reference.operations.reading import ReadContext
from conformance.reference.operations.subresources import (
    reading_version,
    version_headers,
    writing_version,
    xml_answer,
)
from conformance.reference.pipeline import Operation, no_effect
from conformance.reference.rules.event_hold import in_force, with_hold
from conformance.reference.rules.lock import (
    check_change,
    parse_legal_hold,
    parse_retention,
    until_text,
)

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import EventHold, Retention
    from conformance.reference.xml import Node


class Retaining(ReadContext):
    """A request that sets a version's retention."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Retention | None = None
        self.hold: EventHold | None = None


class Holding(ReadContext):
    """A request that sets a version's legal hold."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted = False


def bucket_locks(context: ReadContext) -> None:
    """InvalidRequest on a bucket without Object Lock; this text was recorded (OL-007)."""
    if not context.bucket.object_lock:
        raise S3Error(400, "InvalidRequest", "Bucket is missing Object Lock Configuration")


def retention_document(context: Retaining) -> None:
    """MalformedXML or InvalidArgument for what is no retention."""
    body = context.request.payload.data
    context.wanted, context.hold = parse_retention(body, context.request.now)


def retention_changeable(context: Retaining) -> None:
    """AccessDenied for shortening what may not be shortened; releasing a hold shortens nothing."""
    if context.wanted is not None or context.hold is None:
        check_change(context.version.lock, context.wanted, context.request)


def set_retention(context: Retaining) -> None:
    """Set or clear the retention."""
    lock = context.version.lock or ObjectLock()
    if context.wanted is not None or context.hold is None:
        lock = replace(lock, retention=context.wanted)
    context.version.lock = with_hold(lock, context.hold, context.request.now)


def retained(context: ReadContext) -> None:
    """NoSuchObjectLockConfiguration without a retention."""
    if context.version.lock is None or context.version.lock.retention is None:
        raise _no_lock()


def render_retention(context: ReadContext) -> Response:
    """Show mode, date and event hold."""
    lock = context.version.lock
    retention = None if lock is None else in_force(lock, context.request.now)
    if lock is None or retention is None:
        raise LookupError("a check has let a version without retention through")
    shown: list[Node] = [
        ("Mode", retention.mode),
        ("RetainUntilDate", until_text(retention.until)),
    ]
    hold = lock.event_hold
    if hold is not None:
        shown.append(("EventHold", "ON" if hold.on else "OFF"))
        period = ("Days", hold.days) if hold.days is not None else ("Years", hold.years)
        if period[1] is not None:
            shown.append(("EventHoldDuration", [(period[0], str(period[1]))]))
    return xml_answer("Retention", shown)


def hold_document(context: Holding) -> None:
    """MalformedXML for anything but ON and OFF."""
    context.wanted = parse_legal_hold(context.request.payload.data)


def set_hold(context: Holding) -> None:
    """Set the legal hold."""
    context.version.lock = replace(context.version.lock or ObjectLock(), legal_hold=context.wanted)


def held(context: ReadContext) -> None:
    """NoSuchObjectLockConfiguration for a version that never had a legal hold."""
    if context.version.lock is None or context.version.lock.legal_hold is None:
        raise _no_lock()


def render_hold(context: ReadContext) -> Response:
    """Show ON or OFF."""
    lock = context.version.lock
    on = lock is not None and bool(lock.legal_hold)
    return xml_answer("LegalHold", [("Status", "ON" if on else "OFF")])


def render_set(context: ReadContext) -> Response:
    """200, with the version's id."""
    return Response(headers=version_headers(context))


def _no_lock() -> S3Error:
    return S3Error(
        404,
        "NoSuchObjectLockConfiguration",
        "The specified object does not have a ObjectLock configuration",
    )


GET_RETENTION: Final = Operation(
    name="GetObjectRetention",
    context=ReadContext,
    checks=(*reading_version("s3:GetObjectRetention"), bucket_locks, retained),
    effect=no_effect,
    render=render_retention,
)
PUT_RETENTION: Final = Operation(
    name="PutObjectRetention",
    context=Retaining,
    checks=(
        *writing_version("s3:PutObjectRetention"),
        bucket_locks,
        retention_document,
        retention_changeable,
    ),
    effect=set_retention,
    render=render_set,
)
GET_LEGAL_HOLD: Final = Operation(
    name="GetObjectLegalHold",
    context=ReadContext,
    checks=(*reading_version("s3:GetObjectLegalHold"), bucket_locks, held),
    effect=no_effect,
    render=render_hold,
)
PUT_LEGAL_HOLD: Final = Operation(
    name="PutObjectLegalHold",
    context=Holding,
    checks=(*writing_version("s3:PutObjectLegalHold"), bucket_locks, hold_document),
    effect=set_hold,
    render=render_set,
)
