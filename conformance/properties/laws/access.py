"""Canned ACLs, grants and grantees by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import Story, step
from conformance.properties.strategies.access import access_headers, email_grants

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_OWNER: Final = step("GetBucketAcl", save={"owner": "Owner.ID"})


@st.composite
def _exclusive(draw: st.DrawFn) -> Story:
    headers = draw(access_headers())
    given = (_OWNER,) if headers.grants else ()
    if headers.legal:
        return Story(given=given, steps=(moves.create(dict(headers.members)),))
    refused = moves.create(dict(headers.members), must={"status": 400, "code": "InvalidRequest"})
    del refused["save"]
    return Story(given=given, steps=(refused, moves.no_uploads()))


@st.composite
def _email(draw: st.DrawFn) -> Story:
    grants = draw(email_grants())
    refused = step("CreateMultipartUpload", dict(grants), must={"status": 405})
    named = any("${owner}" in value for value in grants.values())
    return Story(given=(_OWNER,) if named else (), steps=(refused, moves.no_uploads()))


def _stories_of_both(_terms: Terms) -> SearchStrategy[Story]:
    return _exclusive()


def _stories_of_email(_terms: Terms) -> SearchStrategy[Story]:
    return _email()


LAWS: Final = (
    Law(
        name="acl-exclusive",
        title="A canned ACL and grants are accepted exactly when not both are sent",
        why="the server would choose silently which of the two protects the data",
        rules=("acl.exclusive", "acl.canned", "acl.grants"),
        operations=("CreateMultipartUpload",),
        stories=_stories_of_both,
        needs=("acl",),
        bucket="acl",
    ),
    Law(
        name="acl-email",
        title="A grantee given by e-mail address is rejected wherever it is in the list",
        why="the grant would go to nobody, or to somebody else",
        rules=("acl.email-405",),
        operations=("CreateMultipartUpload",),
        stories=_stories_of_email,
        needs=("acl",),
        bucket="acl",
    ),
)
