"""Reads profile files: all mistakes at once, each with its place; no secret is ever repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from conformance.catalog import yaml12
from conformance.catalog.place import Place
from conformance.catalog.problems import Mark, Problem, Problems, SpecError, did_you_mean
from conformance.targets.about import About
from conformance.targets.profile import CredentialSource, Profile, ProfileLimits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

_CONFIDENTIAL: Final = re.compile(r"secret|password|token|access.?key", re.IGNORECASE)
_WHERE_INSTEAD: Final = (
    "name where they are: `credentials: {profile: NAME}` for a profile of the AWS configuration, "
    "or `credentials: {env: PREFIX}` for PREFIX_ACCESS_KEY and PREFIX_SECRET_KEY"
)
_TEMPLATE: Final = "template"
_KNOWN_KEYS: Final = {
    "": tuple(Profile.model_fields),
    "about": tuple(About.model_fields),
    "limits": tuple(ProfileLimits.model_fields),
    "credentials": tuple(CredentialSource.model_fields),
    "alt_credentials": tuple(CredentialSource.model_fields),
}


def load_profile(path: Path, capabilities: Collection[str]) -> Profile:
    """Read one profile; ``capabilities`` are the names that ``claims`` and ``lacks`` may use.

    A relative ``ca_file`` is taken from the file's own folder. Raises `SpecError` with every
    mistake, also when the file can't be read.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        place = Place(str(path), 1, 1)
        raise SpecError([Problem(place, "file-unreadable", reason or str(error))]) from error
    problems = Problems()
    node = yaml12.read(str(path), text, problems)
    if node is None and not len(problems):
        place = Place(str(path), 1, 1)
        raise SpecError([Problem(place, "file-unreadable", "the file is empty")])
    profile = _checked(node, capabilities, problems) if node is not None else None
    secrets = tuple(_secrets(node)) if node is not None else ()
    if profile is None or len(problems) or secrets:
        raise SpecError(_without_secrets(problems.sorted(), secrets))
    if profile.ca_file is not None:
        return profile.model_copy(update={"ca_file": path.parent / profile.ca_file.expanduser()})
    return profile


def load_profiles(folder: Path, capabilities: Collection[str]) -> dict[str, Profile]:
    """Read every profile of a folder, by name in the order of the names.

    The commented ``template.yaml`` is checked like the others and left out. Raises `SpecError` with
    the mistakes of all files.
    """
    profiles: dict[str, Profile] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            profile = load_profile(path, capabilities)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        if path.stem != _TEMPLATE:
            profiles[profile.name] = profile
    if problems:
        raise SpecError(problems)
    return profiles


class ShippedProfiles(Mapping[str, Profile]):
    """The profiles of a folder by name, which is that of the file; each is read when it is needed.

    An item raises `SpecError` as `load_profile` does.
    """

    def __init__(self, folder: Path, capabilities: Collection[str]) -> None:
        self._capabilities = capabilities
        found = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        self._files = {name: path for name, path in found.items() if name != _TEMPLATE}

    def __getitem__(self, name: str) -> Profile:
        return load_profile(self._files[name], self._capabilities)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _checked(
    node: yaml12.Node, capabilities: Collection[str], problems: Problems
) -> Profile | None:
    """Validate a file's tree; notes what is wrong and returns None when anything is."""
    if not isinstance(node, yaml12.Mapping):
        problems.add(
            node.mark, "wrong-kind", "a profile is a map", "see specs/targets/template.yaml"
        )
        return None
    _check_capabilities(node, capabilities, problems)
    try:
        return Profile.model_validate(yaml12.plain(node))
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            _note(node, details, problems)
        return None


def _check_capabilities(
    node: yaml12.Mapping, capabilities: Collection[str], problems: Problems
) -> None:
    """Note names in ``claims``, ``lacks`` and the like that no capability has."""
    named: list[tuple[str, Mark]] = []
    claims = node.entries.get("claims")
    if isinstance(claims, yaml12.Sequence):
        named += [(str(i.value), i.mark) for i in claims.items if isinstance(i, yaml12.Scalar)]
    for word in ("lacks", "plans", "declines", "ignores"):
        absent = node.entries.get(word)
        if isinstance(absent, yaml12.Mapping):
            named += list(absent.keys.items())
    for name, mark in named:
        if name not in capabilities:
            problems.add(
                mark,
                "unknown-capability",
                f"{name} is not a capability",
                did_you_mean(name, capabilities) or "specs/capabilities.yaml names them all",
            )


def _note(root: yaml12.Mapping, details: ErrorDetails, problems: Problems) -> None:
    """Turn one finding of pydantic into a problem at the place that it speaks of."""
    location = details["loc"]
    node: yaml12.Node = root
    mark = root.mark
    for step in location:
        if isinstance(node, yaml12.Mapping) and isinstance(step, str):
            mark = node.key_mark(step)
            if step not in node.entries:
                break
            node = node.entries[step]
        elif isinstance(node, yaml12.Sequence) and isinstance(step, int):
            node = node.items[step]
            mark = node.mark
    name = str(location[-1]) if location else ""
    if details["type"] == "extra_forbidden":
        within = ".".join(str(step) for step in location[:-1])
        hint = did_you_mean(name, _KNOWN_KEYS.get(within, ()))
        problems.add(mark, "unknown-key", f"{name} is not a key of a profile", hint)
    elif details["type"] == "missing":
        problems.add(mark, "missing-key", f"{name} is missing", "see specs/targets/template.yaml")
    else:
        at = node.mark if location else root.mark
        subject = ".".join(str(step) for step in location)
        problems.add(
            at, "wrong-kind", f"{subject}: {details['msg']}" if subject else details["msg"]
        )


def _secrets(node: yaml12.Node) -> Iterator[Problem]:
    """Find keys, at any depth, that promise a secret, and URLs that carry one."""
    if isinstance(node, yaml12.Mapping):
        for key, value in node.entries.items():
            if _CONFIDENTIAL.search(key):
                place = node.key_mark(key).place
                yield Problem(place, "secret", f"{key}: a profile holds no secrets", _WHERE_INSTEAD)
            else:
                yield from _secrets(value)
    elif isinstance(node, yaml12.Sequence):
        for item in node.items:
            yield from _secrets(item)
    elif isinstance(node.value, str) and re.match(r"\w+://[^/]*@", node.value):
        yield Problem(
            node.mark.place, "secret", "credentials do not belong into a URL", _WHERE_INSTEAD
        )


def _without_secrets(problems: tuple[Problem, ...], secrets: tuple[Problem, ...]) -> list[Problem]:
    """Join both, leaving out every source line that could show a secret."""
    places = {found.place for found in secrets}
    others = [
        replace(p, source_line="") if secrets or _CONFIDENTIAL.search(p.source_line) else p
        for p in problems
        if p.place not in places
    ]
    return sorted([*others, *secrets], key=lambda p: (p.place.file, p.place.line, p.place.column))
