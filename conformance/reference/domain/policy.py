"""A bucket policy as it was understood, and what it says of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

Effect = Literal["Allow", "Deny"]

CONDITION_HEADERS: Final = {
    "s3:x-amz-acl": "x-amz-acl",
    "s3:x-amz-server-side-encryption": "x-amz-server-side-encryption",
    "s3:x-amz-storage-class": "x-amz-storage-class",
}
"""Condition keys, in lower case, to the request headers that they compare."""
SECURE: Final = "aws:securetransport"
"""The condition key, in lower case, that asks for TLS."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: operator, key in lower case, the values of which one must hold."""

    operator: str
    key: str
    values: tuple[str, ...]

    def holds(self, request: Request) -> bool:
        """Return whether the request meets the condition."""
        given = self._given(request)
        if self.operator == "Null":
            return (given is None) == (self.values[0].lower() == "true")
        negated = self.operator.startswith("StringNot")
        if given is None:
            return negated
        if self.operator == "Bool":
            return given in [value.lower() for value in self.values]
        if self.operator.endswith("Like"):
            return any(_matches(value, given) for value in self.values) != negated
        return (given in self.values) != negated

    def _given(self, request: Request) -> str | None:
        if self.key == SECURE:
            return "true" if request.secure else "false"
        return request.headers.get(CONDITION_HEADERS[self.key])


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement; ``principals`` None means everybody, anonymous callers included."""

    effect: Effect
    principals: frozenset[str] | None
    """Account ids."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_actions: bool = False
    not_resources: bool = False
    conditions: tuple[Condition, ...] = ()

    def applies(self, request: Request, action: str, resource: str) -> bool:
        """Return whether the statement speaks of that caller, action, resource and request."""
        if self.principals is not None and (
            request.caller is None or request.caller.id not in self.principals
        ):
            return False
        named = any(_matches(one.lower(), action.lower()) for one in self.actions)
        reached = any(_matches(one, resource) for one in self.resources)
        return (
            named != self.not_actions
            and reached != self.not_resources
            and all(condition.holds(request) for condition in self.conditions)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """A bucket policy: what was put, and what it says."""

    text: bytes
    statements: tuple[Statement, ...]

    def verdict(self, request: Request, action: str, resource: str) -> Effect | None:
        """Return Deny if any statement denies, else Allow if any allows, else None."""
        found = {one.effect for one in self.statements if one.applies(request, action, resource)}
        if "Deny" in found:
            return "Deny"
        return "Allow" if found else None

    @property
    def public(self) -> bool:
        """Whether it allows anything to everybody.

        None of the conditions that are tested here narrows that down to known callers.
        """
        return any(one.effect == "Allow" and one.principals is None for one in self.statements)


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(char) or re.escape(char) for char in pattern), re.DOTALL)
