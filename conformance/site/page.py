"""The engine of the site's templates: everything is escaped, visible and bounded by default."""

from __future__ import annotations

from functools import lru_cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Final

import jinja2

from conformance.report.visible import mark, one_line, shorten, visible
from conformance.report.words import IMPACT_TITLES, moment, number
from conformance.site import addresses
from conformance.site.model import IMPACT_SYMBOLS, STANDINGS
from conformance.vocabulary.contest import contest_url

if TYPE_CHECKING:
    from conformance.site.survey import Survey

_TEXT_LIMIT: Final = 1500
"""Characters of any one value of a record outside exchanges."""
LARGEST: Final = 400_000
"""Bytes of an HTML file."""
_ROOM: Final = (1200, 400, 120, 40, 12)
"""Rows of a long list: as many as the page has room for."""
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'self'"
)
"""The Content-Security-Policy of every page: its own files, and nothing of anybody else's."""


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the engine."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("conformance.site", "templates"),
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters |= {
        "moment": moment,
        "one_line": one_line,
        "slug": addresses.slug,
        "web_link": addresses.web_link,
        "whole": partial(mark, limit=6000),
    }
    made.globals |= {
        "contest_url": contest_url,
        "number": number,
        "impact_titles": IMPACT_TITLES,
        "impact_symbols": IMPACT_SYMBOLS,
        "standings": STANDINGS,
        "page": addresses.page,
        "exchange_page": addresses.exchange_page,
        "badge": addresses.badge,
        "policy": POLICY,
    }
    return made


def render(template: str, address: str, survey: Survey, **values: object) -> str:
    """Return the page at an address; ``up`` leads from it to the site's root.

    Its lists are cut, with a note, as far as is needed for the page to stay below `LARGEST`; that
    is not enough where a table of many servers alone is larger.
    """
    made = environment().get_template(template)
    text = ""
    for most in _ROOM:
        text = made.render(
            up=addresses.way_up(address), address=address, survey=survey, most=most, **values
        )
        if len(text.encode()) <= LARGEST:
            break
    return text


def own_file(name: str) -> str:
    """Return a style sheet or script of the site."""
    return (resources.files("conformance.site") / "templates" / name).read_text("utf-8")


def _finalize(value: object) -> object:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return shorten(visible(value), _TEXT_LIMIT)
    return value
