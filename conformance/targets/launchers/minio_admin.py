"""Makes the second user of a server with MinIO's admin API, by the script `minio_user`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.process import LaunchError

if TYPE_CHECKING:
    from conformance.wire.model import Identity

_SECONDS: Final = 30


def add_user(  # what the admin API has to be told
    server: str,
    python: Path,
    address: str,
    admin: Identity,
    user: Identity,
    *,
    authority: Path | None = None,
) -> None:
    """Make a user that may use buckets whose names begin with ``s3-conformance-alt-``.

    ``python`` has the package ``minio``, ``address`` is host and port, ``authority`` a PEM file to
    trust when that speaks TLS. Raises `LaunchError`, with the name of the server, when it takes no
    user.
    """
    task = {
        "address": address,
        "admin": [admin.access_key, admin.secret_key],
        "user": [user.access_key, user.secret_key],
        "secure": authority is not None,
        "resource": "arn:aws:s3:::s3-conformance-alt-*",
    }
    done = subprocess.run(  # noqa: S603  # the interpreter that was found, no shell
        [python, "-I", Path(__file__).with_name("minio_user.py")],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        env=os.environ | ({} if authority is None else {"SSL_CERT_FILE": str(authority)}),
    )
    if done.returncode != 0:
        last = done.stderr.strip().rpartition("\n")[2]
        raise LaunchError(f"{server} took no second user: {last}")
