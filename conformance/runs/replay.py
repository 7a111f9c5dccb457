"""Sends the scenario of a recorded test again, to the endpoint of the record or another."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from conformance.catalog.load import load
from conformance.catalog.problems import did_you_mean
from conformance.catalog.select import exactly
from conformance.properties.plan import is_law
from conformance.record.options import OFF, PropertyOptions
from conformance.runs.errors import UsageError
from conformance.runs.options import RunOptions
from conformance.runs.selection import make_selection
from conformance.targets.options import TargetChoice
from conformance.wire.addressing import resolve

if TYPE_CHECKING:
    from conformance.record.model import Record, RunLine, TestLine
    from conformance.runs.selection import Selection
    from conformance.targets.options import TargetOptions
    from conformance.targets.profile import Profile

_CREDENTIALS: Final = frozenset({"profile_name", "alt_profile_name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One test to be run again, and its result before."""

    before: TestLine
    options: RunOptions
    selection: Selection
    changed: bool
    """The scenario says something else now than when it was recorded."""
    notes: tuple[str, ...]
    """What to say before anything is sent: where it goes, and what of the record is not used."""


def make_replay(
    record: Record, test_id: str, target: TargetOptions, out: Path, *, anywhere: bool = False
) -> Replay:
    """Find a recorded test and say how to run it again.

    Where ``target`` names nothing it is the record's: a known server is started again, any other is
    asked at its recorded address. A record may be anybody's, so it chooses no credentials, no
    address outside this machine unless ``anywhere``, and there no unchecked certificate. Raises
    `UsageError` for that and for a test that the record or the catalogue does not hold, and
    `SpecError` for spec files with mistakes.
    """
    before = _recorded_test(record, test_id)
    asked = record.run.options
    files = tuple(map(Path, asked.files))
    test = next((one for one in load(files or None).tests if one.id == test_id), None)
    if test is None:
        raise UsageError(f"the catalogue holds {test_id} no more; the record has its exchanges")
    options = RunOptions(
        target=target if target.named else _recorded_target(asked.target, target),
        files=files,
        select=(exactly(test_id),),
        strict=record.run.strict,
        bucket=asked.bucket,
        out=out,
        properties=PropertyOptions(profile=OFF),
    )
    selection = make_selection(options)
    notes = [f"replaying on {_where(selection.profile)}"]
    if not target.named:
        options, selection = _of_a_stranger(options, selection, target, anywhere=anywhere)
        notes += _not_used(record.run, target)
    return Replay(
        before=before,
        options=options,
        selection=selection,
        changed=before.sentences not in ((), test.sentences),
        notes=tuple(notes),
    )


def _recorded_test(record: Record, test_id: str) -> TestLine:
    by_id = {test.id: test for test in record.tests}
    if test_id not in by_id:
        hint = did_you_mean(test_id, by_id) or f"it holds {len(by_id)} others"
        raise UsageError(f"the record holds no test {test_id}; {hint}")
    if is_law(test_id):
        raise UsageError(
            f"{test_id} is a property: run the counter-example beside the record instead"
        )
    return by_id[test_id]


def _recorded_target(recorded: TargetChoice, given: TargetOptions) -> TargetOptions:
    """Return the target of a record; what the options say stands over it, and keys are theirs."""
    taken = {
        one.name: getattr(recorded, one.name)
        for one in fields(TargetChoice)
        if not getattr(given, one.name) and one.name not in _CREDENTIALS
    }
    return replace(given, **taken)


def _of_a_stranger(
    options: RunOptions, selection: Selection, given: TargetOptions, *, anywhere: bool
) -> tuple[RunOptions, Selection]:
    """Take from what the record names whatever may not be a record's to choose."""
    profile = selection.profile.model_copy(update={"credentials": None, "alt_credentials": None})
    if profile.launcher is None and not _on_this_machine(profile):
        if not anywhere:
            raise UsageError(
                f"the record would have requests sent to {_where(profile)}: confirm it with --yes, "
                "or say where to send them with --endpoint-url"
            )
        profile = profile.model_copy(update={"insecure": given.insecure})
        options = replace(options, target=replace(options.target, insecure=given.insecure))
    return options, replace(selection, profile=profile)


def _not_used(run: RunLine, given: TargetOptions) -> list[str]:
    name = run.options.target.profile_name
    if name is None or given.profile_name is not None or given.access_key is not None:
        return []
    again = f"give --profile-name {name} to use it again"
    return [f"a record does not choose keys, and this one was signed with {name}'s: {again}"]


def _urls(profile: Profile) -> list[str]:
    return [url for url in (profile.endpoint_url, profile.tls_endpoint_url) if url is not None]


def _where(profile: Profile) -> str:
    if profile.launcher is not None:
        return f"{profile.name}, started for it"
    return " and ".join(_urls(profile))


def _on_this_machine(profile: Profile) -> bool:
    """Return whether every address that a target's requests may go to is one of this machine."""
    hosts = [urlsplit(url).hostname or "" for url in _urls(profile)]
    bases = [base for base in (profile.virtual_host_base, profile.service_domain) if base]
    hosts += [f"any.{base}" for base in bases]
    return all(_is_loopback(resolve(host, profile.resolve)) for host in hosts)


def _is_loopback(host: str) -> bool:
    if f".{host.lower().rstrip('.')}".endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
