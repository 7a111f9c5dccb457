"""The whole script of one test."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.references import path_steps
from conformance.engine.checks import wants_status
from conformance.engine.errors import EngineError
from conformance.engine.requests import prepare as prepare_step
from conformance.engine.values import Scope, evaluate
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.expressions import Names
from conformance.reproduce.forms import form
from conformance.reproduce.helpers import fixed_part, used_names
from conformance.reproduce.requests import RequestWriter
from conformance.vocabulary.format import BUILT_INS
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.catalog.model import BucketKind, Catalog, Expectation, Step, Test, Tree

_SAYS_STATUS: Final = frozenset({"status", "code", "message", "error"})
_NAMED: Final = frozenset({"headers", "error", "xml"})
_MOST_SPELLED: Final = 24
"""Requests of a ``repeat`` that the script spells out one by one."""
_WHOLE: Final = "answer"
_KNOWN_HERE: Final = frozenset({"bucket", "region", "access_key", "other_bucket"})
_BUCKETS: Final = {"second_bucket": "plain", "second_directory_bucket": "directory"}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a record, or the profile of its target, says beside the test itself."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Built-in name to what the profile of the target gives for it."""
    claimed: bool = False
    """The target says that it has all that the test needs."""
    prefers_tls: bool = False
    observed: str = ""
    """What the test showed, in one line."""
    every_member: bool = False
    """An answer could not be read: all its members are looked at, not those of the checks alone."""


def script(test: Test, catalog: Catalog, facts: Facts | None = None) -> str:
    """Return the script that repeats a test.

    `CannotReproduceError` says why there is none.
    """
    return _Writer(test, catalog, facts or Facts()).write()


class _Writer:
    def __init__(self, test: Test, catalog: Catalog, facts: Facts) -> None:
        self._test, self._catalog, self._facts = test, catalog, facts
        prefix = f"s3-conformance/reproduce/{_slug(test.id)}/"
        known = {"prefix": prefix, "key": f"{prefix}object", **facts.values}
        for name in _KNOWN_HERE:
            known.pop(name, None)
        self._kind = catalog.buckets[test.bucket]
        zonal = {"v.second_directory_bucket", "v.directory_access_point"} | ({"v.bucket"} if self._kind.zone else set())
        self._names = Names(Scope(dict(known)), zonal=frozenset(zonal))
        self._requests = RequestWriter(self._names, "tls" if facts.prefers_tls else "http")
        self._members: dict[str, set[str]] = {}

    def write(self) -> str:
        test = self._test
        setup = [self._step(one, "bucket") for one in self._bucket(self._kind, "bucket")]
        steps = [self._step(one, "set-up") for one in test.given]
        steps += [self._step(one, "step") for one in test.steps]
        for name, kind in _BUCKETS.items():
            if name in self._names.used:
                further = self._catalog.buckets[kind]
                setup += [self._step(one, "bucket") for one in self._bucket(further, name)]
        body = "".join(textwrap.indent(one, "    ") for one in (*setup, *steps))
        needed = sorted(set(self._names.used) & self._profile_names())
        values = {name: self._facts.values.get(name, "") for name in needed}
        zone = BUILT_IN_OF_PROFILE.get(self._kind.zone, "")
        if zone and zone not in values:
            values[zone] = self._facts.values.get(zone, "")
        steps_text = f"def steps() -> list[Step]:\n    \"\"\"Return what is sent, and what is documented of the answers.\"\"\"\n    return [\n{textwrap.indent(body, '    ')}    ]\n"
        forms = "".join(
            f"        {operation!r}: {form(operation, None if self._facts.every_member else names)},\n"
            for operation, names in sorted(self._members.items())
        )
        forms_text = f"def forms() -> dict[str, Form]:\n    \"\"\"Return what the answers hold, by the service model of Amazon S3.\"\"\"\n    return {{\n{forms}    }}\n"
        own = test.bucket != "plain" or bool(set(_BUCKETS) & self._names.used)
        given = {
            "prefers_tls": self._facts.prefers_tls,
            "claimed": self._facts.claimed,
            "feature": test.scenario.ignored,
            "request_form": test.form,
            "own_bucket": own,
            "values": values,
            "zone": zone,
        }
        more = "".join(f", {name}={value!r}" for name, value in given.items() if value)
        source = f"{steps_text}\n\n{forms_text}"
        imports, fixed = fixed_part({*used_names(source), "Test", "finish"})
        title = f"{test.id}: {test.title}"
        text = (
            f"#!/usr/bin/env python3\n{self._docstring()}\n\nfrom __future__ import annotations\n\n"
            f"{imports}\n\n"
            f"{source}\n\n"
            f"# ---- the same in every script: signs, sends, reads, compares, removes\n\n\n"
            f"{fixed}\n\n\n"
            f'if __name__ == "__main__":\n    finish(Test(steps(), forms(){more}), {title!r})\n'
        )
        ast.parse(text)
        return text

    def _docstring(self) -> str:
        test, catalog = self._test, self._catalog
        lines = [harmless(f"{test.id}: {test.title}."), ""]
        if self._facts.observed:
            lines += ["Seen:", *_wrapped(harmless(self._facts.observed)), ""]
        lines += ["What Amazon S3 documents:"]
        for name in test.rules:
            if name in catalog.rules:
                rule = catalog.rules[name]
                lines += _wrapped(f"{rule.statement} ({rule.level})")
        cited = [*test.sources, *(s for one in _all(test.steps) for s in one.sources)]
        cited += [s for r in test.rules if r in catalog.rules for s in catalog.rules[r].sources]
        for name in list(dict.fromkeys(cited))[:4]:
            if name in catalog.sources:
                source = catalog.sources[name]
                status = f"{source.status} {source.code}".strip()
                lines += _wrapped(f"{source.grade} {source.date}: {source.condition}: {status}")
                lines += [f"    {source.url}"] if source.url else []
        if test.scenario.why:
            lines += ["", "Why it matters:", *_wrapped(test.scenario.why)]
        needs_alt = any(one.edits.get("as") == "alt" for one in _all((*test.given, *test.steps)))
        alt = "S3_CONFORMANCE_ALT_ACCESS_KEY=… S3_CONFORMANCE_ALT_SECRET_KEY=… " if needs_alt else ""
        lines += [
            "", "Run (Python 3.9 or later, nothing else is needed; --help names more options):", "",
            f"    AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… {alt}\\",
            "        python3 -I reproduce.py --endpoint http://127.0.0.1:9000", "",
            "It makes a bucket and removes it, with all that it put there. Exit code 0: as documented;",
            "1: differs from what is documented; 2: not checked, the last line says why.",
            "Written by s3-conformance; anybody may copy and change it.",
        ]  # fmt: skip
        text = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
        return f'"""{text}\n"""'

    def _profile_names(self) -> set[str]:
        return {name for name, one in BUILT_INS.items() if one.profile}

    def _bucket(self, kind: BucketKind, name: str) -> Iterator[Step]:
        """Yield the steps that set a bucket up, for the bucket of that name."""
        for step in kind.setup:
            members: dict[str, Tree] = {"Bucket": f"${name}", **step.members}
            if step.operation != "CreateBucket" or kind.zone:
                yield replace(step, members=members)
                continue
            place = self._facts.values.get("region", "")
            if place and place != "us-east-1":
                members["CreateBucketConfiguration"] = {"LocationConstraint": place}
            yield replace(step, members=members)

    def _step(self, step: Step, role: str) -> str:
        """Return the source of a step, of a group, or of the requests of a ``repeat``."""
        if step.concurrently:
            inner = "".join(self._step(one, role) for one in step.concurrently)
            return (
                f"Step({step.name!r}, '', lambda v: NOTHING, role={role!r}, together=(\n"
                f"{textwrap.indent(inner, '    ')})),\n"
            )
        if not step.repeat:
            return self._one(step, role, step.name)
        ((variable, tree),) = step.repeat.items()
        if not self._names.is_known(tree):
            raise CannotReproduceError(f"{step.name} repeats over what an answer gives")
        try:
            requests = prepare_step(replace(step, members={}, edits={}, spoken=None), Scope({**self._names.scope.names, "bucket": "b"}), None)
        except EngineError as error:
            raise CannotReproduceError(str(error)) from error
        items = [one.scope.names[variable] for one in requests]
        if len(items) > _MOST_SPELLED:
            return self._one(step, role, step.name, repeat=(variable, self._items(items)))
        outer = self._names.scope
        written = []
        for index, item in enumerate(items):
            self._names.scope = outer.with_names({variable: item})
            written.append(self._one(step, role, f"{step.name}[{index}]", listed=True))
        self._names.scope = outer
        return "".join(written)

    @staticmethod
    def _items(items: Sequence[object]) -> str:
        numbers = [one for one in items if isinstance(one, int)]
        if len(numbers) == len(items) and numbers == list(range(numbers[0], numbers[-1] + 1)):
            return f"list(range({numbers[0]}, {numbers[-1] + 1}))"
        return repr(list(items))

    def _one(
        self, step: Step, role: str, name: str, *, listed: bool = False, repeat: tuple[str, str] = ("", "")
    ) -> str:
        wanted = self._members.setdefault(step.operation, set())
        request = self._requests.write(step)
        lines = [f"{name!r}, {step.operation!r},", f"lambda v: {request},"]
        for strength in ("must", "should"):
            fields = self._fields(step, strength, wanted)
            if fields:
                lines.append(f"{strength}=lambda v: {{{', '.join(fields)}}},")
        implied = _implied(step, given=role != "step")
        if implied:
            lines.append(f"succeeds={implied!r},")
        if _strongest(step) != "must":
            lines.append(f"strength={_strongest(step)!r},")
        saves = []
        for variable, path in step.save.items():
            steps = path_steps("." + path)
            key = f"{variable}[]" if listed or repeat[0] else variable
            if steps and steps[0] == _WHOLE:
                wanted |= set(map(str, steps[1:2]))
                if len(steps) == 1:
                    wanted |= {"*"}
                else:
                    steps = steps[1:]
            else:
                wanted.add(str(steps[0]))
            saves.append(f"{key!r}: {steps!r}")
        if saves:
            lines.append(f"save={{{', '.join(saves)}}},")
        if role != "step":
            lines.append(f"role={role!r},")
        if step.when:
            lines.append(f"when={step.when!r},")
        if step.eventually:
            lines.append(f"eventually={step.eventually!r},")
        if wants_status(step, 501):
            lines.append("expects_501=True,")
        if repeat[0]:
            lines.append(f"repeat={repeat[0]!r}, items=lambda v: {repeat[1]},")
        note = f"    # {harmless(step.note)}\n" if step.note else ""
        return "Step(\n" + note + "".join(textwrap.indent(f"{one}\n", "    ") for one in lines) + "),\n"

    def _fields(self, step: Step, strength: str, wanted: set[str]) -> list[str]:
        written = []
        for one in step.expectations:
            if one.strength != strength:
                continue
            for name, tree in one.fields.items():
                wanted.add(name)
                expected = self._expected(name, tree)
                deferred = "v." in expected
                written.append(f"{name!r}: {f'lambda: {expected}' if deferred else expected}")
        return written

    def _expected(self, name: str, tree: Tree) -> str:
        if name == "status":
            if isinstance(tree, dict) and len(tree) == 1 and set(tree) <= {"any_of", "one_of"}:
                ((word, choices),) = tree.items()
                written = self._names.expression(choices)
                return f"tuple({written})" if word == "one_of" else written
            if isinstance(tree, list):
                return self._names.expression(tree)
        if name in _NAMED and isinstance(tree, dict):
            pairs = (f"{key!r}: {self._names.expected(item)}" for key, item in tree.items())
            return f"{{{', '.join(pairs)}}}"
        return self._names.expected(tree)


BUILT_IN_OF_PROFILE: Final = {one.profile: name for name, one in BUILT_INS.items() if one.profile}


def _implied(step: Step, *, given: bool) -> str:
    if any(_SAYS_STATUS & set(one.fields) for one in step.expectations):
        return ""
    strengths = {one.strength for one in step.expectations}
    if given or not strengths or "must" in strengths:
        return "must"
    return "should" if "should" in strengths else ""


def _strongest(step: Step) -> str:
    strengths = {one.strength for one in step.expectations}
    order = ("must", "should", "disputed", "observe")
    return next((one for one in order if one in strengths), "must")


def _all(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield from step.concurrently or (step,)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 92, initial_indent="  ", subsequent_indent="  ")
