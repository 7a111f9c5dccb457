"""What pytest loads in every environment that has this package: one fixture, and next to nothing.

Registered under the entry point ``pytest11``. Only when ``conformance.suite`` itself is to be run
does it bring the options and hooks in, so that other test suites never meet them. The fixture uses
the public face of the package, as anyone could.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance import ReferenceServer

PACKAGE = "conformance.suite"
PLUGIN = "conformance.pytest_plugin.plugin"


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the plugin when an argument names the package, before the options are parsed."""
    if any(argument.split("::")[0] == PACKAGE for argument in args):
        early_config.pluginmanager.import_plugin(PLUGIN)


@pytest.fixture
def s3_reference() -> Iterator[ReferenceServer]:
    """Serve a strict, empty S3 on loopback for one test; see ``conformance.ReferenceServer``.

    ``boto3.client("s3", **s3_reference.client_arguments())`` is a client of it.
    """
    from conformance import ReferenceServer  # noqa: PLC0415  # loaded only where it is used

    with ReferenceServer() as server:
        yield server
