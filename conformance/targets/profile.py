"""Profiles: what is declared about a target before anything is sent to it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # pydantic evaluates it
from pathlib import Path  # noqa: TC003  # pydantic evaluates it
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic import model_validator as checks_whole
from pydantic_core import PydanticCustomError

from conformance.targets.about import About
from conformance.targets.amazon import is_amazon_host
from conformance.targets.launchers.registry import LAUNCHERS
from conformance.vocabulary.format import PROFILE_VALUES
from conformance.wire.model import Addressing, Endpoint, Limits, Transport

if TYPE_CHECKING:
    LauncherName: TypeAlias = str
    ValueName: TypeAlias = str
else:
    # The tables are the one list; pydantic and the JSON Schema see their names as literals.
    LauncherName = Literal[tuple(LAUNCHERS)]
    ValueName = Literal[tuple(PROFILE_VALUES)]

_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\n]*$")]
_EnvPrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
_Seconds = Annotated[float, Field(gt=0, le=7 * 24 * 3600)]
_MOST_BYTES: Final = 5 * 1024**4
"""The largest object of S3's."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CredentialSource(_Strict):
    """Where a key pair is to be found; never the key pair itself."""

    profile: _Line | None = None
    """A profile of the shared AWS configuration files."""
    env: _EnvPrefix | None = None
    """``X`` for the variables ``X_ACCESS_KEY``, ``X_SECRET_KEY`` and ``X_SESSION_TOKEN``."""

    @checks_whole(mode="after")
    def _one(self) -> Self:
        if (self.profile is None) == (self.env is None):
            raise PydanticCustomError("one_of", "either profile or env, and one of them")
        return self


class ProfileLimits(_Strict):
    """Bounds on the target's answers, in seconds and bytes; see `conformance.wire.model.Limits`."""

    connect_seconds: _Seconds = Limits().connect_seconds
    answer_seconds: _Seconds = Limits().answer_seconds
    whole_seconds: _Seconds = Limits().whole_seconds
    throttled_seconds: Annotated[float, Field(ge=0, le=3600)] = Limits().throttled_seconds
    lost_answers: Annotated[int, Field(ge=1, le=1000)] = Limits().lost_answers
    head_bytes: Annotated[int, Field(ge=1024, le=_MOST_BYTES)] = Limits().head_bytes
    document_bytes: Annotated[int, Field(ge=1024, le=_MOST_BYTES)] = Limits().document_bytes
    body_bytes: Annotated[int, Field(ge=1024, le=_MOST_BYTES)] = Limits().body_bytes


class Profile(_Strict):
    """One target: how to reach it, and its declared and missing capabilities."""

    format: Literal[1] = 1
    name: _Slug
    about: About = About()
    """What the target is: one line of text, or a map with that as its ``summary``."""
    launcher: LauncherName | None = None
    """The known server to start; None for one that already runs."""
    endpoint_url: str | None = None
    tls_endpoint_url: str | None = None
    ca_file: Path | None = Field(default=None, strict=False)
    """Relative to the profile's own folder."""
    insecure: bool = False
    region: _Line = "us-east-1"
    addressing: Addressing = "path"
    virtual_host_base: _Line | None = None
    service_domain: _Line | None = None
    """Domain behind the Region in the hosts of zones, access points and Outposts."""
    resolve: dict[str, str] = Field(default_factory=dict)
    """Host name (``*.base`` for all below it) to the address to connect to."""
    credentials: CredentialSource | None = None
    alt_credentials: CredentialSource | None = None
    claims: tuple[str, ...] = Field(default=(), strict=False)
    """Capabilities that the target says it has: one that can't be exercised is a failure."""
    lacks: dict[str, _Line] = Field(default_factory=dict)
    """Capability to the reason why the target does not have it."""
    plans: dict[str, _Line] = Field(default_factory=dict)
    """Capability that the target does not have yet, to what its makers say of it."""
    declines: dict[str, _Line] = Field(default_factory=dict)
    """Capability that the target will not have, to the reason."""
    ignores: dict[str, _Line] = Field(default_factory=dict)
    """Capability that the target accepts without effect, to the reason; then DISPUTED, not FAIL."""
    values: dict[ValueName, _Line] = Field(default_factory=dict)
    """What scenarios may name and only the target's owner knows; each makes a capability."""
    limits: ProfileLimits = ProfileLimits()
    settle_seconds: _Seconds | None = None
    """The longest that any step waits for what takes effect after a while; None for no bound."""

    @field_validator("about", mode="before")
    @classmethod
    def _may_be_a_line(cls, value: object) -> object:
        return {"summary": value} if isinstance(value, str) else value

    @field_validator("endpoint_url", "tls_endpoint_url")
    @classmethod
    def _is_base_url(cls, value: str | None) -> str | None:
        if value is not None and (wrong := url_problem(value)):
            raise PydanticCustomError("base_url", "{wrong}", {"wrong": wrong})
        return value

    @checks_whole(mode="after")
    def _is_reachable(self) -> Self:
        if self.launcher is None and self.endpoint_url is None and self.tls_endpoint_url is None:
            raise PydanticCustomError(
                "no_endpoint", "neither a launcher nor an endpoint_url says where the target is"
            )
        for host, address in self.resolve.items():
            theirs = host.removeprefix("*.").rstrip(".").lower()
            if is_amazon_host(theirs) and not is_amazon_host(address):
                raise PydanticCustomError(
                    "amazon_host",
                    "resolve sends what is signed for {host}, which is Amazon's, to {address}",
                    {"host": host, "address": address},
                )
        if both := sorted(set(self.claims) & {*self.lacks, *self.plans, *self.declines}):
            raise PydanticCustomError(
                "claims_and_lacks", "{names} both claimed and lacking", {"names": ", ".join(both)}
            )
        return self

    def absence(self, capability: str) -> str:
        """Return why a capability is missing, as ``lacks: REASON`` (or ``plans``, ``declines``)."""
        for word, named in (
            ("lacks", self.lacks),
            ("plans", self.plans),
            ("declines", self.declines),
        ):
            if capability in named:
                return f"{word}: {named[capability]}"
        return ""

    def claim(self, capability: str) -> Literal["yes", "no", "unsaid"]:
        """Return what the profile declares about a capability."""
        if self.absence(capability):
            return "no"
        return "yes" if capability in self.claims else "unsaid"

    def reached_at(
        self, *, endpoint_url: str, tls_endpoint_url: str, ca_file: Path | None, region: str
    ) -> Profile:
        """Return the profile of a server that was just started; no TLS where that URL is empty."""
        return self.model_copy(
            update={
                "endpoint_url": endpoint_url,
                "tls_endpoint_url": tls_endpoint_url or None,
                "ca_file": ca_file,
                "region": region,
            }
        )

    def endpoint(self, first: Transport | None = None) -> Endpoint:
        """Return the endpoint to talk to, with ``first`` (else plain HTTP) as its default.

        Raises `ValueError` when the profile has no URL at all or none for ``first``.
        """
        urls = endpoint_urls(self.endpoint_url, self.tls_endpoint_url, first)
        return Endpoint(
            urls=urls,
            region=self.region,
            addressing=self.addressing,
            virtual_host_base=self.virtual_host_base,
            service_domain=self.service_domain,
            resolve=dict(self.resolve),
            ca_file=self.ca_file,
            insecure=self.insecure,
            limits=Limits(**self.limits.model_dump()),
        )


def url_problem(url: str) -> str:
    """Return why ``url`` can't be the base URL of an endpoint; empty if it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"not a URL: {error}"
    if parts.username is not None or parts.password is not None:
        return "credentials do not belong into a URL"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "not of the form http://host[:port] or https://host[:port]"
    if parts.query or parts.fragment:
        return "an endpoint's URL has no query and no fragment"
    return ""


def endpoint_urls(
    url: str | None, tls_url: str | None, first: Transport | None
) -> Mapping[Transport, str]:
    """Sort up to two URLs by transport, the default one first.

    An ``https`` URL given as the only one is the TLS endpoint. Raises `ValueError` when two claim
    one transport, when there is none, or none for ``first``.
    """
    found: dict[Transport, str] = {}
    for given in (url, tls_url):
        if not given:
            continue
        transport: Transport = "tls" if given.startswith("https:") else "http"
        if transport in found:
            raise ValueError(f"{found[transport]} and {given} are both for {transport}")
        found[transport] = given.rstrip("/")
    if tls_url and "tls" not in found:
        raise ValueError(f"{tls_url} is not an https URL")
    if first is not None:
        if first not in found:
            option = "--tls-endpoint-url" if first == "tls" else "--endpoint-url with http"
            raise ValueError(f"no endpoint for the transport {first}: give {option}")
        found = {first: found.pop(first), **found}
    if not found:
        raise ValueError("the profile says nowhere where the target is: give --endpoint-url")
    return found
