"""Converts a story to a test, to a scenario file, and a file back to a test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.binding import Binder
from conformance.catalog.draft_steps import read_step
from conformance.catalog.problems import Mark, Problems, SourceFile, SpecError
from conformance.catalog.steps import StepBuilder
from conformance.catalog.yaml12 import BOUND_CALLS, Mapping, Node, Scalar, Sequence, read
from conformance.properties.yaml_text import write

if TYPE_CHECKING:
    from conformance.catalog.model import Step, Test, Tree
    from conformance.properties.story import Story

FOUND: Final = "found"
"""Area of the ids of scenarios that a search has written."""
_NOWHERE: Final = Mark(SourceFile("(story)", ()), 0, 0, 1)


def found_id(test: Test, story: Story) -> str:
    """Return the id of the scenario that repeats a story: ``found/<law>/<digest>``."""
    return f"{FOUND}/{test.id.partition('/')[2]}/{story.digest}"


def file_name(scenario_id: str) -> str:
    """Return the name of the file for a scenario that a search has written."""
    return scenario_id.partition("/")[2].replace("/", "-") + ".yaml"


def story_as_test(law_test: Test, story: Story) -> Test:
    """Return the test that runs a story, under an id of its own.

    SpecError when the story is no scenario: a fault of the law's strategy.
    """
    given, steps = _steps([_node(s) for s in story.given], [_node(s) for s in story.steps])
    return replace(
        law_test,
        id=f"{law_test.id}/{story.digest}",
        given=given,
        steps=steps,
    )


def read_back(law_test: Test, story: Story, text: str) -> Test:
    """Return the test in a scenario file that `scenario_text` wrote.

    SpecError when it can't be read.
    """
    problems = Problems()
    root = read(f"{found_id(law_test, story)}.yaml", text, problems)
    if root is None or len(problems):
        raise SpecError(problems.sorted())
    scenario = _entry(root, "scenarios")
    one = scenario.items[0] if isinstance(scenario, Sequence) else root
    given, steps = _steps(_items(_entry(one, "given")), _items(_entry(one, "steps")))
    return replace(law_test, id=found_id(law_test, story), given=given, steps=steps)


def scenario_text(law_test: Test, story: Story, about: str) -> str:
    """Return a scenario file, ready to be committed, that repeats a story."""
    frame: dict[str, Tree] = {
        "id": found_id(law_test, story),
        "title": law_test.title,
        "rules": list(law_test.rules),
        "why": law_test.scenario.why,
    }
    if law_test.scenario.needs:
        frame["needs"] = list(law_test.scenario.needs)
    if law_test.scenario.bucket != "plain":
        frame["bucket"] = law_test.scenario.bucket
    if story.given:
        frame["given"] = [dict(one) for one in story.given]
    frame["steps"] = [dict(one) for one in story.steps]
    return write(about, frame)


def _steps(given: list[Node], steps: list[Node]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Read, bind and check steps by the catalogue's own code."""
    problems = Problems()
    names: dict[str, int] = {}
    builder = StepBuilder(Binder((), problems), problems, {})
    built = [
        builder.build(
            tuple(read_step(node, names, problems) for node in nodes if isinstance(node, Mapping))
        )
        for nodes in (given, steps)
    ]
    if len(problems):
        raise SpecError(problems.sorted())
    return built[0], built[1]


def _node(tree: Tree) -> Node:
    """Return a tree as the catalogue's reader would have read it."""
    if isinstance(tree, list):
        items = [_node(item) for item in tree]
        return Sequence(items, _NOWHERE, any(item.live for item in items))
    if isinstance(tree, dict):
        entries = {key: _node(value) for key, value in tree.items()}
        live = any(node.live for node in entries.values())
        live = live or any("$" in key for key in entries) or next(iter(entries), "") in BOUND_CALLS
        return Mapping(entries, _NOWHERE, {}, live)
    return Scalar(tree, _NOWHERE, isinstance(tree, str) and "$" in tree)


def _entry(node: Node, key: str) -> Node | None:
    return node.entries.get(key) if isinstance(node, Mapping) else None


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []
