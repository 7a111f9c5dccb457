"""Directory buckets accept the headers that they support, in any combination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import Story, step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_UNSUPPORTED: Final[Mapping[str, Tree]] = {
    "ACL": "private",
    "GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    "Tagging": "a=b",
    "ObjectLockLegalHoldStatus": "ON",
    "WebsiteRedirectLocation": "/elsewhere",
    "RequestPayer": "requester",
}
_SUPPORTED: Final[Mapping[str, Tree]] = {
    "CacheControl": "no-cache",
    "ContentDisposition": "inline",
    "ContentLanguage": "en",
    "ContentType": "text/plain",
    "Metadata": {"a": "b"},
    "ServerSideEncryption": "AES256",
}


def _subset(members: Mapping[str, Tree], least: int) -> SearchStrategy[dict[str, Tree]]:
    names = st.sets(st.sampled_from(sorted(members)), min_size=least)
    return names.map(lambda chosen: {name: members[name] for name in sorted(chosen)})


_NOTHING: Final[dict[str, Tree]] = {}
_ALONE: Final = st.sampled_from([{name: value} for name, value in _UNSUPPORTED.items()])
_WRONG: Final = _ALONE | _ALONE | _subset(_UNSUPPORTED, 2) | st.just(_NOTHING)


@st.composite
def _stories(draw: st.DrawFn) -> Story:
    wrong = draw(_WRONG)
    supported = draw(_subset(_SUPPORTED, 0))
    if not wrong:
        return Story(steps=(moves.create(supported),))
    members = {**supported, **wrong}
    # Documented is that they are not supported, not whether they are rejected or ignored.
    answered: Tree = {"status": {"one_of": [200, "4xx", 501]}}
    return Story(steps=(step("CreateMultipartUpload", members, must=answered),))


def stories(_terms: Terms) -> SearchStrategy[Story]:
    """Tell stories of a create with any set of headers."""
    return _stories()


LAWS: Final = (
    Law(
        name="directory-headers",
        title="A directory bucket accepts all supported headers, and no other is a server error",
        why="uploads would fail for headers that the documentation allows",
        rules=("dir.ops",),
        operations=("CreateMultipartUpload",),
        stories=stories,
        needs=("directory-buckets",),
        bucket="directory",
        share=2.0,
        effort=2.5,
    ),
)
