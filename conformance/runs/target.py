"""Combines a profile, the options and the key pairs into a target that can be reached."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from ssl import SSLError
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from conformance.catalog.problems import did_you_mean
from conformance.runs.errors import UsageError
from conformance.targets.amazon import is_amazon
from conformance.targets.credentials import CredentialsError, alt_identity, main_identity
from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import launched
from conformance.targets.options import OPTIONS, said
from conformance.targets.profile import Profile, url_problem
from conformance.targets.profile_file import load_profile
from conformance.wire.pool import make_tls_context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from conformance.targets.options import TargetOptions
    from conformance.wire.model import Endpoint, Identity

DEFAULT_TARGET = "reference"
_HOW_TO_GET_KEYS: Final = (
    "`s3-conformance run --target aws --dry-run` says how to make a user with the smallest policy,"
    " and what the run would cost"
)
_LIMITS: Final = {
    "connect_timeout": "connect_seconds",
    "timeout": "answer_seconds",
    "answer_timeout": "whole_seconds",
}
"""Options, and the limits of a profile that they stand over."""
_OF_A_LAUNCH: Final = frozenset({"movable-clock"})
"""Claims that a server keeps only because our launcher starts it so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An endpoint with its profile and key pairs."""

    profile: Profile
    endpoint: Endpoint
    main: Identity
    alt: Identity | None
    version: str = ""
    """Product and version, when we started it ourselves."""

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name

    @property
    def identities(self) -> dict[str, Identity]:
        """The key pairs by the names that steps use."""
        return {"main": self.main} | ({"alt": self.alt} if self.alt is not None else {})


def choose_profile(
    options: TargetOptions, shipped: Mapping[str, Profile], capabilities: Collection[str]
) -> Profile:
    """Return the selected profile, with the values of the options in place of its own.

    An endpoint that the options name is not started by us, whatever the profile says; its claims
    still count, but for those that hang on how we would have started it. Without any option it is
    the embedded reference. Raises `UsageError`, and `SpecError` for a profile file with mistakes.
    """
    _check_urls(options)
    if options.target is not None and options.profile is not None:
        both = " and ".join(options.name_of(name) for name in ("target", "profile"))
        raise UsageError(f"{both} name two targets: give one of them")
    named_url = options.endpoint_url or options.tls_endpoint_url
    if options.profile is not None:
        profile = load_profile(options.profile, capabilities)
    elif options.target is not None:
        if options.target not in shipped:
            hint = did_you_mean(options.target, shipped) or f"known are {', '.join(shipped)}"
            raise UsageError(f"no target is called {options.target}; {hint}")
        profile = shipped[options.target]
    elif named_url:
        profile = Profile(name=_slug(named_url), endpoint_url=named_url)
    else:
        profile = shipped[DEFAULT_TARGET]
    changed = _overridden(profile, options)
    if changed.launcher is not None and (idle := _idle(options)):
        raise UsageError(
            f"{idle} is for an endpoint that already runs, and {profile.name} is started for the "
            "run: give --endpoint-url"
        )
    return changed


def _idle(options: TargetOptions) -> str:
    """Name an option that a server which we start has no use for; empty when there is none.

    It has its own key pairs, authority and region. To leave out what was asked for would let a
    user believe that another endpoint had been tested. A variable that the environment holds for
    other runs counts only where nothing says which endpoint is meant.
    """
    given = (row for row in OPTIONS if row.running_only and said(options, row))
    ambient = options.of_environment if options.named else {}
    return next((options.name_of(row.field) for row in given if row.field not in ambient), "")


def _overridden(profile: Profile, options: TargetOptions) -> Profile:
    """Return the profile with what the options say in place of what it says."""
    changes: dict[str, Any] = {
        row.field: getattr(options, row.field)
        for row in OPTIONS
        if row.field in Profile.model_fields and said(options, row)
    }
    limits = {name: getattr(options, field) for field, name in _LIMITS.items()}
    if given := {name: value for name, value in limits.items() if value is not None}:
        changes["limits"] = profile.limits.model_dump() | given
    if options.endpoint_url or options.tls_endpoint_url:
        changes["launcher"] = None
        if profile.launcher is not None:
            changes["claims"] = tuple(one for one in profile.claims if one not in _OF_A_LAUNCH)
    if not changes:
        return profile
    try:
        return Profile.model_validate(profile.model_dump() | changes)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"{_name(options, first['loc'])}: {first['msg']}") from None


def _name(options: TargetOptions, place: tuple[int | str, ...]) -> str:
    """Return what gave the part of a profile that is wrong."""
    field = str(place[0]) if place else ""
    known = any(row.field == field for row in OPTIONS)
    return options.name_of(field) if known else ".".join(map(str, place))


def _check_urls(options: TargetOptions) -> None:
    """Raise `UsageError` for a URL that no profile takes, by the name of its option."""
    tls_url = options.tls_endpoint_url
    for field, url in (("endpoint_url", options.endpoint_url), ("tls_endpoint_url", tls_url)):
        if url is not None and (wrong := url_problem(url)):
            raise UsageError(f"{options.name_of(field)}: {wrong}")
    if tls_url is not None and urlsplit(tls_url).scheme == "http":
        name = options.name_of("tls_endpoint_url")
        raise UsageError(f"{name} wants https://, and {tls_url} is for --endpoint-url")


def _slug(url: str) -> str:
    """Return a target's name made of host and port."""
    parts = urlsplit(url)
    text = f"{parts.hostname or ''}-{parts.port or ''}".lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-") or "endpoint"


@contextmanager
def reached(
    profile: Profile,
    options: TargetOptions,
    environ: Mapping[str, str],
    log_folder: Path | None = None,
) -> Iterator[Target]:
    """Yield the target: started for the block when its profile has a launcher.

    Raises `UsageError` when it can't be started, or no key pair or URL is found.
    """
    try:
        if profile.launcher is None:
            yield _existing(profile, options, environ)
            return
        with launched(profile.launcher, log_folder) as server:
            reachable = profile.reached_at(
                endpoint_url=server.endpoint_url,
                tls_endpoint_url=server.tls_endpoint_url,
                ca_file=server.ca_file,
                region=server.region,
            )
            yield Target(
                profile=reachable,
                endpoint=_endpoint(reachable, options),
                main=server.main,
                alt=server.alt,
                version=server.version,
            )
    except CredentialsError as error:
        urls = [url for url in (profile.endpoint_url, profile.tls_endpoint_url) if url]
        how = f"; {_HOW_TO_GET_KEYS}" if any(map(is_amazon, urls)) else ""
        raise UsageError(f"{error}{how}") from error
    except LaunchError as error:
        raise UsageError(str(error)) from error


def _existing(profile: Profile, options: TargetOptions, environ: Mapping[str, str]) -> Target:
    """Return a target that already runs, with the key pairs that are found for it."""
    return Target(
        profile=profile,
        endpoint=_endpoint(profile, options),
        main=main_identity(options, profile.credentials, environ),
        alt=alt_identity(options, profile.alt_credentials, environ),
    )


def _endpoint(profile: Profile, options: TargetOptions) -> Endpoint:
    """Return the endpoint with the wanted transport first, its authority known to be readable."""
    try:
        endpoint = profile.endpoint(options.transport)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if endpoint.ca_file is None:
        return endpoint
    try:
        make_tls_context(endpoint)
    except OSError as error:
        reason = "no certificates in PEM" if isinstance(error, SSLError) else error.strerror
        name = options.name_of("ca_file")
        raise UsageError(f"{name} {endpoint.ca_file} can't be read: {reason}") from error
    return endpoint
