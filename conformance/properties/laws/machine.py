"""The stateful machine: any requests in any order, checked against the model after each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from hypothesis import strategies as st

from conformance.properties import model
from conformance.properties.law import Law, Terms
from conformance.properties.model import KEYS, Operation, World, with_expectations
from conformance.properties.story import StepTree, Story
from conformance.properties.strategies.bodies import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

_CONTENTS: Final = st.sampled_from([word for word in WORDS if word])
_KEY: Final = st.sampled_from(KEYS)
_NUMBER: Final = st.sampled_from((1, 2, 10_000))
_WATCHES: Final = ("nothing", "touched", "everything", "everything")
"""What is looked at after each request; a counter-example first tries to do without."""
_MOST_UPLOADS: Final = 3

Listed: TypeAlias = tuple[tuple[int, str], ...]


class _Teller:
    """Tells one story: draws operations that fit the world so far, and looks at what came."""

    def __init__(self, draw: st.DrawFn, terms: Terms) -> None:
        self.draw = draw
        self.terms = terms
        self.world = World()
        self.steps: list[StepTree] = []

    def story(self) -> Story:
        for _ in range(self.draw(st.integers(1, self.terms.actions))):
            operation = self.draw(st.sampled_from(self._fitting()))()
            self._do(operation)
            self._watch(operation, self.draw(st.sampled_from(_WATCHES)))
        return Story(steps=tuple(self.steps))

    def _do(self, operation: Operation) -> None:
        tree, self.world = with_expectations(operation, self.world)
        self.steps.append(tree)

    def _fitting(self) -> list[Callable[[], Operation]]:
        """Return how to draw each operation; those on uploads only where there is one."""
        fitting: list[Callable[[], Operation]] = [self._get, self._put, self._delete]
        if len(self.world.uploads) < _MOST_UPLOADS:
            fitting.insert(0, self._create)
        if self.world.uploads:
            on_uploads = [self._part, self._part, self._complete, self._complete, self._abort]
            fitting = [*on_uploads, self._list_parts, model.ListUploads, *fitting]
            if "copy" in self.terms.able:
                fitting.append(self._copy)
        return fitting

    def _upload(self) -> str:
        return self.draw(st.sampled_from(sorted(self.world.uploads)))

    def _its_key(self, name: str) -> str:
        """Return the upload's own key, now and then the other one."""
        own = self.world.uploads[name].key
        other = next(key for key in KEYS if key != own)
        return self.draw(st.sampled_from((own, own, own, own, other)))

    def _create(self) -> Operation:
        return model.Create(self.draw(_KEY), f"upload_{len(self.world.uploads) + 1}")

    def _part(self) -> Operation:
        name = self._upload()
        return model.Part(self._its_key(name), name, self.draw(_NUMBER), self.draw(_CONTENTS))

    def _copy(self) -> Operation:
        name = self._upload()
        return model.Copy(self._its_key(name), name, self.draw(_NUMBER), self.draw(_KEY))

    def _complete(self) -> Operation:
        """Draw a right completion more often than a wrong one, and a repeated one where it fits."""
        name = self._upload()
        upload = self.world.uploads[name]
        right: list[Listed] = [
            ((number, content),) for number, content in sorted(upload.parts.items())
        ]
        if upload.state == "completed":
            right.append(upload.listed)
        entry = st.tuples(_NUMBER, _CONTENTS)
        known = st.sampled_from(sorted(upload.parts.items())) if upload.parts else entry
        anything = st.lists(known | entry, min_size=1, max_size=3).map(tuple)
        lists = st.sampled_from(right) | anything if right else anything
        return model.Complete(self._its_key(name), name, self.draw(lists))

    def _abort(self) -> Operation:
        name = self._upload()
        return model.Abort(self._its_key(name), name)

    def _list_parts(self) -> Operation:
        name = self._upload()
        return model.ListParts(self._its_key(name), name)

    def _get(self) -> Operation:
        return model.Get(self.draw(_KEY))

    def _put(self) -> Operation:
        return model.Put(self.draw(_KEY), self.draw(_CONTENTS))

    def _delete(self) -> Operation:
        return model.Delete(self.draw(_KEY))

    def _watch(self, done: Operation, watch: str) -> None:
        """Look at what the operation touched, or at all there is."""
        if watch == "nothing":
            return
        keys = [getattr(done, "key", KEYS[0])] if watch == "touched" else list(KEYS)
        names = [getattr(done, "name", "")] if watch == "touched" else list(self.world.uploads)
        sights: list[Operation] = [model.Get(key) for key in keys]
        sights += [
            model.ListParts(self.world.uploads[name].key, name)
            for name in names
            if name in self.world.uploads
        ]
        if watch == "everything" and self.world.uploads:
            sights.append(model.ListUploads())
        for sight in sights:
            self._do(sight)


@st.composite
def _machine(draw: st.DrawFn, terms: Terms) -> Story:
    return _Teller(draw, terms).story()


def stories(terms: Terms) -> SearchStrategy[Story]:
    """Generate stories of up to ``terms.actions`` requests on two keys and three uploads."""
    return _machine(terms)


LAWS: Final = (
    Law(
        name="machine",
        title="Keys, uploads and parts behave as the model says, whatever was done before",
        why="clients do all of this to one bucket, in an order that nobody foresaw",
        rules=(
            "life.create-returns-id",
            "life.create-makes-no-object",
            "life.id-binds-parts",
            "life.independent-uploads",
            "life.complete-assembles",
            "life.complete-frees",
            "life.abort-frees",
            "part.overwrite",
            "complete.overwrites",
            "complete.replay",
            "complete.replay-changed",
            "abort.after-complete",
            "list-parts.no-upload",
        ),
        operations=(
            "CreateMultipartUpload",
            "UploadPart",
            "UploadPartCopy",
            "ListParts",
            "ListMultipartUploads",
            "CompleteMultipartUpload",
            "AbortMultipartUpload",
            "PutObject",
            "GetObject",
            "DeleteObject",
        ),
        stories=stories,
        uses=("copy",),
        effort=16.0,
    ),
)
