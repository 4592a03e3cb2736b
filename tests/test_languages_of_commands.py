"""Help, complaints about options, notes on files and the query book speak the language that was asked for, all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer

from graphkit.cli import main, screen
from graphkit.cli.app import app
from graphkit.cli.everywhere import heads, helping
from graphkit.cli.screen import Screen
from graphkit.lab import words as lab_words
from graphkit.lab import worlds
from graphkit.language import heard, speaking
from graphkit.sources import notes, reasons
from graphkit.stores import queries
from tests import catalogues

FOREIGN = catalogues.FOREIGN
TOGETHER = re.compile(r"[^\w<>{}]+")


def flat(text: str) -> str:
    """Words without frames and line breaks, as help breaks them anywhere."""
    return TOGETHER.sub(" ", text).strip()


def paths(command=None, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    command = command or typer.main.get_command(app)
    below = getattr(command, "commands", {})
    return [path, *(found for name, part in below.items() for found in paths(part, (*path, name)))]


@pytest.mark.parametrize("tongue", FOREIGN)
def test_no_help_page_keeps_a_sentence_of_english(tongue, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    kept = catalogues.kept(tongue)
    english = {flat(text) for text in (*helping.texts(), helping.HELP) if " " in text and kept.get(text).string != text}
    assert len(english) > 130
    values = {text for text in helping.texts() if re.fullmatch("[A-Z=]{2,}", text) and kept.get(text).string != text}
    assert {"ACCOUNT", "FILE", "NAME=VALUE"} < values
    for path in paths():
        assert main([*path, "--help", "--language", tongue]) == 0
        printed = capsys.readouterr().out
        assert values & set(re.findall("[A-Z=]{2,}", printed)) == set(), path
        assert [kind for kind in helping.TYPES if kind in printed] == [], path
        shown = flat(printed)
        assert [text for text in english if f" {text} " in f" {shown} "] == [], path
        assert not re.search(r"\b(Usage|Options|Commands|Examples|required)\b", shown.split("graphkit", 1)[1]), path


@pytest.mark.parametrize("words", [
    ["--language", "es", "bench", "--help"], ["--language=es", "bench", "--help"],
    ["bench", "--language", "es", "--help"], ["bench", "--help", "--language=es"], ["bench", "--help", "--language", "ES"],
])  # fmt: skip
def test_the_language_may_stand_before_and_behind_the_command_with_a_blank_or_not(words, capsys):
    assert main(words) == 0
    assert "Uso: graphkit bench" in capsys.readouterr().out


def test_a_language_before_the_command_reaches_files_too(tmp_path: Path, capsys):
    (tmp_path / "follows.csv").write_text("follower,followed\na,b\n")
    out = tmp_path / "run"
    assert main(["--language", "tr", "analyze", str(tmp_path / "follows.csv"), "--out", str(out), "-q"]) == 0
    assert json.loads((out / "run.json").read_text())["asked"]["language"] == "tr"
    assert '<html lang="tr">' in (out / "report.html").read_text(encoding="utf-8")


def test_what_stands_behind_two_dashes_is_no_option():
    assert helping.language_of(["why", "--language", "tr", "--", "--language", "es"]) == (
        ["why", "--", "--language", "es"],
        "tr",
    )
    assert helping.language_of(["why", "--language"]) == (["why", "--language"], "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "'nonsense' diye bir komut yok."),
        (["load", "--nosuch"], "Böyle bir seçenek yok: --nosuch"),
        (["load"], "'GİRDİ' argümanı eksik."),
        (["detect"], "'--store' seçeneği eksik."),
        (["bench", "--accounts", "3"], "'--accounts' için geçersiz değer: en az 500 olmalı"),
        (["bench", "--accounts", "many"], "'--accounts' için geçersiz değer: bir tam sayı olmalı"),
        (["bench", "--seeds"], "'--seeds' seçeneği bir değer ister."),
    ],
)
def test_complaints_about_words_are_told_in_the_language_and_end_with_2(words, says, capsys):
    assert main([*words, "--language=tr"]) == 2
    assert flat(says) in flat(capsys.readouterr().err)


def test_a_language_that_is_none_is_refused_before_anything_else(capsys):
    assert main(["--language", "de", "bench"]) == 2
    assert "'de' is no language of graphkit" in capsys.readouterr().err


def test_notes_on_a_file_and_reasons_of_refusal_are_told_from_a_ledger_as_well(tmp_path: Path, capsys):
    ids = "".join(f"{1_000_000_000_000_000_000 + 100 * n},b\n" for n in range(60))
    (tmp_path / "ties.csv").write_text(f"from_user,to_user\n{ids}b,b\n")
    words = ["load", str(tmp_path / "ties.csv"), "--store", str(tmp_path / "s.duckdb"), "--language", "es"]
    for _ in range(2):  # the second time the store tells what it kept
        assert main(words) == 0
        said = "".join(capsys.readouterr())
        assert "leído como: from_user sigue a to_user" in said
        assert "parecen redondeados por una hoja de cálculo" in said
        assert "la cuenta se sigue a sí misma" in said


def test_a_note_that_nobody_knows_stays_as_it_is():
    with speaking("tr"):
        assert notes.told("something else") == "something else"
        assert heard("a follows b", (notes.FOLLOWS,)) == "takip eden a, takip edilen b"
    assert notes.told("read as: a follows b") == "read as: a follows b"


@pytest.mark.parametrize("tongue", FOREIGN)
def test_purposes_of_the_query_book_and_reasons_are_told(tongue, capsys):
    assert main(["queries", "circle", "--language", tongue]) == 0
    told = capsys.readouterr().out.partition("// theme")[0]  # behind it the Cypher text, as its file has it
    assert queries.find("circle").purpose not in told
    assert catalogues.kept(tongue).get(queries.find("circle").purpose).string in told
    kept = catalogues.kept(tongue)
    assert [reason for reason in reasons.REASONS.values() if not kept.get(str(reason)).string] == []


def test_the_figures_of_the_bench_are_told(capsys):
    assert main(["bench", "--accounts", "600", "--detector", "follow_rings", "--language", "es"]) == 0
    told = capsys.readouterr().out
    assert "hallazgos: " in told
    assert "cuentas ajenas" in told
    assert "detección: " in told
    assert "findings" not in told
    crowds = {str(name) for name in lab_words.CROWDS.values()} | {str(name) for name in lab_words.WORDS.values()}
    assert len(crowds) > 15
    assert [name for name in crowds if re.search(rf"(?m)^{re.escape(name)}\b", told)] == []
    assert re.search(r"\d,\d{3}", told)
    assert not re.search(r"\d\.\d{1,2}\b(?!\d)", told)


@pytest.mark.parametrize("tongue", FOREIGN)
def test_every_column_of_an_answer_has_a_head_in_words(tongue):
    columns = {
        name
        for query in queries.every().values()
        for name in re.findall(r"\bAS (\w+)", query.cypher.split("RETURN")[-1])
    }
    assert len(columns) > 50
    assert columns - heads.HEADS.keys() == set()
    kept = catalogues.kept(tongue)
    with speaking(tongue):
        assert [name for name in heads.HEADS if heads.head(name) != kept.get(str(heads.HEADS[name])).string] == []


def test_an_answer_is_read_as_words_and_moments_and_stays_numbers_in_json(tmp_path: Path, capsys):
    (tmp_path / "follows.csv").write_text(
        "follower,followed,at\n" + "".join(f"f{n},star,2026-03-01T10:0{n}:00Z\n" for n in range(4))
    )
    store = str(tmp_path / "s.duckdb")
    assert main(["load", str(tmp_path / "follows.csv"), "--store", store, "-q"]) == 0
    capsys.readouterr()
    asked = ["ask", "followers", "--account", "star", "--store", store]
    assert main([*asked, "--language", "tr"]) == 0
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert re.split(r"\s{2,}", head.strip()) == ["hesap", "kullanıcı adı", "zaman", "zamanın türü"]
    assert "01.03.2026 10:03 UTC" in first
    assert main([*asked, "--json", "--language", "tr"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert (rows[0]["account"], rows[0]["at"]) == ("f3", 1_772_359_380_000)


@pytest.mark.parametrize("tongue", FOREIGN)
def test_every_step_that_is_shown_while_a_run_goes_on_has_words(tongue):
    code = "\n".join(path.read_text(encoding="utf-8") for path in (catalogues.ROOT / "graphkit").rglob("*.py"))
    named = set(re.findall(r'(?:\.step|\.tell)\("([a-z ]+)"\)', code))
    assert {"load", "build graph", "write tables"} <= named
    shown = []
    with speaking(tongue):
        tell = screen._tell(shown.append)
        for step in [*sorted(named), "detect pods"]:
            tell(step)
    assert [line for line in shown if line.removesuffix(" ...") in {f"{s[:1].upper()}{s[1:]}" for s in named}] == []
    assert shown[-1] == {"tr": "Ara: pods ...", "es": "Detectar: pods ..."}[tongue]


def test_a_title_is_not_squeezed_to_the_width_of_its_table(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    Screen().table([{"id": "1"}], columns=("id",), title="A title that is far wider than the table below it")
    assert capsys.readouterr().out.splitlines()[0] == "A title that is far wider than the table below it"


def test_a_question_that_lacks_a_value_says_what_is_meant_in_the_language(tmp_path: Path, capsys):
    (tmp_path / "follows.csv").write_text("follower,followed\na,b\n")
    store = str(tmp_path / "s.duckdb")
    assert main(["load", str(tmp_path / "follows.csv"), "--store", store, "-q"]) == 0
    assert main(["ask", "fans", "--store", store, "--language", "es"]) == 2
    assert "fans pide --account: el id de la cuenta." in capsys.readouterr().err


@pytest.mark.parametrize("tongue", FOREIGN)
def test_what_commands_say_of_audiences_is_told(tongue, made_up, capsys):
    """Sentences that no other test reads: camps, growth, adverts, lift, roles, and the reasons behind a finding."""
    store, account = made_up
    capsys.readouterr()
    said = ""
    for words in (["camps"], ["risks", account], ["moves", account], ["roles"], ["why", account], ["inside", account]):
        assert main([*words, "--store", store, "--language", tongue]) == 0
        said += capsys.readouterr().out
    left = re.findall(
        r"\b(?:the|accounts|people|of|are|between|usual|because|against|for)\b", re.sub(r"\S*[_@./]\S*", "", said)
    )
    assert left == []


def test_every_table_of_a_command_has_heads_in_words(made_up, monkeypatch, capsys):
    store, account = made_up
    seen = set()
    real = heads.head
    monkeypatch.setattr(heads, "head", lambda name: seen.add(name) or real(name))
    topic = ("--topic", "food")
    for words in (
        ["find", "authority", *topic], ["find", "experts", *topic], ["find", "early"], ["find", "power", *topic], ["reach"],
        ["engagement"], ["engagement", account], ["tomorrow", account], ["roles"], ["inside", account], ["neighbours", account],
        ["roster", "--most", "2", "--curve"], ["ask", "circle", "--account", account, "--estimate"],
    ):  # fmt: skip
        assert main([*words, "--store", store, "--language", "es"]) == 0, words
    for words in (["queries"], ["detectors"], ["loaders"]):
        assert main([*words, "--language", "es"]) == 0
    assert len(seen) > 40
    assert {name for name in seen if not name.startswith("tier_")} - heads.HEADS.keys() == set()
    assert "These data" not in capsys.readouterr().out  # a sentence that something says of itself, in a title


@pytest.fixture(scope="module")
def made_up(tmp_path_factory) -> tuple[str, str]:
    """A store of a made-up world, and its widest account."""
    folder = tmp_path_factory.mktemp("world")
    world = worlds.make("default", accounts=800, seed=3)
    world.save(folder / "data")
    store = str(folder / "world.duckdb")
    files = [str(path) for path in (folder / "data").glob("*.parquet")]
    assert main(["load", *files, "--store", store, "-q"]) == 0
    followed = world.dataset.follows["followed"].value_counts()
    return store, max(followed.to_pylist(), key=lambda row: row["counts"])["values"]
