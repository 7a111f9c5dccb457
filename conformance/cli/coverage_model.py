"""``coverage --model``: the members of the service model, and what another edition adds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.model_watch.kept import (
    ModelError,
    family_in,
    installed_family,
    kept_family,
)
from conformance.catalog.model_watch.watch import STATES
from conformance.catalog.schema.drift import steps_drift
from conformance.cli.errors import fail
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model_watch.drift import Drift
    from conformance.catalog.model_watch.members import Family
    from conformance.catalog.model_watch.watch import Watch, Watched

INSTALLED: Final = "installed"


def other_edition(against: str) -> Family:
    """Return the edition that ``--against`` names; exits when it is none."""
    if against == INSTALLED:
        return installed_family()
    try:
        return family_in(Path(against))
    except OSError as error:
        fail(f"--against: {against} can't be read: {error.strerror or error}", ExitCode.USAGE)
    except ModelError as error:
        fail(f"--against: {error}", ExitCode.USAGE)


def kept_edition() -> Family:
    """Return the edition that the catalogue answers for; exits when its file is broken."""
    try:
        return kept_family()
    except (OSError, ValueError, KeyError) as error:
        fail(f"the kept service model can't be read: {error}", ExitCode.USAGE)


def counts(found: Watch) -> dict[str, object]:
    """Return the figures as scripts rely on them: ``open`` holds ids, the others numbers."""
    return {
        "members": len(found.entries),
        "asserted": len(found.of("asserted")),
        "excused": len(found.of("excused")),
        "open": [entry.id for entry in found.of("open")],
    }


def details(found: Watch) -> dict[str, object]:
    """Return each member and value with the scenarios that send and assert it."""
    return {
        entry.id: {
            "state": entry.state,
            "about": entry.about,
            "sent": entry.sent,
            "asserted": entry.asserted,
            **({"reason": entry.reason} if entry.reason else {}),
        }
        for entry in found.entries
    }


def drift_tree(found: Drift) -> dict[str, object]:
    """Return the differences of two editions as scripts rely on them."""
    return {
        "kept": found.kept,
        "against": found.other,
        "added": found.added,
        "removed": found.removed,
        "changed": {name: {"was": was, "is": now} for name, (was, now) in found.changed.items()},
    }


def shown(found: Watch) -> Iterator[str]:
    """Yield the lines of ``coverage --model``."""
    yield f"S3 service model of botocore {found.botocore}\n"
    yield f"{'':34}{'total':>9}{''.join(f'{state:>10}' for state in STATES)}"
    groups = found.groups()
    for group, entries in groups.items():
        yield _row(group, entries)
    yield _row("all", found.entries)
    for group, entries in groups.items():
        yield f"\n{group}"
        for entry in entries:
            yield from _entry(entry)
    yield from listed("Open", found)


def listed(title: str, found: Watch) -> Iterator[str]:
    """Yield what is open, and excuses that excuse nothing."""
    if found.of("open"):
        yield f"\n{title}"
        yield from (f"  {entry.id}  {entry.about}".rstrip() for entry in found.of("open"))
    if found.stale:
        yield "\nExcused members that are asserted, or not in the model"
        yield from (f"  {name}" for name in found.stale)


def shown_drift(found: Drift) -> Iterator[str]:
    """Yield the lines of ``coverage --model --against``."""
    other = f"botocore {found.other}" if found.other else "the file"
    yield f"{other} against botocore {found.kept}, for which the catalogue answers"
    for title, lines in (
        ("Added", [f"{name}  {about}".rstrip() for name, about in found.added.items()]),
        ("Removed", list(found.removed)),
        ("Changed", [f"{name}: {was}; now {now}" for name, (was, now) in found.changed.items()]),
    ):
        if lines:
            yield f"\n{title}"
            yield from (f"  {line}" for line in lines)
    if found.none:
        yield "No difference"


def shown_schema_drift() -> Iterator[str]:
    """Yield what the installed botocore has beside the schema of steps, which editors use."""
    found = steps_drift()
    if found.model:
        yield f"\nspecs/schema/steps.schema.json is of another model: {len(found.model)} names"
        yield from (f"  {line}" for line in found.model)


def _row(name: str, entries: Iterable[Watched]) -> str:
    states = [entry.state for entry in entries]
    figures = "".join(f"{states.count(state):>10}" for state in STATES)
    return f"{name:34}{len(states):>9}{figures}"


def _entry(entry: Watched) -> Iterator[str]:
    name = entry.id.removeprefix(entry.group).strip()
    if entry.state == "excused":
        yield f"  {name}  excused: {entry.reason}"
        return
    if entry.state == "open":
        sent = f", sent by {_some(entry.sent)}" if entry.sent else ""
        yield f"  {name}  OPEN{sent}"
        return
    sent = f"sent by {_some(entry.sent)}, " if entry.sent else ""
    yield f"  {name}  {sent}asserted by {_some(entry.asserted)}"


def _some(scenarios: tuple[str, ...]) -> str:
    more = f" and {len(scenarios) - 1} more" if len(scenarios) > 1 else ""
    return f"{scenarios[0]}{more}"
