"""The whole script of one test."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import single_steps
from conformance.engine.values import Scope
from conformance.reproduce.expressions import Names
from conformance.reproduce.forms import form
from conformance.reproduce.helpers import fixed_part, used_names
from conformance.reproduce.requests import RequestWriter
from conformance.reproduce.step_text import StepWriter
from conformance.vocabulary.format import BUILT_INS
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalog.model import BucketKind, Catalog, Step, Test, Tree

_STEPS: Final = '''\
def steps() -> list[Step]:
    """Return what is sent, and what is documented of the answers."""
    return [
{body}    ]
'''
_FORMS: Final = '''\
def forms() -> dict[str, Form]:
    """Return what the answers hold, by the service model of Amazon S3."""
    return {{
{forms}    }}
'''
_WHOLE: Final = """\
#!/usr/bin/env python3
{about}

from __future__ import annotations

{imports}


{source}

# ---- the same in every script: signs, sends, reads, compares, removes


{fixed}


if __name__ == "__main__":
    finish(Test(steps(), forms(){more}), {title!r})
"""
_HOW: Final = """\
Run (Python 3.9 or later, nothing else is needed; --help names more options):

    AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… {alt}\\
        python3 -I reproduce.py --endpoint http://127.0.0.1:9000

It makes a bucket and removes it, with all that it put there. Exit code 0: as
documented; 1: differs from what is documented; 2: not checked, the last line says
why. Written by s3-conformance; anybody may copy and change it."""
_KNOWN_HERE: Final = frozenset({"bucket", "region", "access_key", "other_bucket"})
_BUCKETS: Final = {"second_bucket": "plain", "second_directory_bucket": "directory"}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts about the target, from a record or its profile, for the script."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Built-in name to what the profile of the target gives for it."""
    claimed: bool = False
    """The target says that it has all that the test needs."""
    prefers_tls: bool = False
    """Something that the test needs is refused by S3 over plain HTTP."""
    over_tls: bool = False
    """Its requests went out over TLS, which decides on the form that some clients write."""
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
        zonal = {"v.second_directory_bucket", "v.directory_access_point"} | (
            {"v.bucket"} if self._kind.zone else set()
        )
        self._names = Names(Scope(dict(known)), zonal=frozenset(zonal))
        self._steps = StepWriter(
            self._names, RequestWriter(self._names, "tls" if facts.over_tls else "http")
        )

    def write(self) -> str:
        test = self._test
        setup = [self._steps.write(one, "bucket") for one in self._bucket(self._kind, "bucket")]
        steps = [self._steps.write(one, "set-up") for one in test.given]
        steps += [self._steps.write(one, "step") for one in test.steps]
        for name, kind in _BUCKETS.items():
            if name in self._names.used:
                further = self._catalog.buckets[kind]
                setup += [self._steps.write(one, "bucket") for one in self._bucket(further, name)]
        body = "".join(textwrap.indent(one, "    ") for one in (*setup, *steps))
        needed = sorted(set(self._names.used) & self._profile_names())
        known = self._facts.values
        values = {name: known.get(name, BUILT_INS[name].default) for name in needed}
        zone = BUILT_IN_OF_PROFILE.get(self._kind.zone, "")
        if zone and zone not in values:
            values[zone] = self._facts.values.get(zone, "")
        whole = self._facts.every_member
        named = sorted(self._steps.members.items())
        forms = [
            f"{operation!r}: {form(operation, None if whole else n)}," for operation, n in named
        ]
        source = "\n\n".join(
            (
                _STEPS.format(body=textwrap.indent(body, "    ")),
                _FORMS.format(forms="".join(f"        {one}\n" for one in forms)),
            )
        )
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
        imports, fixed = fixed_part({*used_names(source), "Test", "finish"})
        text = _WHOLE.format(
            about=self._docstring(), imports=imports, source=source, fixed=fixed, more=more,
            title=f"{test.id}: {test.title}",
        )  # fmt: skip
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
        cited = [*test.sources, *(s for one in single_steps(test.steps) for s in one.sources)]
        cited += [s for r in test.rules if r in catalog.rules for s in catalog.rules[r].sources]
        for name in list(dict.fromkeys(cited))[:4]:
            if name in catalog.sources:
                source = catalog.sources[name]
                status = f"{source.status} {source.code}".strip()
                lines += _wrapped(f"{source.grade} {source.date}: {source.condition}: {status}")
                lines += [f"    {source.url}"] if source.url else []
        if test.scenario.why:
            lines += ["", "Why it matters:", *_wrapped(test.scenario.why)]
        needs_alt = any(one.edits.get("as") == "alt" for one in test.single_steps())
        alt = (
            "S3_CONFORMANCE_ALT_ACCESS_KEY=… S3_CONFORMANCE_ALT_SECRET_KEY=… " if needs_alt else ""
        )
        lines += ["", _HOW.format(alt=alt)]
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


BUILT_IN_OF_PROFILE: Final = {one.profile: name for name, one in BUILT_INS.items() if one.profile}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 92, initial_indent="  ", subsequent_indent="  ")
