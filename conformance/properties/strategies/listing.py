"""Parameters of ListMultipartUploads and ListParts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.properties.strategies.keys import short_names

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


@dataclass(frozen=True, slots=True)
class ListParameters:
    """What one listing asks for; names stand behind the test's own prefix."""

    size: int
    prefix: str = ""
    delimiter: str = ""
    marker: str | None = None
    """Where to begin; None for the beginning."""


def page_sizes(items: int) -> SearchStrategy[int]:
    """Give page sizes from one to just above the number of items."""
    return st.integers(1, max(1, items) + 1)


def list_parameters(items: int) -> SearchStrategy[ListParameters]:
    """Give parameters that fit names of `short_names`."""
    return st.builds(
        ListParameters,
        page_sizes(items),
        st.just("") | short_names(),
        st.sampled_from(("", "/", "a")),
        st.none() | short_names(),
    )
