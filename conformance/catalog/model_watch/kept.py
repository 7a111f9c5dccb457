"""The edition of S3's service model that the catalogue answers for: ``specs/service-model.json``.

It is kept so that the question what nobody asserts has one answer, whatever botocore is installed;
`drift` says what another botocore has beside it. ``python -m conformance.catalog.model_watch``
makes it from the installed one; what is new in it is open until a scenario asserts it.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Final

import botocore
from botocore.model import ServiceModel

from conformance.catalog.model_watch.members import Family, Member, family_of
from conformance.vocabulary.service_model import FILE, installed_model, kept_tree
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model_watch.members import Side

_ABOUT: Final = (
    "What the S3 service model says of the operations that the catalogue answers for. "
    "Made by python -m conformance.catalog.model_watch; edits are lost."
)
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a service model; S3's has two million."""
_PACKED: Final = b"\x1f\x8b"


class ModelError(ValueError):
    """A file that is not a service model of S3."""


def kept_family(specs: Path | None = None) -> Family:
    """Return the kept edition; a folder of specs without one answers for no member.

    Raises OSError or ValueError for a file that can't be read.
    """
    tree = kept_tree(specs_root() if specs is None else specs)
    members = (_member(name, about) for name, about in tree["members"].items())
    return Family(
        botocore=tree["botocore"],
        members={member.id: member for member in members},
        enums={enum: tuple(values) for enum, values in tree["enums"].items()},
    )


def installed_family() -> Family:
    """Return what the installed botocore says."""
    return family_of(installed_model(), botocore.__version__)


def family_in(file: Path) -> Family:
    """Return what a ``service-2.json`` says, packed by gzip or not.

    Raises OSError for a file that can't be read, `ModelError` for one that is something else.
    """
    try:
        tree = json.loads(_unpacked(file))
        service = tree["metadata"]["serviceId"]
        found = family_of(ServiceModel(tree, "s3"))
    except (AttributeError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{file} is not a service-2.json of botocore") from error
    if service != "S3":
        raise ModelError(f"{file} is the model of {service}, not of S3")
    return found


def render(family: Family) -> str:
    """Return the text of the kept file."""
    tree = {
        "about": _ABOUT,
        "botocore": family.botocore,
        "members": {member.id: member.about for member in family.members.values()},
        "enums": family.enums,
    }
    return json.dumps(tree, indent=1) + "\n"


def write(specs: Path | None = None) -> Path:
    """Write the installed edition in place of the kept one and return the path."""
    path = (specs_root() if specs is None else specs) / FILE
    path.write_text(render(installed_family()), "utf-8")
    return path


def _unpacked(file: Path) -> bytes:
    """Return the bytes of a file; what is larger than a model can be is cut, and no JSON."""
    with file.open("rb") as raw:
        packed = raw.read(len(_PACKED)) == _PACKED
    with gzip.open(file) if packed else file.open("rb") as content:
        return content.read(_LARGEST)


def _member(name: str, about: str) -> Member:
    operation, side, path = name.split(" ", 2)
    place, kind, enum = (*about.split(", "), "")[:3]
    which: Side = "request" if side == "request" else "answer"
    return Member(operation=operation, side=which, path=path, place=place, kind=kind, enum=enum)
