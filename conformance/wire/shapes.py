"""Single traits of a request's form: order and case of names, the host, the order of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.wire.dialects import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.vocabulary.dialects import Shape
    from conformance.wire.addressing import Route


def shape_headers(headers: list[tuple[str, str]], shape: Shape, route: Route | None = None) -> None:
    """Bring headers into the shape's case and order, in place; with a route the host, too."""
    if route is not None and shape.host == "without-port":
        headers[:] = [(n, route.host if n.lower() == "host" else value) for n, value in headers]
    if shape.names:
        change = str.lower if shape.names == "lower" else str.upper
        headers[:] = [(change(name), value) for name, value in headers]
    if shape.headers:
        headers[:] = [(name, value or "") for name, value in in_order(headers, shape.headers)]


def shape_query(
    query: Sequence[tuple[str, str | None]], shape: Shape
) -> list[tuple[str, str | None]]:
    """Return parameters in the shape's order."""
    return in_order(query, shape.query) if shape.query else list(query)
