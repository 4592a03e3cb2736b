"""What every page shares: templates that escape, data that stays inert, and a policy that forbids the network.

A page is one file. Its scripts and styles stand in it and are named by digest in a Content-Security-Policy, so nothing
else runs, whatever names and texts say; its data stands in a block that no browser executes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import jinja2
import markupsafe
import orjson
from markupsafe import Markup

from graphkit import language

_INERT: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def inert(data: object) -> Markup:
    """JSON for a `<script type="application/json">` block: no character in it can end the block.

    >>> print(inert({"name": "</script>"}))
    {"name":"\\u003c/script\\u003e"}
    """
    text = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS).decode()
    for character, escape in _INERT.items():
        text = text.replace(character, escape)
    return Markup(text)  # every character that HTML gives a meaning is escaped above


def policy(*, script: str, style: str) -> str:
    """The Content-Security-Policy under which exactly this script and this style run, and nothing is fetched."""
    parts = (
        "default-src 'none'",
        f"script-src '{_digest(script)}'",
        f"style-src '{_digest(style)}'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(parts)


def render(package: str, template: str, context: Mapping[str, Any]) -> str:
    """The template of a package, filled; every value is escaped unless it is Markup made here."""
    return _environment(package).get_template(template).render(context)


def _told(sentence: str, /, **values: object) -> str:
    """`say` as templates call it: the sentence in the page's language."""
    return language.told(language.say(sentence, **values))


def _told_many(one: str, many: str, /, *, count: int, **values: object) -> str:
    return language.told(language.say_many(one, many, count=count, **values))


def _told_with_marks(sentence: str, /, **values: object) -> Markup:
    """A sentence of our own into whose gaps Markup goes as it stands; whatever else fills them is escaped."""
    gaps = {name: f"\x00{name}\x00" for name in values}
    said = markupsafe.escape(_told(sentence, **gaps))
    for name, value in values.items():
        said = Markup(said.replace(Markup(gaps[name]), markupsafe.escape(value)))
    return said


def trusted(text: str) -> Markup:
    """Text of our own (a script, a style), put into the page as it stands."""
    return Markup(text)


@cache
def _environment(package: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package, "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: language.told(value) if isinstance(value, language.Said) else value,
    )
    environment.globals |= {
        "say": _told,
        "say_many": _told_many,
        "say_html": _told_with_marks,
        "html": Markup,
        "number": language.number,
        "percent": language.percent,
        "minute": language.minute,
        "spoken": language.spoken,
        "listing": language.listing,
    }
    return environment


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
