"""The capabilities of a target: declared, possible with the run's options, or probed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from conformance.engine.errors import BucketUnavailable, EngineError
from conformance.engine.session import Lost
from conformance.record.model import CapabilityLine
from conformance.vocabulary.format import CAPABILITY_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.catalog.model import Capability
    from conformance.engine.session import Session
    from conformance.engine.step_results import Check
    from conformance.record.model import RecordedExchange
    from conformance.wire.model import Endpoint, Identity

Claim = Literal["yes", "no", "unsaid"]


class Claims(Protocol):
    """What is said of a target beforehand; `conformance.targets.profile.Profile` is one."""

    def absence(self, capability: str) -> str:
        """Return why a target lacks a capability, such as ``lacks: REASON``; empty if unknown."""

    @property
    def ignores(self) -> Mapping[str, str]:
        """Capability to the reason why the target accepts it without effect."""

    def claim(self, capability: str) -> Claim:
        """Return what the profile declares about a capability."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether tests that need a capability are run.

    ``fail`` is for a claimed capability for which the run was not given the means, ``unknown`` for
    one whose probe got no answer.
    """

    kind: Literal["run", "skip", "unsupported", "fail", "unknown"]
    reason: str = ""


RUN = Decision("run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a probe found."""

    answer: Literal["yes", "no", "ignored", "not-probed"]
    """``ignored``: accepted with 2xx and without effect."""
    reason: str = ""
    unsupported: bool = False
    """The target answered 501."""
    broke: bool = False
    """The probe was asked, and what came says nothing of the capability."""
    crashed: bool = False
    """What came was a 500: the feature is there in some way, and its tests show what it does."""
    exchanges: tuple[RecordedExchange, ...] = ()


def means(
    endpoint: Endpoint, identities: Mapping[str, Identity], values: Iterable[str] = ()
) -> frozenset[str]:
    """Return the capabilities that follow from the run's options, such as TLS or a second key pair.

    URLs, hosts and key pairs, and what the profile names ``values`` of (`CAPABILITY_VALUES`).
    """
    found = {
        "tls": "tls" in endpoint.urls,
        "http": "http" in endpoint.urls,
        "virtual-host": endpoint.virtual_host_base is not None
        or endpoint.addressing == "virtual-host",
        "zonal-hosts": endpoint.service_domain is not None,
        "alt-identity": "alt" in identities,
    }
    return frozenset(values).union(name for name, has in found.items() if has)


def decide(
    capability: Capability,
    claims: Claims,
    at_hand: frozenset[str],
    probe: Callable[[Capability], Probed],
) -> tuple[CapabilityLine, Decision]:
    """Decide about one capability.

    What the profile says the target lacks is UNSUPPORTED, unasked. What is claimed is run whatever
    the probe finds, so that a hollow claim fails. Of the rest, a probe that answers no means SKIP,
    and UNSUPPORTED when that answer was a 501; so does what is ignored, for which tests of its own
    fail. Without a probe the claim or the means decide. A probe that got no answer, asked twice,
    shows nothing: the tests are BLOCKED, and the run is not green. After a 500 they are run.
    """
    claimed = claims.claim(capability.name)
    if claimed == "no":
        reason = f"the profile says of {capability.name}: {claims.absence(capability.name)}"
        found, decision = (
            Probed(answer="not-probed", reason=reason),
            Decision("unsupported", reason),
        )
    elif not capability.probe:
        found, decision = _by_means(capability.name, claimed, at_hand)
    else:
        found = probe(capability)
        if found.broke:
            found = probe(capability)
        decision = _by_probe(capability.name, claimed, found)
    line = CapabilityLine(
        name=capability.name,
        about=capability.about,
        claimed=claimed,
        probed=found.answer,
        reason=found.reason,
        exchanges=found.exchanges,
    )
    return line, decision


def _by_means(name: str, claimed: Claim, at_hand: frozenset[str]) -> tuple[Probed, Decision]:
    if name in at_hand:
        return Probed(answer="not-probed", reason="the run was given what it takes"), RUN
    if name in _NEED_MEANS:
        reason = f"the run was not given {_NEED_MEANS[name]}"
        kind: Literal["fail", "skip"] = "fail" if claimed == "yes" else "skip"
        text = f"declared {name} can't be used: {reason}" if kind == "fail" else reason
        return Probed(answer="not-probed", reason=reason), Decision(kind, text)
    if claimed == "yes":
        return Probed(answer="not-probed", reason="the profile claims it"), RUN
    reason = f"{name} has no probe and the profile does not claim it"
    return Probed(answer="not-probed", reason=reason), Decision("skip", reason)


_PAGE: Final = re.compile(r"\s*<(?:!doctype\s+)?html\b", re.IGNORECASE)
_NEED_MEANS = {
    "tls": "a TLS endpoint",
    "http": "an endpoint over plain HTTP",
    "virtual-host": "the host name of virtual-hosted addressing",
    "zonal-hosts": "the domain behind the hosts of zones, access points and Outposts",
    "alt-identity": "a second key pair",
    **{name: f"a value of {name} in the profile" for name in CAPABILITY_VALUES},
}


def _by_probe(name: str, claimed: Claim, found: Probed) -> Decision:
    if found.answer == "yes" or claimed == "yes":
        return RUN
    if found.broke and not found.crashed:
        return Decision(
            "unknown", f"whether {name} is there could not be found out: {found.reason}"
        )
    if found.answer == "ignored":
        return Decision("skip", f"{name} is accepted without effect: {found.reason}")
    if found.answer == "not-probed":
        return RUN
    kind: Literal["unsupported", "skip"] = "unsupported" if found.unsupported else "skip"
    return Decision(kind, f"{name} is not claimed and its probe says no: {found.reason}")


def probe(capability: Capability, open_session: Callable[[], Session]) -> Probed:
    """Perform a capability's probe and tell what it found; what it made is not removed here."""
    session: Session | None = None
    try:
        session = open_session()
        for step in capability.given:
            if refused := _refusal(session.perform(step, "probe"), session):
                return refused
        for step in capability.probe:
            if refused := _refusal(session.perform(step, "probe"), session):
                return refused
    except BucketUnavailable as error:
        unknown = error.skip or error.transient
        return Probed(
            answer="not-probed" if unknown else "no", reason=str(error), broke=error.transient
        )
    except (Lost, EngineError, ValueError) as error:
        exchanges = tuple(session.exchanges) if session else ()
        hidden = session.secrets.hide(str(error)) if session else str(error)
        return Probed(
            answer="not-probed",
            reason=f"the probe broke off: {hidden}",
            broke=isinstance(error, Lost),
            exchanges=exchanges,
        )
    return Probed(answer="yes", exchanges=tuple(session.exchanges))


def _refusal(checks: Sequence[Check], session: Session) -> Probed | None:
    """Return what failed checks say; a breakdown is no answer to what was asked."""
    every = [one for one in checks if one.verdict == "FAIL"]
    if not every:
        return None
    failed = next((one for one in every if one.answer.broke), every[0])
    text = f"{failed.step}: {failed.field} is {failed.got}, expected {failed.expected}"
    broke = failed.answer.broke and not did_something_else(failed, session)
    answer: Literal["no", "ignored", "not-probed"] = "no" if failed.answer.refused else "ignored"
    return Probed(
        answer="not-probed" if broke else answer,
        reason=session.secrets.hide(text),
        unsupported=failed.answer.unsupported,
        broke=broke,
        crashed=any(one.field == "status" and one.got == "500" for one in every),
        exchanges=tuple(session.exchanges),
    )


def did_something_else(failed: Check, session: Session) -> bool:
    """Return whether an unreadable success is from the server itself, not a proxy's page.

    A server that does not know a subresource or a header answers the request without it: with the
    object, or with nothing.
    """
    if not failed.answer.said.startswith("2") or failed.exchange is None:
        return False
    answer = session.exchanges[failed.exchange].response
    return answer is not None and not _PAGE.match(answer.body.text or "")
