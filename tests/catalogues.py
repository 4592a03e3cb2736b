"""The sentences of the code and their catalogues; run as a program, it brings the catalogues up to date (`make words`)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from graphkit.audience.engagement import presets
from graphkit.cli.everywhere import helping
from graphkit.cli.listing import first_line
from graphkit.language import ENGLISH, LANGUAGES
from graphkit.loading import loaders
from graphkit.sources import notes
from graphkit.stores import queries

ROOT = Path(__file__).parents[1]
FOREIGN = [language for language in LANGUAGES if language != ENGLISH]
METHODS = [("**.py", "python"), ("**/assets/*.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"say": None, "mark": None, "say_html": None, "say_many": (1, 2)}

NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # a compiled catalogue holds no time of its own: equal words, equal bytes
HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def place(language: str, suffix: str = ".po") -> Path:
    return ROOT / "graphkit" / "locale" / language / "LC_MESSAGES" / f"graphkit{suffix}"


def gathered() -> Catalog:
    """Every sentence that the code says, with the file of its first use."""
    catalogue = Catalog()
    for folder in ("graphkit", "loaders"):
        for file, _line, sentence, _comments, context in _said(ROOT / folder):
            if sentence not in catalogue:
                catalogue.add(sentence, locations=[(f"{folder}/{file}", 0)], context=context)
    for place_, sentence in said_by_things():
        if sentence not in catalogue:
            catalogue.add(sentence, locations=[(place_, 0)])
    return catalogue


def said_by_things() -> Iterator[tuple[str, str]]:
    """What is said where no `say` stands: help of every command and option, the query book, loaders, shipped maps."""
    yield from (("graphkit/cli", text) for text in helping.texts())
    yield from (("graphkit/stores/queries/book", query.purpose) for query in queries.every().values())
    yield from (("loaders", first_line(loader.__doc__)) for loader in loaders().values())
    yield from (("graphkit/audience/tiers.toml", table.source) for table in presets().values())
    yield from (("loaders/maps", sentence) for sentence in notes.of_shipped_maps())


def kept(language: str) -> Catalog:
    """The catalogue of a language as it lies in the package."""
    with place(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.creation_date = catalogue.revision_date = NO_DAY
    return catalogue


def sentences(catalogue: Catalog) -> Iterator[Message]:
    """The messages of a catalogue without its head."""
    return (message for message in catalogue if message.id)


def compiled(catalogue: Catalog) -> bytes:
    """What Python reads in place of the text."""
    packed = io.BytesIO()
    write_mo(packed, catalogue)
    return packed.getvalue()


def renew(language: str) -> int:
    """Brings the catalogue of a language up to the code; gives the number of sentences that still lack words."""
    old, new = kept(language), Catalog(locale=language, fuzzy=False)
    for message in sentences(gathered()):
        said = old.get(message.id)
        string = said.string if said is not None and bool(said.pluralizable) == bool(message.pluralizable) else None
        new.add(message.id, string, locations=message.locations)
    with place(language).open("wb") as file:
        file.write(HEAD.format(language=language, plurals=new.plural_forms).encode())
        write_po(file, new, width=0, include_lineno=False, omit_header=True)
    place(language, ".mo").write_bytes(compiled(kept(language)))
    return sum(not all(_strings(message)) for message in sentences(new))


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


def _said(folder: Path) -> Iterator[tuple]:
    return extract_from_dir(folder, method_map=METHODS, keywords=KEYWORDS)


if __name__ == "__main__":
    for foreign in FOREIGN:
        sys.stdout.write(f"{foreign}: {renew(foreign)} sentences lack words\n")
