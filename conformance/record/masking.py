"""Takes out of a text what names an account of Amazon's, or something in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.record.evidence import Evidence
    from conformance.record.model import Record

_MASKS: Final = (
    (
        re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]*):([a-z0-9-]*):(\d{12})?:[^\s<>\"',]+"),
        r"arn:\1:\2:\3:<account>:<name>",
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,20}(?![A-Za-z0-9])"
        ),
        "<access-key>",
    ),
    (re.compile(r"(?<![0-9a-fA-F])[0-9a-f]{64}(?![0-9a-fA-F])"), "<id>"),
    (re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])"), "<id>"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "<account>"),
    (re.compile(r"[a-z0-9][a-z0-9.-]*--[a-z0-9-]+--xa?-s3"), "<bucket>"),
    (re.compile(r"vpce-[0-9a-z-]+"), "<endpoint>"),
    (re.compile(r"s3-?conf(?:ormance)?-[a-z0-9]{10,24}-[a-z0-9-]+"), "<bucket>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<address>"),
)
"""What to look for, the whole before its parts, and what stands in its place."""


def masked(text: str, names: frozenset[str] = frozenset()) -> str:
    """Return a text without accounts, access keys, ARNs, ids and the names given."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "<name>", text)
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


def own_names(record: Record) -> frozenset[str]:
    """Return what a record names of its owner's: the bucket, profiles of credentials, the target.

    The name of a shipped target tells nothing.
    """
    options = record.run.options
    target = options.target
    named = (options.bucket, target.profile_name, target.alt_profile_name, record.run.target)
    return frozenset(name for name in named if name and len(name) > 2 and name != "aws")


def masked_evidence(found: Evidence, record: Record) -> Evidence:
    """Return evidence that can be sent to anybody."""
    names = own_names(record)
    return replace(
        found,
        recordings=tuple(
            replace(
                one,
                condition=masked(one.condition, names),
                message=masked(one.message, names),
                where=masked(one.where, names),
            )
            for one in found.recordings
        ),
    )
