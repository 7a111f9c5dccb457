"""Every word of the format is checked, said and completed."""

from __future__ import annotations

import json

import pytest

from conformance.catalog.lint import calls as lint_calls
from conformance.catalog.lint import edits as lint_edits
from conformance.catalog.lint import matchers as lint_matchers
from conformance.catalog.load import load
from conformance.catalog.phrases import Phrases
from conformance.catalog.schema.files import schemas
from conformance.engine.functions import BY_NAME as FUNCTIONS_OF_THE_ENGINE
from conformance.engine.matchers import BY_NAME as MATCHERS_OF_THE_ENGINE
from conformance.vocabulary.format import (
    CAPABILITY_VALUES,
    DEFAULT_VALUES,
    EDIT_KEYS,
    FUNCTIONS,
    MATCHERS,
    PROFILE_VALUES,
    STEP_KEYS,
)


def test_every_function_is_checked() -> None:
    """Each kind of argument that a function takes has a check, and no check is idle."""
    functions = FUNCTIONS.values()
    kinds = {kind for one in functions for _, kind in (("", one.subject), *one.needs, *one.takes)}
    assert set(lint_calls._CHECKS) == kinds
    assert set(FUNCTIONS_OF_THE_ENGINE) == set(FUNCTIONS)


def test_every_matcher_is_checked() -> None:
    """Each kind of argument that a matcher takes has a check, and no check is idle."""
    assert set(lint_matchers._CHECKS) == {one.argument for one in MATCHERS.values()}
    assert set(MATCHERS_OF_THE_ENGINE) == set(MATCHERS)


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


def test_values_of_profiles_are_capabilities() -> None:
    """Each value that only a profile can give is a capability, or has a default."""
    assert set(CAPABILITY_VALUES) <= set(load().capabilities)
    assert set(CAPABILITY_VALUES) | set(DEFAULT_VALUES) == set(PROFILE_VALUES)


def test_editors_complete_every_word() -> None:
    """The schema knows each function, matcher and step key."""
    steps = schemas()["steps.schema.json"]["$defs"]
    assert isinstance(steps, dict)
    text = json.dumps([steps["call"], steps["matcher"], steps["step"]])
    assert all(f'"{word}": ' in text for word in (*FUNCTIONS, *MATCHERS, *STEP_KEYS))
