"""Features and workloads: the selections of tests that the compatibility site has pages for.

They name capabilities and tests, and no test depends on them: a change in these files changes no
digest. `read_features` and `read_workloads` report mistakes of form, `check` what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog.drafts import file_form
from conformance.catalog.lint.shape import WORD_ID, Form, check_known, words_of
from conformance.catalog.select import SelectionError, select
from conformance.catalog.selections import Feature, Selections, Workload
from conformance.catalog.yaml12 import Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.catalog.model import Catalog
    from conformance.catalog.problems import Mark, Problems

FEATURES_FILE: Final = "features.yaml"
WORKLOADS_FILE: Final = "workloads.yaml"
FEATURE_REQUIRED: Final = ("id", "title", "about")
FEATURE_KEYS: Final = (*FEATURE_REQUIRED, "capabilities", "select")
GROUP_REQUIRED: Final = ("id", "title", "features")
WORKLOAD_REQUIRED: Final = ("id", "title", "about", "needs", "select")


@dataclass(slots=True)
class SelectionsDraft:
    """Features and workloads as read, with the places of what the catalogue is asked about."""

    features: list[Feature] = field(default_factory=list)
    workloads: list[Workload] = field(default_factory=list)
    set_up: tuple[Scalar, ...] = ()
    servers: dict[str, str] = field(default_factory=dict)
    capabilities: list[Scalar] = field(default_factory=list)
    expressions: list[Scalar] = field(default_factory=list)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def selections(self) -> Selections:
        """Return what was read as the rest of the suite knows it."""
        return Selections(
            features=tuple(self.features),
            workloads=tuple(self.workloads),
            set_up=words_of(self.set_up),
            servers=self.servers,
        )

    def is_new(self, kind: str, key: str, mark: Mark, problems: Problems) -> bool:
        """Return whether an id is given for the first time; report it if it is not."""
        if not key:
            return False
        first = self.places.setdefault((kind, key), str(mark.place))
        if first == str(mark.place):
            return True
        problems.add(mark, "duplicate-id", f"{key} is given already", f"at {first}")
        return False


def read_features(root: Node, draft: SelectionsDraft, problems: Problems) -> None:
    """Read the file of features."""
    form = file_form(
        root, "a file of features", ("about", "groups"), ("set-up", "servers"), problems
    )
    if form is None:
        return
    for node in form.maps("groups"):
        group = Form(node, "a group of features", problems, required=GROUP_REQUIRED)
        group.identifier("id", WORD_ID)
        for inner in group.maps("features"):
            _feature(inner, group.text("title"), draft, problems)
    draft.set_up = form.texts("set-up")
    draft.capabilities += draft.set_up
    servers = form.mapping("servers")
    for name, kind in (servers.entries if servers is not None else {}).items():
        if isinstance(kind, Scalar) and isinstance(kind.value, str):
            draft.servers[name] = kind.value
        else:
            problems.add(kind.mark, "wrong-kind", f"{name} takes the kind of server as text")


def read_workloads(root: Node, draft: SelectionsDraft, problems: Problems) -> None:
    """Read the file of workloads."""
    form = file_form(root, "a file of workloads", ("about", "workloads"), (), problems)
    for node in form.maps("workloads") if form else ():
        row = Form(node, "a workload", problems, required=WORKLOAD_REQUIRED)
        needs, select = row.texts("needs"), row.texts("select")
        draft.capabilities += needs
        draft.expressions += select
        if "select" in node.entries and not select:
            problems.add(row.mark("select"), "missing-key", "select of a workload is empty")
        workload = Workload(
            id=row.identifier("id", WORD_ID),
            title=row.text("title"),
            about=row.text("about"),
            needs=words_of(needs),
            select=words_of(select),
        )
        if draft.is_new("workload", workload.id, row.mark("id"), problems):
            draft.workloads.append(workload)


def _feature(node: Mapping, group: str, draft: SelectionsDraft, problems: Problems) -> None:
    row = Form(node, "a feature", problems, required=FEATURE_REQUIRED, optional=FEATURE_KEYS)
    capabilities, select = row.texts("capabilities"), row.texts("select")
    draft.capabilities += capabilities
    draft.expressions += select
    if not capabilities and not select:
        text = "a feature names no capability and selects no test"
        problems.add(row.mark("id"), "missing-key", text, "give it capabilities, or select")
    feature = Feature(
        id=row.identifier("id", WORD_ID),
        title=row.text("title"),
        about=row.text("about"),
        group=group,
        capabilities=words_of(capabilities),
        select=words_of(select),
    )
    if draft.is_new("feature", feature.id, row.mark("id"), problems):
        draft.features.append(feature)


READERS: Final[dict[str, Callable[[Node, SelectionsDraft, Problems], None]]] = {
    FEATURES_FILE: read_features,
    WORKLOADS_FILE: read_workloads,
}


def check_selections(draft: SelectionsDraft, catalog: Catalog, problems: Problems) -> None:
    """Report capabilities and tests that the catalogue does not have."""

    def unknown(mark: Mark, name: str, hint: str) -> None:
        problems.add(mark, "unknown-capability", f"unknown capability {name}", hint)

    check_known(draft.capabilities, catalog.capabilities, unknown)
    for node in draft.expressions:
        try:
            select(catalog, [str(node.value)])
        except SelectionError as error:
            problems.add(node.mark, "unknown-test", str(error))


def unaccounted(selections: Selections, capabilities: Iterable[str]) -> tuple[str, ...]:
    """Return the capabilities that belong to no feature and are not part of a set-up."""
    named = {
        *selections.set_up,
        *(name for one in selections.features for name in one.capabilities),
    }
    return tuple(name for name in capabilities if name not in named)
