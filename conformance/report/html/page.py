"""What all our HTML pages share: templates, styles, and a policy that lets nothing in."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import jinja2
from markupsafe import Markup

from conformance.report.visible import mark, one_line, shorten, visible
from conformance.report.words import IMPACT_TITLES, duration, moment, number
from conformance.vocabulary.contest import contest_url
from conformance.vocabulary.exit_codes import ExitCode

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
