"""Bucket policies: the subset of the language that the rules need, refused where it ends."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.values import WorldView

Effect = Literal["Allow", "Deny"]

MAX_POLICY: Final = 20 * 1024
"""Bytes of a policy document."""

_IAM_ARN = re.compile(r"arn:aws:iam::(\d{12}):root")
_ACTION = re.compile(r"\*|s3(?:express)?:[A-Za-z*?]+", re.IGNORECASE)
_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_OPERATORS: Final = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "Bool",
    "Null",
)
_CONDITION_HEADERS: Final = {
    "s3:x-amz-acl": "x-amz-acl",
    "s3:x-amz-server-side-encryption": "x-amz-server-side-encryption",
    "s3:x-amz-storage-class": "x-amz-storage-class",
}
_SECURE: Final = "aws:securetransport"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: operator, key in lower case, the values of which one must hold."""

    operator: str
    key: str
    values: tuple[str, ...]

    def holds(self, request: Request) -> bool:
        """Tell whether the request meets the condition."""
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
        if self.key == _SECURE:
            return "true" if request.secure else "false"
        return request.headers.get(_CONDITION_HEADERS[self.key])


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
        """Tell whether the statement speaks of that caller, action, resource and request."""
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

        None of the conditions that are judged here narrows that down to known callers.
        """
        return any(one.effect == "Allow" and one.principals is None for one in self.statements)


def parse_policy(body: bytes, bucket: str, world: WorldView) -> Policy:
    """Return the policy of a PutBucketPolicy body; raise MalformedPolicy.

    Condition keys beyond aws:SecureTransport and a few s3:x-amz-* headers are refused rather than
    misjudged.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    if len(body) > MAX_POLICY:
        raise malformed_policy("Policy exceeds the maximum allowed document size.")
    if document.get("Version", _VERSIONS[1]) not in _VERSIONS:
        raise malformed_policy("The policy must contain a valid version string")
    statements = document.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        raise malformed_policy("Missing required field Statement")
    accounts = {account.id: account for account in world.accounts}
    return Policy(body, tuple(_statement(one, bucket, accounts) for one in statements))


def malformed_policy(message: str) -> S3Error:
    """Return the refusal of a policy document."""
    return S3Error(400, "MalformedPolicy", message)


def _statement(document: object, bucket: str, accounts: Mapping[str, Account]) -> Statement:
    if not isinstance(document, dict):
        raise malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    effect = document.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise malformed_policy(
            "Missing required field Effect" if effect is None else f"Invalid effect: {effect}"
        )
    if "Principal" not in document:
        raise malformed_policy("Missing required field Principal")
    actions, not_actions = _either(document, "Action")
    if not all(_ACTION.fullmatch(one) for one in actions):
        raise malformed_policy("Policy has invalid action")
    resources, not_resources = _either(document, "Resource")
    arn = f"arn:aws:s3:::{bucket}"
    # A directory bucket has an ARN of another service; here all are judged by the one form.
    own = re.compile(rf"arn:aws:s3express:[a-z0-9-]+:\d{{12}}:bucket/{re.escape(bucket)}")
    resources = tuple(arn if own.fullmatch(one) else one for one in resources)
    for one in resources:
        if one not in ("*", arn) and not one.startswith(f"{arn}/"):
            raise malformed_policy("Policy has invalid resource")
    return Statement(
        effect=cast("Effect", effect),
        principals=_principals(document["Principal"], accounts),
        actions=actions,
        resources=resources,
        not_actions=not_actions,
        not_resources=not_resources,
        conditions=tuple(_conditions(document.get("Condition", {}))),
    )


def _either(document: Mapping[str, object], name: str) -> tuple[tuple[str, ...], bool]:
    """Return the values of ``Action`` or ``NotAction`` (or Resource), and whether it was Not."""
    plain, negated = document.get(name), document.get(f"Not{name}")
    if (plain is None) == (negated is None):
        raise malformed_policy(f"Missing required field {name}")
    values = _strings(plain if negated is None else negated)
    if not values:
        raise malformed_policy(f"Missing required field {name}")
    return values, plain is None


def _principals(value: object, accounts: Mapping[str, Account]) -> frozenset[str] | None:
    if value == "*":
        return None
    if not isinstance(value, dict) or not value or set(value) - {"AWS", "CanonicalUser"}:
        raise malformed_policy("Invalid principal in policy")
    named = _strings(value.get("AWS", []))
    if "*" in named:
        return None
    found = {_account(one, accounts) for one in named}
    canonical = {account.canonical_id: account.id for account in accounts.values()}
    for one in _strings(value.get("CanonicalUser", [])):
        if one not in canonical:
            raise malformed_policy("Invalid principal in policy")
        found.add(canonical[one])
    if not found:
        raise malformed_policy("Invalid principal in policy")
    return frozenset(found)


def _account(name: str, accounts: Mapping[str, Account]) -> str:
    match = _IAM_ARN.fullmatch(name)
    account = name if match is None else match[1]
    if account not in accounts:
        raise malformed_policy("Invalid principal in policy")
    return account


def _conditions(document: object) -> Iterable[Condition]:
    if not isinstance(document, dict):
        raise malformed_policy("Policy has an invalid condition")
    for operator, comparisons in document.items():
        if operator not in _OPERATORS or not isinstance(comparisons, dict):
            raise malformed_policy(f"Invalid Condition type : {operator}")
        for key, values in comparisons.items():
            name = key.lower()
            if name != _SECURE and name not in _CONDITION_HEADERS:
                raise malformed_policy("Policy has an invalid condition key")
            texts = tuple(
                str(one).lower() if isinstance(one, bool) else str(one)
                for one in (values if isinstance(values, list) else [values])
            )
            if not texts:
                raise malformed_policy("Policy has an invalid condition")
            yield Condition(operator, name, texts)


def _strings(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in values):
        raise malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    return tuple(values)


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(char) or re.escape(char) for char in pattern), re.DOTALL)
