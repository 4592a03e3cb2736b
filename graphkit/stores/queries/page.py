"""docs/queries.md, made from the query book and from the rows that its questions gave on the demo world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from graphkit.stores.queries.book import THEMES, Query, every

SHOWN: Final = 3  # rows of a sample
SLOW_S: Final = 1.0
STOPPED_S: Final = 60.0  # when the measurement stopped a question

_HEAD: Final = """# The query book

{count} named questions. Each runs unchanged on Neo4j 5.26 and 2026.x and on the embedded store, with equal rows; the tests
say so. This page is made by `python benchmarks/query_page.py`; do not edit it by hand.

```
graphkit queries                                   # the list; --language tr or --language es
graphkit queries mutual-fast                       # one, explained, with its Cypher text
graphkit ask mutual-fast --hours 1 --store demo.duckdb
graphkit ask followers --account 4711 --store demo.duckdb -o followers.csv
```

The samples are from the made-up world `default` with 2,000 accounts and seed 0, with its planted groups as findings; ids
are made up. A question marked *whole graph* reads every tie, so its time grows with the graph; all others read what is near
the account, post, tag or finding that they name.

Each question was put to a graph of a million accounts and ten million ties on two cores with nothing else to do, on the
embedded store and on Neo4j 5.26, for an ordinary account and for the most followed one; `python benchmarks/cypher.py` and
`python -m benchmarks.neo4j --offline` do it again. Where the slower of the two took more than a second on either store, the
question says so; all others took less.

Times are milliseconds since 1970 in UTC. As parameters they may also be dates.
"""

_THEMES: Final = {
    "ties": "Follows",
    "acts": "Acts",
    "posts": "Posts, tags, links",
    "findings": "Findings",
    "time": "Past days",
    "coverage": "What was collected",
}

Sample = Mapping[str, Any]  # parameters -> values, rows, and whether there are more


def page(samples: Mapping[str, Sample], costs: Mapping[str, Mapping[str, float]]) -> str:
    """The page as Markdown.

    `samples` holds for each question the parameters used and the rows given, `costs` the seconds on each store.
    """
    parts = [_HEAD.format(count=len(every()))]
    for theme in THEMES:
        parts.append(f"\n## {_THEMES[theme]}\n")
        parts.extend(
            "\n".join(_entry(query, samples[query.name], costs.get(query.name, {})))
            for query in every().values()
            if query.theme == theme
        )
    return "\n".join(parts)


def _entry(query: Query, sample: Sample, cost: Mapping[str, float]) -> Iterator[str]:
    yield f"### {query.name}\n"
    yield f"{query.title['en']} · {query.title['tr']} · {query.title['es']}\n"
    yield query.purpose + (" *Whole graph.*" if query.whole else "") + _cost(cost) + "\n"
    yield "| parameter | kind | meaning | anlamı | significado |"
    yield "|---|---|---|---|---|"
    for one in query.parameters:
        kind = one.kind if one.default is None else f"{one.kind}, {one.default} if not said"
        yield f"| `{one.name}` | {kind} | {one.meaning['en']} | {one.meaning['tr']} | {one.meaning['es']} |"
    yield ""
    asked = ", ".join(f"{name} {value}" for name, value in sample["parameters"].items())
    yield f"Sample{f' ({asked})' if asked else ''}:\n"
    yield from _table(sample["rows"], more=sample["more"])
    yield ""


def _cost(cost: Mapping[str, float]) -> str:
    """What a question costs at ten million ties, where it is more than a second on some store."""
    if max(cost.values(), default=0.0) <= SLOW_S:
        return ""
    said = [
        f"{store} {'more than ' if seconds >= STOPPED_S else ''}{min(seconds, STOPPED_S):.2g} s"
        for store, seconds in cost.items()
    ]
    return f" **Cost at ten million ties: {', '.join(said)}.**"


def _table(rows: Sequence[Mapping[str, Any]], *, more: int) -> Iterator[str]:
    if not rows:
        yield "No rows."
        return
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|" + "---|" * len(rows[0])
    for row in rows:
        yield "| " + " | ".join(_cell(value) for value in row.values()) + " |"
    if more:
        yield f"\nand {more} more."


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("|", "\\|").replace("\n", " ")[:80]
