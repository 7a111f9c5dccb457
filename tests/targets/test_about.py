"""What profiles say of the products: sourced, and of one mind with the site."""

from __future__ import annotations

import pytest

from conformance.catalog.load import load
from conformance.targets.about import About
from conformance.targets.profile import Profile
from conformance.targets.profile_file import load_profiles
from conformance.vocabulary.specs_folder import specs_root

PROFILES = load_profiles(specs_root() / "targets", load().capabilities)


def test_a_line_is_a_summary() -> None:
    """Profiles of users have one line, as they always had."""
    made = Profile.model_validate({"name": "x", "launcher": "moto", "about": "the nightly build"})
    assert made.about == About(summary="the nightly build")
    assert made.about.lines() == ()


@pytest.mark.parametrize("name", PROFILES)
def test_the_site_calls_a_server_the_same(name: str) -> None:
    """Its own list of kinds is older than this one."""
    assert PROFILES[name].about.kind == load().selections.servers[name]


@pytest.mark.parametrize("name", [name for name in PROFILES if name not in ("aws", "reference")])
def test_what_is_said_of_other_people_s_work_has_a_source(name: str) -> None:
    """A date, a licence and a state are somebody else's word."""
    about = PROFILES[name].about
    assert about.sources
    assert about.link
    assert about.state


def test_lines_leave_out_what_is_not_known() -> None:
    """No line has an empty piece."""
    assert About(kind="gateway", language="Go").lines() == ("gateway, Go",)
    dated = About.model_validate({"version": "v1", "released": "2026-07-09"})
    assert dated.lines() == ("v1 of 2026-07-09",)
