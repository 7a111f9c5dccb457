"""A recorded exchange as a curl command that a stranger can run.

curl signs by itself, so the command carries no signature and no secret: credentials come from the
environment. What curl can't do (sign chunks, presign) the command says in a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from conformance.report import shell
from conformance.report.curl_body import Payload, payload
from conformance.report.generated import key_command
from conformance.vocabulary.text import split_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.record.model import RecordedExchange, RecordedMessage, RunLine

_MADE_BY_CURL: Final = frozenset(
    {"authorization", "x-amz-date", "host", "content-length", "connection"}
)
_SECRET_VARIABLES: Final = {
    "x-amz-security-token": "AWS_SESSION_TOKEN",
    "x-amz-s3session-token": "AWS_S3_SESSION_TOKEN",
    "x-amz-server-side-encryption-customer-key": "SSE_C_KEY",
    "x-amz-copy-source-server-side-encryption-customer-key": "COPY_SOURCE_SSE_C_KEY",
}
_CUSTOMER_KEY: Final = "server-side-encryption-customer-key"
_SCOPE: Final = re.compile(r"Credential=[^/,\s]+/\d{8}/([a-z0-9-]{1,40})/([a-z0-9-]{1,40})/")
_USER: Final = '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
_ALT_USER: Final = '"$S3_CONFORMANCE_ALT_ACCESS_KEY:$S3_CONFORMANCE_ALT_SECRET_KEY"'
_CANNOT_FRAME: Final = """\
# curl can't make this aws-chunked body: use the re-run line of the test,
# or a client that frames and signs each chunk"""
_SESSION: Final = (
    "a session signs this: set the two AWS variables and AWS_S3_SESSION_TOKEN"
    " to what CreateSession gives"
)
_OWN_FORM: Final = (
    "written by {writer}; curl orders and signs headers in its own way, the re-run line of the test"
    " sends the request as it was"
)
_EXPECT_LIMIT: Final = 1024 * 1024
"""Bytes of body from which curl asks for 100 Continue, and waits a second for it."""


@dataclass(frozen=True, slots=True)
class _Signing:
    arguments: tuple[str, ...]
    mode: str


def line(exchange: RecordedExchange, run: RunLine, writer: str = "") -> str:
    """Return the shell command for one exchange: comments, then one curl pipeline.

    Secrets become shell variables (``$SSE_C_KEY``), never their redacted marker. ``writer`` is the
    dialect or client in whose form the request went out: curl has its own.
    """
    request = exchange.request
    signing = _signing(exchange, run)
    if signing.mode == "chunks":
        return _CANNOT_FRAME
    method = request.start_line.split(" ", 1)[0]
    sent = payload(request.body, method, run.seeds)
    if sent.stand_in and _content_hash(request).startswith("STREAMING"):
        return _CANNOT_FRAME
    keys = _customer_keys(request, run.seeds)
    made_up = frozenset(name for name, command in keys.items() if command is None)
    lines = [shell.comment(_OWN_FORM.format(writer=writer))] if writer else []
    lines += [shell.comment(text) for text in sent.comments]
    if "x-amz-s3session-token" in _lower(request):
        lines.append(shell.comment(_SESSION))
    if signing.mode == "presigned":
        lines.append(shell.comment(f"set PRESIGNED_URL to a presigned {method} of this URL:"))
        lines.append(shell.comment(shell.quote(_without_signature(exchange.url))))
    lines += _key_assignments(keys)
    arguments = [
        _first(method),
        *signing.arguments,
        *_connection(exchange, run),
        *_headers(request, sent, made_up),
        *sent.arguments,
        _url(exchange, signing),
    ]
    command = " \\\n  ".join(arguments)
    lines.append(f"{sent.pipe} | {command}" if sent.pipe else command)
    return "\n".join(lines)


def _first(method: str) -> str:
    if method == "HEAD":
        return "curl -sS --head --path-as-is"
    if method == "GET":
        return "curl -sS -i --path-as-is"
    return f"curl -sS -i --path-as-is -X {shell.quote(method)}"


def _signing(exchange: RecordedExchange, run: RunLine) -> _Signing:
    headers = _lower(exchange.request)
    if _content_hash(exchange.request).startswith("STREAMING-AWS4"):
        return _Signing((), "chunks")
    if "authorization" in headers:
        scope = _SCOPE.search(headers["authorization"])
        region, service = (scope[1], scope[2]) if scope else (run.region, "s3")
        user = _ALT_USER if exchange.identity == "alt" else _USER
        provider = shell.quote(f"aws:amz:{region}:{service}")
        return _Signing((f"--aws-sigv4 {provider} --user {user}",), "header")
    if "x-amz-signature" in exchange.url.lower():
        return _Signing((), "presigned")
    return _Signing((), "anonymous")


def _connection(exchange: RecordedExchange, run: RunLine) -> list[str]:
    """Name what the URL alone does not say: where its host is, and whom TLS is to trust."""
    try:
        url = urlsplit(exchange.url)
        tls = run.tls_endpoint_url if url.scheme == "https" else ""
        endpoint = urlsplit(tls or run.endpoint_url)
        given_port = endpoint.port
    except ValueError:
        return []  # a record may be anybody's; the URL stands in the command as it is
    arguments = []
    if url.scheme == "https":
        arguments.append('--http1.1 ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"}')
    if url.netloc != endpoint.netloc and endpoint.hostname and url.scheme == endpoint.scheme:
        host = f"[{endpoint.hostname}]" if ":" in endpoint.hostname else endpoint.hostname
        port = given_port or (443 if url.scheme == "https" else 80)
        arguments.append(f"--connect-to {shell.quote(f'::{host}:{port}')}")
    return arguments


def _headers(request: RecordedMessage, sent: Payload, made_up: frozenset[str]) -> list[str]:
    arguments = []
    for name, value in request.headers:
        lower = name.lower()
        if lower in _MADE_BY_CURL and not _is_the_point(lower, value, request):
            continue
        if sent.stand_in and (lower == "content-md5" or lower.startswith("x-amz-checksum-")):
            continue
        if sent.sha256 and lower == "x-amz-content-sha256" and value == request.body.sha256:
            value = sent.sha256  # noqa: PLW2901 - the same header, of the bytes that do go out
        arguments.append(f"-H {_header(name, value, made_up)}")
    names = {name.lower() for name, _ in request.headers}
    if request.body.size and "content-type" not in names:
        # Left alone curl calls data a form, which some servers then parse; told to send no type,
        # curl 7.88 still signs one.
        arguments.append("-H 'Content-Type: application/octet-stream'")
    if request.body.size >= _EXPECT_LIMIT and "expect" not in names:
        # Taking the header away would again break the signature of curl 7.88.
        arguments.append("--expect100-timeout 0.01")
    return arguments


def _header(name: str, value: str, made_up: frozenset[str]) -> str:
    lower = name.lower()
    if lower.endswith(f"{_CUSTOMER_KEY}-md5") and lower.removesuffix("-md5") in made_up:
        return shell.word([f"{name}: ", shell.Variable(f"{_variable(lower[:-4])}_MD5")])
    if not value:
        return shell.quote(f"{name};")
    parts = shell.with_variables(value, _variable(lower))
    return shell.word([f"{name}: {parts[0]}", *parts[1:]])


def _variable(header: str) -> str:
    if header in _SECRET_VARIABLES:
        return _SECRET_VARIABLES[header]
    return re.sub(r"[^A-Z0-9]+", "_", header.upper()).strip("_") or "SECRET"


def _is_the_point(name: str, value: str, request: RecordedMessage) -> bool:
    """Return whether the test sent another value than curl would make by itself."""
    return name == "content-length" and value != str(request.body.size)


def _customer_keys(request: RecordedMessage, seeds: tuple[str, ...]) -> dict[str, str | None]:
    """Map the SSE-C key headers to a command that prints the test's key; None when it is lost."""
    keys: dict[str, str | None] = {}
    for name, value in request.headers:
        mark = shell.REDACTED.search(value)
        if mark and name.lower().endswith(_CUSTOMER_KEY):
            keys[name.lower()] = key_command(mark[1] or "", seeds)
    return keys


def _key_assignments(keys: Mapping[str, str | None]) -> list[str]:
    """Return lines that set the key variables: to the test's keys where they are known.

    Otherwise to the reader's own, or to a new one, with the MD5 that belongs to it.
    """
    lines = []
    for header, command in sorted(keys.items()):
        name = _variable(header)
        if command:
            lines.append(f"{name}=$({command})")
        else:
            digest = f'printf %s "${name}" | base64 -d | openssl md5 -binary | base64'
            lines.append(
                f'{name}="${{{name}:-$(openssl rand -base64 32)}}"; {name}_MD5=$({digest})'
            )
    return lines


def _url(exchange: RecordedExchange, signing: _Signing) -> str:
    if signing.mode == "presigned":
        return '"$PRESIGNED_URL"'
    parts = split_url(exchange.url)
    target = exchange.request.start_line.split(" ")[1:2]
    own_target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    query = _signable(parts.query) if signing.mode == "header" else parts.query
    url = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))
    globoff = "-g " if any(character in url for character in "[]{}") else ""
    odd = ""
    if target and target[0] != own_target:
        odd = f"--request-target {shell.word(shell.with_variables(target[0], 'TARGET_SECRET'))} "
    return f"{globoff}{odd}{shell.word(shell.with_variables(url, 'URL_SECRET'))}"


def _signable(query: str) -> str:
    """Sort the query and give each name its ``=``: curl before 8.3 signs it as it is."""
    fields = [field if "=" in field else f"{field}=" for field in query.split("&") if field]
    return "&".join(sorted(fields, key=lambda field: field.split("=", 1)))


def _without_signature(url: str) -> str:
    parts = split_url(url)
    fields = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith("x-amz-")
    ]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def _content_hash(request: RecordedMessage) -> str:
    return _lower(request).get("x-amz-content-sha256", "")


def _lower(message: RecordedMessage) -> dict[str, str]:
    return {name.lower(): value for name, value in message.headers}
