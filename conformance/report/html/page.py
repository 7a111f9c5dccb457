"""Shared by all HTML pages: templates, styles, and a policy that forbids loading anything."""

from __future__ import annotations

import base64
import hashlib
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2
from markupsafe import Markup

from conformance.report.visible import mark, one_line, shorten, visible
from conformance.report.words import IMPACT_TITLES, duration, moment, number
from conformance.vocabulary.contest import contest_url
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

_TEXT_LIMIT: Final = 2000
"""Characters of any one value of a record outside heads and bodies."""
_SCENARIO_LIMIT: Final = 20_000
"""Characters of a counter-example; a scenario that is cut can't be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Style and script of one page, with what its Content-Security-Policy says of them."""

    style: Markup
    script: Markup
    style_hash: str
    script_hash: str


@lru_cache(maxsize=8)
def parts(styles: tuple[str, ...], scripts: tuple[str, ...]) -> Parts:
    """Return the named files of ``templates/``, joined, as a page carries them."""
    style, script = _joined(styles), _joined(scripts)
    return Parts(style=style, script=script, style_hash=_source(style), script_hash=_source(script))


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the engine: escapes by default, and makes every plain string visible and bounded."""
    made = jinja2.Environment(
        bytecode_cache=_compiled(),
        loader=jinja2.PackageLoader("conformance.report.html", "templates"),
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters |= {"duration": duration, "moment": moment, "one_line": one_line}
    made.filters["short"] = lambda text, limit: shorten(visible(text), limit)
    made.filters["whole"] = lambda text: mark(text, _SCENARIO_LIMIT)
    made.globals |= {
        "exit_codes": {int(code): code.meaning for code in ExitCode},
        "contest_url": contest_url,
        "number": number,
        "impact_titles": IMPACT_TITLES,
    }
    return made


class _Quiet(jinja2.FileSystemBytecodeCache):
    """Does without where nothing can be kept."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> jinja2.BytecodeCache | None:
    """Return where compiled templates are kept: beside Python's bytecode of this module.

    Compiling them takes longer than making the page of a few tests. Jinja's key is a template's
    text; how this module has it read is in the name.
    """
    if sys.dont_write_bytecode:
        return None
    here = Path(__file__)
    kind = hashlib.sha256(here.read_bytes()).hexdigest()[:12]
    return _Quiet(str(Path(cache_from_source(__file__)).parent), f"{kind}-%s.template")


def _joined(names: tuple[str, ...]) -> Markup:
    folder = resources.files("conformance.report.html") / "templates"
    # Our own files, which must stand in the page as they are for their hashes to hold.
    return Markup("\n".join((folder / name).read_text("utf-8") for name in names))  # noqa: S704 - see above


def _finalize(value: object) -> object:
    """Make every plain string of the page visible and bounded; prepared HTML stays as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return shorten(visible(value), _TEXT_LIMIT)
    return value


def _source(text: str) -> str:
    """Return a source expression of a Content-Security-Policy that allows just this text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
