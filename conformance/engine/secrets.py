"""Removes secrets from every text that the engine produces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.wire.redact import Known, redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.wire.model import Answer, Call, Exchange, Identity, Request

_KEY_MEMBERS: Final = ("SSECustomerKey", "CopySourceSSECustomerKey")
_SESSION_MEMBERS: Final = ("SecretAccessKey", "SessionToken")
_SIGNATURE: Final = re.compile(r"Signature=([0-9a-f]{64})")
_DIGEST: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_PAYLOAD: Final = "x-amz-content-sha256"
_CHUNK: Final = b";chunk-signature="
_SHORTEST: Final = 16
"""Characters below which no text can hold a signature or a customer key."""


class Secrets:
    """The secrets that a run, or one test of it, has come to know."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = set(known)
        self._sorted: Known | None = None

    @classmethod
    def of(cls, identities: Iterable[Identity]) -> Secrets:
        """Return the secrets of key pairs: secret keys and session tokens."""
        pairs = [(one.secret_key, one.session_token) for one in identities]
        return cls(secret for pair in pairs for secret in pair if secret)

    def copy(self) -> Secrets:
        """Return secrets that learn on their own from here."""
        return Secrets(self._known)

    def learn_call(self, call: Call) -> None:
        """Learn the customer keys that a call sends."""
        for member in _KEY_MEMBERS:
            key = call.members.get(member)
            if isinstance(key, str) and key:
                self._learn((key,))
        for name, value in (*call.edits.headers, *call.edits.late_headers):
            if value and name.lower().endswith("customer-key"):
                self._learn((value,))

    def learn_answer(self, exchange: Exchange) -> None:
        """Learn the signature that an answer repeats, and credentials it hands out.

        A signature is looked for in the answer to its own request alone: it lies elsewhere only
        when that endpoint put it there, and the thousands of a run need not be carried along.
        """
        if exchange.answer is None:
            return
        self._learn(_repeated(exchange.request, exchange.answer))
        if exchange.operation != "CreateSession":
            return
        credentials: Mapping[str, object] = exchange.answer.members.get("Credentials") or {}
        found = [credentials.get(member) for member in _SESSION_MEMBERS]
        self._learn(secret for secret in found if isinstance(secret, str) and secret)

    def known(self) -> Known:
        """Return all secrets, for whoever redacts whole exchanges."""
        if self._sorted is None:
            self._sorted = Known.of(self._known)
        return self._sorted

    def hide(self, text: str) -> str:
        """Return a text without them."""
        known = self.known()
        if len(text) < _SHORTEST and not (known and len(known[-1]) <= len(text)):
            return text
        return redact_text(text, known)

    def _learn(self, secrets: Iterable[str]) -> None:
        before = len(self._known)
        self._known.update(secrets)
        if len(self._known) != before:
            self._sorted = None


def _repeated(request: Request, answer: Answer) -> Iterator[str]:
    """Yield the signatures of a request that its answer holds somewhere.

    A chunk's is one of them: the string to sign of the next chunk, which SignatureDoesNotMatch
    shows, has it in it.
    """
    said = [answer.reason, *[value for _, value in answer.headers]]
    sent = request.headers
    places = [request.target, *[value for name, value in sent if _is_authorization(name, value)]]
    for found in [found for place in places for found in _SIGNATURE.findall(place)]:
        if found.encode() in answer.body or any(found in text for text in said):
            yield found
    if any(value.startswith("STREAMING-AWS4") and name.lower() == _PAYLOAD for name, value in sent):
        for digest in set(_DIGEST.findall(answer.body + " ".join(said).encode())):
            if _CHUNK + digest in request.body:
                yield digest.decode()


def _is_authorization(name: str, value: str) -> bool:
    return "Signature=" in value and name.lower() == "authorization"
