"""moto's server, as it comes and with signatures checked."""

from __future__ import annotations

import http.client
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from defusedxml.ElementTree import fromstring

from conformance.targets.launchers.process import LaunchError, Server, free_ports, running
from conformance.targets.launchers.programs import find_python, package_version
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

INSTALL: Final = hint("moto")
_ACCOUNTS: Final = {"main": "111111111111", "alt": "222222222222"}
_CALLS_A_USER: Final = 3
_ANSWER_SECONDS: Final = 20
_ANSWER_BYTES: Final = 65536
_FOR_IAM: Final = (
    "AWS4-HMAC-SHA256 Credential=none/20000101/us-east-1/iam/aws4_request, "
    "SignedHeaders=host, Signature=none"
)
"""moto takes the service from the scope of a signature, which it does not check yet."""
_ALLOW_S3: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
)


@contextmanager
def moto(folder: Path) -> Iterator[Running]:
    """Start ``moto_server`` as it comes, on a free loopback port, logging into ``folder``."""
    with _server(folder, {}) as (_, port, version):
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity("AKIAMOTOMAIN00000001", "moto-main-secret"),
            alt=Identity("AKIAMOTOALT000000001", "moto-alt-secret"),
            version=version,
            log=folder / "moto.log",
        )


@contextmanager
def moto_auth(folder: Path) -> Iterator[Running]:
    """Start ``moto_server`` so that it checks signatures and IAM policies.

    It does so after a number of calls, which are spent on a user of each of two accounts. Both may
    do anything in S3 as far as IAM goes, as in AWS an account's own users may.
    """
    calls = {"INITIAL_NO_AUTH_ACTION_COUNT": str(_CALLS_A_USER * len(_ACCOUNTS))}
    with _server(folder, calls) as (_, port, version):
        users = {name: _user(port, name, account) for name, account in _ACCOUNTS.items()}
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=users["main"],
            alt=users["alt"],
            version=f"{version}, with signatures",
            log=folder / "moto.log",
        )


@contextmanager
def _server(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[Server, int, str]]:
    """Start the server and yield it with its port and version once it answers."""
    python = find_python("moto", INSTALL, "moto.server", "flask")
    (port,) = free_ports(1)
    command = [str(python), "-P", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    log = folder / "moto.log"
    with running("moto", command, log=log, cwd=folder, env=environment) as server:
        server.wait_ready(port, "/moto-api/")
        yield server, port, f"moto {package_version('moto', python)}".rstrip()


def _user(port: int, name: str, account: str) -> Identity:
    """Make a user with a key pair and leave to use S3, in exactly `_CALLS_A_USER` calls."""
    _iam(port, account, Action="CreateUser", UserName=name)
    made = _iam(port, account, Action="CreateAccessKey", UserName=name)
    _iam(
        port,
        account,
        Action="PutUserPolicy",
        UserName=name,
        PolicyName="s3",
        PolicyDocument=_ALLOW_S3,
    )
    if not made.get("AccessKeyId") or not made.get("SecretAccessKey"):
        raise LaunchError("moto made no key pair")
    return Identity(made["AccessKeyId"], made["SecretAccessKey"])


def _iam(port: int, account: str, **parameters: str) -> dict[str, str]:
    """Send an IAM call for an account; return the answer's texts by element name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        connection.request(
            "POST",
            "/",
            urlencode({**parameters, "Version": "2010-05-08"}),
            {
                "Authorization": _FOR_IAM,
                "Content-Type": "application/x-www-form-urlencoded",
                "x-moto-account-id": account,
            },
        )
        response = connection.getresponse()
        body = response.read(_ANSWER_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise LaunchError(f"moto did not answer {parameters['Action']}: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise LaunchError(f"moto answered {response.status} to {parameters['Action']}")
    return {
        element.tag.rpartition("}")[2]: element.text or "" for element in fromstring(body).iter()
    }
