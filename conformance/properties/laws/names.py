"""Keys, metadata and tags are returned as they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import StepTree, Story, step, text
from conformance.properties.strategies.keys import encoded_pattern, key_names
from conformance.properties.strategies.metadata import (
    media_type_pattern,
    system_metadata,
    tag_sets,
    tagging_header,
    user_metadata,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_AT: Final = "${key}/"
_BODY: Final = "a"
_WHOLE: Final = (quote, quote_plus)
"""The two ways in which servers encode a whole key, its slashes too."""


@st.composite
def _keys(draw: st.DrawFn) -> Story:
    """Look at a key in one or more of the ways in which an API shows it."""
    name = draw(key_names())
    key = _AT + text(name)
    looks = draw(st.sets(st.sampled_from(("list", "list-encoded", "complete")), min_size=1))
    steps: list[StepTree] = [moves.create({"Key": key})]
    if "list" in looks:
        steps.append(_listing(key, {}))
    if "list-encoded" in looks:
        pattern = _AT + text(encoded_pattern(name))
        coded: list[Tree] = [
            {"join": [{"url": "$key"}, "%2F", text(whole(name, safe=""))]} for whole in _WHOLE
        ]
        forms: list[Tree] = [{"matches": pattern}, *coded]
        steps.append(_listing({"one_of": forms}, {"EncodingType": "url"}))
    if "complete" in looks:
        at: dict[str, Tree] = {"Key": key}
        steps += [
            moves.part(1, _BODY, more=at),
            moves.complete([moves.listed(1, _BODY)], more=at, must={"status": 200, "Key": key}),
            moves.get(moves.reads(_BODY), at),
            step(
                "ListObjectsV2",
                {"Prefix": _AT},
                must={"status": 200, "Contents": [{"Key": key}]},
            ),
        ]
    return Story(steps=tuple(steps))


def _listing(key: Tree, members: dict[str, Tree]) -> StepTree:
    return step(
        "ListMultipartUploads",
        {"Prefix": _AT, **members},
        must={"status": 200, "Uploads": [{"Key": key, "UploadId": "$upload"}]},
    )


@st.composite
def _metadata(draw: st.DrawFn) -> Story:
    user: dict[str, Tree] = {name: text(value) for name, value in draw(user_metadata()).items()}
    system: dict[str, Tree] = dict(draw(system_metadata()))
    said: dict[str, Tree] = {**({"Metadata": user} if user else {}), **system}
    # Names of header fields have no case, and a media type may be written with and without a blank.
    shown: dict[str, Tree] = {
        name: {"matches": media_type_pattern(str(value))} if name == "ContentType" else value
        for name, value in system.items()
    }
    if user:
        shown["headers"] = {f"x-amz-meta-{name}": value for name, value in user.items()}
    return Story(
        steps=(
            moves.create(said),
            moves.part(1, _BODY),
            moves.complete([moves.listed(1, _BODY)]),
            step("HeadObject", must={"status": 200, **shown}),
        )
    )


@st.composite
def _tags(draw: st.DrawFn) -> Story:
    tags = draw(tag_sets())
    shown: list[Tree] = [{"Key": name, "Value": value} for name, value in tags.items()]
    header: dict[str, Tree] = {"Tagging": tagging_header(tags)} if tags else {}
    return Story(
        steps=(
            moves.create(header),
            moves.part(1, _BODY),
            moves.complete([moves.listed(1, _BODY)]),
            step("GetObjectTagging", must={"status": 200, "TagSet": {"unordered": shown}}),
        )
    )


def _stories_of_keys(_terms: Terms) -> SearchStrategy[Story]:
    return _keys()


def _stories_of_metadata(_terms: Terms) -> SearchStrategy[Story]:
    return _metadata()


def _stories_of_tags(_terms: Terms) -> SearchStrategy[Story]:
    return _tags()


LAWS: Final = (
    Law(
        name="keys",
        title="Every legal key is returned unchanged, plain and URL-encoded",
        why="the object would be found under another name, or not at all",
        rules=("key.any", "list-uploads.encoding"),
        operations=("CreateMultipartUpload", "ListMultipartUploads", "CompleteMultipartUpload"),
        stories=_stories_of_keys,
        share=2.0,
    ),
    Law(
        name="metadata",
        title="User and system metadata of the create are returned with the object",
        why="applications keep what they need to understand their data in it",
        rules=("obj.user-metadata", "obj.system-metadata"),
        operations=("CreateMultipartUpload", "HeadObject"),
        stories=_stories_of_metadata,
    ),
    Law(
        name="tags",
        title="Tags of the create become the tags of the object",
        why="lifecycle rules and access policies go by tags",
        rules=("obj.tagging",),
        operations=("CreateMultipartUpload", "GetObjectTagging"),
        stories=_stories_of_tags,
        needs=("tagging",),
    ),
)
