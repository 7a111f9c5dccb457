"""Fixtures of the suite's own tests."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from scripted_server import Behaviour, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def scripted() -> Iterator[Callable[[Behaviour], ScriptedServer]]:
    """Start servers that behave as told, and stop them after the test."""
    with ExitStack() as stack:
        yield lambda behaviour: stack.enter_context(ScriptedServer(behaviour))
