"""What is no policy, or none that can be judged here, is refused."""

from __future__ import annotations

import json

import pytest

from conformance.reference.rules.policy import parse_policy

from .building import a_world, refusal
from .policies import ARN, statement

BAD_POLICIES = {
    "no-json": (b"<Policy/>", "Policies must be valid JSON and the first byte must be '{'"),
    "list": (b"[]", "Policies must be valid JSON and the first byte must be '{'"),
    "deep": (b"[" * 100_000, "Policies must be valid JSON and the first byte must be '{'"),
    "version": (b'{"Version": "2020"}', "The policy must contain a valid version string"),
    "no-statement": (b"{}", "Missing required field Statement"),
    "statement-text": (
        b'{"Statement": ["Allow"]}',
        "Policies must be valid JSON and the first byte must be '{'",
    ),
    "principal-missing": (
        b'{"Statement": {"Effect": "Allow"}}',
        "Missing required field Principal",
    ),
    **{
        name: (json.dumps({"Statement": changed}).encode(), message)
        for name, changed, message in (
            ("effect", statement(Effect="Maybe"), "Invalid effect: Maybe"),
            ("action", statement(Action="ec2:Run"), "Policy has invalid action"),
            ("resource", statement(Resource="arn:aws:s3:::other/*"), "Policy has invalid resource"),
            ("bucket-prefix", statement(Resource=f"{ARN}2"), "Policy has invalid resource"),
            ("principal", statement(Principal="alt"), "Invalid principal in policy"),
            (
                "account",
                statement(Principal={"AWS": "000000000000"}),
                "Invalid principal in policy",
            ),
            ("both", statement(NotAction="s3:*"), "Missing required field Action"),
            ("no-action", statement(Action=[]), "Missing required field Action"),
            (
                "action-number",
                statement(Action=7),
                "Policies must be valid JSON and the first byte must be '{'",
            ),
            ("no-principal", statement(Principal={}), "Invalid principal in policy"),
            ("nobody", statement(Principal={"AWS": []}), "Invalid principal in policy"),
            (
                "canonical",
                statement(Principal={"CanonicalUser": "c" * 64}),
                "Invalid principal in policy",
            ),
            ("service", statement(Principal={"Service": "x"}), "Invalid principal in policy"),
            ("condition", statement(Condition="none"), "Policy has an invalid condition"),
            (
                "no-values",
                statement(Condition={"StringEquals": {"s3:x-amz-acl": []}}),
                "Policy has an invalid condition",
            ),
            (
                "operator",
                statement(Condition={"IpAddress": {"aws:SourceIp": "::1"}}),
                "Invalid Condition type : IpAddress",
            ),
            (
                "key",
                statement(Condition={"StringEquals": {"aws:SourceIp": "::1"}}),
                "Policy has an invalid condition key",
            ),
        )
    },
}


@pytest.mark.parametrize(("body", "message"), BAD_POLICIES.values(), ids=BAD_POLICIES)
def test_malformed_policies(body: bytes, message: str) -> None:
    """A policy beyond the words that are judged here is refused, never misjudged."""
    found = refusal(lambda: parse_policy(body, "bucket", a_world()))
    assert found == (400, "MalformedPolicy", message, ())


def test_policy_size() -> None:
    """A policy takes at most 20 KiB."""
    text = json.dumps({"Statement": statement(Sid="x" * 20_480)}).encode()
    found = refusal(lambda: parse_policy(text, "bucket", a_world()))
    assert found[1] == "MalformedPolicy"
