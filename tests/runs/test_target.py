"""Which target the options mean, and how it is reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.runs.errors import UsageError
from conformance.runs.target import choose_profile, reached
from conformance.targets.option_values import with_environment
from conformance.targets.options import TargetOptions
from conformance.targets.profile import Profile

SHIPPED = {
    "reference": Profile(name="reference", launcher="reference", claims=("tls",)),
    "moto": Profile(name="moto", launcher="moto", lacks={"tls": "no certificate"}),
}
CAPABILITIES = ("tls", "acl")
KEYS = TargetOptions(access_key="A", secret_key="hush")


def chosen(options: TargetOptions) -> Profile:
    """Choose among the two above."""
    return choose_profile(options, SHIPPED, CAPABILITIES)


def test_without_options_it_is_the_reference() -> None:
    """One command and nothing configured."""
    assert chosen(TargetOptions()) is SHIPPED["reference"]


def test_an_endpoint_gets_a_name_from_its_host() -> None:
    """Runs are kept by target; a bare URL names its own."""
    profile = chosen(TargetOptions(endpoint_url="http://127.0.0.1:9000"))
    assert (profile.name, profile.launcher) == ("127-0-0-1-9000", None)
    assert chosen(TargetOptions(tls_endpoint_url="https://S3.Test")).name == "s3-test"


def test_a_known_target_that_already_runs_is_not_started() -> None:
    """The claims and lacks count, the launcher does not."""
    profile = chosen(TargetOptions(target="moto", endpoint_url="http://h:1"))
    assert profile.launcher is None
    assert profile.endpoint_url == "http://h:1"
    assert profile.lacks == {"tls": "no certificate"}


def test_claims_of_a_launch_fall_away_with_it() -> None:
    """Only the reference that we start has a clock to be moved; a user's profile knows best."""
    claims = ("tls", "movable-clock")
    shipped = {"reference": Profile(name="reference", launcher="reference", claims=claims)}
    known = TargetOptions(target="reference")
    assert choose_profile(known, shipped, claims).claims == claims
    running = TargetOptions(target="reference", endpoint_url="http://h:1")
    assert choose_profile(running, shipped, claims).claims == ("tls",)
    own = {"own": Profile(name="own", endpoint_url="http://h:1", claims=claims)}
    moved = TargetOptions(target="own", endpoint_url="http://h:2")
    assert choose_profile(moved, own, claims).claims == claims


def test_options_stand_over_the_profile(tmp_path: Path) -> None:
    """What is typed wins; what is not stays."""
    path = tmp_path / "p.yaml"
    path.write_text("name: x\nendpoint_url: http://h:1\nregion: eu-west-1\n", "utf-8")
    profile = chosen(
        TargetOptions(
            profile=path, addressing="virtual-host", tls_endpoint_url="https://h:2", insecure=True
        )
    )
    assert (profile.region, profile.addressing, profile.insecure) == (
        "eu-west-1", "virtual-host", True,
    )  # fmt: skip
    assert profile.endpoint("tls").urls == {"tls": "https://h:2", "http": "http://h:1"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (TargetOptions(target="motto"), "did you mean moto"),
        (TargetOptions(target="zzz"), "known are reference, moto"),
        (TargetOptions(endpoint_url="nonsense"), "--endpoint-url"),
        (TargetOptions(tls_endpoint_url="nonsense"), "--tls-endpoint-url: not of the form"),
        (TargetOptions(tls_endpoint_url="http://h:1"), "--tls-endpoint-url wants https://"),
        (
            TargetOptions(endpoint_url="http://h:1", tls_endpoint_url="HTTP://h:2"),
            "wants https://, and HTTP://h:2 is for",
        ),
        (TargetOptions(target="moto", endpoint_url="nonsense"), "--endpoint-url"),
        (TargetOptions(tls_endpoint_url="https://h:1?x"), "no query"),
        (TargetOptions(ca_file=Path("ca.pem")), "--ca-file .*reference is started"),
        (TargetOptions(target="moto", region="eu-west-1"), "--region .*moto is started"),
        (KEYS, "--access-key .*give --endpoint-url"),
        (TargetOptions(profile_name="mine"), "--profile-name"),
    ],
)
def test_what_can_t_be_meant(options: TargetOptions, words: str) -> None:
    """The sentence names the option."""
    with pytest.raises(UsageError, match=words):
        chosen(options)


def test_what_the_environment_holds_for_other_runs_is_left_aside() -> None:
    """A key pair among the variables stops no server from being started that was asked for."""
    environ = {"S3_CONFORMANCE_ACCESS_KEY": "A", "S3_CONFORMANCE_SECRET_KEY": "hush"}
    named = with_environment(TargetOptions(target="moto"), environ)
    assert chosen(named) is SHIPPED["moto"]
    with pytest.raises(UsageError, match=r"S3_CONFORMANCE_ACCESS_KEY .*reference is started"):
        chosen(with_environment(TargetOptions(), environ))
    with pytest.raises(UsageError, match=r"S3_CONFORMANCE_ENDPOINT_URL: not of the form"):
        chosen(with_environment(TargetOptions(), {"S3_CONFORMANCE_ENDPOINT_URL": "nonsense"}))


def test_a_target_that_runs_is_reached_with_the_user_s_keys() -> None:
    """No server is started; the second identity is there when something names it."""
    options = replace(KEYS, endpoint_url="http://127.0.0.1:1")
    environ = {"S3_CONFORMANCE_ALT_ACCESS_KEY": "B", "S3_CONFORMANCE_ALT_SECRET_KEY": "t"}
    with reached(chosen(options), options, {}) as target:
        assert set(target.identities) == {"main"}
    with reached(chosen(options), options, environ) as target:
        assert target.identities["alt"].access_key == "B"
        assert "hush" not in repr(target.main)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file"), (b"not PEM", "no certificates in PEM")]
)
def test_an_authority_that_can_t_be_read_is_told_at_once(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    """It is the user's to mend, and is not taken for an endpoint that can't be reached."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    options = replace(KEYS, endpoint_url="https://h:1", ca_file=path)
    with pytest.raises(UsageError, match=words), reached(chosen(options), options, {}):
        pass


def test_missing_keys_and_transports_are_the_user_s_to_mend() -> None:
    """Both are told before anything is sent."""
    half = TargetOptions(endpoint_url="http://h:1", access_key="A")
    with pytest.raises(UsageError, match="go together"), reached(chosen(half), half, {}):
        pass
    tls = replace(KEYS, endpoint_url="http://h:1", transport="tls")
    with pytest.raises(UsageError, match="--tls-endpoint-url"), reached(chosen(tls), tls, {}):
        pass
