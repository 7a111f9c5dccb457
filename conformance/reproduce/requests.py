"""Generates the source of the requests of a step.

The request is composed by the suite's own wire, up to its signature, with stand-ins for what an
answer has to give first. So the script sends what the suite sends, dialects and shapes included.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog import customer_keys
from conformance.catalog.service import request_members
from conformance.engine import requests as engine_requests
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.expressions import STAND_IN, Names
from conformance.reproduce.request_parts import (
    bytes_literal,
    call_text,
    is_digest,
    is_http_date,
    left_out,
    merged,
    pairs_text,
    quote_of,
    spelling,
    text_literal,
    without_usual,
)
from conformance.wire import checksums, express, heads, hosts, prepare, shapes, sign_faults
from conformance.wire.model import Endpoint, Identity
from conformance.wire.signing import TOKEN_HEADERS

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


class RequestWriter:
    """Writes the requests of one test."""

    def __init__(self, names: Names, transport: Transport) -> None:
        self._names = names
        first = {transport: _URLS[transport]}
        self._endpoint = Endpoint(urls={**first, **_URLS}, region="zqregion")

    def write(self, step: Step) -> str:
        """Return the expression of a step's request; `CannotReproduceError` where there is none."""
        if step.edits.get("ends-last"):
            raise CannotReproduceError(f"{step.name}: half of a body that waits for other requests")
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
        words = self._headers(composed, call)
        usual, headers = without_usual(words, call, composed, body)
        given = [
            repr(composed.method),
            self._text(bucket),
            self._target(composed),
            pairs_text(headers),
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
            "chunks": self._chunks(composed),
            "transfer_chunks": self._transfer(composed, call),
            "wait": "True" if prepare.waits_for_continue(composed.form, call.edits) else "",
            "late_headers": self._late(call),
            "query_order": self._query_order(composed, call),
            "spelling": spelling(composed, call),
            "left_out": left_out(composed, call),
        }
        given += [f"{name}={value}" for name, value in named.items() if value]
        return call_text("Request", given)

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
            known = request_members(step.operation)
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
        """Return whether a stand-in is a directory bucket, whose name decides on much."""
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
            return bytes_literal(payload)
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            raise CannotReproduceError(f"{step.name}: a body of bytes with values in it") from None
        quote = (document or call.edits.shape.document) and quote_of(document, call)
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
        text = (
            text.replace("--x-s3", "") if text.endswith("--x-s3") and STAND_IN.match(text) else text
        )
        if (whole := STAND_IN.fullmatch(text)) and around == "text(%s)":
            return self._names.stand_ins[whole[0]]
        pieces = []
        end = 0
        for found in STAND_IN.finditer(text):
            if text[end : found.start()]:
                pieces.append(text_literal(text[end : found.start()]))
            pieces.append(around % self._names.stand_ins[found[0]])
            end = found.end()
        if text[end:] or not pieces:
            pieces.append(text_literal(text[end:]))
        return " + ".join(pieces)

    def _target(self, composed: Unsigned) -> str:
        """Return the path behind the bucket, with the query."""
        target = composed.target.removeprefix(composed.route.path_prefix)
        path, mark, query = target.partition("?")
        written = [self._text(path, "quote(%s, '/')")] if path else []
        if mark:
            written.append(self._text(f"?{query}", "quote(%s)"))
        return merged(" + ".join(written) or "''")

    def _headers(self, composed: Unsigned, call: Call) -> list[tuple[str, str]]:
        """Return the headers in order, each value as an expression."""
        headers = [*composed.headers]
        if call.edits.sign == "header" and call.edits.sign_fault != "missing-signature":
            prepare.put_authorization(headers, "zqsignature")
            shapes.shape_headers(headers, call.edits.shape)
        edited = {name.lower() for name, _ in call.edits.headers}
        return [
            (name, self._header(name, value, composed, call, given=name.lower() in edited))
            for name, value in headers
            if not (name.lower() == "authorization" and not value)
        ]

    def _header(self, name: str, value: str, composed: Unsigned, call: Call, *, given: bool) -> str:
        """Return a header's value: a word for what is made as it is sent, or an expression."""
        lower = name.lower()
        made = _made_anyway(lower, value, composed)
        if made is None and not given:
            made = _made_of_body(lower, value, composed)
            if made is None and self._waits(composed):
                made = self._digest(name, value, composed)
        if made is not None:
            return made
        key = customer_keys.seed_of(value)
        if key is not None:
            seed, size = key
            return f"customer_key({seed!r})" if size == 32 else f"customer_key({seed!r}, {size})"
        written = self._text(value)
        if STAND_IN.search(value) and is_http_date(call.operation, lower) and not given:
            return f"http_date({written})"
        return written

    @staticmethod
    def _digest(name: str, value: str, composed: Unsigned) -> str | None:
        """Return the word for a digest of a body that is known only when the script runs."""
        payload = composed.frame.payload
        for algorithm, word in _DIGESTS.items():
            if value == checksums.digest_base64(payload, algorithm):
                return word
        if is_digest(name.lower(), value, payload):
            raise CannotReproduceError(f"{name} of a body with values of answers in it")
        return None

    def _waits(self, composed: Unsigned) -> bool:
        return STAND_IN.search(composed.frame.payload.decode("latin-1")) is not None

    def _chunks(self, composed: Unsigned) -> str:
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
        late = [*call.edits.late_headers]
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
            return repr([*call.edits.shape.query])
        return repr([name for name, _ in composed.form.query]) if composed.form else ""


def _made_anyway(lower: str, value: str, composed: Unsigned) -> str | None:
    """Return the word for what depends on endpoint, time and keys; None for all else."""
    known = {
        ("authorization", "zqsignature"): "SIGNATURE",
        ("host", composed.route.authority): "HOST",
        ("host", composed.route.host): "HOST_WITHOUT_PORT",
        ("x-amz-date", composed.context.stamp): "NOW",
    }
    token = composed.context.identity.session_token
    if token:
        known |= {(name.lower(), token): "TOKEN" for name in TOKEN_HEADERS}
    return known.get((lower, value))


def _made_of_body(lower: str, value: str, composed: Unsigned) -> str | None:
    """Return the word for what the script works out of the body; None for all else."""
    frame = composed.frame
    known = {
        ("user-agent", heads.USER_AGENT): "USER_AGENT",
        ("content-length", str(frame.length)): "LENGTH",
    }
    if lower == "x-amz-content-sha256":
        for word, data in (("OTHER_SHA256", frame.payload + b"\0"), ("SHA256", frame.payload)):
            known[lower, checksums.digest_hex(data, "SHA256")] = word
    return known.get((lower, value))
