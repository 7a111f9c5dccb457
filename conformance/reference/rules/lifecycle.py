"""Lifecycle rules: the document, and the answers that depend on them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree.ElementTree import Element, tostring

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import LifecycleRule
from conformance.reference.rules.documents import (
    child,
    child_text,
    children,
    flag,
    integer,
    local_name,
    malformed_xml,
    parse_xml,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACTIONS = (
    "Expiration",
    "Transition",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransition",
    "AbortIncompleteMultipartUpload",
)
_MAX_RULES = 1000
_MAX_DEPTH = 8
_MAX_DAYS = 36_500
"""More is as good as never, and a date that far is one that the calendar has."""


def parse_lifecycle(body: bytes) -> tuple[LifecycleRule, ...]:
    """Return the rules of a LifecycleConfiguration document.

    Raises MalformedXML; InvalidRequest for a rule without an action and for
    AbortIncompleteMultipartUpload together with a tag filter (LC-003); InvalidArgument for
    repeated or overlong ids and for days that are not positive.
    """
    root = parse_xml(body, "LifecycleConfiguration")
    _limit_depth(root)
    rules = [_rule(element) for element in children(root, "Rule")]
    if not rules or len(rules) > _MAX_RULES:
        raise malformed_xml()
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise S3Error(
            400, "InvalidArgument", "RuleId must be unique. Found same ID for more than one rule"
        )
    return tuple(rules)


def abort_headers(
    rules: Sequence[LifecycleRule], key: str, initiated: datetime
) -> tuple[tuple[str, str], ...]:
    """Return x-amz-abort-date and x-amz-abort-rule-id, or nothing if no rule matches.

    The date is initiation plus the rule's days, rounded up to the next midnight UTC; of several
    rules the one that comes first in time counts. Always from the rules of now (LC-001, LC-002).
    """
    due = [
        (_next_midnight(initiated + timedelta(days=rule.abort_days)), rule.id)
        for rule in rules
        if rule.enabled and rule.abort_days is not None and key.startswith(rule.prefix)
    ]
    if not due:
        return ()
    when, rule_id = min(due)
    return (
        ("x-amz-abort-date", format_datetime(when, usegmt=True)),
        ("x-amz-abort-rule-id", rule_id),
    )


def expiration_headers(
    rules: Sequence[LifecycleRule],
    key: str,
    tags: Sequence[tuple[str, str]],
    size: int,
    modified: datetime,
) -> tuple[tuple[str, str], ...]:
    """Return x-amz-expiration for an object of ``size`` bytes, or nothing (LC-004)."""
    due: list[tuple[datetime, str]] = []
    for rule in rules:
        if not rule.enabled or not _applies(rule, key, tags, size):
            continue
        if rule.expire_on is not None:
            due.append((rule.expire_on, rule.id))
        elif rule.expire_days is not None:
            due.append((_next_midnight(modified + timedelta(days=rule.expire_days)), rule.id))
    if not due:
        return ()
    when, rule_id = min(due)
    date = format_datetime(when, usegmt=True)
    return (("x-amz-expiration", f'expiry-date="{date}", rule-id="{quote(rule_id)}"'),)


def _applies(rule: LifecycleRule, key: str, tags: Sequence[tuple[str, str]], size: int) -> bool:
    return (
        key.startswith(rule.prefix)
        and set(rule.tags) <= set(tags)
        and (rule.larger_than is None or size > rule.larger_than)
        and (rule.smaller_than is None or size < rule.smaller_than)
    )


def _next_midnight(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _rule(element: Element) -> LifecycleRule:
    status = child_text(element, "Status")
    legacy_prefix, filtered = child_text(element, "Prefix"), child(element, "Filter")
    if status not in ("Enabled", "Disabled") or (legacy_prefix is None) == (filtered is None):
        raise malformed_xml()
    if not any(children(element, action) for action in _ACTIONS):
        raise S3Error(400, "InvalidRequest", "At least one action needs to be specified in a rule")
    prefix, tags, larger, smaller = _filter(filtered, legacy_prefix or "")
    abort = child(element, "AbortIncompleteMultipartUpload")
    if abort is not None and tags:
        raise S3Error(
            400,
            "InvalidRequest",
            "AbortIncompleteMultipartUpload cannot be specified with Tags.",
        )
    if abort is not None and (larger is not None or smaller is not None):
        raise S3Error(
            400,
            "InvalidRequest",
            "AbortIncompleteMultipartUpload cannot be specified with Object Size.",
        )
    expire_days, expire_on = _expiration(child(element, "Expiration"))
    rule_id = _rule_id(element)
    return LifecycleRule(
        id=rule_id,
        enabled=status == "Enabled",
        prefix=prefix,
        tags=tags,
        larger_than=larger,
        smaller_than=smaller,
        abort_days=None if abort is None else _days(abort, "DaysAfterInitiation"),
        expire_days=expire_days,
        expire_on=expire_on,
        xml=_plain(element),
    )


def _rule_id(element: Element) -> str:
    """Return the rule's id; S3 makes one up for a rule without, here out of its content.

    That one is put into the element, for GetBucketLifecycleConfiguration shows it.
    """
    given = child_text(element, "ID")
    if given and len(given) > 255:
        raise S3Error(400, "InvalidArgument", "ID length should not exceed allowed limit of 255")
    if given:
        return given
    for empty in children(element, "ID"):
        element.remove(empty)
    made = hashlib.sha256(tostring(element)).hexdigest()[:48]
    added = Element(element.tag.replace("Rule", "ID"))
    added.text = made
    element.insert(0, added)
    return made


def _filter(
    element: Element | None, prefix: str
) -> tuple[str, tuple[tuple[str, str], ...], int | None, int | None]:
    if element is None:
        return prefix, (), None, None
    if len(element) > 1:
        raise malformed_xml()
    both = child(element, "And")
    holder = element if both is None else both
    tags: list[tuple[str, str]] = []
    for tag in children(holder, "Tag"):
        key, value = child_text(tag, "Key"), child_text(tag, "Value")
        if not key or value is None:
            raise malformed_xml()
        tags.append((key, value))
    larger = child_text(holder, "ObjectSizeGreaterThan")
    smaller = child_text(holder, "ObjectSizeLessThan")
    return (
        child_text(holder, "Prefix") or "",
        tuple(tags),
        None if larger is None else integer(larger),
        None if smaller is None else integer(smaller),
    )


def _expiration(element: Element | None) -> tuple[int | None, datetime | None]:
    if element is None:
        return None, None
    days, date = child_text(element, "Days"), child_text(element, "Date")
    marker = child_text(element, "ExpiredObjectDeleteMarker")
    if sum(value is not None for value in (days, date, marker)) != 1:
        raise malformed_xml()
    flag(marker)
    if days is not None:
        return _days(element, "Days"), None
    if date is None:
        return None, None
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        raise malformed_xml() from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment != moment.replace(hour=0, minute=0, second=0, microsecond=0):
        raise S3Error(400, "InvalidArgument", "'Date' must be at midnight GMT")
    return None, moment


def _limit_depth(root: Element) -> None:
    """Refuse elements nested deeper than any rule has them; writing a rule out is recursive."""
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [below for element in level for below in element]
    if level:
        raise malformed_xml()


def _days(action: Element, name: str) -> int:
    value = integer(child_text(action, name))
    if not 1 <= value <= 2_147_483_647:
        raise S3Error(
            400,
            "InvalidArgument",
            f"'{name}' for {local_name(action)} action must be a positive integer",
        )
    return min(value, _MAX_DAYS)


def _plain(element: Element) -> bytes:
    """Return the rule with local names alone, ready to stand in the answer's document."""
    for one in element.iter():
        one.tag = local_name(one)
    return tostring(element, encoding="unicode").strip().encode()
