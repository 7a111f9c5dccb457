"""Bucket policies: the subset of the language that the rules need, refused where it ends."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, cast

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.policy import (
    CONDITION_HEADERS,
    SECURE,
    Condition,
    Policy,
    Statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.reference.domain.messages import Account
    from conformance.reference.domain.policy import Effect
    from conformance.reference.domain.state import World

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


def parse_policy(body: bytes, bucket: str, world: World) -> Policy:
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
    # A directory bucket has an ARN of another service; here all are tested by the one form.
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
            if name != SECURE and name not in CONDITION_HEADERS:
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
