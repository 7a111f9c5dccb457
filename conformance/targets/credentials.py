"""Key pairs, from the places where boto keeps them; never from a file of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.targets.options import TargetOptions
    from conformance.targets.profile import CredentialSource

ALT_PREFIX = "S3_CONFORMANCE_ALT"


class CredentialsError(Exception):
    """No key pair, or half of one. The text says what was looked for and what to do."""


def main_identity(
    options: TargetOptions, source: CredentialSource | None, environ: Mapping[str, str]
) -> Identity:
    """Return the main key pair: from the options, the target's profile, else where boto looks.

    The name of an AWS profile counts only where the options give it.

    Of boto's places those on this machine count (environment, shared files, configured commands);
    the metadata services of clouds are not asked. Raises `CredentialsError` without any.
    """
    given = (options.access_key, options.secret_key)
    if all(given):
        return Identity(str(options.access_key), str(options.secret_key), options.session_token)
    if any(given) or options.session_token:
        raise CredentialsError("--access-key and --secret-key go together")
    if options.profile_name:
        return _from_boto(options.profile_name)
    if source is not None:
        return _from_source(source, environ, "--profile-name")
    return _from_boto_variables(environ) or _from_boto(None)


def alt_identity(
    options: TargetOptions, source: CredentialSource | None, environ: Mapping[str, str]
) -> Identity | None:
    """Return the second key pair, or None when nothing names one.

    Looked for in ``--alt-profile-name``, the target's profile and ``S3_CONFORMANCE_ALT_ACCESS_KEY``
    with its companions. Raises `CredentialsError` when what is named can't be found.
    """
    if options.alt_profile_name:
        return _from_boto(options.alt_profile_name)
    if source is not None:
        return _from_source(source, environ, "--alt-profile-name")
    return _from_environment(ALT_PREFIX, environ)


def _from_source(source: CredentialSource, environ: Mapping[str, str], option: str) -> Identity:
    """Return the key pair that a profile points to.

    A file may be anybody's, so that it does not choose among the keys of the AWS configuration.
    """
    if source.env is None:
        raise CredentialsError(
            f"the profile asks for the keys of the AWS profile {source.profile}: "
            f"give {option} {source.profile} to use them for it"
        )
    found = _from_environment(source.env, environ)
    if found is None:
        raise CredentialsError(
            f"the profile takes its credentials from the environment: "
            f"set {source.env}_ACCESS_KEY and {source.env}_SECRET_KEY"
        )
    return found


def _from_environment(prefix: str, environ: Mapping[str, str]) -> Identity | None:
    """Return the key pair of three variables with one prefix; None when neither key is set."""
    access, secret = environ.get(f"{prefix}_ACCESS_KEY"), environ.get(f"{prefix}_SECRET_KEY")
    if not access and not secret:
        return None
    if not access or not secret:
        raise CredentialsError(f"{prefix}_ACCESS_KEY and {prefix}_SECRET_KEY go together")
    return Identity(access, secret, environ.get(f"{prefix}_SESSION_TOKEN") or None)


def _from_boto_variables(environ: Mapping[str, str]) -> Identity | None:
    """Return what boto looks at first, without loading it; None when it may find something else."""
    access, secret = (environ.get(f"AWS_{name}") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    if not access or not secret or environ.get("AWS_CREDENTIAL_EXPIRATION"):
        return None
    token = environ.get("AWS_SESSION_TOKEN") or environ.get("AWS_SECURITY_TOKEN")
    return Identity(access, secret, token or None)


def _from_boto(profile: str | None) -> Identity:
    """Return the key pair that boto finds, under a profile of its configuration or by default."""
    # Imported here: workers are given their key pairs.
    import botocore.exceptions  # noqa: PLC0415
    import botocore.session  # noqa: PLC0415

    try:
        session = botocore.session.Session(profile=profile)
        providers = session.get_component("credential_provider")
        providers.remove("iam-role")  # asks a link-local address and waits for it
        found = session.get_credentials()
        frozen = found.get_frozen_credentials() if found is not None else None
    except botocore.exceptions.BotoCoreError as error:
        raise CredentialsError(str(error)) from error
    if frozen is None or not frozen.access_key or not frozen.secret_key:
        where = f"the AWS profile {profile} holds no credentials" if profile else "no credentials"
        raise CredentialsError(
            f"{where}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or name a profile with --profile-name, or give --access-key and --secret-key"
        )
    return Identity(frozen.access_key, frozen.secret_key, frozen.token)
