"""Names of places in our pages."""

from __future__ import annotations

import re

from conformance.report.html.slugs import slugs


def test_slugs_are_stable_and_never_meet() -> None:
    """Ids that look alike after cleaning, and names of the page itself, get a hash."""
    names = slugs(("a/b[c]", "a/b(c)", "tests", "ok/one", "verdict-fail", "///", "\ud800"))
    assert names["ok/one"] == "ok-one"
    assert len(set(names.values())) == len(names)
    assert names["tests"] != "tests"
    assert names["verdict-fail"] != "verdict-fail"
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names.values())
    assert slugs(("a/b[c]", "x"))["a/b[c]"] == "a-b-c"
