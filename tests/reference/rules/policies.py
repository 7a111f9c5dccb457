"""Statements of bucket policies."""

from __future__ import annotations

from typing import Any

from .building import ALT

ARN = "arn:aws:s3:::bucket"


def statement(**changes: object) -> dict[str, Any]:
    """Build a statement that allows the other account to write, with changes."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ALT.id}:root"},
        "Action": "s3:PutObject",
        "Resource": f"{ARN}/*",
    } | changes
