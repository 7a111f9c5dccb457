"""CreateSession: five minutes of access to one directory bucket."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, Session
from conformance.reference.domain.names import directory_zone
from conformance.reference.operations.checks import argument, no_such_bucket
from conformance.reference.operations.directory.checks import (
    host_of_its_zone,
    no_session,
    virtual_hosted,
)
from conformance.reference.operations.directory.encryption import bucket_default, requested
from conformance.reference.pipeline import Context, Operation
from conformance.reference.rules.access import access_denied, authorize
from conformance.reference.rules.sse import encryption_headers
from conformance.reference.xml import CONTENT_TYPE, document, iso8601

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import Encryption
    from conformance.reference.operations.reading import Headers

LIFETIME: Final = timedelta(minutes=5)
"""How long a session lasts (DIR-003)."""
_MODE: Final = "x-amz-create-session-mode"
_MODES: Final = ("ReadWrite", "ReadOnly")
_MOST: Final = 10_000
"""Sessions that are remembered; those that ended go first."""


class Opening(Context):
    """A request for a session."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.read_only = False
        self.encryption: Encryption | None = None
        self.session: Session | None = None

    @property
    def caller(self) -> Account:
        """The account that will hold the session."""
        if self.request.caller is None:
            raise LookupError("a check has let an anonymous caller open a session")
        return self.request.caller


def somebody(context: Opening) -> None:
    """AccessDenied for nobody."""
    if context.request.caller is None:
        raise access_denied()


def known_bucket(context: Opening) -> None:
    """NoSuchBucket for a bucket that does not exist (DIR-005).

    SDKs that are given an endpoint of their own ask for a session before they make the bucket.
    They come by address or by ``<bucket>.<endpoint>``, never by a zonal host, and there a name
    that could be made gets a session; until the bucket is there, it opens nothing.
    """
    name = context.request.bucket or ""
    context.found_bucket = context.world.find(name)
    if context.found_bucket is None:
        zones = {zone.id for zone in context.world.zones}
        if context.request.zone is not None or directory_zone(name) not in zones:
            raise no_such_bucket(name)


def in_place(context: Opening) -> None:
    """Refuse path style at a name, and the host of another zone (DIR-001)."""
    virtual_hosted(context)
    if context.found_bucket is not None:
        host_of_its_zone(context)


def mode(context: Opening) -> None:
    """InvalidArgument for a mode other than ReadWrite and ReadOnly; ReadWrite by default."""
    value = context.request.headers.get(_MODE)
    if value is not None and value not in _MODES:
        raise argument(f"Unknown session mode: {value}", _MODE, value)
    context.read_only = value == "ReadOnly"


def authorised(context: Opening) -> None:
    """AccessDenied unless the caller may open sessions with the bucket."""
    if context.found_bucket is not None:
        action = "s3express:CreateSession"
        authorize(context.request, context.world, context.bucket, action)


def encryption(context: Opening) -> None:
    """Everything that is wrong with the encryption headers (DIR-006, DIR-020)."""
    if context.found_bucket is not None:
        context.encryption = requested(
            context.request, context.bucket, context.world, context.caller
        )


def open_session(context: Opening) -> None:
    """Remember credentials; a KMS key that was named is the bucket's from now on (DIR-006)."""
    name = context.request.bucket or ""
    session = Session(
        account=context.caller,
        bucket=name if context.found_bucket is None else context.bucket.name,
        access_key="ASIA" + secrets.token_hex(8).upper(),
        secret_key=secrets.token_urlsafe(30),
        token=secrets.token_urlsafe(96),
        read_only=context.read_only,
        expires=context.request.now.replace(microsecond=0) + LIFETIME,
        encryption=context.encryption,
    )
    if context.encryption is not None and context.encryption.kms_key is not None:
        context.bucket.customer_key = context.encryption.kms_key
    remembered = context.world.sessions
    remembered[session.access_key] = session
    while len(remembered) > _MOST:
        del remembered[next(iter(remembered))]
    context.session = session


def render(context: Opening) -> Response:
    """Answer with the credentials, and name the encryption (DIR-003)."""
    session = context.session
    if session is None:
        raise LookupError("the effect has opened no session")
    settled = context.encryption
    if settled is None and context.found_bucket is not None:
        settled = bucket_default(context.bucket, context.world, context.caller)
    named: Headers = ()
    if settled is not None:
        named = encryption_headers(settled, operation="CreateMultipartUpload")
    return Response(
        headers=(CONTENT_TYPE, *named),
        body=document(
            "CreateSessionResult",
            [
                (
                    "Credentials",
                    [
                        ("SessionToken", session.token),
                        ("SecretAccessKey", session.secret_key),
                        ("AccessKeyId", session.access_key),
                        ("Expiration", iso8601(session.expires)),
                    ],
                )
            ],
        ),
    )


CREATE_SESSION: Final = Operation(
    name="directory.CreateSession",
    context=Opening,
    checks=(somebody, no_session, known_bucket, in_place, mode, authorised, encryption),
    effect=open_session,
    render=render,
)
