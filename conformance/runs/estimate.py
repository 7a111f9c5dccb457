"""Estimates what a run would send and cost, without sending anything: ``run --dry-run``.

Costs are estimates from above, by the same figures that ``--spend-limit`` uses: list prices of
us-east-1, doubled, every stored byte charged for the longest minimum time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.engine.guard import NAME_ROOT
from conformance.engine.lease import KEY_ROOT
from conformance.runs.policy import policy_file
from conformance.runs.spending_limit import PRICES_DATE, RESERVE, dollars
from conformance.runs.traffic import Traffic, of_steps, traffic
from conformance.targets.amazon import is_amazon
from conformance.vocabulary.format import CAPABILITY_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.runs.selection import Selection

_MIB: Final = 1024**2
_MEANS: Final = {
    "alt-identity": "a second account: S3_CONFORMANCE_ALT_ACCESS_KEY and …_SECRET_KEY, or"
    " --alt-profile-name",
    "tls": "an https endpoint",
    "http": "an http endpoint",
    "zonal-hosts": "the domain of the hosts of zones: service_domain in the profile",
    "movable-clock": "a server that the run starts itself",
}
_WHOLE: Final = 4
"""Requests of one bucket beside its set-up: listing what is left, and deleting it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A capability that selected tests need."""

    name: str
    tests: int
    state: str
    """What is known of it before the run, in words."""
    left_out: bool
    """The tests will not be run as things are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The requests, bytes, buckets and cost of a run, estimated."""

    tests: int
    left_out: int
    """Tests that will not be run, because the run was not given something that they need."""
    traffic: Traffic
    dollars: float | None
    """US dollars, at most; None where the endpoint is not Amazon's."""
    buckets: tuple[str, ...]
    """Kinds of buckets that would be made."""
    lent: str | None
    needs: tuple[Need, ...]


def estimate(
    selection: Selection, *, bucket: str | None = None, environ: Mapping[str, str]
) -> Estimate:
    """Return what a run of the selected tests would send, make and cost.

    Nothing is sent or started. ``environ`` says whether a second key pair is at hand.
    """
    catalog, profile = selection.catalog, selection.profile
    counted: Counter[str] = Counter()
    needs_of = {
        test.id: dict.fromkeys((*test.needs, *catalog.buckets[test.bucket].needs))
        for test in selection.tests
    }
    for names in needs_of.values():
        counted.update(names.keys())
    second = bool(environ.get("S3_CONFORMANCE_ALT_ACCESS_KEY")) or bool(profile.alt_credentials)
    needs = tuple(_need(name, counted[name], selection, second) for name in sorted(counted))
    absent = {one.name for one in needs if one.left_out}
    run = [test for test in selection.tests if not absent & needs_of[test.id].keys()]
    if bucket is not None:
        run = [test for test in run if test.bucket == "plain"]
    total = Traffic()
    for test in run:
        total += traffic(test)
    kinds = dict.fromkeys(test.bucket for test in run)
    for kind in kinds:
        total += of_steps(catalog.buckets[kind].setup) + Traffic(requests=_WHOLE)
    for name in {name for test in run for name in needs_of[test.id]}:
        capability = catalog.capabilities[name]
        if capability.probe:
            total += of_steps((*capability.given, *capability.probe)) + Traffic(requests=2)
    urls = [url for url in (profile.endpoint_url, profile.tls_endpoint_url) if url]
    amazon = bool(urls) and all(map(is_amazon, urls))
    return Estimate(
        tests=len(run),
        left_out=len(selection.tests) - len(run),
        traffic=total,
        dollars=dollars(total.requests, total.sent, total.received) + RESERVE if amazon else None,
        buckets=() if bucket is not None else tuple(kinds),
        lent=bucket,
        needs=needs,
    )


def _need(name: str, tests: int, selection: Selection, second: bool) -> Need:
    profile = selection.profile
    absence = profile.absence(name)
    claimed = profile.claim(name) == "yes"
    urls = [url for url in (profile.endpoint_url, profile.tls_endpoint_url) if url]
    given = {
        "alt-identity": second,
        "http": any(url.startswith("http:") for url in urls),
        "tls": any(url.startswith("https:") for url in urls),
        "zonal-hosts": profile.service_domain is not None,
    }.get(name, name in CAPABILITY_VALUES and name in profile.values)
    given = given or (name in _MEANS and profile.launcher is not None and claimed)
    if absence:
        return Need(name=name, tests=tests, state=f"declared missing, {absence}", left_out=True)
    if name in CAPABILITY_VALUES and not given:
        state = f"the profile gives no value: values: {{{name}: …}}"
        return Need(name=name, tests=tests, state=state, left_out=True)
    if name in _MEANS and not given and not claimed:
        return Need(name=name, tests=tests, state=f"wants {_MEANS[name]}", left_out=True)
    state = "at hand" if given else "declared" if claimed else "the run finds out by a probe"
    return Need(name=name, tests=tests, state=state, left_out=False)


def lines(made: Estimate, selection: Selection) -> Iterator[str]:
    """Yield the estimate as lines of text."""
    profile, total = selection.profile, made.traffic
    where = " and ".join(url for url in (profile.endpoint_url, profile.tls_endpoint_url) if url)
    yield f"dry run: nothing is sent to {profile.name}{f' ({where})' if where else ''}"
    yield f"{made.tests:,} tests, about {total.requests:,} requests"
    yield f"at most {total.sent / _MIB:,.1f} MiB sent and {total.received / _MIB:,.1f} MiB received"
    if made.dollars is not None:
        yield (
            f"at most {made.dollars:.2f} USD: list prices of us-east-1 of {PRICES_DATE}, doubled;"
            " see https://aws.amazon.com/s3/pricing/"
        )
    yield ""
    if made.lent is not None:
        yield f"makes no bucket; writes below {KEY_ROOT}<run>/ in {made.lent} alone"
    else:
        yield f"makes {len(made.buckets)} buckets, {NAME_ROOT}<run>-…: {', '.join(made.buckets)}"
    yield (
        "removes all of it at the end: AbortMultipartUpload, DeleteObject, DeleteBucket;"
        " after a run that was killed: s3-conformance clean"
    )
    yield ""
    if made.left_out:
        yield f"{made.left_out:,} tests are left out as things are:"
        for one in made.needs:
            if one.left_out:
                yield f"  {one.name} ({one.tests:,} tests): {one.state}"
    known = [one for one in made.needs if not one.left_out]
    if known:
        yield "needs:"
        yield from (f"  {one.name} ({one.tests:,} tests): {one.state}" for one in known)
    if made.dollars is not None:
        yield ""
        yield from user_lines()


def user_lines() -> Iterator[str]:
    """Yield the commands that create an AWS user with just the permissions for a run."""
    path = policy_file()
    yield "a user with the smallest policy (it reaches buckets named s3-conformance-* alone):"
    yield "  aws iam create-user --user-name s3-conformance"
    yield "  aws iam put-user-policy --user-name s3-conformance --policy-name s3-conformance \\"
    yield f"    --policy-document file://{path}"
    yield "  aws iam create-access-key --user-name s3-conformance"
    yield "then put the two keys into a profile: aws configure --profile s3-conformance"
    yield "and run with --profile-name s3-conformance"
