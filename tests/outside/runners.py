"""How each suite is started against an endpoint, and how its results are read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from defusedxml import ElementTree

from conformance.reference.domain.kms import CUSTOMER_KEY
from conformance.reference.server import DEFAULT_REGION, MAIN_ACCOUNT, ReferenceServer

from .differences import Outcome
from .older_buckets import older_reference

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SECONDS: Final = 1800
"""How long a suite may take as a whole."""
_NAMED: Final = re.compile(r'^\s+"(\w+)":\s+\w+,$', re.MULTILINE)
"""The lines by which versitygw names its tests."""
_KMS_KEY: Final = f"arn:aws:kms:{DEFAULT_REGION}:{MAIN_ACCOUNT}:key/{CUSTOMER_KEY}"
_COLOUR: Final = r"(?:\x1b\[[0-9;]*m)*"
_VERSITY: Final = re.compile(rf"^{_COLOUR}(PASS|FAIL)\s*{_COLOUR}:?\s*(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Job:
    """One run: a suite's checkout, what to select, and a folder for what it makes."""

    checkout: Path
    select: str
    scratch: Path

    @property
    def output(self) -> Path:
        """The file of what the suite prints."""
        return self.scratch / "output.txt"


def ceph(job: Job) -> Outcome:
    """Run the tests of ceph/s3-tests that ``select`` names, by pytest's ``-k``.

    Over TLS, without which S3 takes no customer keys, and with buckets as the suite expects them.
    """
    configuration = job.scratch / "s3tests.conf"
    results = job.scratch / "results.xml"
    with older_reference() as server:
        configuration.write_text(_ceph_configuration(server))
        _run(
            job,
            [
                sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", job.select,
                f"--junitxml={results}", "s3tests/functional/test_s3.py",
            ],
            {"S3TEST_CONF": str(configuration)},
        )  # fmt: skip
    return read_junit(results.read_bytes())


def minio_go(job: Job) -> Outcome:
    """Run minio-go's functional tests and keep those that ``select`` (a pattern) matches.

    Over TLS, without which it leaves out the tests of customer keys.
    """
    with older_reference() as server:
        out = _run(
            job,
            ["go", "run", "functional_tests.go"],
            {
                "SERVER_ENDPOINT": urlsplit(server.tls_endpoint_url).netloc,
                "ACCESS_KEY": server.account.access_key,
                "SECRET_KEY": server.account.secret_key,
                "SERVER_REGION": server.region,
                "ENABLE_HTTPS": "1",
                "SSL_CERT_FILE": str(server.ca_file),
                "RUN_ON_FAIL": "1",
                "MINT_MODE": "full",
            },
        )
    return read_lines(out, job.select)


def versitygw(job: Job) -> Outcome:
    """Run the integration tests of versitygw whose names ``select`` (a pattern) matches.

    Each is a command of the gateway's own program, which is built first, and each has a reference
    of its own: all call their buckets the same, and one that fails leaves its bucket behind.
    """
    program = job.scratch / "versitygw"
    _run(job, ["go", "build", "-o", str(program), "./cmd/versitygw"], {})
    listed = (job.checkout / "tests" / "integration" / "group-tests.go").read_text()
    names = [name for name in _NAMED.findall(listed) if re.search(job.select, name)]
    out = []
    for name in names:
        with ReferenceServer() as server:
            account = server.account
            options = ["test", "--allow-insecure", "-e", server.endpoint_url]
            options += ["-a", account.access_key, "-s", account.secret_key]
            out.append(_run(job, [str(program), *options, name], {}))
    return read_words("".join(out))


RUNNERS: Final = {"ceph-s3-tests": ceph, "minio-go": minio_go, "versitygw": versitygw}


def read_junit(document: bytes) -> Outcome:
    """Read a JUnit report."""
    passed, failed, skipped = set[str](), set[str](), set[str]()
    for case in ElementTree.fromstring(document).iter("testcase"):
        kinds = {child.tag for child in case}
        found = failed if kinds & {"failure", "error"} else passed
        (skipped if "skipped" in kinds else found).add(case.attrib["name"])
    return Outcome(frozenset(passed), frozenset(failed), frozenset(skipped))


def read_lines(text: str, select: str) -> Outcome:
    """Read the JSON lines of minio-go: one for each call, with the test's name and a status.

    A test that failed once has failed, whatever its other calls did.
    """
    found: dict[str, set[str]] = {"PASS": set(), "FAIL": set(), "NA": set()}
    for line in text.splitlines():
        if not line.startswith("{"):
            continue
        row = json.loads(line)
        name = str(row.get("name", "")).removeprefix("minio-go: ")
        if re.search(select, name):
            found.setdefault(str(row.get("status")), set()).add(name)
    failed = frozenset(found["FAIL"])
    return Outcome(frozenset(found["PASS"]) - failed, failed, frozenset(found["NA"]))


def read_words(text: str) -> Outcome:
    """Read the lines of versitygw: PASS or FAIL, and a test's name."""
    rows = [(match[1], match[2]) for match in _VERSITY.finditer(text)]
    failed = frozenset(name for word, name in rows if word == "FAIL")
    return Outcome(frozenset(name for word, name in rows if word == "PASS") - failed, failed)


def _run(job: Job, command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(  # noqa: S603  # the suite that the user names, at a pinned commit
        command,
        cwd=job.checkout,
        env={**without_aws(os.environ), **environment},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS,
        check=False,
    )
    with job.output.open("a") as output:
        output.write(done.stdout + done.stderr)
    return done.stdout


def without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what the user's own work with S3 needs: keys, bundles."""
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}


def _ceph_configuration(server: ReferenceServer) -> str:
    """Return the configuration: two accounts, of which the second is used for all others."""
    host, _, port = urlsplit(server.tls_endpoint_url).netloc.partition(":")
    lines = [
        "[DEFAULT]", f"host = {host}", f"port = {port}", "is_secure = True",
        "ssl_verify = False", "[fixtures]", "bucket prefix = outside-{random}-",
        "iam name prefix = outside-", "iam path prefix = /outside/",
    ]  # fmt: skip
    main, other = server.account, server.alt_account
    for section, account in (
        ("s3 main", main), ("s3 alt", other), ("s3 tenant", other), ("iam", main),
        ("iam root", main), ("iam alt root", other),
    ):  # fmt: skip
        lines += [
            f"[{section}]", f"access_key = {account.access_key}",
            f"secret_key = {account.secret_key}", f"user_id = {account.canonical_id}",
            f"display_name = {account.name}", f"email = {account.name}@example.com",
            "api_name = default", "tenant = outside",
            f"kms_keyid = {_KMS_KEY}",
        ]  # fmt: skip
    lines += ["[webidentity]", "token = none", ""]
    return "\n".join(lines)
