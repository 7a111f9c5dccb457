"""Canned ACLs, grants and grantees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

CANNED_ACLS: Final = (
    "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read",
    "bucket-owner-read", "bucket-owner-full-control",
)  # fmt: skip
GRANT_MEMBERS: Final = ("GrantRead", "GrantReadACP", "GrantWriteACP", "GrantFullControl")
_GROUPS: Final = tuple(
    f'uri="http://acs.amazonaws.com/groups/{name}"'
    for name in ("global/AllUsers", "global/AuthenticatedUsers")
)
_EMAILS: Final = ("a@example.com", "someone.else+tag@mail.example.org")


@dataclass(frozen=True, slots=True)
class AccessHeaders:
    """What one request says of its ACL."""

    canned: str
    """Empty for none."""
    grants: tuple[tuple[str, str], ...]
    """Member and grantees."""

    @property
    def legal(self) -> bool:
        """Return whether the two ways are not mixed."""
        return not (self.canned and self.grants)

    @property
    def members(self) -> dict[str, str]:
        """Return the members of the request."""
        return {**({"ACL": self.canned} if self.canned else {}), **dict(self.grants)}


def grantees(owner: str = 'id="${owner}"') -> SearchStrategy[str]:
    """Give one to three legal grantees as a grant header names them; ``owner`` is one of them."""
    each = st.sampled_from((owner, *_GROUPS))
    return st.lists(each, min_size=1, max_size=3, unique=True).map(", ".join)


def access_headers() -> SearchStrategy[AccessHeaders]:
    """Give any canned ACL or none beside any subset of the four grants."""
    canned = st.sampled_from(("", *CANNED_ACLS))
    members = st.sets(st.sampled_from(GRANT_MEMBERS))
    return st.tuples(canned, members, grantees()).map(
        lambda drawn: AccessHeaders(
            drawn[0], tuple((name, drawn[2]) for name in GRANT_MEMBERS if name in drawn[1])
        )
    )


def email_grants() -> SearchStrategy[dict[str, str]]:
    """Give grants of which at least one names a grantee by e-mail, alone or among others."""

    def joined(drawn: tuple[str, str, list[str], bool, dict[str, str]]) -> dict[str, str]:
        member, email, others, first, more = drawn
        named = f'emailAddress="{email}"'
        return {**more, member: ", ".join([named, *others] if first else [*others, named])}

    others = st.lists(st.sampled_from(('id="${owner}"', *_GROUPS)), max_size=2, unique=True)
    more = st.dictionaries(st.sampled_from(GRANT_MEMBERS), grantees(), max_size=2)
    return st.tuples(
        st.sampled_from(GRANT_MEMBERS), st.sampled_from(_EMAILS), others, st.booleans(), more
    ).map(joined)
