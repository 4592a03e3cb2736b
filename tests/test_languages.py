"""What is said is said in three languages, whole and with care, and the language changes nothing but words."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import orjson
import pytest

import graphkit as gk
from graphkit import language, words
from graphkit.analysis.files import digest
from graphkit.cli import main
from graphkit.errors import UsageError
from graphkit.lab import worlds
from graphkit.language import amount, listed, percent, say, say_many, speaking, told
from tests import catalogues

FOREIGN = catalogues.FOREIGN
# No page, message or table calls anybody by these: they judge a person, and a measurement cannot.
JUDGING = {
    "en": r"\b(guilty|criminal|crime|fraudster|liar|fakes?|cheat|cheater|culprit|offender|troll|scammer)s?\b",
    "tr": r"\b(suçlu|suç|dolandırıcı|yalancı|sahte|sahtekâr|hileci|hilekâr|fail|trol|sabıkalı)(lar|ler)?\b",
    "es": r"\b(culpable|criminal|delincuente|delito|estafador|mentiroso|fals[oa]|tramposo|trol|impostor)(s|es)?\b",
}


@pytest.fixture(scope="module")
def said():
    return list(catalogues.sentences(catalogues.gathered()))


@pytest.fixture(scope="module")
def seen():
    """A made-up world and what the detectors say of it."""
    graph = gk.InfluenceGraph.build(worlds.make("default", accounts=1_000, seed=3).dataset)
    return graph, gk.detect(graph)


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def gaps(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(sentence) if name is not None})


def edges(sentence: str) -> tuple[int, int]:
    return len(sentence) - len(sentence.lstrip()), len(sentence) - len(sentence.rstrip())


@pytest.mark.parametrize("tongue", FOREIGN)
def test_a_catalogue_holds_every_sentence_of_the_code_and_no_other(tongue, said):
    kept = catalogues.kept(tongue)
    lacking = [m.id for m in said if (mine := kept.get(m.id)) is None or not all(forms(mine.string))]
    assert lacking == [], "run: make words, and fill in graphkit/locale"
    assert {forms(m.id) for m in catalogues.sentences(kept)} == {forms(m.id) for m in said}
    assert [m.id for m in catalogues.sentences(kept) if m.fuzzy] == []
    assert list(kept.obsolete) == []


def parsed(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in (catalogues.ROOT / folder).rglob("*.py"):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_no_sentence_hides_in_an_f_string_where_no_catalogue_finds_it():
    calls = ("say", "say_many", "mark")
    hidden = [
        (path.name, call.lineno)
        for path, module in parsed("graphkit", "loaders")
        for text in ast.walk(module)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in calls
    ]
    assert hidden == []


def test_what_commands_and_audiences_say_is_said_by_say():
    """Words glued into an f-string stay English; options' help may, as the catalogues gather it from the commands."""
    glued = [
        (path.name, words)
        for path, module in parsed("graphkit/cli", "graphkit/audience", "graphkit/communities")
        for text in ast.walk(module)
        if isinstance(text, ast.JoinedStr)
        and re.search(
            r"[A-Za-z]{3,} [a-z]{2,}", words := " ".join(v.value for v in text.values if isinstance(v, ast.Constant))
        )
    ]
    assert [(name, words) for name, words in glued if not words.startswith(("Language of pages", "One of"))] == []


def test_every_rival_explanation_has_words():
    named = {
        call.args[0].value
        for _, module in parsed("graphkit/detectors", "graphkit/rivals")
        for call in ast.walk(module)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("Rival", "Case")
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(named) > 10
    assert named - words.RIVALS.keys() == set()


@pytest.mark.parametrize("tongue", FOREIGN)
def test_a_sentence_keeps_its_gaps_and_its_edges(tongue):
    for message in catalogues.sentences(catalogues.kept(tongue)):
        for form in forms(message.string):
            assert gaps(form) == gaps(forms(message.id)[-1]), message.id
            assert edges(form) == edges(forms(message.id)[0]), message.id


@pytest.mark.parametrize("tongue", FOREIGN)
def test_the_compiled_catalogue_is_that_of_the_text(tongue):
    assert catalogues.place(tongue, ".mo").read_bytes() == catalogues.compiled(catalogues.kept(tongue))


@pytest.mark.parametrize("tongue", FOREIGN)
def test_no_word_judges_a_person(tongue):
    for message in catalogues.sentences(catalogues.kept(tongue)):
        text = " ".join(forms(message.string)).lower()
        assert re.findall(JUDGING[tongue], text) == [], message.id
        assert re.findall(JUDGING["en"], " ".join(forms(message.id)).lower()) == []


def test_the_titles_of_the_query_book_judge_nobody_either():
    from graphkit.stores.queries import every

    for query in every().values():
        for tongue, title in query.title.items():
            assert title
            assert re.findall(JUDGING[tongue], title.lower()) == []


@pytest.mark.parametrize(
    ("tongue", "one", "many", "share", "number"),
    [
        ("en", "1 account", "12,345 accounts", "7.1%", "1,234"),
        ("tr", "1 hesap", "12.345 hesap", "%7,1", "1.234"),
        ("es", "1 cuenta", "12.345 cuentas", "7,1\u00a0%", "1234"),
    ],
)
def test_each_language_writes_its_own_numbers_and_plurals(tongue, one, many, share, number):
    with speaking(tongue):
        assert (told(words.accounts(1)), told(words.accounts(12_345))) == (one, many)
        assert (str(percent(0.0714, 1)), language.number(1_234)) == (share, number)


def test_a_comma_stands_before_the_digits_of_a_fraction_and_a_day_before_its_month():
    seen = {}
    for tongue in language.LANGUAGES:
        with speaking(tongue):
            seen[tongue] = (language.number(0.0123), str(amount(-1_234.5, 2, signed=True)), language.day(0))
    assert seen == {
        "en": ("0.0123", "-1,234.50", "1970-01-01"),
        "tr": ("0,0123", "-1.234,50", "01.01.1970"),
        "es": ("0,0123", "-1234,50", "01/01/1970"),
    }


def test_names_are_sorted_as_readers_expect():
    names = ["İzmir", "ırmak", "zil", "çay", "cam", "şal", "su", "öğle", "oda", "ñu", "nube", "Ñandú", "7 gün"]
    with speaking("tr"):
        turkish = sorted(names, key=language.alphabetical)
    with speaking("es"):
        spanish = sorted(["ñu", "nube", "ola", "árbol", "azul", "Ñandú"], key=language.alphabetical)
    assert [n for n in turkish if "ñ" not in n.lower()] == [
        "7 gün", "cam", "çay", "ırmak", "İzmir", "nube", "oda", "öğle", "su", "şal", "zil",
    ]  # fmt: skip
    assert spanish == ["árbol", "azul", "nube", "Ñandú", "ñu", "ola"]


def test_a_list_ends_in_and():
    things = [say("friends"), "B", "iglesias"]
    with speaking("tr"):
        assert language.listing(things) == "arkadaşlar, B ve iglesias"
    with speaking("es"):
        assert language.listing(things) == "amistades, B e iglesias"
    assert str(listed(things)) == "friends, B and iglesias"


def test_a_sentence_is_english_to_everybody_who_stores_or_compares_it():
    with speaking("tr"):
        sentence = say("{share} of the pairs follow each other", share=percent(0.7))
    assert sentence == "70% of the pairs follow each other"
    assert json.dumps(sentence) == orjson.dumps(sentence).decode() == '"70% of the pairs follow each other"'
    for again in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        with speaking("es"):
            assert told(again) == "el 70\u00a0% de las parejas se sigue mutuamente"


def test_a_sentence_within_a_sentence_is_told_too():
    inner = say_many("{count} account", "{count} accounts", count=3)
    error = UsageError(say("Error: {what}", what=inner))
    with speaking("tr"):
        assert language.reason(error) == "Hata: 3 hesap"
    assert str(error) == "Error: 3 accounts"


def test_a_language_that_is_none_of_ours_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match=r"'de' is no language .* tr \(Türkçe\), es \(Español\)"), speaking("de"):
        pass


@pytest.mark.parametrize(
    ("variables", "tongue"),
    [
        ({"LANG": "tr_TR.UTF-8"}, "tr"),
        ({"LC_ALL": "es_AR", "LANG": "tr_TR"}, "es"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "est_EE"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_chooses_the_language_of_messages(variables, tongue):
    assert language.of_environment(variables) == tongue


@pytest.mark.parametrize("tongue", FOREIGN)
def test_nothing_in_a_page_stays_english(tongue, seen, said):
    graph, run = seen
    assert len(run.findings) >= 3
    page = gk.report(graph, run, language=tongue).html
    assert f'<html lang="{tongue}">' in page
    shown = re.sub(r"<(script|style|code).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    kept = catalogues.kept(tongue)
    plain = [m.id for m in said if not m.pluralizable and not gaps(m.id) and len(m.id) > 14 and " " in m.id]
    left = [s for s in plain if kept.get(s).string != s and re.search(rf"(?<!\w){re.escape(s)}(?!\w)", shown)]
    assert left == []


def test_a_run_can_be_told_in_every_language_without_a_second_search(seen):
    _, run = seen
    finding = run.findings[0]
    heard = {finding.sentence}
    for tongue in FOREIGN:
        with speaking(tongue):
            heard.add(told(finding.sentence))
    assert len(heard) == 3


def test_a_run_in_turkish_differs_in_words_alone(tmp_path: Path, monkeypatch, capsys):
    follows = "follower,followed\n" + "".join(f"f{n},star\n" for n in range(12))
    (tmp_path / "follows.csv").write_text(follows)
    for name, environment, option in (("plain", "C", ""), ("abroad", "tr_TR.UTF-8", ""), ("turkish", "C", "tr")):
        monkeypatch.setenv("LC_ALL", environment)
        asked = ["--language", option] if option else []
        assert main(["analyze", str(tmp_path / "follows.csv"), "--out", str(tmp_path / name), *asked]) == 0
        printed = capsys.readouterr()
        assert ("hesap" in printed.out) is (name != "plain")
    at = {name: tmp_path / name for name in ("plain", "abroad", "turkish")}
    tables = ("accounts.csv", "accounts.parquet", "findings.json", "reach.csv", "import.json", "quarantine.csv")
    assert [n for n in tables if digest(at["plain"] / n) != digest(at["abroad"] / n)] == []
    lines = {name: (folder / "accounts.csv").read_text().splitlines() for name, folder in at.items()}
    assert "Not enough data." in lines["plain"][1]
    assert lines["plain"][1].replace("Not enough data.", "Yeterli veri yok.") == lines["turkish"][1]
    assert digest(at["plain"] / "reach.csv") == digest(at["turkish"] / "reach.csv")
    assert json.loads((at["turkish"] / "run.json").read_text())["asked"]["language"] == "tr"
    assert main(["rerun", str(at["turkish"] / "run.json")]) == 0


def test_json_on_the_screen_does_not_follow_the_terminal(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    (tmp_path / "follows.csv").write_text("follower,followed\na,b\n")
    assert main(["load", str(tmp_path / "follows.csv"), "--store", str(tmp_path / "s.duckdb"), "-q"]) == 0
    capsys.readouterr()
    assert main(["why", "a", "--store", str(tmp_path / "s.duckdb"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == "Not enough data."
    assert main(["why", "a", "--store", str(tmp_path / "s.duckdb")]) == 0
    assert "No hay datos suficientes." in capsys.readouterr().out
