"""SSE-C headers are accepted exactly when they agree with each other and with the create."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import StepTree, Story, step
from conformance.properties.strategies.customer_keys import CustomerHeaders, customer_headers

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_BODY: Final = "a"


@st.composite
def _stories(draw: st.DrawFn) -> Story:
    begun = draw(customer_headers())
    if not begun.legal:
        refused = moves.create(begun.members, must={"status": 400})
        del refused["save"]
        return Story(steps=(refused, moves.no_uploads()))
    sent = draw(customer_headers())
    fits = sent.legal and sent.seed == begun.seed
    return Story(
        steps=(
            moves.create(begun.members),
            {
                **moves.part(1, _BODY, more=sent.members, must={"status": 200 if fits else 400}),
                **({"save": {"etag": "ETag"}} if fits else {}),
            },
            *_afterwards(begun, stored=fits),
        )
    )


def _afterwards(begun: CustomerHeaders, *, stored: bool) -> tuple[StepTree, ...]:
    listing = step(
        "ListParts", {"UploadId": "$upload"}, must={"status": 200, "Parts": {"length": int(stored)}}
    )
    if not stored:
        return (listing,)
    # Under a customer key the ETag is no MD5, so that it has to be taken from the answer.
    return (
        moves.complete([{"PartNumber": 1, "ETag": "$etag"}], more=begun.members),
        moves.get(moves.reads(_BODY), begun.members),
    )


def stories(_terms: Terms) -> SearchStrategy[Story]:
    """Generate stories of a create and a part with any headers."""
    return _stories()


LAWS: Final = (
    Law(
        name="customer-keys",
        title="SSE-C headers are accepted exactly when all three are those of the create",
        why="parts under different keys, or in the clear, make an object that nobody can read",
        rules=(
            "ssec.three-headers",
            "ssec.algorithm",
            "ssec.key-md5",
            "ssec.part-match",
            "ssec.read-back",
        ),
        operations=("CreateMultipartUpload", "UploadPart", "GetObject"),
        stories=stories,
        needs=("sse-c",),
        bucket="sse-c",
        share=2.0,
    ),
)
