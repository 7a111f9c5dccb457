"""Requests and answers as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from conformance.vocabulary.dialects import NO_SHAPE, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.vocabulary.dialects import Spoken
    from conformance.vocabulary.format import SignMode

FramingMode = Literal[
    "plain", "unsigned-payload", "unsigned-trailer", "signed-chunks", "signed-trailer"
]
Addressing = Literal["path", "virtual-host"]
StepAddressing = Literal["path", "virtual-host", "other-zone"]
"""``other-zone`` is virtual-hosted at the host of a zone in which a directory bucket is not."""
Transport = Literal["http", "tls"]
TransportFault = Literal[
    "refused", "timeout", "closed", "garbage", "too-large", "tls", "dns", "throttled", "cut"
]
"""``cut``: the request was cut off on purpose, so that no answer was waited for."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A key pair. ``repr`` shows neither secret nor token."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    of_session: bool = False
    """The keys came from CreateSession, and their token goes by the name of S3 Express."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits on answers, in seconds and bytes; an endpoint is never trusted."""

    connect_seconds: float = 5.0
    answer_seconds: float = 30.0
    """The longest silence: until the head of an answer is there, then between any two reads.

    S3 may send blanks for minutes while it completes an upload, so that each byte counts.
    """
    whole_seconds: float = 900.0
    """From the last byte sent to the last byte of the answer."""
    lost_answers: int = 5
    """How many in a row may not come, before the endpoint is asked whether it takes a write."""
    throttled_seconds: float = 30.0
    """For which a request that is throttled is repeated."""
    head_bytes: int = 64 * 1024
    document_bytes: int = 8 * 1024 * 1024
    """Of an answer that is a document; the longest of S3's, a page of 1,000 keys, has 5 MiB."""
    body_bytes: int = 256 * 1024 * 1024
    """Of an answer that is an object's data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How to reach one S3 endpoint."""

    urls: Mapping[Transport, str]
    """Base URL a transport; at least one. The first is the default."""
    region: str = "us-east-1"
    addressing: Addressing = "path"
    virtual_host_base: str | None = None
    """Host under which ``<bucket>.<base>`` is answered; None when the URL's own host serves."""
    service_domain: str | None = None
    """Domain behind the Region in the hosts of zones, access points and Outposts."""
    resolve: Mapping[str, str] = field(default_factory=dict)
    """Host name (``*.base`` for all below it) to the address to connect to, without DNS."""
    ca_file: Path | None = None
    insecure: bool = False
    """Skip certificate checks; only ever set when the user asked for it."""
    limits: Limits = field(default_factory=Limits)

    def __hash__(self) -> int:
        """Hash what can be hashed; routes are remembered by endpoint."""
        return hash((self.region, self.addressing, self.virtual_host_base, self.service_domain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How the body goes out. ``broken`` names one deliberate defect of the framing."""

    mode: FramingMode | None = None
    """None lets the transport choose: signed payload over HTTP and TLS alike."""
    algorithm: str | None = None
    """Checksum algorithm of the trailer (``CRC32`` …) in the two trailer modes."""
    chunk_bytes: int = 64 * 1024
    further_chunks: tuple[int, ...] = ()
    """Sizes that follow the first in turn, for a client whose chunks are not all of one size."""
    sizes: Literal["lower", "upper"] = "lower"
    """The case of the hex digits of chunk sizes; servers have to read both."""
    trailer_end: str = "\r\n"
    """What stands behind a trailing header's value."""
    transfer_chunked: bool = False
    """Sent with ``Transfer-Encoding: chunked``, and without a length."""
    transfer_chunk_bytes: int = 0
    """Bytes of one of HTTP's own chunks; 0 sends all in one."""
    broken: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What a step changes below its operation. Header and query edits keep order and case."""

    headers: tuple[tuple[str, str | None], ...] = ()
    """Applied before signing, in order: sets or replaces by name; None removes."""
    late_headers: tuple[tuple[str, str | None], ...] = ()
    """Applied after signing, so that the signature does not cover them."""
    query: tuple[tuple[str, str | None], ...] = ()
    """None removes; an empty string gives ``name=``. A repeated name gives a repeated parameter."""
    body: bytes | None = None
    """Replaces the serialised body."""
    method: str | None = None
    sign: SignMode = "header"
    sign_fault: str | None = None
    """One of `conformance.vocabulary.format.SIGN_FAULTS`."""
    expires_seconds: int = 900
    session: Identity | Literal["none"] | None = None
    """What signs a request to a directory bucket: given keys, or the identity's own (``none``).

    None stands for the session that the client keeps, as SDKs do.
    """
    framing: Framing = field(default_factory=Framing)
    addressing: StepAddressing | None = None
    transport: Transport | None = None
    expect_continue: bool = False
    spoken: Spoken | None = None
    """The dialect in which the request is written; None for this suite's own."""
    shape: Shape = NO_SHAPE
    """Single traits of the request's form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One S3 operation to send: members by the API's own names, and the edits below them."""

    operation: str
    members: Mapping[str, Any] = field(repr=False)
    edits: Edits = field(default_factory=Edits)
    most_data: int | None = None
    """Bytes that an answer's object data can have at most, where the sender knows it."""
    held_back: Callable[[], None] | None = field(default=None, repr=False)
    """Called behind the first half of the body; the second goes out when it returns."""
    when_sent: Callable[[], None] | None = field(default=None, repr=False)
    """Called when the request is sent, as far as it is; each time where it is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The request as it went out. ``repr`` shows nothing that may hold a secret."""

    method: str
    target: str = field(repr=False)
    """The request line's target, percent-encoded, query included."""
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    """After framing: exactly the bytes sent."""
    payload: bytes = field(repr=False)
    """Before framing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The final answer and its parsed content."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    """In order and case as received."""
    body: bytes = field(repr=False)
    interim: tuple[int, ...] = ()
    """Status codes of 1xx answers that came first."""
    remarks: tuple[str, ...] = ()
    """What is odd about the answer as HTTP; see `conformance.wire.remarks`."""
    members: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Response members by botocore's parser; ``Body`` is bytes. Empty for an error."""
    error_code: str = ""
    error_message: str = ""
    error_fields: Mapping[str, str] = field(default_factory=dict)
    """Other children of ``<Error>``: ArgumentName, UploadId, RequestId, …"""
    embedded_error: bool = False
    """An ``<Error>`` document came inside a 2xx answer."""
    misnamed: str = ""
    """The body could be read, and its root element is not the documented one; says which."""
    problem: str = ""
    """Why the body could not be parsed as the operation's answer; empty when it could."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case; None without one."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its answer, or with the reason why none came."""

    operation: str
    identity: str
    """``main``, ``alt`` or ``anonymous``."""
    request: Request
    answer: Answer | None
    fault: TransportFault | None
    fault_text: str = ""
    started: float = 0.0
    """Seconds since the epoch."""
    seconds: float = 0.0
    """From the first byte sent to the last byte read."""
    throttled: int = 0
    """How often the request was answered by throttling and sent again."""
