"""A server whose set-up steps are answered by a proxy's page, or by nothing, passes no test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.model import answers
from conformance.prove.testbed import FaultyTarget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog
    from conformance.reference.domain.messages import Request, Response

PAGE = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


def _page(request: Request, response: Response) -> Response:
    del request
    return replace(response, status=200, headers=(("Content-Type", "text/html"),), body=PAGE)


def _nothing(request: Request, response: Response) -> Response:
    del request
    return replace(response, status=200, headers=(), body=b"")


FAULTS = {
    fault.id: fault
    for name, change in (("page", _page), ("nothing", _nothing))
    for fault in (
        answers(f"abort.repeat/{name}", "An abort is not one", sw.Say(op.ABORT, change)),
        answers(f"part.etag/{name}", "A part is not stored", sw.Say(op.PART, change)),
    )
}


@pytest.fixture(scope="module")
def target(catalog: Catalog) -> Iterator[FaultyTarget]:
    """Yield a reference that answers some operations with a success that is none."""
    with FaultyTarget(catalog, FAULTS) as target:
        yield target


@pytest.mark.parametrize(
    ("test", "fault", "blocked_by"),
    [
        ("abort/repeated", "abort.repeat/page", "life.abort-frees/"),
        ("abort/repeated", "abort.repeat/nothing", "life.abort-frees/"),
        ("list-parts/markers[beyond]", "part.etag/page", "part.etag/"),
        ("list-parts/markers[beyond]", "part.etag/nothing", "part.etag/missing"),
        ("list-parts/max-parts/accepted[zero]", "part.etag/nothing", "part.etag/missing"),
    ],
)
def test_a_set_up_that_was_none_blocks_the_test(
    catalog: Catalog, target: FaultyTarget, test: str, fault: str, blocked_by: str
) -> None:
    """It used to pass: any 2xx was taken for what was asked for."""
    (wanted,) = (one for one in catalog.tests if one.id == test)
    target.decide((wanted,))
    with target.context() as context:
        line = target.run(wanted, context, fault)
    assert line.verdict == "BLOCKED"
    assert line.blocked_by.startswith(blocked_by)
    assert line.reason.startswith(f"blocked by {line.blocked_by}; set-up: ")
