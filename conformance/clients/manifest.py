"""Reads the manifests of clients."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.lint.shape import WORD_ID, Form, head
from conformance.catalog.problems import Problems, SpecError, did_you_mean
from conformance.catalog.yaml12 import Mapping, Scalar, read
from conformance.clients.model import REGISTRIES, STEPS, Client

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

PROGRAMS: Final = Path(__file__).with_name("programs")
PATTERN: Final = "*/manifest*.yaml"
_REQUIRED: Final = (
    "format", "about", "client", "name", "version", "registry", "packages", "needs", "install",
    "run", "steps",
)  # fmt: skip
_OPTIONAL: Final = (
    "own", "skip", "dialect", "uncaptured", "shares", "environment", "not-run-since",
)  # fmt: skip
_OWN_STEP: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[A-Za-z0-9-]+)?")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PINNED: Final = {
    "pypi": re.compile(r"[A-Za-z0-9._-]+(?:\[[a-z0-9,]+\])?==[0-9][A-Za-z0-9.]*"),
    "npm": re.compile(r"(?:@[a-z0-9-]+/)?[a-z0-9.-]+@[0-9][A-Za-z0-9.-]*"),
    "go": re.compile(r"[a-z0-9./-]+@v[0-9][A-Za-z0-9.+-]*"),
    "maven": re.compile(r"[a-z0-9.-]+:[a-z0-9.-]+:[0-9][A-Za-z0-9.-]*"),
    "nuget": re.compile(r"[A-Za-z0-9.]+ [0-9][A-Za-z0-9.-]*"),
}


@cache
def shipped_clients() -> Map[str, Client]:
    """Return the clients of this package by id, sorted; `SpecError` with all mistakes."""
    return read_clients(PROGRAMS)


def read_clients(root: Path) -> Map[str, Client]:
    """Return the clients whose manifests lie below ``root``; `SpecError` with all mistakes."""
    problems = Problems()
    found: dict[str, Client] = {}
    for path in sorted(root.glob(PATTERN)):
        text = path.read_text(encoding="utf-8")
        node = read(path.relative_to(root).as_posix(), text, problems)
        if not isinstance(node, Mapping):
            continue
        client = _Reader(node, path, problems).client()
        if client.id in found:
            text = f"{client.id} is given already"
            problems.add(head(node), "duplicate-id", text, f"at {found[client.id].place}")
        found[client.id] = client
    if problems:
        raise SpecError(problems.sorted())
    return {name: found[name] for name in sorted(found)}


class _Reader:
    """Reads one manifest, and goes on behind each mistake."""

    def __init__(self, node: Mapping, path: Path, problems: Problems) -> None:
        self._form = Form(
            node, "a client's manifest", problems, required=_REQUIRED, optional=_OPTIONAL
        )
        self._problems = problems
        self._folder = path.parent

    def client(self) -> Client:
        form = self._form
        if form.number("format") not in (1, None):
            self._wrong("format", "this release reads format 1")
        registry = form.word("registry", REGISTRIES, "pypi")
        own, skip = self._texts_by_key("own"), self._texts_by_key("skip")
        uncaptured = self._texts_by_key("uncaptured")
        steps = self._list("steps")
        self._check_steps(steps, own, skip)
        for name in uncaptured:
            if name not in steps:
                self._wrong("uncaptured", f"{name} is not a step that is taken")
        return Client(
            id=form.identifier("client", WORD_ID),
            name=form.text("name"),
            version=form.text("version"),
            registry=registry,
            packages=self._packages(registry),
            needs=self._list("needs"),
            install=self._commands("install"),
            run=self._command("run", form.text("run")),
            steps=steps,
            own=own,
            skip=skip,
            dialect=form.text("dialect"),
            uncaptured=uncaptured,
            shares=self._shares(),
            environment=self._texts_by_key("environment"),
            not_run_since=self._date("not-run-since"),
            folder=self._folder,
            place=head(form.node).place,
        )

    def _wrong(self, key: str, text: str, hint: str = "") -> None:
        self._problems.add(self._form.mark(key), "wrong-kind", text, hint)

    def _list(self, key: str) -> tuple[str, ...]:
        return tuple(str(node.value) for node in self._form.texts(key))

    def _texts_by_key(self, key: str) -> dict[str, str]:
        node = self._form.mapping(key)
        found = {}
        for name, value in node.entries.items() if node is not None else ():
            if isinstance(value, Scalar) and isinstance(value.value, str) and value.value:
                found[name] = value.value
            else:
                self._problems.add(value.mark, "wrong-kind", f"{name} takes a sentence")
        return found

    def _packages(self, registry: str) -> tuple[str, ...]:
        for node in self._form.texts("packages"):
            if not _PINNED[registry].fullmatch(str(node.value)):
                text = f"{node.value} names no version as {registry} writes it"
                self._problems.add(node.mark, "wrong-kind", text, "pin the version")
        return self._list("packages")

    def _shares(self) -> tuple[str, ...]:
        for name in self._list("shares"):
            if not (self._folder.parent / name).is_file():
                self._wrong("shares", f"{name} does not lie beside the folders of programs")
        return self._list("shares")

    def _commands(self, key: str) -> tuple[str, ...]:
        return tuple(self._command(key, text) for text in self._list(key))

    def _command(self, key: str, text: str) -> str:
        try:
            shlex.split(text)
            text.format(python="", packages="")
        except (ValueError, KeyError, IndexError) as error:
            self._wrong(key, f"{text!r} is not a command: {error}", "{python} and {packages} only")
        return text

    def _date(self, key: str) -> str:
        text = self._form.text(key)
        if text and not _DATE.fullmatch(text):
            self._wrong(key, f"{text} is not a date", "YYYY-MM-DD")
        return text

    def _check_steps(self, steps: tuple[str, ...], own: Map[str, str], skip: Map[str, str]) -> None:
        known = {*STEPS, *own}
        for key, names in (("steps", steps), ("skip", tuple(skip))):
            for name in names:
                if name not in known:
                    self._wrong(key, f"unknown step {name}", did_you_mean(name, known))
        for name in own:
            if name in STEPS:
                self._wrong("own", f"{name} is a step of every client already")
            elif not _OWN_STEP.fullmatch(name):
                self._wrong("own", f"{name} is not the id of a step")
            elif name not in {*steps, *skip}:
                self._wrong("own", f"{name} is neither taken nor left out")
        if both := sorted({*steps} & {*skip}):
            self._wrong("skip", f"{both[0]} is taken and left out")
        if missing := [name for name in STEPS if name not in {*steps, *skip}]:
            text = f"nothing is said of {', '.join(missing)}"
            self._wrong("steps", text, "take each step, or leave it out with a reason under skip")
