"""From a step to the source of the request that it sends.

The request is composed by the suite's own wire, up to its signature, with stand-ins for what an
answer has to give first. So the script sends what the suite sends, dialects and shapes included.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog import customer_keys
from conformance.engine import requests as engine_requests
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.expressions import STAND_IN, Names
from conformance.wire import checksums, express, framing, heads, hosts, prepare, shapes, sign_faults
from conformance.wire.model import Endpoint, Identity
from conformance.wire.serialise import operation_model
from conformance.wire.signing import UNSIGNED

if TYPE_CHECKING:
    from conformance.catalog.model import Step, Tree
    from conformance.wire.model import Call, Transport
    from conformance.wire.prepare import Unsigned

_URLS: Final[dict[Transport, str]] = {
    "http": "http://endpoint.invalid:81",
    "tls": "https://endpoint.invalid:82",
}
_TOKEN: Final = "zqtokenqz"  # noqa: S105 - a stand-in, not a secret
_IDENTITY: Final = Identity("zqaccess", "zqsecret")
_SESSION: Final = Identity("zqaccess", "zqsecret", _TOKEN, of_session=True)
_DIGESTS: Final = {
    "MD5": "MD5", "CRC32": "CRC32", "SHA1": "SHA1_BASE64", "SHA256": "SHA256_BASE64",
}  # fmt: skip
"""Digests that the script works out itself, by the word that stands for them in a header."""
_WIDTH: Final = 96


class RequestWriter:
    """Writes the requests of one test."""

    def __init__(self, names: Names, transport: Transport) -> None:
        self._names = names
        first = {transport: _URLS[transport]}
        self._endpoint = Endpoint(urls={**first, **_URLS}, region="zqregion")

    def write(self, step: Step) -> str:
        """Return the expression of a step's request; `CannotReproduceError` where there is none."""
        call, session, identity = self._call(step)
        bucket = str(call.members.get("Bucket") or "")
        service = hosts.service_of(bucket, call.operation)
        own_session = self._session(call, bucket, session)
        signer = _SESSION if own_session else _IDENTITY
        try:
            composed = prepare.compose(call, self._endpoint, signer)
        except ValueError as error:
            raise CannotReproduceError(f"{step.name}: {error}") from error
        if composed.route.path_prefix and call.edits.addressing == "other-zone":
            raise CannotReproduceError("a host of another zone is asked, which only S3 has")
        body = self._body(step, call, composed)
        words = self._headers(composed, call, body)
        usual, headers = _without_usual(words, call, composed, body)
        given = [
            repr(composed.method),
            self._text(bucket),
            self._target(call, composed),
            _list(headers),
        ]
        named = {
            "body": "" if body == "b''" else body,
            "usual": "" if usual else "False",
            "sign": "" if call.edits.sign == "header" else repr(call.edits.sign),
            "fault": repr(call.edits.sign_fault) if call.edits.sign_fault else "",
            "expires": str(call.edits.expires_seconds) if call.edits.expires_seconds != 900 else "",
            "identity": "" if identity == "main" else repr(identity),
            "session": own_session,
            "service": "" if service == "s3" else repr(service),
            "over": repr(call.edits.transport) if call.edits.transport else "",
            "addressing": repr(call.edits.addressing) if call.edits.addressing else "",
            "chunks": self._chunks(composed, body),
            "transfer_chunks": self._transfer(composed, call),
            "wait": "True" if prepare.waits_for_continue(composed.form, call.edits) else "",
            "late_headers": self._late(call),
            "query_order": self._query_order(composed, call),
            "spelling": _spelling(composed, call),
            "left_out": _left_out(composed, call),
        }
        given += [f"{name}={value}" for name, value in named.items() if value]
        return _call_text("Request", given)

    def _call(self, step: Step) -> tuple[Call, str, str]:
        """Return the call with stand-ins in it, what signs it, and as whom."""
        edits: dict[str, Tree] = dict(step.edits)
        session = ""
        sign = edits.get("sign")
        if isinstance(sign, dict) and "session" in sign:
            given = sign["session"]
            session = "none" if given == "none" else self._names.expression(given)
            edits["sign"] = {key: value for key, value in sign.items() if key != "session"}
        put = {key: self._names.put_in(tree) for key, tree in edits.items()}
        members = {key: self._names.put_in(tree) for key, tree in step.members.items()}
        for member, name in (("Bucket", "bucket"), ("Key", "key")):
            known = engine_requests.request_members(step.operation)
            if member in known and member not in members:
                members[member] = self._names.put_in(f"${name}")
        changed = replace(step, members=members, edits=put, repeat={})
        prepared = engine_requests.prepare(changed, self._names.scope, None)[0]
        call = prepared.call
        bucket = call.members.get("Bucket")
        if isinstance(bucket, str) and self._is_zonal(bucket):
            call = replace(call, members={**call.members, "Bucket": f"{bucket}--x-s3"})
        return call, session, prepared.identity

    def _is_zonal(self, bucket: str) -> bool:
        """Say whether a stand-in is a directory bucket, whose name decides on much."""
        return self._names.stand_ins.get(bucket, "") in self._names.zonal

    def _session(self, call: Call, bucket: str, given: str) -> str:
        """Return the expression of the session that signs; empty where none does."""
        if given:
            return "" if given == "none" else given
        opens = hosts.is_directory(bucket) and express.needs_session(call.operation)
        return "'open'" if opens and call.edits.sign != "anonymous" else ""

    def _body(self, step: Step, call: Call, composed: Unsigned) -> str:
        """Return the expression of the body before it is framed."""
        payload = composed.frame.payload
        given = step.edits["body"] if call.edits.body is not None else step.members.get("Body")
        document = composed.form.document if composed.form is not None else None
        wants = call.edits.body if call.edits.body is not None else call.members.get("Body")
        if given is not None and (wants == payload or isinstance(wants, str)):
            written = self._names.expression(given)
            return written if self._is_bytes(written, given) else f"octets({written})"
        if not STAND_IN.search(payload.decode("latin-1")):
            return _bytes_literal(payload)
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            raise CannotReproduceError(f"{step.name}: a body of bytes with values in it") from None
        quote = (document or call.edits.shape.document) and _quote_of(document, call)
        mark = f", {quote!r}" if quote is not None and quote != '"' else ""
        return self._repeated(text, mark)

    def _repeated(self, text: str, mark: str) -> str:
        return f"({self._text(text, f'xml(%s{mark})')}).encode()"

    def _is_bytes(self, written: str, tree: object) -> bool:
        if written.startswith(("random_bytes(", "b'", 'b"', "bytes", "b''.join")):
            return True
        if not self._names.is_known(tree):
            return False
        value = self._names.evaluated(tree)
        return isinstance(value, bytes)

    def _text(self, text: str, around: str = "text(%s)") -> str:
        """Return a text with stand-ins in it as an expression."""
        text = text.replace("--x-s3", "") if text.endswith("--x-s3") and STAND_IN.match(text) else text
        if (whole := STAND_IN.fullmatch(text)) and around == "text(%s)":
            return self._names.stand_ins[whole[0]]
        pieces = []
        end = 0
        for found in STAND_IN.finditer(text):
            if text[end : found.start()]:
                pieces.append(_text_literal(text[end : found.start()]))
            pieces.append(around % self._names.stand_ins[found[0]])
            end = found.end()
        if text[end:] or not pieces:
            pieces.append(_text_literal(text[end:]))
        return " + ".join(pieces)

    def _target(self, call: Call, composed: Unsigned) -> str:
        """Return the path behind the bucket, with the query."""
        target = composed.target.removeprefix(composed.route.path_prefix)
        path, mark, query = target.partition("?")
        written = [self._text(path, "quote(%s, '/')")] if path else []
        if mark:
            written.append(self._text(f"?{query}", "quote(%s)"))
        return _merged(" + ".join(written) or "''")

    def _headers(self, composed: Unsigned, call: Call, body: str) -> list[tuple[str, str]]:
        """Return the headers in order, each value as an expression."""
        headers = list(composed.headers)
        if call.edits.sign == "header" and call.edits.sign_fault != "missing-signature":
            prepare.put_authorization(headers, "zqsignature")
            shapes.shape_headers(headers, call.edits.shape)
        edited = {name.lower() for name, _ in call.edits.headers}
        return [
            (name, self._header(name, value, composed, call, given=name.lower() in edited))
            for name, value in headers
            if not (name.lower() == "authorization" and not value)
        ]

    def _header(
        self, name: str, value: str, composed: Unsigned, call: Call, *, given: bool
    ) -> str:
        lower, frame, route = name.lower(), composed.frame, composed.route
        known = {
            ("authorization", "zqsignature"): "SIGNATURE",
            ("host", route.authority): "HOST",
            ("host", route.host): "HOST_WITHOUT_PORT",
            ("x-amz-date", composed.context.stamp): "NOW",
        }
        if (lower, value) in known:
            return known[lower, value]
        token = composed.context.identity.session_token
        if token and value == token and lower in ("x-amz-security-token", "x-amz-s3session-token"):
            return "TOKEN"
        if lower == "user-agent" and value == heads.USER_AGENT and not given:
            return "USER_AGENT"
        if lower == "content-length" and value == str(frame.length) and not given:
            return "LENGTH"
        if lower == "x-amz-content-sha256" and not given:
            digests = {"SHA256": frame.payload, "OTHER_SHA256": frame.payload + b"\0"}
            for word, data in digests.items():
                if value == checksums.digest_hex(data, "SHA256"):
                    return word
        if self._waits(composed) and not given:
            for algorithm, word in _DIGESTS.items():
                if value == checksums.digest_base64(frame.payload, algorithm):
                    return word
            if _is_digest(lower, value, frame.payload):
                raise CannotReproduceError(f"{name} of a body with values of answers in it")
        key = customer_keys.seed_of(value)
        if key is not None:
            seed, size = key
            return f"customer_key({seed!r})" if size == 32 else f"customer_key({seed!r}, {size})"
        written = self._text(value)
        if STAND_IN.search(value) and _is_http_date(call.operation, lower) and not given:
            return f"http_date({written})"
        return written

    def _waits(self, composed: Unsigned) -> bool:
        return STAND_IN.search(composed.frame.payload.decode("latin-1")) is not None

    def _chunks(self, composed: Unsigned, body: str) -> str:
        frame = composed.frame
        if not frame.is_chunked:
            return ""
        if self._waits(composed):
            raise CannotReproduceError("a chunked body with values of answers in it")
        sizes = (frame.chunk_bytes, *frame.further_chunks)
        named = {
            "signed": "True" if frame.mode in ("signed-chunks", "signed-trailer") else "",
            "trailer": repr(frame.trailer) if frame.trailer else "",
            "signed_trailer": "True"
            if frame.mode == "signed-trailer" and frame.broken != "no-trailer-header"
            else "",
            "broken": repr(frame.broken) if frame.broken else "",
            "capitals": "True" if frame.upper_sizes else "",
            "trailer_end": repr(frame.trailer_end) if frame.trailer_end != b"\r\n" else "",
        }
        more = [f"{name}={value}" for name, value in named.items() if value]
        return f"Chunks({', '.join([f'({sizes[0]},)' if len(sizes) == 1 else repr(sizes), *more])})"

    @staticmethod
    def _transfer(composed: Unsigned, call: Call) -> str:
        if not composed.frame.transfer_chunked:
            return ""
        plain = composed.form is None
        return str(call.edits.framing.transfer_chunk_bytes if plain else 64 * 1024)

    def _late(self, call: Call) -> str:
        late = list(call.edits.late_headers)
        if call.edits.sign_fault == "tampered-header":
            late = [(sign_faults.TAMPERED_HEADER, "changed"), *late]
        if not late:
            return ""
        pairs = ((name, "None" if value is None else self._text(value)) for name, value in late)
        return f"[{', '.join(f'({name!r}, {value})' for name, value in pairs)}]"

    @staticmethod
    def _query_order(composed: Unsigned, call: Call) -> str:
        if call.edits.sign != "presigned":
            return ""
        if call.edits.shape.query:
            return repr(list(call.edits.shape.query))
        return repr([name for name, _ in composed.form.query]) if composed.form else ""


def _without_usual(
    headers: list[tuple[str, str]], call: Call, composed: Unsigned, body: str
) -> tuple[bool, list[tuple[str, str]]]:
    """Return whether the usual headers stand in their usual places, and those that are not."""
    before = [("Host", "HOST"), ("Accept-Encoding", "'identity'"), ("User-Agent", "USER_AGENT")]
    after = []
    if body != "b''" or composed.method in ("PUT", "POST", "PATCH"):
        after.append(("Content-Length", "LENGTH"))
    if call.edits.sign == "header":
        after += [
            ("X-Amz-Date", "NOW"), ("x-amz-content-sha256", "SHA256"), ("Authorization", "SIGNATURE"),
        ]  # fmt: skip
    enough = len(headers) >= len(before) + len(after)
    usual = headers[: len(before)] == before and (not after or headers[-len(after) :] == after)
    if not (enough and usual):
        return False, headers
    return True, headers[len(before) : len(headers) - len(after)]


def _spelling(composed: Unsigned, call: Call) -> str:
    spelling = composed.spelling(call.edits)
    for word in ("<credential>", "<signed>", "<signature>"):
        spelling = spelling.replace(word, "%s")
    usual = "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"
    return "" if spelling == usual else repr(spelling)


def _left_out(composed: Unsigned, call: Call) -> str:
    names = composed.unsigned_names(call.edits)
    if names == UNSIGNED:
        return ""
    return f"frozenset({sorted(names)!r})" if names else "frozenset()"


def _quote_of(document: object, call: Call) -> str:
    found = call.edits.shape.document or document
    return str(getattr(found, "quote", '"'))


def _is_digest(lower: str, value: str, payload: bytes) -> bool:
    if not lower.startswith("x-amz-checksum-"):
        return False
    algorithm = lower.removeprefix("x-amz-checksum-").upper()
    return algorithm in checksums.CHECKSUM_ALGORITHMS and value == checksums.digest_base64(
        payload, algorithm
    )


def _is_http_date(operation: str, lower: str) -> bool:
    shape = operation_model(operation).input_shape
    for member in shape.members.values() if shape is not None else ():
        place = member.serialization
        if place.get("name", "").lower() == lower and member.type_name == "timestamp":
            return str(place.get("timestampFormat", "rfc822")) == "rfc822"
    return False


def _bytes_literal(payload: bytes) -> str:
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return f"bytes.fromhex({payload.hex()!r})"
    if text.isascii():
        return repr(payload)
    return f"{text!r}.encode()"


def _text_literal(text: str) -> str:
    longest = re.search(r"(.)\1{199,}", text)
    if longest is None:
        return repr(text)
    start, end = longest.span()
    pieces = [repr(text[:start])] if start else []
    pieces.append(f"{longest[1]!r} * {end - start}")
    return " + ".join([*pieces, _text_literal(text[end:])] if text[end:] else pieces)


def _merged(written: str) -> str:
    """Join two literals that stand side by side."""
    return written.replace("' + '", "")


def _list(headers: list[tuple[str, str]]) -> str:
    return f"[{', '.join(f'({name!r}, {value})' for name, value in headers)}]"


def _call_text(name: str, arguments: list[str]) -> str:
    """Write a call on one line, or with one argument a line."""
    whole = f"{name}({', '.join(arguments)})"
    if len(whole) <= _WIDTH:
        return whole
    inner = "".join(f"    {one},\n" for one in arguments)
    return f"{name}(\n{inner})"
