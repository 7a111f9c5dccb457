"""The three SSE-C headers of one request: all, some, none, consistent or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_HEADERS: Final = ("algorithm", "key", "key-md5")
_WRONG_MD5: Final = "1B2M2Y8AsgTpgAmY7PhCfg=="
"""The MD5 of nothing, which is no key's."""


@dataclass(frozen=True, slots=True)
class CustomerHeaders:
    """What one request says of a customer key."""

    seed: str
    """Empty for a request without any of the three headers."""
    dropped: tuple[str, ...] = ()
    wrong_md5: bool = False
    algorithm: str = "AES256"

    @property
    def sent(self) -> bool:
        """Return whether any of the three headers is sent."""
        return bool(self.seed) and len(self.dropped) < len(_HEADERS)

    @property
    def consistent(self) -> bool:
        """Return whether all three are there and agree with each other."""
        return (
            bool(self.seed)
            and not self.dropped
            and not self.wrong_md5
            and self.algorithm == "AES256"
        )

    @property
    def legal(self) -> bool:
        """Return whether a request may look so at all: none of them, or all three in agreement."""
        return self.consistent or not self.sent

    @property
    def members(self) -> dict[str, Tree]:
        """Return what a request's members hold for it: nothing, or a ``with``."""
        if not self.sent:
            return {}
        call: dict[str, Tree] = {"seed": self.seed}
        if self.dropped:
            call["drop"] = list(self.dropped)
        if self.wrong_md5:
            call["key_md5"] = _WRONG_MD5
        if self.algorithm != "AES256":
            call["algorithm"] = self.algorithm
        return {"with": {"sse_c": call}}


def customer_headers() -> SearchStrategy[CustomerHeaders]:
    """Give the whole cross product: two keys, each header there or not, agreeing or not."""
    dropped = st.sets(st.sampled_from(_HEADERS), max_size=2).map(
        lambda chosen: tuple(one for one in _HEADERS if one in chosen)
    )
    broken = st.builds(
        CustomerHeaders,
        st.sampled_from("ab"),
        dropped,
        st.booleans(),
        st.sampled_from(("AES256", "AES128")),
    )
    whole = st.sampled_from((CustomerHeaders(""), CustomerHeaders("a"), CustomerHeaders("b")))
    return whole | broken
