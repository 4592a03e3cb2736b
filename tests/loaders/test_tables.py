"""Plain tables: what is guessed, what the map next to the data says, and how a person corrects it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from graphkit.loaders.table import shipped_maps

from graphkit.dataset import SCHEMAS
from graphkit.errors import DataError, UsageError
from graphkit.loading import LoadOptions, load, load_with_report, plan
from graphkit.sources.dialects import sniff
from graphkit.sources.mapping import ColumnMap, Feed, from_toml, to_toml
from graphkit.sources.records import Dialect
from tests.loaders.reading import QUIET, one_load, read, read_text

FOLLOW = [{"follower": "1", "followed": "2"}, {"follower": "2", "followed": "3"}]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", " ", "   "])
@pytest.mark.parametrize(
    "head",
    ["", "source{}target\n", "# a comment\n# FromNodeId ToNodeId\n", "# FromNodeId{}ToNodeId\n", "% sym unweighted\n"],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_bare_list_of_ties_is_read_as_follows(separator: str, head: str, newline: str, tmp_path: Path) -> None:
    text = head.format(separator) + f"1{separator}2\n2{separator}3\n"
    done = read_text(tmp_path, text.replace("\n", newline), "graph.txt")
    assert done.rows("follows") == FOLLOW
    assert any("follows" in note for note in done.notes)


GUESSES: dict[str, tuple[str, str, dict[str, list[dict[str, Any]]]]] = {
    "follower and followee": ("x.csv", "follower_id,followee_id\n1,2\n2,3\n", {"follows": FOLLOW}),
    "user and friend": ("x.csv", "user_id,friend_id\n1,2\n2,3\n", {"follows": FOLLOW}),
    "graph program, undirected": (
        "edges.csv",
        "Source,Target,Type,Weight\n1,2,Undirected,1.0\n",
        {"follows": [{"follower": "1", "followed": "2"}, {"follower": "2", "followed": "1"}]},
    ),
    "graph program, directed with weights": (
        "edges.csv",
        "Source,Target,Type,Weight\n1,2,Directed,3.0\n2,3,Directed,1.0\n",
        {
            "interactions": [
                {"actor": "1", "target": "2", "kind": "interact", "count": 3},
                {"actor": "2", "target": "3", "kind": "interact", "count": 1},
            ]
        },
    ),
    "graph program, nodes": (
        "nodes.csv",
        "Id,Label\n1,Ann\n2,Bob\n",
        {"accounts": [{"id": "1", "name": "Ann"}, {"id": "2", "name": "Bob"}]},
    ),
    "timed pairs that repeat": (
        "a.txt",
        "1 2 1600000000\n1 2 1600000060\n",
        {
            "interactions": [
                {"actor": "1", "target": "2", "kind": "interact", "at": 1_600_000_000_000 + k} for k in (0, 60_000)
            ]
        },
    ),
    "timed pairs that do not repeat": (
        "a.txt",
        "1 2 1600000000\n2 3 1600000060\n",
        {"follows": [{**FOLLOW[k], "at": 1_600_000_000_000 + 60_000 * k, "at_kind": "exact"} for k in (0, 1)]},
    ),
    "the kind in words": (
        "x.csv",
        "src,dst,type\n1,2,follow\n1,2,RT\n",
        {"follows": FOLLOW[:1], "interactions": [{"actor": "1", "target": "2", "kind": "repost"}]},
    ),
    "the file name says the kind": (
        "my_retweets.csv",
        "source,target\n1,2\n",
        {"interactions": [{"actor": "1", "target": "2", "kind": "repost"}]},
    ),
    "friendships": (
        "friends.csv",
        "user_1,user_2\n1,2\n",
        {"follows": [{"follower": "1", "followed": "2"}, {"follower": "2", "followed": "1"}]},
    ),
    "who retweeted whom": (
        "x.csv",
        "user_id,retweeted_user_id,timestamp\n1,2,1600000000\n",
        {"interactions": [{"actor": "1", "target": "2", "kind": "repost", "at": 1_600_000_000_000}]},
    ),
    "ratings": (
        "trust.csv",
        "source,target,rating\n1,2,-3\n2,3,5\n",
        {
            "interactions": [
                {"actor": "1", "target": "2", "kind": "interact"},
                {"actor": "2", "target": "3", "kind": "interact"},
            ]
        },
    ),
    "who bought what": (
        "x.csv",
        "reviewer_id,product_id,date\nA,p1,2020-09-13\nB,p1,2020-09-13\n",
        {"interactions": [{"actor": a, "post": "p1", "kind": "review", "at": 1_599_955_200_000} for a in "AB"]},
    ),
    "posts": (
        "x.csv",
        "tweet_id,user_id,text,created_at\n9,1,hello you,2020-09-13\n",
        {"posts": [{"id": "9", "author": "1", "text": "hello you", "at": 1_599_955_200_000}]},
    ),
    "profiles by name": (
        "x.csv",
        "screen_name,followers_count,friends_count,verified\nann,10,20,True\n",
        {"accounts": [{"id": "ann", "handle": "ann", "followers": 10, "following": 20, "verified": True}]},
    ),
    "profiles without any id": (
        "train.csv",
        "#followers,#follows,private\n10,20,1\n",
        {"accounts": [{"id": "train-2", "followers": 10, "following": 20}]},
    ),
    "a list of accounts": ("bots.txt", "ann\nbob\n", {"accounts": [{"id": "ann"}, {"id": "bob"}]}),
    "four columns of a coordination package": (
        "x.csv",
        "object_id,account_id,content_id,timestamp_share\no,a,c,2020-09-13 12:00:00\n",
        {"interactions": [{"actor": "a", "post": "o", "kind": "repost", "at": 1_599_998_400_000}]},
    ),
    "eight columns of a coordination toolkit": (
        "x.csv",
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n7,1,ann,5,,hi,1599998400,http://a http://b\n",
        {
            "accounts": [{"id": "1", "handle": "ann"}],
            "posts": [
                {"id": "7", "author": "1", "at": 1_599_998_400_000, "text": "hi", "urls": ["http://a", "http://b"]}
            ],
            "interactions": [{"actor": "1", "post": "5", "kind": "repost", "at": 1_599_998_400_000}],
        },
    ),
    "relations of many kinds": (
        "edge.csv",
        "source_id,relation,target_id\nu1,following,u2\nu1,followers,u3\nu1,post,t1\n",
        {
            "follows": [{"follower": "u1", "followed": "u2"}, {"follower": "u3", "followed": "u1"}],
            "posts": [{"id": "t1", "author": "u1"}],
        },
    ),
    "the same relations in another order": (
        "edge.csv",
        "source_id,target_id,relation\nu1,u2,friend\n",
        {"follows": [{"follower": "u1", "followed": "u2"}]},
    ),
}


@pytest.mark.parametrize("kind", GUESSES)
def test_the_columns_of_an_unknown_table_are_understood(kind: str, tmp_path: Path) -> None:
    name, text, expected = GUESSES[kind]
    done = read_text(tmp_path, text, name)
    assert {table: done.rows(table) for table in done.counts()} == expected


def test_a_guess_is_written_next_to_the_data_and_read_again_as_the_same_load(tmp_path: Path) -> None:
    path = tmp_path / "ties.csv"
    path.write_text("source,target\n1,2\n")
    first = one_load(path, LoadOptions())
    written = tmp_path / "ties.csv.map.toml"
    assert "source follows target" in written.read_text()
    assert one_load(path, LoadOptions()).source.load_id == first.source.load_id


def test_a_corrected_map_changes_the_rows_and_the_load(tmp_path: Path) -> None:
    path = tmp_path / "ties.csv"
    path.write_text("source,target\n1,2\n")
    first = one_load(path, LoadOptions())
    written = tmp_path / "ties.csv.map.toml"
    text = written.read_text().replace('"follower" = "source"', '"follower" = "target"')
    text = text.replace('"followed" = "target"', '"followed" = "source"')
    text = text.replace('"follower": "source"', '"follower": "target"')
    written.write_text(text)
    assert read(path).rows("follows") == [{"follower": "2", "followed": "1"}]
    assert one_load(path).source.load_id != first.source.load_id


def test_nothing_is_written_into_a_folder_without_write_permission(tmp_path: Path) -> None:
    path = tmp_path / "ties.csv"
    path.write_text("source,target\n1,2\n")
    tmp_path.chmod(0o555)
    try:
        [load] = plan([path])
        assert any("may not be written" in note for batch in load.batches() for note in batch.notes)
        assert not (tmp_path / "ties.csv.map.toml").exists()
    finally:
        tmp_path.chmod(0o755)


def test_a_map_given_by_hand_is_used_for_a_file_in_any_encoding(tmp_path: Path) -> None:
    path, own = tmp_path / "x.csv", tmp_path / "own.toml"
    path.write_bytes("wer;wen\nÖzgür;Şule\n".encode("cp1254"))
    own.write_text(
        'encoding = "cp1254"\n[format]\nseparator = ";"\n[[rows]]\ntable = "follows"\ncolumns = { follower = "wer", followed = "wen" }\n'
    )
    assert read(path, LoadOptions(map=own)).rows("follows") == [{"follower": "Özgür", "followed": "Şule"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "is no TOML"),
        ('[[rows]]\ntable = "friends"\n', "table 'friends' is unknown"),
        ('[[rows]]\ntable = "follows"\ncolumns = { follower = "a" }\n', "needs followed"),
        ('[[rows]]\ntable = "follows"\ncolumns = { follower = "a", followed = "b", who = "c" }\n', "'who' is unknown"),
        (
            '[format]\nseparator = ",,"\n[[rows]]\ntable = "accounts"\ncolumns = { id = "a" }\n',
            "single plain characters",
        ),
        ('[[rows]]\ntable = "accounts"\ncolumns = { id = "z" }\n', "has no column 'z'"),
        ("says = 'x'\n", "has no \\[\\[rows\\]\\]"),
        ('encoding = "klingon"\n[[rows]]\ntable = "accounts"\ncolumns = { id = "a" }\n', "is no encoding"),
        ('says = 3\n[[rows]]\ntable = "accounts"\ncolumns = { id = "a" }\n', "says is a text"),
        ('[[rows]]\ntable = "accounts"\ncolumns = "a"\n', "columns is a table"),
        ('[format]\nheader = "yes"\n[[rows]]\ntable = "accounts"\ncolumns = { id = "a" }\n', "header is true or false"),
    ],
)
def test_a_wrong_map_is_refused_with_what_is_wrong(text: str, message: str, tmp_path: Path) -> None:
    path, own = tmp_path / "x.csv", tmp_path / "own.toml"
    path.write_text("a,b\n1,2\n")
    own.write_text(text)
    with pytest.raises(DataError, match=message):
        read(path, LoadOptions(map=own))


def test_a_map_survives_being_written_and_read() -> None:
    feed = Feed("interactions", {"actor": 'a "b"'}, {"kind": "x"}, {"t": ("1", "2")}, {"RT": "repost"}, True, "m")
    said = ColumnMap("s", Dialect("\t", "", header=False), ("a", "ü"), "cp1254", "p-", ("a",), (feed,))
    assert from_toml(to_toml(said, head="two\nlines"), "here") == said


@pytest.mark.parametrize("one", shipped_maps(), ids=lambda one: ",".join(one.signature)[:40])
def test_every_shipped_map_names_its_columns_and_says_what_it_means(one: ColumnMap) -> None:
    assert one.says
    assert set(one.signature) & one.used()
    assert all(set(feed.columns) <= set(SCHEMAS[feed.table].names) for feed in one.rows if feed.table != "aside")


def test_columns_that_are_half_unreadable_do_not_cost_the_rows(tmp_path: Path) -> None:
    text = "screen_name,followers_count\n" + "".join(f"u{k},{'many' if k % 10 == 0 else k}\n" for k in range(100))
    done = read_text(tmp_path, text, "x.csv")
    assert (len(done.rows("accounts")), done.refused) == (100, ())
    assert done.aside == {"followers_count (bad_number)": 10}


def test_a_parquet_table_with_other_names_is_understood(tmp_path: Path) -> None:
    pq.write_table(pa.table({"source": [1, 2], "target": [2, 3]}), tmp_path / "ties.parquet")
    assert read(tmp_path / "ties.parquet").rows("follows") == FOLLOW


def test_mixed_folders_load_what_holds_data_and_say_what_they_pass_over(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# About\n")
    (tmp_path / "notes.txt").write_text("These are notes, in words; nothing else.\nAnother line.\n")
    (tmp_path / "follows.csv").write_text("follower,followed\n1,2\n")
    found = plan([tmp_path], options=QUIET)
    assert [Path(load.source.file).name for load in found] == ["follows.csv"]
    assert [Path(one.file).name for one in found.passed] == ["README.md", "notes.txt"]


def test_column_names_in_turkish_and_spanish_are_understood(tmp_path: Path) -> None:
    turkish = tmp_path / "turkish.csv"
    turkish.write_text("Takip Eden;Takip Edilen;Takip Tarihi\nali;veli;12.03.2024 14:05\n", encoding="utf-8")
    spanish = tmp_path / "spanish.csv"
    spanish.write_text("usuario,publicación,acción,fecha\nana,p1,me gusta,2024-03-12\nluis,p1,mención,2024-03-13\n")
    [tie] = load(turkish).follows.to_pylist()
    assert (tie["follower"], tie["followed"], tie["at"]) == ("ali", "veli", 1_710_252_300_000)
    acts = load(spanish).interactions.to_pylist()
    assert [(act["actor"], act["post"], act["kind"]) for act in acts] == [
        ("ana", "p1", "like"),
        ("luis", "p1", "mention"),
    ]


def test_a_first_row_above_dates_is_a_header_in_any_language(tmp_path: Path) -> None:
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("kimo;kimu;kada\nana;luis;2024-03-12\nluis;ana;2024-03-13\n", encoding="utf-8")
    found = sniff(unknown.read_bytes())
    assert found is not None and found.names == ("kimo", "kimu", "kada")


def test_a_spreadsheet_of_a_turkish_system_is_read_by_itself_and_any_other_encoding_on_demand(tmp_path: Path) -> None:
    rows = "follower,followed\nçağla,şule\nşule,ığdır\nığdır,öykü\n"
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(rows.encode("cp1254"))
    data, report = load_with_report(sheet)
    assert data.follows["followed"].to_pylist() == ["şule", "ığdır", "öykü"]
    assert any("cp1254" in note for note in report.files[0].notes)
    greek = tmp_path / "greek.csv"
    greek.write_bytes("follower,followed\nΆννα,Ζωή\n".encode("cp1253"))
    assert load(greek, options=LoadOptions(encoding="cp1253")).follows["followed"].to_pylist() == ["Ζωή"]
    with pytest.raises(UsageError, match="klingon"):
        load(greek, options=LoadOptions(encoding="klingon"))
