"""The configuration of the one-node Ceph cluster that our launcher starts."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

TESTING_KMS_KEY: Final = "s3-conformance-key"
"""The one key of the gateway's KMS backend for tests; the profile's ``kms-key``."""

_GLOBAL: Final = """\
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon}]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = {folder}/keyring
mon data = {folder}/mon
osd data = {folder}/osd
run dir = {folder}/run
crash dir = {folder}/run
admin socket = {folder}/run/$name.$pid.asok
pid file = {folder}/run/$name.pid
log to file = false
log to stderr = true
err to stderr = true
mon cluster log to file = false
auth allow insecure global id reclaim = false
"""

# One store in memory. Small numbers of placement groups and replicas start in a second.
_SMALL: Final = """
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon data avail crit = 1
mon max pg per osd = 4000
paxos propose interval = 0.05
"""

# A KMS of its own, so that SSE-KMS can be tried at all; the threads that collect garbage and count
# quotas have nothing to do in a run.
_GATEWAY: Final = """
[client]
rgw frontends = beast endpoint=127.0.0.1:{http} ssl_endpoint=127.0.0.1:{tls} {more}
rgw dns name = s3.localhost
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = {kms_key}={kms_secret}
rgw thread pool size = 32
rgw rados pool pg num min = 4
rgw enable usage log = false
rgw enable quota threads = false
rgw enable gc threads = false
rgw dynamic resharding = false
rgw num control oids = 2
rgw gc max objs = 2
rgw lc max objs = 2
rgw data log num shards = 4
rgw md log max shards = 4
rgw usage max shards = 2
rgw reshard num logs = 2
"""


def configuration(
    folder: Path, *, fsid: str, http: int, tls: int, mon: int, certificate: Path
) -> str:
    """Return ``ceph.conf`` for a cluster in ``folder``, with the three ports that others must know.

    The store daemon takes further ports of loopback by itself. It holds the secret of a KMS key.
    """
    return (_GLOBAL + _SMALL + _GATEWAY).format(
        folder=folder,
        fsid=fsid,
        http=http,
        tls=tls,
        mon=mon,
        more=f"ssl_certificate={certificate} tcp_nodelay=1",
        kms_key=TESTING_KMS_KEY,
        kms_secret=base64.b64encode(secrets.token_bytes(32)).decode(),
    )
