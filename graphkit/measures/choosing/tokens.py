"""Who used which tag, or which link, in posts of his own.

Tags come in bundles, and a bundle is one choice: of the tags of a post the rarest counts, and of its links. Who follows
somebody that used a tag or link before had it shown to him, so that such uses say nothing: staff who post the articles of their house,
fans with the tag of their club. Accounts that nobody cares for do not excuse each other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.measures.choosing.board import Uses
from graphkit.measures.choosing.corners import NOBODYS
from graphkit.measures.strangers.exposure import shown_before
from graphkit.settings import ChoiceSettings, current

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMNS: Final = {"tags": "tags", "links": "urls"}  # of the posts
LATEST: Final = np.iinfo(np.int64).max
# what a browser shows the same page for: scheme, www, place in the page, and who is counted for the visit
BEFORE: Final = r"^(?:https?://)?(?:www\.|m\.)?"
COUNTED: Final = r"(?:utm_[a-z]+|fbclid|gclid|igshid|mc_[a-z]+|ref_src)=[^&#]*&?"
AFTER: Final = r"[?&/]*(?:#.*)?$"


def token_uses(graph: InfluenceGraph, layer: str, looked: Flags, *, corner: Ints) -> Uses:
    """Each account with each tag or link it used; `corner` is that of every account.

    A thing belongs to the corner of most people who use it. Cost: the tags or links of all posts, and for each of those of
    the accounts looked at the accounts that it follows.
    """
    post, token, names = _written(graph, COLUMNS[layer])
    actor, at = graph.post_author[post].astype(np.int64), graph.post_at[post]
    kept = _rarest(actor, post, token, len(names), current().choice)
    actor, token, at = actor[kept], token[kept], np.where(at[kept] == NO_TIME, LATEST, at[kept])
    order = order_by(token, actor, at)
    first = order[differs_from_previous(token[order], actor[order])]
    first = first[order_by(token[first], at[first])]
    actor, token, at = actor[first], token[first], at[first]
    stray = looked[actor].copy()
    stray[stray] = ~_shown(graph, actor, token, at, looked)[stray]
    stray |= ~looked[actor]
    born = np.full(len(names), LATEST)
    np.minimum.at(born, token, at)
    home = _home(token, corner[actor], ~looked[actor], len(names))
    nobody = np.full(len(names), -1, np.int64)
    return Uses(actor, token, stray, nobody, home, np.where(born == LATEST, NO_TIME, born), names)


def _written(graph: InfluenceGraph, column: str) -> tuple[Ints, Ints, pa.Array]:
    """Posts of known authors with the number of each tag or link in them, and what these are."""
    lists = graph.posts[column].combine_chunks()
    sizes = np.diff(lists.offsets.to_numpy())
    post = np.repeat(np.arange(len(sizes)), sizes)
    coded = lists.values.slice(lists.offsets[0].as_py(), int(sizes.sum())).dictionary_encode()
    raw = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    plain = (folded_tags if column == "tags" else folded_links)(coded.dictionary).dictionary_encode()
    place = np.append(plain.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64), -1)
    token = place[raw]
    known = (token >= 0) & (graph.post_author[post] >= 0)
    return post[known], token[known], plain.dictionary


def folded_tags(tags: pa.Array) -> pa.Array:
    """Tags without marks and capitals, the letters i of Turkish as one; empty ones are null.

    >>> folded_tags(pa.array(["#İstanbul", "ISTANBUL", ""])).to_pylist()
    ['istanbul', 'istanbul', None]
    """
    bare = pc.replace_substring_regex(pc.utf8_normalize(pc.utf8_ltrim(tags, "#"), form="NFKD"), r"\p{M}+", "")
    return _filled(pc.replace_substring(pc.utf8_lower(bare), "ı", "i"))


def folded_links(links: pa.Array) -> pa.Array:
    """Links to one page as one: without scheme, www, marks of counting and the place in the page; empty ones are null.

    >>> folded_links(pa.array(["https://www.a.example/x?utm_source=b&id=1#top", "http://a.example/x?id=1", ""])).to_pylist()
    ['a.example/x?id=1', 'a.example/x?id=1', None]
    """
    bare = pc.replace_substring_regex(pc.replace_substring_regex(links, BEFORE, ""), COUNTED, "")
    return _filled(pc.replace_substring_regex(bare, AFTER, ""))


def _filled(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _rarest(actor: Ints, post: Ints, token: Ints, many: int, bounds: ChoiceSettings) -> Ints:
    """The rows of the tag or link of each post that fewest accounts use; none where everybody uses them."""
    pairs = order_by(token, actor)
    users = np.bincount(token[pairs][differs_from_previous(token[pairs], actor[pairs])], minlength=many)
    order = order_by(post, users[token], token)
    rarest = order[differs_from_previous(post[order])]
    return rarest[users[token[rarest]] <= max(bounds.everyday * len(np.unique(actor)), bounds.everyday_least)]


def _shown(graph: InfluenceGraph, actor: Ints, token: Ints, at: Ints, looked: Flags) -> Flags:
    """Uses of accounts looked at that somebody they follow, and who is not looked at, had made before; rows by token and time."""
    nobody, lonely = np.full(int(token.max(initial=-1)) + 1, -1, np.int32), np.where(looked, 0, -1).astype(np.int32)
    ties = (nobody, graph.follows.indptr, graph.follows.indices, lonely, looked)
    return shown_before(actor, token, ties, untimed=at == LATEST)


def _home(token: Ints, corner: Ints, people: Flags, many: int) -> Ints:
    """Of each thing the corner of most people who use it, the first of several; `NOBODYS` where no people do."""
    order = order_by(token[people], corner[people])
    thing, where = token[people][order], corner[people][order]
    begin = np.flatnonzero(differs_from_previous(thing, where))
    count = np.diff(np.r_[begin, len(thing)])
    most = order_by(thing[begin], -count)
    first = most[differs_from_previous(thing[begin][most])]
    home = np.full(many, NOBODYS, np.int64)
    home[thing[begin][first]] = where[begin][first]
    return home
