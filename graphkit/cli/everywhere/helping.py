"""Help pages and complaints about options in the reader's language, and the language chosen wherever it stands.

The words of help stand in code as everybody else's do; the catalogues gather them from the commands themselves, so that
no page can be left out. What the command line library says is told by the sentences that it is known to say.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, Final

import typer
from typer import rich_utils

from graphkit.language import heard, mark, say, told, worded

OPTION: Final = "--language"
EXAMPLES: Final = "[bold]Examples[/bold]"
HEAD: Final = say("Examples")
# Of the frame around help, by the names that the library gives them.
FRAME: Final = {
    "ARGUMENTS_PANEL_TITLE": mark("Arguments"),
    "OPTIONS_PANEL_TITLE": mark("Options"),
    "COMMANDS_PANEL_TITLE": mark("Commands"),
    "ERRORS_PANEL_TITLE": mark("Error"),
    "DEFAULT_STRING": mark("[default: {value}]"),
    "REQUIRED_LONG_STRING": mark("[required]"),
    "RICH_HELP": mark("Try [blue]'{command} {option}'[/] for help."),
}
GAPS: Final = {"{value}": "{}", "{command}": "{command_path}", "{option}": "{help_option}"}
COMPLAINTS: Final = (
    mark("No such command '{name}'."),
    mark("No such option: {name} (Possible options: {others})"),
    mark("No such option: {name}"),
    mark("Missing argument '{name}'."),
    mark("Missing option '{name}'."),
    mark("Missing command."),
    mark("Option '{name}' requires an argument."),
    mark("Option '{name}' does not take a value."),
    mark("Got unexpected extra argument(s) ({words})"),
    mark("Invalid value for '{name}': {why}"),
    mark("Input should be a valid integer, unable to parse string as an integer"),
    mark("Input should be a valid number, unable to parse string as a number"),
    mark("Input should be greater than or equal to {least}"),
    mark("Input should be less than or equal to {most}"),
    mark("Input should be greater than {least}"),
    mark("Input should be less than {most}"),
)
USAGE: Final = say("Usage:")
HELP: Final = mark("Show this message and exit.")
TYPES: Final = {
    "<bool>": mark("<bool>"),
    "<float>": mark("<float>"),
    "<int>": mark("<int>"),
    "<int range>": mark("<int range>"),
    "<float range>": mark("<float range>"),
    "<str>": mark("<str>"),
    "<list[str]>": mark("<list[str]>"),
}
SLOTS: Final = {"options_metavar": mark("[OPTIONS]"), "subcommand_metavar": mark("COMMAND [ARGS]...")}


def language_of(words: Sequence[str]) -> tuple[list[str], str]:
    """The words without `--language X`, and X: it may stand before the command, behind it, and with "=" or a blank.

    What stands behind "--" is no option; one without a value stays for the library to complain of.
    """
    left, language, place = [], "", 0
    end = words.index("--") if "--" in words else len(words)
    while place < end:
        word = words[place]
        if word.startswith(f"{OPTION}="):
            language = word.partition("=")[2]
        elif word == OPTION and place + 1 < end:
            place += 1
            language = words[place]
        else:
            left.append(word)
        place += 1
    return [*left, *words[end:]], language


def localised(command: Any) -> Any:
    """The commands with every word of their help in the language that is spoken here."""
    for name, sentence in FRAME.items():
        setattr(rich_utils, name, _framed(worded(sentence)))
    for part in parts(command):
        part.help = worded(_text(part.help))
        if part.epilog:
            part.epilog = part.epilog.replace(EXAMPLES, f"[bold]{told(HEAD)}[/bold]")
        for option in _options(part):
            _retold(option)
        for slot in SLOTS:
            setattr(part, slot, worded(getattr(part, slot, None) or ""))
        _with_usage(part)
    return command


def complaint(error: Any) -> Any:
    """A complaint of the library in the language that is spoken here."""
    said = heard(error.format_message(), COMPLAINTS)
    vars(error)["format_message"] = lambda: said
    return error


def texts() -> Iterator[str]:
    """Every word of help, in English, for the catalogues."""
    from graphkit.cli.app import app

    for part in parts(typer.main.get_command(app)):
        yield _text(part.help)
        for option in _options(part):
            yield from (text for text in (option.help, option.metavar) if text and text != HELP)


def parts(command: Any) -> Iterator[Any]:
    """A command and all that stand below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from parts(below)


def _options(part: Any) -> list[Any]:
    context = typer.Context(part, help_option_names=["-h", "--help"])
    return [option for option in part.get_params(context) if not getattr(option, "hidden", False)]


def _retold(option: Any) -> None:
    """What an option is for, what stands for its value, and of what type that is."""
    option.help = worded(option.help or "")
    option.metavar = worded(option.metavar or "") or None
    shown = option.display_type_rich
    option.display_type_rich = lambda ctx: worded(TYPES.get(said := shown(ctx=ctx), said) or "")


def _with_usage(part: Any) -> None:
    usage = part.get_usage
    part.get_usage = lambda context: usage(context).replace("Usage:", told(USAGE), 1)


def _text(help_: str | None) -> str:
    """A docstring as help shows it: without the breaks of its lines."""
    return " ".join(inspect.cleandoc(help_ or "").split("\f")[0].split())


def _framed(sentence: str) -> str:
    for ours, theirs in GAPS.items():
        sentence = sentence.replace(ours, theirs)
    return sentence
