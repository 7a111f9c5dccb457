"""Replaces secrets in what is recorded; equal secrets stay recognisable as equal.

A secret becomes ``<redacted:8 hex digits of its SHA-256>``: the same secret gives the same digits
in every place and run, and 32 bits of a digest tell nothing about a key or a signature.

The primitives here are given text. They know the places in which S3's protocol carries secrets;
`redact_text` and `redact_bytes` also take the run's own secrets and find them anywhere.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from conformance.wire.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST_SECRET: Final = 6
"""Characters below which a string is too common to be taken out wherever it stands."""

_HEADER_NAMES: Final = (
    r"authorization|proxy-authorization|cookie|set-cookie|x-amz-security-token"
    r"|x-amz-s3session-token|x-amz-[a-z-]*customer-key"
)
_SECRET_HEADER: Final = re.compile(_HEADER_NAMES, re.IGNORECASE)
_HEADER_LINE: Final = re.compile(rf"(?im)^((?:{_HEADER_NAMES}):[ \t]*)([^\r\n]+)")

_AUTHORIZATION: Final = re.compile(
    r"(?P<keep>AWS4-[A-Z0-9-]+ Credential=[^,\s]+,\s*SignedHeaders=[^,\s]+,\s*Signature=)"
    r"(?P<sig>\S+)"
)
_PARAMETER: Final = re.compile(
    r"(?i)(?P<keep>(?:[?&;]|&amp;|%26)(?:X-Amz-Signature|X-Amz-Security-Token"
    r"|X-Amz-S3session-Token|Signature|x-amz-[a-z-]*customer-key)(?:=|%3D))(?P<value>[^&\s\"'<>]+)"
)
_ELEMENT: Final = re.compile(
    r"(?i)(?P<open><(?P<name>(?:[\w.-]+:)?(?:SecretAccessKey|SecretKey|SessionToken|SecurityToken"
    r"|SignatureProvided|Token-\d+|[\w-]*CustomerKey))(?:\s[^<>]*)?>)(?P<value>[^<]+)"
)
_HEX_ELEMENT: Final = re.compile(
    r"(?P<open><(?:CanonicalRequestBytes|StringToSignBytes)>)(?P<value>[0-9A-Fa-f\s]+)"
)
_CHUNK_SIGNATURE: Final = re.compile(
    r"(?i)(?P<keep>;chunk-signature=|x-amz-trailer-signature:\s*)(?P<value>[0-9a-f]+)"
)
_MARK: Final = re.compile(r"<redacted:[0-9a-f]{8}>")
# Of these one stands, in some case, wherever the patterns for running text may match. Most texts
# hold none, and to look for words costs a fraction of a search for the patterns.
_TELLING: Final = ("signature", "token", "customer-key", "authorization", "cookie")
_TELLING_ELEMENTS: Final = (
    "secret", "token", "signature", "customerkey", "canonicalrequest", "stringtosign",
)  # fmt: skip
"""The same of the patterns for XML."""


class Known(tuple[str, ...]):
    """Secrets worth looking for, in the order to look; made once for many texts."""

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Known:
        """Return the secrets, longest first: one may hold another."""
        if isinstance(secrets, cls):
            return secrets
        worth = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        return cls(sorted(worth, key=lambda secret: (-len(secret), secret)))

    @cached_property
    def forms(self) -> tuple[tuple[str, str], ...]:
        """Each way in which a secret may be written, with the secret, in the order to look."""
        return tuple([(way, secret) for secret in self for way in _ways(secret)])

    def stand_in(self, text: str) -> bool:
        """Return whether one of the secrets stands in a text, in one of its forms."""
        for form, _ in self.forms:  # noqa: SIM110 - as in `_tells`
            if form in text:
                return True
        return False


@lru_cache(maxsize=1024)
def _ways(secret: str) -> tuple[str, ...]:
    """Return how a secret may be written, the longest first: tests share most of theirs."""
    return tuple(sorted(spellings(secret), key=len, reverse=True))


def mark(secret: str) -> str:
    """Return the mark that replaces a secret; a mark stays unchanged."""
    if _MARK.fullmatch(secret):
        return secret
    return f"<redacted:{sha256(secret.encode(errors='surrogatepass')).hexdigest()[:8]}>"


def redact_headers(
    headers: Iterable[tuple[str, str]], secrets: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the headers in their order and case, secret values replaced.

    Of ``Authorization`` only the signature goes when it has S3's form; credential scope and
    signed headers stay to be read. In all other headers URLs lose their signatures, and
    ``secrets`` go wherever they stand.
    """
    known = Known.of(secrets)
    all_of_them = tuple(headers)
    # Asked once of all values together: as a rule none of them holds anything.
    plain = "\n".join([value for name, value in all_of_them if not _is_secret(name)])
    if _tells(plain, _TELLING) or known.stand_in(plain):
        return tuple([(name, _header_value(name, value, known)) for name, value in all_of_them])
    return tuple(
        [
            (name, _header_value(name, value, known)) if _is_secret(name) else (name, value)
            for name, value in all_of_them
        ]
    )


def redact_url(url: str, secrets: Iterable[str] = ()) -> str:
    """Return the URL without presigned signature, tokens and customer keys.

    Parameter values are compared decoded, so that a token's mark is the same here and in headers.
    """
    return _literals(_parameters(url), Known.of(secrets))


def redact_text(text: str, secrets: Iterable[str]) -> str:
    """Return a body (or any text) without secrets.

    Replaced are: every one of ``secrets`` in each of its `spellings`; credentials
    in XML answers (CreateSession); signatures, tokens and customer keys in URLs, in header lines
    that an endpoint echoes, in the hex dumps of SignatureDoesNotMatch; signatures of chunks and
    trailers.
    """
    known = Known.of(secrets)
    text = _literals(text, known)
    if "<" in text and _tells(text, _TELLING_ELEMENTS):
        text = _ELEMENT.sub(lambda m: m["open"] + mark(m["value"]), text)
        text = _HEX_ELEMENT.sub(lambda m: m["open"] + _hex_dump(m["value"], known), text)
    if not _tells(text, _TELLING):
        return text
    text = _HEADER_LINE.sub(lambda m: m[1] + _line_value(m[1], m[2], known), text)
    text = _AUTHORIZATION.sub(lambda m: m["keep"] + mark(m["sig"]), text)
    text = _CHUNK_SIGNATURE.sub(lambda m: m["keep"] + mark(m["value"]), text)
    return _parameters(text)


def redact_bytes(data: bytes, secrets: Iterable[str]) -> bytes:
    """Do as `redact_text` for bytes of any kind; other bytes come through unchanged."""
    # Latin-1 maps every byte to one character and back; secrets are looked for in UTF-8.
    known = Known.of(secret.encode().decode("latin-1") for secret in secrets)
    text = data.decode("latin-1")
    redacted = redact_text(text, known)
    return data if redacted == text else redacted.encode("latin-1")


def _literals(text: str, secrets: Known) -> str:
    for form, secret in secrets.forms:
        if form in text:
            text = text.replace(form, mark(secret))
    return text


def _tells(text: str, words: tuple[str, ...]) -> bool:
    """Return whether the text may hold what the patterns look for."""
    folded = text.casefold()  # as (?i) has it: a long s is an s
    for word in words:  # noqa: SIM110 - asked twenty times a request, and any() takes twice as long
        if word in folded:
            return True
    return False


def _parameters(text: str) -> str:
    if ("=" not in text and "%3" not in text) or not _tells(text, _TELLING):
        return text
    return _PARAMETER.sub(lambda m: m["keep"] + mark(unquote(m["value"])), text)


def _header_value(name: str, value: str, secrets: Known) -> str:
    if not value or not _is_secret(name):
        return _literals(_parameters(value), secrets)
    if "authorization" not in name.lower():
        return mark(value)
    found = _AUTHORIZATION.fullmatch(value)
    if found:
        return _literals(found["keep"], secrets) + mark(found["sig"])
    scheme, blank, rest = value.partition(" ")
    return f"{scheme} {mark(rest)}" if blank and rest else mark(value)


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return _SECRET_HEADER.fullmatch(name) is not None


def _line_value(start: str, value: str, secrets: Known) -> str:
    """Redact the value of a header line inside a text, unless that is done."""
    if _MARK.search(value):
        return value
    return _header_value(start.partition(":")[0], value, secrets)


def _hex_dump(value: str, secrets: Known) -> str:
    """Replace a hex dump whose bytes hold a secret."""
    try:
        dumped = bytes.fromhex(value)
    except ValueError:
        return mark(value)
    return value if redact_bytes(dumped, secrets) == dumped else mark(value)
