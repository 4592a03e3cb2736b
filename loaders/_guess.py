"""What the columns of an unknown table say, guessed from their names and checked against their values."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.settings import defaults
from graphkit.sources import notes, values
from graphkit.sources.dialects import Sniffed, normal
from graphkit.sources.mapping import PRESENT, ROW, ColumnMap, Feed

_CHECKED: Final[Mapping[str, Callable[[pa.Array], values.Converted]]] = {
    **dict.fromkeys(("at", "created_at", "observed_at", "ended_at", "deleted_at"), lambda a: values.times(a, "")),
    **dict.fromkeys(("followers", "following", "posts", "count", "position"), values.counts),
    **dict.fromkeys(("verified", "paid"), lambda a: values.convert(pa.bool_(), a, name="")),
    "url": lambda a: values.Converted(a, np.asarray(pc.fill_null(pc.invert(pc.match_substring(a, ".")), False)), "url"),
}
_PROFILE: Final = ("handle", "name", "created_at", "followers", "following", "posts", "verified", "bio", "location")
_CLASSES: Final = frozenset({"label", "title"})  # a name of the account, or of the class that somebody put it in
_NAMES_AS_IDS: Final = frozenset(
    {"screen_name", "username", "user_name", "handle", "login", "acct", "user_screen_name"}
)


@cache
def words() -> dict[str, Any]:
    """The vocabulary of words.toml."""
    return tomllib.loads(resources.files("graphkit.loaders").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def known_names() -> frozenset[str]:
    """Every column name of the vocabulary: a first row that holds one is a header."""
    said = words()
    tables = [said[name] for name in ("accounts", "posts", "interactions", "follows")] + list(said["acts"].values())
    found = {word for table in tables for names in table.values() for word in names}
    return frozenset(
        found
        | {word for pair in said["pairs"] for side in ("from", "to") for word in pair[side]}
        - {"u", "v", "a", "b", "t", "n", "w"}
    )


@dataclass(frozen=True)
class Looked:
    """A table as it was sampled: columns by their normal names, and the values to check a guess against."""

    sniffed: Sniffed
    name: str

    @property
    def by_normal(self) -> dict[str, str]:
        bare = {normal(name.lstrip("#% ")): name for name in reversed(self.sniffed.names)}
        return bare | {normal(name): name for name in reversed(self.sniffed.names)}

    def find(self, names: Sequence[str], taken: Sequence[str] = ()) -> str:
        """The first column of these names that is not taken yet; empty where there is none."""
        have = self.by_normal
        return next((have[word] for word in names if word in have and have[word] not in taken), "")

    def cells(self, column: str) -> list[str]:
        return [cell for cell in self.sniffed.column(column) if cell]

    def unreadable(self, column: str, role: str) -> float:
        """The share of cells that do not say what the role needs; all of them where the column is empty."""
        array = pa.array([cell or None for cell in self.sniffed.column(column)], pa.string())
        filled = len(array) - array.null_count
        said = _CHECKED[role](array)
        wrong = int(said.bad.sum()) if said.bad is not None else 0
        wrong += sum(said.aside.values()) if role == "at" else 0
        return wrong / filled if filled else 1.0

    def fits(self, column: str, role: str) -> bool:
        return role not in _CHECKED or self.unreadable(column, role) <= defaults().sources.mapped_share

    @property
    def hint(self) -> str:
        """What the file name says of its ties; empty where it says nothing."""
        name = normal(self.name)
        found = [(name.find(word), kind) for kind, its in words()["hints"].items() for word in its if word in name]
        return min(found)[1] if found else ""


def guess(sniffed: Sniffed, name: str) -> ColumnMap | None:
    """A column map for the table, or nothing where its columns say no account, tie or act."""
    looked = Looked(sniffed, name)
    plain = ColumnMap(dialect=sniffed.dialect, names=() if sniffed.dialect.header else sniffed.names)
    for attempt in (_ties, _posts, _acts_on_things, _accounts):
        found = attempt(looked, plain)
        if found is not None:
            return replace(found, lenient=_lenient(looked, found))
    return None


def _lenient(looked: Looked, column_map: ColumnMap) -> tuple[str, ...]:
    out = []
    for feed in column_map.rows:
        for role, column in feed.columns.items():
            if role in _CHECKED and column != ROW and looked.unreadable(column, role) > defaults().sources.strict_share:
                out.append(column)
    return tuple(dict.fromkeys(out))


def _roles(looked: Looked, table: str, taken: Sequence[str]) -> dict[str, str]:
    """Columns for the roles of a table, each used once, only where the values are of the right sort."""
    found: dict[str, str] = {}
    for role, names in words()[table].items():
        if (table, role) == ("accounts", "id"):
            continue
        column = looked.find(names, (*taken, *found.values()))
        if column and normal(column) in _CLASSES and not _unlike(looked.cells(column)):
            continue  # "human" and "bot" are labels of groups and no names
        if column and looked.cells(column) and looked.fits(column, role):
            found[role] = column
    return found


# ---------------------------------------------------------------- ties


def _pair(looked: Looked) -> tuple[str, str, str]:
    for pair in words()["pairs"]:
        source = looked.find(pair["from"])
        target = looked.find(pair["to"], (source,)) if source else ""
        if target:
            return source, target, pair["kind"]
    names = looked.sniffed.names
    bare = not looked.sniffed.dialect.header and len(names) >= 2
    if bare and all(_like_ids(looked.cells(name)) for name in names[:2]):
        return names[0], names[1], ""
    return "", "", ""


def _like_ids(cells: Sequence[str]) -> bool:
    return bool(cells) and all(len(cell) <= 128 and not any(c.isspace() for c in cell) for cell in cells)


def _ties(looked: Looked, plain: ColumnMap) -> ColumnMap | None:
    source, target, says = _pair(looked)
    if not source or _is_post(looked, says):
        return None
    given = _roles(looked, "interactions", (source, target)) if looked.sniffed.dialect.header else {}
    if not looked.sniffed.dialect.header:
        given = _bare_roles(looked)
    given.pop("actor", None)
    kinds, undirected = _kind_values(looked, given)
    if kinds is not None and says == "":
        return _by_kind(plain, (source, target), given, kinds)
    given.pop("kind", None)
    hint = says or looked.hint
    undirected = undirected or "undirected graph" in looked.sniffed.remark
    counted = "count" in given and any(number != 1 for number in _numbers(looked.cells(given["count"])))
    mutual = hint == "mutual" or (undirected and not counted)
    counted = "count" in given and (counted or not undirected)
    repeated = "at" in given and _repeats(looked, source, target)
    other = _signed(looked, (source, target))
    if hint in ("follow", "mutual") or mutual or not (hint or counted or repeated or other):
        return _follows(looked, plain, (source, target), mutual=mutual)
    kind = hint or "interact"
    feed = Feed("interactions", {"actor": source, "target": target, **given}, {"kind": kind})
    return replace(plain, says=notes.ACTS.format(one=source, kind=kind, other=target), rows=(feed,))


def _is_post(looked: Looked, says: str) -> bool:
    """A row that has a text or an id of its own beside the two accounts is a post, not a bare tie."""
    if says not in ("repost", "reply", "mention"):
        return False
    texts = looked.find(words()["posts"]["text"])
    return bool(texts) and any(" " in cell for cell in looked.cells(texts)[:50])


def _follows(looked: Looked, plain: ColumnMap, ends: tuple[str, str], *, mutual: bool) -> ColumnMap:
    if looked.sniffed.dialect.header:
        given = _roles(looked, "follows", ends)
    else:
        given = {role: column for role, column in _bare_roles(looked).items() if role == "at"}
    constants = {"at_kind": "exact"} if "at" in given else {}
    feed = Feed("follows", {"follower": ends[0], "followed": ends[1], **given}, constants, undirected=mutual)
    says = (notes.MUTUAL if mutual else notes.FOLLOWS).format(one=ends[0], other=ends[1])
    return replace(plain, says=says, rows=(feed,))


def _bare_roles(looked: Looked) -> dict[str, str]:
    """Roles of the columns behind the first two, told from their values alone."""
    found: dict[str, str] = {}
    for column in looked.sniffed.names[2:]:
        cells = looked.cells(column)
        if not cells:
            continue
        if "at" not in found and looked.unreadable(column, "at") <= defaults().sources.mapped_share:
            found["at"] = column
        elif "count" not in found and looked.fits(column, "count") and min(_numbers(cells)) >= 1:
            found["count"] = column
        elif "kind" not in found and len(set(cells)) <= 20 and not _numbers(cells):
            found["kind"] = column
    return found


def _numbers(cells: Sequence[str]) -> list[float]:
    out = []
    for cell in cells:
        try:
            out.append(float(cell))
        except ValueError:
            return []
    return out


def _signed(looked: Looked, ends: tuple[str, str]) -> bool:
    """Whether a further column holds signs, ratings or shares: then the tie is an act and no plain follow."""
    for column in looked.sniffed.names:
        numbers = _numbers(looked.cells(column)) if column not in ends else []
        if (
            numbers
            and (min(numbers) < 0 or any(number != int(number) for number in numbers))
            and not looked.fits(column, "at")
        ):
            return True
    return looked.find(words()["interactions"]["count"], ends) != "" and looked.sniffed.dialect.header


def _repeats(looked: Looked, source: str, target: str) -> bool:
    pairs = list(zip(looked.sniffed.column(source), looked.sniffed.column(target), strict=True))
    return len(set(pairs)) < len(pairs)


def _kind_values(looked: Looked, given: Mapping[str, str]) -> tuple[dict[str, str] | None, bool]:
    """What the values of the kind column mean, and whether they say that ties have no direction."""
    if "kind" not in given:
        return None, False
    said = sorted({cell.lower() for cell in looked.cells(given["kind"])})
    if set(said) <= {"directed", "undirected", "mutual"}:
        return None, "directed" not in said
    if len(said) > 40 or _numbers(said):
        return None, False
    meaning = {word: kind for kind, its in words()["kinds"].items() for word in its}
    return {word: meaning.get(word) or meaning.get(normal(word), word) for word in said}, False


def _by_kind(plain: ColumnMap, ends: tuple[str, str], given: Mapping[str, str], kinds: Mapping[str, str]) -> ColumnMap:
    column = given["kind"]
    acts = {word: kind for word, kind in kinds.items() if kind not in ("follow", "followed_by")}
    follows = tuple(word for word, kind in kinds.items() if kind == "follow")
    backwards = tuple(word for word, kind in kinds.items() if kind == "followed_by")
    time = {"at": given["at"]} if "at" in given else {}
    feeds = []
    only = bool(follows or backwards)
    if follows:
        feeds.append(Feed("follows", {"follower": ends[0], "followed": ends[1], **time}, when={column: follows}))
    if backwards:
        feeds.append(Feed("follows", {"follower": ends[1], "followed": ends[0], **time}, when={column: backwards}))
    if acts:
        when = {column: tuple(acts)} if only else {}
        translated = {word: kind for word, kind in acts.items() if word != kind}
        feeds.append(Feed("interactions", {"actor": ends[0], "target": ends[1], **given}, when=when, kinds=translated))
    return replace(plain, says=notes.ACTS.format(one=ends[0], kind=column, other=ends[1]), rows=tuple(feeds))


# ---------------------------------------------------------------- posts, acts on things, accounts


def _posts(looked: Looked, plain: ColumnMap) -> ColumnMap | None:
    if not looked.sniffed.dialect.header:
        return None
    given = _roles(looked, "posts", ())
    text = any(" " in cell for cell in looked.cells(given["text"])[:200]) if "text" in given else False
    if not text:
        given.pop("text", None)
    if "author" not in given or looked.find(("followers_count", "followers"), given.values()) and not text:  # type: ignore[arg-type]
        return None
    if "id" not in given:
        if not text or "at" not in given:
            return None
        given["id"] = ROW
    elif not text and ("at" not in given or not _own_ids(looked, given)):
        return None
    feeds = [Feed("posts", given)]
    for kind, its in words()["acts"].items():
        ends = {role: column for role in ("target", "post") if (column := looked.find(its[role], (given["author"],)))}
        if ends:
            time = {"at": given["at"]} if "at" in given else {}
            when = {next(iter(ends.values())): (PRESENT,)}
            feeds.append(Feed("interactions", {"actor": given["author"], **ends, **time}, {"kind": kind}, when=when))
    handle = looked.find(words()["accounts"]["handle"], (given["author"],))
    if handle:
        feeds.append(Feed("accounts", {"id": given["author"], "handle": handle}))
    prefix = f"{looked.name}-" if given["id"] == ROW else ""
    return replace(
        plain, says=notes.WRITES.format(author=given["author"], post=given["id"]), rows=tuple(feeds), row_prefix=prefix
    )


def _own_ids(looked: Looked, given: Mapping[str, str]) -> bool:
    """Whether the id column names rows (posts) rather than things that many rows share, or accounts."""
    cells = looked.cells(given["id"])
    named = normal(given["id"]) not in ("id", "uri") or normal(given["author"]) not in (
        "username",
        "screen_name",
        "user_name",
    )
    return named and len(set(cells)) >= 0.9 * len(cells)


def _acts_on_things(looked: Looked, plain: ColumnMap) -> ColumnMap | None:
    if not looked.sniffed.dialect.header:
        return None
    said = words()["interactions"]
    actor = looked.find(said["actor"])
    given = _roles(looked, "interactions", (actor,)) if actor else {}
    if not actor or "post" not in given or looked.find(words()["accounts"]["followers"]):
        return None
    cells = looked.cells(given["post"])
    if not _like_ids(cells[:200]) or len(set(looked.cells(actor))) < 2:
        return None
    kinds, _ = _kind_values(looked, given)
    goods = ("product", "product_id", "item", "item_id", "business", "business_id", "asin", "prod_id", "movie_id")
    constants = {} if kinds else {"kind": looked.hint or ("review" if normal(given["post"]) in goods else "share")}
    if kinds is None:
        given.pop("kind", None)
    translated = {word: kind for word, kind in (kinds or {}).items() if word != kind}
    feed = Feed("interactions", {**given, "actor": actor}, constants, kinds=translated)
    kind = constants.get("kind") or notes.KIND_COLUMN
    return replace(plain, says=notes.ACTS.format(one=actor, kind=kind, other=given["post"]), rows=(feed,))


def _accounts(looked: Looked, plain: ColumnMap) -> ColumnMap | None:
    if not looked.sniffed.dialect.header:
        return _list_of_accounts(looked, plain)
    names = words()["accounts"]["id"]
    column = next((have for word in names if (have := looked.find((word,))) and _unlike(looked.cells(have))), "")
    given = _roles(looked, "accounts", (column,))
    profile = [role for role in _PROFILE if role in given]
    if not column:
        if not {"followers", "following"} <= set(profile):
            return None
        feed = Feed("accounts", {"id": ROW, **given})
        return replace(plain, says=notes.NAMELESS, rows=(feed,), row_prefix=f"{looked.name}-")
    if normal(column) in _NAMES_AS_IDS and "handle" not in given:
        given["handle"] = column
    return replace(plain, says=notes.ACCOUNTS.format(column=column), rows=(Feed("accounts", {"id": column, **given}),))


def _unlike(cells: Sequence[str]) -> bool:
    """Whether the cells can be ids of accounts: short, without line breaks, mostly different from each other."""
    few = cells[:500]
    different = np.unique(np.array(few)).size if few else 0
    return bool(few) and all(len(cell) <= 128 for cell in few) and different >= max(1, 0.5 * len(few))


def _list_of_accounts(looked: Looked, plain: ColumnMap) -> ColumnMap | None:
    if (
        len(looked.sniffed.names) != 1
        or len(looked.sniffed.rows) < 2
        or not _like_ids(looked.cells(looked.sniffed.names[0]))
    ):
        return None
    column = looked.sniffed.names[0]
    return replace(plain, says=notes.IDS_ALONE, rows=(Feed("accounts", {"id": column}),))
