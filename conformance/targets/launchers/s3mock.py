"""Adobe's S3Mock, a test double in Java, in a network namespace.

Its second port listens on all interfaces and has no option for that.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.confined_java import INNER_PORT, confined_java
from conformance.targets.launchers.embedded import jar_version
from conformance.targets.launchers.programs import find_file
from conformance.targets.launchers.recipes import RECIPES, hint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.targets.launchers.running import Running

INSTALL: Final = hint("s3mock")
KMS_KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/s3-conformance"
"""As in the profile."""
_READY_SECONDS: Final = 120.0
"""It starts Spring, which takes a busy machine most of a minute."""


@contextmanager
def s3mock(folder: Path) -> Iterator[Running]:
    """Start S3Mock over HTTP, reached at a free loopback port."""
    jar = find_file(RECIPES["s3mock"].jar, "s3mock", INSTALL)
    data = folder / "data"
    data.mkdir()
    words = [
        "-jar", str(jar),
        "--server.ssl.enabled=false", "--server.address=127.0.0.1",
        f"--server.port={INNER_PORT}", "--http.port=0",
        f"--com.adobe.testing.s3mock.store.root={data}",
    ]  # fmt: skip
    with confined_java(
        "S3Mock",
        words,
        folder=folder,
        version=jar_version(jar, "com.adobe.testing", "s3mock"),
        access_key="AKIAS3MOCKMAIN000001",
        seconds=_READY_SECONDS,
        env={"COM_ADOBE_TESTING_S3MOCK_STORE_VALID_KMS_KEYS": KMS_KEY},
    ) as running:
        yield running
