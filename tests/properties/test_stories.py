"""Stories of every law are scenarios, and come back from their files as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.catalog.load import load
from conformance.catalog.place import Place
from conformance.properties.law import Terms
from conformance.properties.laws import ALL
from conformance.properties.plan import law_tests
from conformance.properties.scenario import found_id, read_back, scenario_text, story_as_test
from conformance.properties.story import Story, size_of, step, text
from conformance.properties.yaml_text import write

from .contexts import catalog

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Step, Tree
    from conformance.properties.law import Law

ABLE = Terms(able=frozenset({"copy", "checksum-crc64nvme", "checksum-type"}), actions=6)
QUICK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # the machine may be busy
)
NOWHERE = Place("", 0, 0)


def placeless(steps: tuple[Step, ...]) -> list[Step]:
    """Return steps without the places at which they were written."""
    return [
        replace(
            one,
            place=NOWHERE,
            expectations=tuple(replace(each, place=NOWHERE) for each in one.expectations),
            concurrently=tuple(placeless(one.concurrently)),
        )
        for one in steps
    ]


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.name)
def test_stories_come_back(law: Law) -> None:
    """What is run from a story and what stands in its file are the same, and free of mistakes."""
    test = next(test for test in law_tests(catalog()) if test.id == law.id)

    @QUICK
    @given(law.stories(ABLE))
    def check(story: Story) -> None:
        made = story_as_test(test, story)
        written = scenario_text(test, story, "x")
        read = read_back(test, story, written)
        assert placeless(made.steps) == placeless(read.steps)
        assert placeless(made.given) == placeless(read.given)
        words = [line.lstrip(" -").split() for line in written.splitlines() if len(line) > 100]
        assert all(len(one) == 1 for one in words), "only a word alone may be too long"
        assert story.cost().requests >= 2 * story.requests > 0

    check()


def test_rules_exist() -> None:
    """Every law stands on rules of the catalogue, and its names are unique."""
    known = catalog().rules
    assert all(rule in known for law in ALL for rule in law.rules)
    assert all(law.rules for law in ALL)
    assert len({law.name for law in ALL}) == len(ALL)
    assert all(need in catalog().capabilities for law in ALL for need in (*law.needs, *law.uses))


@QUICK
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_texts_survive(words: str) -> None:
    """Any text, long or odd, is read as it was written."""
    story = Story(steps=(step("PutObject", {"Body": text(words)}, must={"status": 200}),))
    test = law_tests(catalog())[0]
    read = read_back(test, story, scenario_text(test, story, "x"))
    assert read.steps[0].members["Body"] == text(words)


def test_a_file_reads_well(tmp_path: Path) -> None:
    """A written scenario looks as people write them, and is one that the lint takes."""
    story = Story(
        given=(step("PutObject", {"Body": "a"}),),
        steps=(step("GetObject", {"Range": "bytes=0-"}, must={"status": 206}, note="all of it"),),
    )
    test = next(test for test in law_tests(catalog()) if test.id == "property/ranges")
    written = scenario_text(test, story, "A counter-example to the property ranges")
    path = tmp_path / "ranges.yaml"
    path.write_text(written)
    (loaded,) = load([path]).tests
    assert loaded.id == found_id(test, story)
    assert written.splitlines()[5:] == [
        "    rules: [life.complete-assembles]",
        "    why: clients that read large objects in pieces would put them together wrongly",
        "    given:",
        "      - PutObject: {Body: a}",
        "    steps:",
        '      - GetObject: {Range: "bytes=0-"}',
        "        must: {status: 206}",
        "        note: all of it",
    ]


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("no", '"no"'),
        ("a b", "a b"),
        ("a: b", '"a: b"'),
        ("1", '"1"'),
        ("", '""'),
        ("$key", "$key"),
        ("${key}/x", '"${key}/x"'),
        ("é", '"\\u00e9"'),
        ("😀", '"\\U0001f600"'),
        ('"', '"\\""'),
    ],
)
def test_quotes(word: str, shown: str) -> None:
    """A text is quoted where it could be taken for something else."""
    assert write("x", {"id": "a", "title": word}).splitlines()[-1] == f"    title: {shown}"


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("abc", 3),
        ("$$", 1),
        ("é", 2),
        ({"random": "5MiB", "seed": "a"}, 5242880),
        ({"zeros": 7}, 7),
    ],
)
def test_sizes(body: Tree, size: int) -> None:
    """The cost of a body is known before it is sent."""
    assert size_of(body) == size
    story = Story(steps=(step("PutObject", {"Body": body}, repeat={"n": [1, 2]}),))
    assert story.cost().sent == 2 * size
    assert story.requests == 2
