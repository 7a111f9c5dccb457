"""Checks a target with one harmless request, before the first test and when answers stop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from conformance.engine.errors import BucketUnavailable
from conformance.engine.session import Lost
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless
from conformance.wire.client import Wire
from conformance.wire.model import Call, Edits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.engine.worker_context import WorkerContext
    from conformance.wire.model import Answer, Endpoint, Exchange, Identity, Transport

State = Literal["well", "unreachable", "refused"]
EXIT_CODES: Final[Mapping[State, ExitCode]] = {
    "unreachable": ExitCode.UNREACHABLE,
    "refused": ExitCode.USAGE,
}

_REFUSALS: Final = {
    "AuthorizationHeaderMalformed": "is the region right? (--region)",
    "ExpiredToken": "the session token has expired",
    "InvalidAccessKeyId": "the target knows no such access key",
    "InvalidToken": "the session token is not accepted",
    "NotSignedUp": "the account can't use S3",
    "PermanentRedirect": "the bucket or account is in another region (--region)",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "SignatureDoesNotMatch": "the secret key is not the access key's",
    "TokenRefreshRequired": "the session token has expired",
}
_FAULTS: Final = {
    "refused": "nothing is listening there",
    "dns": "no such host",
    "timeout": "no answer in time",
    "closed": "the connection was closed without an answer",
    "garbage": "what came back is not HTTP",
    "throttled": "every request is throttled",
    "too-large": "the answer is larger than the limit",
    "tls": "no TLS session (--ca-file names an authority, --insecure checks nothing)",
}
_VERSIONED: Final = (
    "keeps versions, or once did: it would fail what is expected of a plain bucket; "
    "give a bucket without versioning"
)
_PLAIN: Final = "WRONG_VERSION_NUMBER"
"""OpenSSL's word for bytes that are no TLS record: the start of an answer in plain text."""
_SHOWN: Final = 80
"""Characters of a body that is no S3 document."""
_PATIENCE_SECONDS: Final = 10.0
_THROTTLED_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """The result of one check of the target."""

    state: State
    """``refused`` is the user's to mend: credentials, region, bucket. The rest is the target's."""
    text: str = ""
    server: str = ""
    """The ``Server`` header."""


def check(
    endpoint: Endpoint, identities: Mapping[str, Identity], bucket: str | None = None
) -> Health:
    """Check each transport of the endpoint once; return the first problem.

    Sends ListBuckets (HeadBucket and GetBucketVersioning when a bucket is given): nothing is
    changed. At most ten seconds a question, or the endpoint's own limit where that is shorter.
    """
    if (where := _nameless(endpoint)) is not None:
        return Health(
            "refused",
            f"{where}: a bucket can't be named in front of an IP address; use --addressing path, "
            "or an endpoint with a host name",
        )
    limits = endpoint.limits
    hasty = replace(
        endpoint,
        limits=replace(
            limits,
            answer_seconds=min(limits.answer_seconds, _PATIENCE_SECONDS),
            whole_seconds=min(limits.whole_seconds, _PATIENCE_SECONDS),
            throttled_seconds=min(limits.throttled_seconds, _THROTTLED_SECONDS),
        ),
    )
    server = ""
    with Wire(hasty, identities) as wire:
        for transport in endpoint.urls:
            health = _ask(wire, transport, bucket)
            if health.state != "well":
                return health
            server = server or health.server
        if bucket is not None and _keeps_versions(wire, bucket):
            return Health("refused", f"the bucket {bucket} {_VERSIONED}", server)
    return Health("well", server=server)


def _nameless(endpoint: Endpoint) -> str | None:
    """Return the URL whose host is an address, where buckets are to be named in the host.

    A base for such names that the profile gives may lead anywhere.
    """
    if endpoint.addressing != "virtual-host" or endpoint.virtual_host_base is not None:
        return None
    return next((url for url in endpoint.urls.values() if _is_address(url)), None)


def _is_address(url: str) -> bool:
    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def bucket_health(context: WorkerContext, urls: Mapping[Transport, str]) -> Health:
    """Make the first bucket of a run, so that a refusal is reported once, before any test.

    With a lent bucket nothing is made.
    """
    where = next(iter(urls.values()))
    try:
        context.first_bucket()
    except BucketUnavailable as error:
        if error.transient:
            return Health("unreachable", f"{where}: {error}")
        return Health("refused", f"{where}: {error}; with --bucket NAME the run makes none")
    except Lost as lost:
        return Health("unreachable", f"{where} can't be reached: {_fault(lost.exchange)}")
    return Health("well")


def _keeps_versions(wire: Wire, bucket: str) -> bool:
    """Return whether versioning was ever turned on; no, if the target can't say."""
    answer = wire.send(Call(operation="GetBucketVersioning", members={"Bucket": bucket})).answer
    return answer is not None and bool(answer.members.get("Status"))


def _ask(wire: Wire, transport: Transport, bucket: str | None) -> Health:
    """Ask one transport."""
    call = Call(
        operation="HeadBucket" if bucket else "ListBuckets",
        members={"Bucket": bucket} if bucket else {},
        edits=Edits(transport=transport, addressing="path" if not bucket else None),
    )
    exchange = wire.send(call)
    where = wire.endpoint.urls[transport]
    if exchange.answer is None:
        text = f"{where} can't be reached: {_fault(exchange)}"
        if exchange.fault == "tls" and _PLAIN in exchange.fault_text:
            text = f"{where} speaks plain HTTP: use {where.replace('https:', 'http:', 1)}"
        return Health("unreachable", text)
    return _health_of(exchange.answer, where, bucket)


def _fault(exchange: Exchange) -> str:
    """Say in words why no answer came."""
    words = _FAULTS.get(exchange.fault or "", exchange.fault or "")
    return f"{words} [{harmless(exchange.fault_text)}]" if exchange.fault_text else words


def _health_of(answer: Answer, where: str, bucket: str | None) -> Health:
    """Tell from an answer whether an S3 endpoint that takes our key pair gave it."""
    server = harmless(answer.header("server") or "")
    said = f"{answer.status} {harmless(answer.error_code)}".rstrip()
    if hint := _REFUSALS.get(answer.error_code):
        if region := answer.error_fields.get("Region"):
            hint += f", the answer names {harmless(region)[:_SHOWN]}"
        return Health("refused", f"{where} refuses the key pair with {said}: {hint}", server)
    if bucket is not None:
        return _health_of_bucket(answer.status, bucket, where, server)
    if answer.status >= 500 and answer.status != 501:
        return Health("unreachable", f"{where} answers with {said}", server)
    well_formed = answer.status < 300 and not answer.problem
    if not well_formed and not answer.error_code:
        problem = _elsewhere(answer, where) or harmless(answer.problem) or "no S3 error document"
        return Health(
            "unreachable", f"{where} does not answer as S3 does: {said}, {problem}", server
        )
    return Health("well", server=server)


def _elsewhere(answer: Answer, where: str) -> str:
    """Say what else than S3 seems to be there, with the start of what it says; empty if unknown."""
    start = answer.body[: 4 * _SHOWN].decode("utf-8", "replace").strip()
    shown = harmless(" ".join(start.split())[:_SHOWN])
    if location := answer.header("location"):
        return f"a redirect to {harmless(location)[:_SHOWN]}: use that address"
    if where.startswith("http:") and any(word in start for word in ("HTTPS", "TLS", "SSL")):
        return f'"{shown}": use https'
    if start[:9].lower() == "<!doctype" or start[:5].lower() == "<html":
        return f'an HTML page, "{shown}": is this the port of a console or a proxy?'
    return f'{harmless(answer.problem)}: "{shown}"' if shown and answer.problem else ""


def _health_of_bucket(status: int, bucket: str, where: str, server: str) -> Health:
    """Tell from the status of HeadBucket, which has no error document."""
    if status < 300:
        return Health("well", server=server)
    if status >= 500:
        return Health("unreachable", f"{where} answers with {status}", server)
    reason = "does not exist" if status == 404 else f"is not open to this key pair ({status})"
    return Health("refused", f"the bucket {bucket} {reason}", server)
