"""Keeps what must not be shown out of everything that the engine says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.wire.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.wire.model import Call, Exchange, Identity

_KEY_MEMBERS: Final = ("SSECustomerKey", "CopySourceSSECustomerKey")
_SESSION_MEMBERS: Final = ("SecretAccessKey", "SessionToken")
_SHORTEST: Final = 16
"""Characters below which no text of a check can hold a signature or a key."""


class Secrets:
    """The secrets that a run, or one test of it, has come to know."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = set(known)

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
                self._known.add(key)
        for name, value in (*call.edits.headers, *call.edits.late_headers):
            if value and name.lower().endswith("customer-key"):
                self._known.add(value)

    def learn_answer(self, exchange: Exchange) -> None:
        """Learn the credentials that an answer hands out (CreateSession)."""
        if exchange.operation != "CreateSession" or exchange.answer is None:
            return
        credentials: Mapping[str, object] = exchange.answer.members.get("Credentials") or {}
        found = [credentials.get(member) for member in _SESSION_MEMBERS]
        self._known.update(secret for secret in found if isinstance(secret, str) and secret)

    def known(self) -> frozenset[str]:
        """Return all secrets, for whoever redacts whole exchanges."""
        return frozenset(self._known)

    def hide(self, text: str) -> str:
        """Return a text without them."""
        return text if len(text) < _SHORTEST else redact_text(text, self._known)
