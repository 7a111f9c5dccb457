"""Sends the scenario of a recorded test again, to the endpoint of the record or another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.load import load, specs_root
from conformance.catalog.problems import did_you_mean
from conformance.catalog.select import exactly
from conformance.properties.options import OFF, PropertyOptions
from conformance.properties.plan import is_law
from conformance.runs.errors import UsageError
from conformance.runs.options import RunOptions
from conformance.targets.profile_file import load_profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from conformance.record.model import Record, RunLine, TestLine
    from conformance.targets.options import TargetOptions
    from conformance.wire.model import Transport

_ALONE: Final = frozenset({"--insecure", "--strict"})
_TRANSPORTS: Final[dict[str, Transport]] = {"http": "http", "tls": "tls"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One test to be run again, and how it came out before."""

    before: TestLine
    options: RunOptions
    changed: bool
    """The scenario says something else now than when it was recorded."""


def make_replay(
    record: Record, test_id: str, target: TargetOptions, arguments: Sequence[str], out: Path
) -> Replay:
    """Find a recorded test and say how to run it again.

    Where ``target`` names nothing it is the record's: a known server is started anew, any other is
    asked at its recorded address. ``arguments`` are those of the recorded command that say which
    endpoint and which scenario files. Raises `UsageError` for a test that the record or the
    catalogue does not hold, and `SpecError` for spec files with mistakes.
    """
    by_id = {test.id: test for test in record.tests}
    if test_id not in by_id:
        hint = did_you_mean(test_id, by_id) or f"it holds {len(by_id)} others"
        raise UsageError(f"the record holds no test {test_id}; {hint}")
    if is_law(test_id):
        raise UsageError(f"{test_id} is a law: run the counter-example beside the record instead")
    values, files = _parsed(arguments)
    catalog = load(files or None)
    test = next((one for one in catalog.tests if one.id == test_id), None)
    if test is None:
        raise UsageError(f"the catalogue holds {test_id} no more; the record has its exchanges")
    named = target.target or target.profile or target.endpoint_url or target.tls_endpoint_url
    return Replay(
        before=by_id[test_id],
        options=RunOptions(
            target=target if named else _recorded(record.run, target, values, catalog.capabilities),
            files=files,
            select=(exactly(test_id),),
            strict=record.run.strict,
            out=out,
            properties=PropertyOptions(profile=OFF),
        ),
        changed=by_id[test_id].sentences not in ((), test.sentences),
    )


def _parsed(arguments: Sequence[str]) -> tuple[dict[str, str], tuple[Path, ...]]:
    """Return the options with their values, flags with an empty one, and the files."""
    values: dict[str, str] = {}
    files: list[Path] = []
    waiting = ""
    for word in arguments:
        if waiting and waiting not in _ALONE:
            values[waiting], waiting = word, ""
        elif word.startswith("--"):
            waiting, equals, value = word.partition("=")
            values[waiting] = value
            waiting = "" if equals else waiting
        else:
            files.append(Path(word))
    return values, tuple(files)


def _recorded(
    run: RunLine, target: TargetOptions, values: dict[str, str], capabilities: Collection[str]
) -> TargetOptions:
    """Return the target of a record; keys, and what the options say beside it, stay."""
    first, second = values.get("--profile-name"), values.get("--alt-profile-name")
    target = replace(
        target,
        transport=target.transport or _TRANSPORTS.get(values.get("--transport", "")),
        profile_name=target.profile_name or (None if target.access_key else first),
        alt_profile_name=target.alt_profile_name or second,
    )
    if "--profile" in values:
        return replace(target, profile=Path(values["--profile"]))
    if run.target in load_profiles(specs_root() / "targets", capabilities):
        return replace(target, target=run.target)
    ca_file = values.get("--ca-file")
    plain = run.endpoint_url if run.endpoint_url != run.tls_endpoint_url else None
    return replace(
        target,
        endpoint_url=plain,
        tls_endpoint_url=run.tls_endpoint_url or None,
        region=target.region or run.region,
        addressing=target.addressing or ("path" if run.addressing == "path" else "virtual-host"),
        ca_file=target.ca_file or (Path(ca_file) if ca_file else None),
        insecure=target.insecure or "--insecure" in values,
    )
