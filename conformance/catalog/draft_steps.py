"""Steps as read: the operation found, the name settled, nothing bound yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.lint.shape import STEP_NAME, Form, head, kind_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.references import NAME
from conformance.catalog.service import operation_names
from conformance.catalog.yaml12 import Mapping, Scalar
from conformance.vocabulary.format import STEP_KEYS, STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

GROUP_KEYS: Final = ("concurrently", "name", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """A step, or a group of them, with its name settled."""

    operation: str
    """Empty for a group, and for a step whose operation is unknown."""
    name: str
    node: Mapping
    mark: Mark
    saves: Map[str, str]
    sources: tuple[Scalar, ...]
    concurrently: tuple[DraftStep, ...] = ()

    def expects(self) -> bool:
        """Return whether anything in it says what should come back."""
        own = any(strength in self.node.entries for strength in STRENGTHS)
        return own or any(step.expects() for step in self.concurrently)


def check_names(names: Map[str, Mark], what: str, problems: Problems) -> None:
    """Check names of variables, by the places where they are."""
    for name, mark in names.items():
        if not NAME.fullmatch(name):
            better = re.sub(r"[^A-Za-z0-9]+", "_", name)
            hint = f"write {better}" if NAME.fullmatch(better) else "letters, digits and _"
            problems.add(mark, "bad-name", f"{name} is not a name for {what}", hint)


def read_step(
    node: Mapping, names: dict[str, int], problems: Problems, *, grouped: bool = False
) -> DraftStep:
    """Read one step; ``names`` counts those that are taken already.

    ``grouped`` says that it is one of a group, beside another that does not end last.
    """
    if "concurrently" in node.entries:
        return _group(node, names, problems)
    if "ends-last" in node.entries and not grouped:
        problems.add(
            node.key_mark("ends-last"),
            "ends-last-alone",
            "ends-last has a meaning within concurrently alone",
            "put it beside a step that does not end last",
        )
    operation, mark = _operation(node, problems)
    form = Form(node, operation or "a step", problems, optional=node.entries)
    _check_cut(node, problems)
    return DraftStep(
        operation=operation if operation in operation_names() else "",
        name=_name(form, operation or "step", names, problems),
        node=node,
        mark=mark,
        saves=_saves(form, problems),
        sources=form.texts("sources"),
    )


def _check_cut(node: Mapping, problems: Problems) -> None:
    """Check that a step whose request breaks off expects and saves nothing."""
    framing = node.entries.get("framing")
    broken = framing.entries.get("broken") if isinstance(framing, Mapping) else None
    if not isinstance(broken, Scalar) or broken.value != "cut-body":
        return
    for key in ("save", "eventually", *STRENGTHS):
        if key in node.entries:
            problems.add(
                node.key_mark(key),
                "answer-of-cut-body",
                f"a body that is cut off gets no answer, so {key} has no meaning",
                "ask in the next step what became of it",
            )


def _group(node: Mapping, names: dict[str, int], problems: Problems) -> DraftStep:
    form = Form(node, "a concurrent group", problems, optional=GROUP_KEYS)
    name = _name(form, "concurrently", names, problems)
    items = tuple(form.maps("concurrently"))
    grouped = any("ends-last" not in item.entries for item in items)
    return DraftStep(
        operation="",
        name=name,
        node=node,
        mark=node.key_mark("concurrently"),
        saves={},
        sources=(),
        concurrently=tuple(read_step(one, names, problems, grouped=grouped) for one in items),
    )


def _operation(node: Mapping, problems: Problems) -> tuple[str, Mark]:
    """Find the key that is the operation; empty when there is none."""
    others = [key for key in node.entries if key not in STEP_KEYS]
    known = [key for key in others if key in operation_names()]
    if len(known) > 1:
        problems.add(
            node.key_mark(known[1]), "step-operation", f"a step has one operation; {known[0]} is it"
        )
    # A first key that is no operation was meant as one; a later one is a misspelt step key.
    operation = known[0] if known else next((key for key in others if key[:1].isupper()), "")
    for key in others:
        if key == operation or key in known:
            continue
        problems.add(
            node.key_mark(key),
            "unknown-key",
            f"a step has no key {key}",
            did_you_mean(key, (*STEP_KEYS, "concurrently", "with")),
        )
    if not operation:
        problems.add(head(node), "step-operation", "a step names one S3 operation")
        return "", head(node)
    mark = node.key_mark(operation)
    if not known:
        problems.add(
            mark,
            "unknown-operation",
            f"S3 has no operation {operation}",
            did_you_mean(operation, operation_names()),
        )
    return operation, mark


def _name(form: Form, default: str, names: dict[str, int], problems: Problems) -> str:
    if "name" not in form.node.entries:
        names[default] = names.get(default, 0) + 1
        return default if names[default] == 1 else f"{default}-{names[default]}"
    name = form.text("name")
    mark = form.mark("name")
    if name and not STEP_NAME.fullmatch(name):
        problems.add(mark, "bad-name", f"{name} is not a step name", "words joined by hyphens")
    elif name in names:
        problems.add(mark, "duplicate-step-name", f"another step is named {name} already")
    names[name] = names.get(name, 0) + 1
    return name


def _saves(form: Form, problems: Problems) -> dict[str, str]:
    node = form.mapping("save")
    if node is None:
        return {}
    check_names(node.keys, "a saved value", problems)
    saves: dict[str, str] = {}
    for name, value in node.entries.items():
        if isinstance(value, Scalar) and isinstance(value.value, str):
            saves[name] = value.value
        else:
            problems.add(value.mark, "wrong-kind", f"save takes a path, not {kind_of(value)}")
            saves[name] = ""
    return saves
