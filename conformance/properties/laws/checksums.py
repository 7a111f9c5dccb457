"""Checksums of parts and objects follow their formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import Story, step
from conformance.properties.strategies.bodies import Body, big_body, sized, sizes
from conformance.properties.strategies.checksums import (
    ALGORITHMS,
    NEEDS,
    ChecksumChoice,
    checksum_choices,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_RARELY: Final = st.sampled_from((False,) * 14 + (True,))


def _choices(terms: Terms) -> SearchStrategy[ChecksumChoice]:
    known = [name for name in ALGORITHMS if NEEDS.get(name) in {None, *terms.able}]
    return checksum_choices(known, types="checksum-type" in terms.able)


def _digest(body: Body, choice: ChecksumChoice) -> Tree:
    return {"digest": body.tree, "algorithm": choice.algorithm}


@st.composite
def _formulas(draw: st.DrawFn, terms: Terms) -> Story:
    choice = draw(_choices(terms))
    stored = [sized(draw(sizes()))]
    if draw(_RARELY):
        stored = [big_body(), *stored]
    whole: Tree = {
        "checksum": [body.tree for body in stored],
        "algorithm": choice.algorithm,
        "type": choice.kind,
    }
    return Story(
        steps=(
            moves.create(dict(choice.members)),
            *(
                moves.part(
                    number,
                    body.tree,
                    more={choice.member: _digest(body, choice)},
                    must={"status": 200, choice.member: _digest(body, choice)},
                )
                for number, body in enumerate(stored, 1)
            ),
            moves.complete(
                [
                    {
                        "PartNumber": number,
                        "ETag": {"etag": body.tree},
                        choice.member: _digest(body, choice),
                    }
                    for number, body in enumerate(stored, 1)
                ],
                must={"status": 200, choice.member: whole},
            ),
        )
    )


@st.composite
def _values(draw: st.DrawFn, terms: Terms) -> Story:
    """Tell of a checksum beside a part, its own or another."""
    choice = draw(_choices(terms))
    body = sized(draw(st.integers(0, 3)))
    right = draw(st.booleans())
    digest = _digest(body, choice)
    refused: Tree = {"status": 400, "code": "BadDigest"}
    count = 1 if right else 0
    return Story(
        steps=(
            moves.create(dict(choice.members)),
            moves.part(
                1,
                body.tree,
                more={choice.member: digest if right else {"wrong": digest}},
                must={"status": 200, choice.member: digest} if right else refused,
            ),
            step(
                "ListParts",
                {"UploadId": "$upload"},
                must={"status": 200, "Parts": {"length": count}},
            ),
        )
    )


LAWS: Final = (
    Law(
        name="checksum-formulas",
        title="Checksums of parts and object follow the formula of their algorithm and type",
        why="a client that verifies what it reads would find it damaged, or miss damage",
        rules=("checksum.composite", "checksum.full-object", "obj.checksum-algorithm"),
        operations=("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"),
        stories=_formulas,
        effort=7.0,
        needs=("checksums",),
        uses=("checksum-crc64nvme", "checksum-type", "new-checksums"),
    ),
    Law(
        name="checksum-values",
        title="A part is stored exactly when its checksum is right",
        why="a part that was damaged on its way would be stored",
        rules=("checksum.part-value",),
        operations=("UploadPart",),
        stories=_values,
        needs=("checksums",),
        uses=("checksum-crc64nvme", "checksum-type", "new-checksums"),
    ),
)
