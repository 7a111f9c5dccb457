"""What pytest loads in every environment that has this package: next to nothing.

Registered under the entry point ``pytest11``. Only when ``conformance.suite`` itself is to be run
does it bring the options and hooks in, so that other test suites never meet them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PACKAGE = "conformance.suite"
PLUGIN = "conformance.pytest_plugin.plugin"


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the plugin when an argument names the package, before the options are parsed."""
    if any(argument.split("::")[0] == PACKAGE for argument in args):
        early_config.pluginmanager.import_plugin(PLUGIN)
