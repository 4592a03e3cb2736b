"""The language of a command: messages follow the terminal unless one is named, files and JSON only what is named.

So the same command writes the same bytes wherever it runs, and a person still reads what went wrong in their language.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Final

import typer

from graphkit.language import ENGLISH, LANGUAGES, checked, of_environment, speak, speaking

HELP: Final = f"Language of pages, tables and messages: {', '.join(LANGUAGES)}. Default: messages as the terminal, files in English."
Language = Annotated[str, typer.Option("--language", metavar="LANGUAGE", help=HELP, show_default=False)]
_written: ContextVar[str] = ContextVar("written", default=ENGLISH)


@contextmanager
def in_terminal() -> Iterator[None]:
    """Within, messages are in the language of the terminal and files in English, until `--language` is read."""
    token = _written.set(ENGLISH)
    try:
        with speaking(of_environment()):
            yield
    finally:
        _written.reset(token)


def written() -> str:
    """The language of what is kept or read by machines: files, and JSON on stdout."""
    return _written.get()


def choose(language: str) -> None:
    """Speaks and writes this language from here to the end of the program."""
    _written.set(checked(language.lower()))
    speak(language.lower())


def with_language(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the option `--language`, which is chosen before the command begins."""

    @functools.wraps(command)
    def spoken(_language: str = "", **given: object) -> None:
        if _language:
            choose(_language)
        command(**given)

    own = inspect.signature(command, eval_str=True)
    option = inspect.Parameter("_language", inspect.Parameter.KEYWORD_ONLY, default="", annotation=Language)
    vars(spoken)["__signature__"] = own.replace(parameters=[*own.parameters.values(), option])
    spoken.__annotations__ = {
        name: parameter.annotation for name, parameter in [*own.parameters.items(), ("_language", option)]
    }
    return spoken
