"""Key pairs: which place wins, and what is said when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.targets.credentials import (
    CredentialsError,
    alt_identity,
    main_identity,
)
from conformance.targets.options import TargetOptions
from conformance.targets.profile import CredentialSource

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_ambient_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shut out whatever the machine has."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def test_flags_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed wins over the environment and the profile."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "env-secret")
    flags = TargetOptions(access_key="A", secret_key="s", session_token="t")
    identity = main_identity(flags, CredentialSource(env="OTHER"), {})
    assert (identity.access_key, identity.secret_key, identity.session_token) == ("A", "s", "t")


@pytest.mark.parametrize(
    "flags",
    [
        TargetOptions(access_key="A"),
        TargetOptions(secret_key="s"),
        TargetOptions(session_token="t"),
    ],
)
def test_half_a_key_pair_is_an_error(flags: TargetOptions) -> None:
    """A forgotten flag never falls back to somebody else's keys."""
    with pytest.raises(CredentialsError, match="go together"):
        main_identity(flags, None, {})


def test_the_environment_of_boto(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without flags and profile the usual variables count."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "env-secret")
    assert main_identity(TargetOptions(), None, {}).access_key == "ENV"


def test_a_named_profile_of_boto(tmp_path: Path) -> None:
    """--profile-name leads to the shared files; a file of anybody's does not by itself."""
    (tmp_path / "credentials").write_text(
        "[one]\naws_access_key_id = ONE\naws_secret_access_key = s1\naws_session_token = t1\n"
        "[two]\naws_access_key_id = TWO\naws_secret_access_key = s2\n",
        "utf-8",
    )
    identity = main_identity(TargetOptions(profile_name="one"), None, {})
    assert (identity.access_key, identity.session_token) == ("ONE", "t1")
    source = CredentialSource(profile="two")
    with pytest.raises(CredentialsError, match="--profile-name two"):
        main_identity(TargetOptions(), source, {})
    with pytest.raises(CredentialsError, match="--alt-profile-name two"):
        alt_identity(TargetOptions(), source, {})
    named = TargetOptions(profile_name="two")
    assert main_identity(named, source, {}).access_key == "TWO"
    alt = alt_identity(TargetOptions(alt_profile_name="two"), None, {})
    assert alt is not None
    assert alt.access_key == "TWO"


def test_a_prefix_of_environment_variables() -> None:
    """A profile may name a prefix, for targets whose keys are in a vault's environment."""
    environ = {"MINE_ACCESS_KEY": "M", "MINE_SECRET_KEY": "s", "MINE_SESSION_TOKEN": ""}
    identity = main_identity(TargetOptions(), CredentialSource(env="MINE"), environ)
    assert (identity.access_key, identity.session_token) == ("M", None)
    with pytest.raises(CredentialsError, match="set OTHER_ACCESS_KEY"):
        main_identity(TargetOptions(), CredentialSource(env="OTHER"), environ)


def test_no_credentials_say_what_to_do() -> None:
    """The error names the variables and the flags."""
    with pytest.raises(CredentialsError, match=r"AWS_ACCESS_KEY_ID.*--profile-name.*--access-key"):
        main_identity(TargetOptions(), None, {})


def test_an_unknown_boto_profile_is_an_error() -> None:
    """A typo in a profile's name never falls back to the default."""
    with pytest.raises(CredentialsError, match="nobody"):
        main_identity(TargetOptions(profile_name="nobody"), None, {})


def test_the_second_identity_may_be_missing_but_not_half() -> None:
    """No second key pair is fine; half of one is a mistake."""
    assert alt_identity(TargetOptions(), None, {}) is None
    environ = {"S3_CONFORMANCE_ALT_ACCESS_KEY": "B", "S3_CONFORMANCE_ALT_SECRET_KEY": "s"}
    found = alt_identity(TargetOptions(), None, environ)
    assert found is not None
    assert found.access_key == "B"
    with pytest.raises(CredentialsError, match="go together"):
        alt_identity(TargetOptions(), None, {"S3_CONFORMANCE_ALT_ACCESS_KEY": "B"})


def test_nothing_shows_a_secret() -> None:
    """Flags end up in tracebacks; their repr holds no secret."""
    flags = TargetOptions(access_key="A", secret_key="HUSH", session_token="HUSH")
    assert "HUSH" not in repr(flags)
