"""How one real client writes its requests, as data: what ``specs/dialects`` holds.

The catalogue reads it, the wire writes by it. Names and values of headers are as captured; what
differs from request to request is one of `WORDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

GIVEN: Final = "<given>"
"""In the place of a value: sent where the step gives it, and not at all where it does not."""
ALGORITHM: Final = "<algorithm>"
"""Within a header's name or value: the checksum algorithm as S3's header names write it."""
TITLED_ALGORITHM: Final = "<Algorithm>"
"""The same with a capital, within names that are written so."""

WORDS: Final = {
    GIVEN: "the value in the step; without one the header or parameter is left out",
    "<given, spaced>": "the same, with the items of a list joined by a comma and a blank",
    "<host>": "the endpoint's host, and its port unless it is the default of the scheme",
    "<host-without-port>": "the endpoint's host without the port",
    "<user-agent>": "the name of this suite",
    "<date>": "the time of signing",
    "<authorization>": "the signature, in the dialect's spelling",
    "<uuid>": "a new id for each request",
    "<length>": "the number of bytes that are sent, before any transfer coding",
    "<decoded-length>": "the number of bytes of the payload without its framing",
    "<md5>": "the MD5 of the payload, in base64",
    "<sha256>": "the SHA-256 of the payload, in hex",
    "<token>": "the token of the session that signs; left out without a session",
    "<checksum>": "the checksum of the payload, in base64",
    "<ALGORITHM>": "the name of the checksum algorithm in capitals",
}
"""The placeholders for a header's value, each with its meaning."""

SPELLINGS: Final = {
    "spaced": (
        "AWS4-HMAC-SHA256 Credential=<credential>, SignedHeaders=<signed>, Signature=<signature>"
    ),
    "tight": (
        "AWS4-HMAC-SHA256 Credential=<credential>,SignedHeaders=<signed>,Signature=<signature>"
    ),
}
"""How clients write the three parts of the Authorization header."""

Transport = Literal["http", "tls"]
TRANSPORTS: Final[tuple[Transport, ...]] = ("http", "tls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """How a client writes the document that completes an upload."""

    start: str
    """All in front of the first part: declaration, root element, white space."""
    part: tuple[str, ...]
    """The pieces of one part in order. ``{ETag}``, ``{PartNumber}`` and ``{Checksum}`` means
    whole elements, ``{*}`` for all in the order that the caller gives; a piece is left out where
    the part has none of that name."""
    end: str
    quote: str = '"'
    """How the quotation marks of an ETag are written; empty where they are left away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One request as a client writes it, and when it does so."""

    operation: str
    variant: str = ""
    """Name of a mode of the client that has to be asked for; empty for what it does by default."""
    over: tuple[Transport, ...] = TRANSPORTS
    bucket: Literal["", "general-purpose", "directory"] = ""
    """The kind of bucket that it was captured with; empty for either."""
    presigned: bool = False
    given: tuple[str, ...] = ()
    """Members that the caller must have given for the client to write this."""
    from_bytes: int = 0
    below_bytes: int | None = None
    """Sizes of the payload between which the client writes this."""
    query: tuple[tuple[str, str | None], ...] = ()
    """Names as sent, in order; None is a name without ``=``, `GIVEN` what the step gives."""
    headers: tuple[tuple[str, str], ...] = ()
    unsigned: frozenset[str] = frozenset()
    """Lower-case names that the signature leaves out; all others that are sent it covers."""
    authorization: str = SPELLINGS["spaced"]
    checksum: str = "CRC32"
    """The algorithm that the client takes where nobody asks for one."""
    chunk_bytes: tuple[int, ...] = ()
    """Payload bytes of the chunks of a framed body, in turn; empty for one chunk that holds all."""
    sizes: Literal["lower", "upper"] = "lower"
    """The case of the hex digits of chunk sizes."""
    trailer_end: str = "\r\n"
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one client in one version was seen to send."""

    name: str
    client: str
    version: str
    captured: str
    """ISO date."""
    about: str
    notes: str
    forms: tuple[Form, ...]
    """The first that fits a request is taken."""

    @property
    def operations(self) -> frozenset[str]:
        """The operations that were captured."""
        return frozenset(form.operation for form in self.forms)

    @property
    def variants(self) -> frozenset[str]:
        """The modes of the client that have to be asked for by name."""
        return frozenset(form.variant for form in self.forms if form.variant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A dialect as one step speaks it."""

    dialect: Dialect
    variant: str = ""

    def sends(self, operation: str) -> bool:
        """Return whether the client was seen to send an operation, here or by default."""
        return any(
            form.operation == operation and form.variant in ("", self.variant)
            for form in self.dialect.forms
        )

    @property
    def name(self) -> str:
        """Return the name as scenarios write it: ``java-v2``, ``java-v2:async``."""
        return f"{self.dialect.name}:{self.variant}" if self.variant else self.dialect.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Single traits of a request's form, for a step that shows one of them alone."""

    names: Literal["", "lower", "upper"] = ""
    """The case of all header names; empty leaves them as they are."""
    headers: tuple[str, ...] = ()
    """Header names in the order to send them; ``*`` means all that are not named."""
    query: tuple[str, ...] = ()
    """Parameter names in the order to send them, with ``*`` as above."""
    signs: tuple[str, ...] = ()
    """Lower-case names of headers that the signature covers beside those that it covers anyway."""
    authorization: str = SPELLINGS["spaced"]
    host: Literal["", "without-port"] = ""
    document: Document | None = None


NO_SHAPE: Final = Shape()
PLAIN_DOCUMENT: Final = Document(
    start='<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    part=("<Part>", "{PartNumber}", "{ETag}", "{Checksum}", "</Part>"),
    end="</CompleteMultipartUpload>",
)
"""The document as this suite writes it by itself; a shape changes what it names."""

DOCUMENT_ELEMENTS: Final = ("ETag", "PartNumber", "Checksum", "*")
"""What a piece of `Document.part` may stand for."""
