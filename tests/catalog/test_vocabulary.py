"""Every word of the format is checked, said and completed."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from conformance.catalog import phrases
from conformance.catalog.lint import calls as lint_calls
from conformance.catalog.lint import edits as lint_edits
from conformance.catalog.lint import matchers as lint_matchers
from conformance.catalog.load import load
from conformance.catalog.phrases import Phrases
from conformance.catalog.schema.files import schemas
from conformance.catalog.vocabulary import (
    BUILT_INS,
    EDIT_KEYS,
    FUNCTIONS,
    MATCHERS,
    PROFILE_VALUES,
    STEP_KEYS,
)
from conformance.targets.profile import ValueName

UNCHECKED_MATCHERS = {"same_as", "bytes_of"}
"""Matchers that take any value."""
UNCHECKED_FUNCTIONS = {"wrong", "sse_c"}
"""`wrong` takes any value; `sse_c` is worked out, and checked, when it is bound."""


def test_every_function_is_checked() -> None:
    """Each function has the kind of its value, and a rule for each of its arguments."""
    assert set(lint_calls.GIVES) == set(FUNCTIONS)
    arguments = {(name, key) for name, more in FUNCTIONS.items() for key in (name, *more)}
    unchecked = {(name, name) for name in UNCHECKED_FUNCTIONS}
    assert set(lint_calls._ARGUMENTS) == arguments - unchecked


def test_every_matcher_is_checked() -> None:
    """Each matcher has a rule for its argument, or takes any."""
    assert set(lint_matchers._ARGUMENTS) == set(MATCHERS) - UNCHECKED_MATCHERS


def test_every_edit_is_checked() -> None:
    """Each request edit has its rule."""
    assert set(lint_edits._CHECKS) | {"headers", "late-headers", "query"} == set(EDIT_KEYS)
    assert set(EDIT_KEYS) < set(STEP_KEYS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_said(name: str) -> None:
    """A call reads as English, not as its YAML."""
    said = Phrases().value({name: "subject"})
    assert "subject" in said
    assert f"{name}: " not in said


@pytest.mark.parametrize("name", sorted(set(MATCHERS) - {"present", "absent"}))
def test_every_matcher_can_be_said(name: str) -> None:
    """A matcher reads as English, not as its YAML."""
    said = Phrases().expected({name: "wanted"})
    assert "wanted" in said
    assert f"{name}: " not in said


def test_every_built_in_name_can_be_said() -> None:
    """A built-in name is told in words."""
    assert set(phrases._BUILT_INS) == set(BUILT_INS)


def test_profiles_may_give_every_value() -> None:
    """Each value of a profile is a capability and a built-in name, and profiles take no others."""
    assert set(PROFILE_VALUES) == set(get_args(ValueName))
    assert set(PROFILE_VALUES) <= set(load().capabilities)
    assert set(PROFILE_VALUES.values()) <= set(BUILT_INS)


def test_editors_complete_every_word() -> None:
    """The schema knows each function, matcher and step key."""
    steps = schemas()["steps.schema.json"]["$defs"]
    assert isinstance(steps, dict)
    text = json.dumps([steps["call"], steps["matcher"], steps["step"]])
    assert all(f'"{word}": ' in text for word in (*FUNCTIONS, *MATCHERS, *STEP_KEYS))
