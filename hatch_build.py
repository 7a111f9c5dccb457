"""Gives the published README absolute links: on a package index there is no checkout beside it."""

from __future__ import annotations

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

_TREE = "https://github.com/s3-conformance/s3-conformance/blob/main/"
_LINK = re.compile(r"(\]\()(?![a-z]+:|#|/)([^)\s]+\))")


class ReadmeHook(MetadataHookInterface):
    """Sets ``readme`` of the project's metadata."""

    def update(self, metadata: dict[str, object]) -> None:
        """Read README.md and make each relative link one into the repository."""
        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": _LINK.sub(rf"\g<1>{_TREE}\g<2>", text),
        }
