"""Facts about a product: what it is, who makes it, since when, and the sources."""

from __future__ import annotations

from datetime import date  # noqa: TC003  # pydantic evaluates it
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kind = Literal["Amazon S3", "storage server", "gateway", "emulator", "reference of this suite"]
"""An emulator is a test double: it is made for tests, and keeps nobody's data."""
State = Literal["active", "archived"]

_Line = Annotated[str, StringConstraints(pattern=r"^[^\n]*$")]
_Link = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]


class About(BaseModel):
    """Facts about a target that a user may want to know before running it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    summary: _Line = ""
    """One line."""
    kind: Kind | None = None
    vendor: _Line | None = None
    """Who makes it: a company, a foundation or a person."""
    licence: _Line | None = None
    """As its SPDX identifier where there is one."""
    language: _Line | None = None
    version: _Line | None = None
    """The one that the date is of."""
    released: Annotated[date, Field(strict=False)] | None = None
    state: State | None = None
    link: _Link | None = None
    """Its own page."""
    s3: _Link | None = None
    """What it says itself of its S3 support."""
    sources: Annotated[tuple[_Link, ...], Field(strict=False)] = ()
    """Where the above is written."""

    def lines(self) -> tuple[str, ...]:
        """Return what is known beyond the summary, as short lines of text."""
        what = ", ".join(
            word
            for word in (self.kind, self.vendor, self.licence, self.language, self.state)
            if word
        )
        when = f"{self.version or 'released'} of {self.released}" if self.released else ""
        where = [link for link in (self.link, self.s3) if link]
        return tuple(line for line in (", ".join(x for x in (what, when) if x), *where) if line)
