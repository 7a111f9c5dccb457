"""Makes one reachable target out of a profile, the options and the key pairs."""

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
from conformance.targets.credentials import CredentialsError, alt_identity, main_identity
from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import launched
from conformance.targets.profile import Profile, url_problem
from conformance.targets.profile_file import load_profile
from conformance.vocabulary.text import empty
from conformance.wire.connection import make_tls_context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from conformance.runs.options import TargetOptions
    from conformance.wire.model import Endpoint, Identity

DEFAULT_TARGET = "reference"
_OF_A_RUNNING_ENDPOINT: Final = (
    "--ca-file", "--region", "--access-key", "--secret-key", "--session-token", "--profile-name",
    "--alt-profile-name",
)  # fmt: skip
"""Options that a server which we start has no use for."""
_OF_A_LAUNCH: Final = frozenset({"movable-clock"})
"""Claims that a server keeps only because our launcher starts it so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An endpoint with its profile and the key pairs to ask it with."""

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
    """Return the profile that the options mean, with what they say put in its place.

    An endpoint that the options name is not started by us, whatever the profile says; its claims
    still count, but for those that hang on how we would have started it. Without any option it is
    the embedded reference. Raises `UsageError`, and `SpecError` for a profile file with mistakes.
    """
    _refuse_empty(options)
    _check_urls(options)
    if options.target is not None and options.profile is not None:
        raise UsageError("--target and --profile name two targets: give one of them")
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


def _refuse_empty(options: TargetOptions) -> None:
    """Raise `UsageError` for a text that is there and says nothing.

    Where None leaves the choice to the profile, and in the end to the embedded reference, a
    variable that is not set must not: another endpoint than the one that was meant would be judged.
    """
    for name, value in _said(options).items():
        if isinstance(value, str) and not value.strip():
            raise UsageError(empty(name))


def _idle(options: TargetOptions) -> str:
    """Return an option that a server which we start has no use for; empty when there is none.

    It has its own key pairs, authority and region. To leave out what was asked for would let a
    user believe that another endpoint had been judged.
    """
    said = _said(options)
    return next((name for name in _OF_A_RUNNING_ENDPOINT if said[name] is not None), "")


def _said(options: TargetOptions) -> dict[str, object]:
    """Return what each option says, by its name; None for one that is not there."""
    keys = options.keys
    return {
        "--target": options.target,
        "--endpoint-url": options.endpoint_url,
        "--tls-endpoint-url": options.tls_endpoint_url,
        "--ca-file": options.ca_file,
        "--region": options.region,
        "--access-key": keys.access_key,
        "--secret-key": keys.secret_key,
        "--session-token": keys.session_token,
        "--profile-name": keys.profile_name,
        "--alt-profile-name": keys.alt_profile_name,
    }


def _overridden(profile: Profile, options: TargetOptions) -> Profile:
    """Return the profile with what the options say in place of what it says."""
    changes: dict[str, Any] = {
        name: value
        for name in ("region", "addressing", "ca_file")
        if (value := getattr(options, name)) is not None
    }
    if options.insecure:
        changes["insecure"] = True
    urls = {"endpoint_url": options.endpoint_url, "tls_endpoint_url": options.tls_endpoint_url}
    if any(urls.values()):
        changes |= {"launcher": None, **{name: url for name, url in urls.items() if url}}
        if profile.launcher is not None:
            changes["claims"] = tuple(one for one in profile.claims if one not in _OF_A_LAUNCH)
    if not changes:
        return profile
    try:
        return Profile.model_validate(profile.model_dump() | changes)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        option = "--" + "-".join(str(part) for part in first["loc"]).replace("_", "-")
        raise UsageError(f"{option}: {first['msg']}") from None


def _check_urls(options: TargetOptions) -> None:
    """Raise `UsageError` for a URL that no profile takes, by the name of its option."""
    given = {"--endpoint-url": options.endpoint_url, "--tls-endpoint-url": options.tls_endpoint_url}
    for name, url in given.items():
        if url is not None and (wrong := url_problem(url)):
            raise UsageError(f"{name}: {wrong}")
    if options.tls_endpoint_url is not None and urlsplit(options.tls_endpoint_url).scheme == "http":
        raise UsageError(
            f"--tls-endpoint-url wants https://, and {options.tls_endpoint_url} is for "
            "--endpoint-url"
        )


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
    except (LaunchError, CredentialsError) as error:
        raise UsageError(str(error)) from error


def _existing(profile: Profile, options: TargetOptions, environ: Mapping[str, str]) -> Target:
    """Return a target that already runs, with the key pairs that are found for it."""
    return Target(
        profile=profile,
        endpoint=_endpoint(profile, options),
        main=main_identity(options.keys, profile.credentials, environ),
        alt=alt_identity(options.keys, profile.alt_credentials, environ),
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
        raise UsageError(f"--ca-file {endpoint.ca_file} can't be read: {reason}") from error
    return endpoint
