"""Small random graphs, and random questions of the allowed subset, for comparing engines."""

import numpy as np
import pyarrow as pa

from graphkit.dataset import Dataset
from graphkit.evidence import Finding, Member, Run

BEGIN = 1_700_000_000_000
KINDS = ("like", "repost", "quote", "reply", "comment", "mention", "poke", None)
TEXTS = ("the same words said by many", "short", "another text of some length")


class Dice:
    """Random values that are sometimes missing."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def maybe(self, value, chance=0.8):
        return value if self.rng.random() < chance else None

    def below(self, most):
        return int(self.rng.integers(0, most))

    def of(self, choices):
        return choices[self.below(len(choices))]

    def time(self, minutes):
        return BEGIN + self.below(minutes) * 60_000


def random_dataset(seed, accounts=12):
    """All five tables, with blanks, self-follows, ended ties, posts known by name alone and acts of no known kind."""
    dice = Dice(seed)
    ids = [f"a{number}" for number in range(accounts)]
    return Dataset.of(
        {
            "accounts": pa.Table.from_pylist([_account(dice, one) for one in ids[:-2]]),
            "follows": pa.Table.from_pylist(_follows(dice, ids)),
            "posts": pa.Table.from_pylist([_post(dice, number, ids) for number in range(12)]),
            "interactions": pa.Table.from_pylist([_act(dice, ids) for _ in range(accounts * 7)]),
            "coverage": pa.Table.from_pylist([_coverage(dice, one) for one in ids[1::3]]),
        }
    )


def _account(dice, one):
    return {
        "id": one,
        "handle": f"h{one}",
        "name": dice.maybe(f"N {one}"),
        "created_at": dice.maybe(BEGIN - dice.below(10) * 3_600_000),
        "followers": dice.maybe(dice.below(50)),
        "verified": dice.maybe(True, 0.3),
    }


def _follows(dice, ids):
    pairs = sorted(
        {(dice.below(len(ids)), dice.below(len(ids))) for _ in range(len(ids) * (5 if len(ids) > 10 else 12))}
    )
    return [
        {
            "follower": ids[one],
            "followed": ids[other],
            "at": dice.maybe(dice.time(200)),
            "at_kind": dice.maybe("exact"),
            "observed_at": dice.maybe(dice.time(150)),
            "ended_at": dice.maybe(dice.time(60) + 12_000_000, 0.25),
        }
        for one, other in pairs
    ]


def _post(dice, number, ids):
    return {
        "id": f"p{number}",
        "author": dice.maybe(dice.of(ids[:5]), 0.9),
        "at": dice.maybe(dice.time(20)),
        "text": dice.maybe(dice.of(TEXTS)),
        "reply_to": dice.maybe(f"p{dice.below(15)}", 0.4),
        "tags": dice.maybe(sorted({f"t{dice.below(3)}", f"t{dice.below(3)}"})),
        "urls": dice.maybe([f"u{dice.below(3)}"], 0.6),
        "paid": dice.maybe(True, 0.3),
    }


def _act(dice, ids):
    return {
        "actor": dice.of(ids),
        "target": dice.maybe(dice.of(ids), 0.5),
        "kind": dice.of(KINDS),
        "post": dice.maybe(f"p{dice.below(15)}"),
        "at": dice.maybe(dice.time(40), 0.9),
        "client": dice.maybe(f"c{dice.below(2)}"),
        "deleted_at": dice.maybe(BEGIN + 9_000_000, 0.1),
    }


def _coverage(dice, one):
    return {
        "account": one,
        "relation": "followers",
        "collected": dice.below(5),
        "declared": dice.maybe(dice.below(30)),
        "complete": dice.maybe(False),
    }


def random_run(seed, accounts=12):
    """A run with three findings, each with members and one beneficiary."""
    dice = Dice(seed + 1_000)
    findings = []
    for number in range(3):
        who = sorted({dice.below(accounts) for _ in range(6)})
        members = tuple(Member(f"a{one}", p=round(dice.rng.random(), 3)) for one in who[:-1])
        named = (*members, Member(f"a{who[-1]}", "beneficiary", 0.5))
        findings.append(Finding("follow_ring", named, (), q=(None, 0.01, 0.04)[number], sentence=f"Finding {number}"))
    return Run("0.1", "d", seed, BEGIN, {}, tuple(findings))


def sample(run, **more):
    """Values for every parameter of the book that fit these graphs."""
    return {
        "account": "a1",
        "other": "a3",
        "handle": "ha",
        "post": "p1",
        "tag": "t1",
        "url": "u1",
        "finding": run.findings[0].id,
        "since": BEGIN + 1_000_000,
        "until": BEGIN + 15_000_000,
        "as_of": BEGIN + 9_000_000,
        "hours": 1,
        "seconds": 600,
        "least": 2,
        "limit": 50,
    } | more


ACTS = ("LIKED", "REPOSTED", "QUOTED", "REPLIED", "COMMENTED")
NUMBERS = {"a": ("followers", "createdAt"), "f": ("at", "endedAt"), "e": ("count", "first", "last"), "r": ("at",)}
PATTERNS = (
    ("(a:Account)-[f:FOLLOWS]->(b:Account)", "abf"),
    ("(a:Account)<-[f:FOLLOWS]-(b:Account)", "abf"),
    ("(a:Account)-[f:FOLLOWS]-(b:Account)", "abf"),
    ("(a:Account)-[e:ENGAGED]->(b:Account)", "abe"),
    ("(a:Account)-[f:FOLLOWS]->(b:Account)-[e:ENGAGED]->(c:Account)", "abcfe"),
    ("(a:Account)-[r:REPOSTED|LIKED]->(p:Post)<-[:POSTED]-(b:Account)", "abrp"),
    ("(a:Account)-[:POSTED]->(p:Post)-[:TAGGED]->(t:Tag)", "apt"),
    ("(a:Account)-[:FOLLOWS*1..2]->(b:Account)", "ab"),
    ("(n:Finding)-[m:NAMES]->(a:Account)", "a"),
    ("(a:Account), (b:Account {id: $one})", "ab"),
)


def random_question(seed):
    """A question of the allowed subset and its parameters; rows are in a defined order or compared as sets."""
    dice = Dice(seed)
    pattern, names = dice.of(PATTERNS)
    lines = [f"MATCH {pattern}", _where(dice, names)]
    if dice.rng.random() < 0.35:
        lines += [
            "OPTIONAL MATCH (a)-[g:FOLLOWS]->(z:Account)"
            + dice.of(("", " WHERE g.endedAt IS NULL", " WHERE z.followers > 20"))
        ]
        names += "zg"
    lines.append(dice.of((_rows, _groups, _with, _unwound))(dice, names))
    return "\n".join(line for line in lines if line), {
        "one": f"a{dice.below(12)}",
        "number": dice.below(40),
        "at": dice.time(200),
    }


def _where(dice, names):
    parts = [_condition(dice, names) for _ in range(dice.below(3))]
    text = dice.of((" AND ", " OR ", " XOR ")).join(parts) if parts else "true"
    if dice.rng.random() < 0.2:
        text = f"NOT ({text})"
    return (
        f"WHERE a.id >= $one AND ({text}) AND $number >= 0 AND $at > 0"
        if dice.rng.random() < 0.5
        else (f"WHERE ({text}) AND $one <> '' AND $number >= 0 AND $at > 0")
    )


def _condition(dice, names):
    choices = [
        "a.followers > $number",
        "a.name IS NULL",
        "a.id IN ['a1', 'a2', 'a5', $one]",
        "a.id STARTS WITH 'a1'",
        "a.handle =~ 'ha[0-4].*'",
        "a.verified = true",
        "a.createdAt % 7200000 = 0",
        "EXISTS { MATCH (a)-[:FOLLOWS]->(x:Account) WHERE x.followers < 10 }",
        "COUNT { MATCH (a)<-[:FOLLOWS]-(x:Account) } > 3",
        "coalesce(a.followers, 0) + 1 <= $number",
        "size(a.handle) = 3",
        "any(k IN [1, 2, 3] WHERE k * 10 < a.followers)",
        "CASE WHEN a.followers > 20 THEN true ELSE a.name IS NOT NULL END",
    ]
    if "b" in names:
        choices += ["a.id < b.id", "a.followers < b.followers", "b.name IS NOT NULL", "a.id <> b.id"]
    if "f" in names:
        choices += ["f.at > $at", "f.endedAt IS NULL", "f.endedAt - f.at > 9000000", "f.atKind = 'exact'"]
    if "e" in names:
        choices += ["e.count > 1", "'like' IN e.kinds", "size(e.kinds) = 2", "e.last - e.first >= 60000"]
    if "r" in names:
        choices += ["r.at < $at", "r.client = 'c1'", "type(r) = 'LIKED'", "r.deletedAt IS NOT NULL"]
    if "p" in names:
        choices += ["p.paid = true", "size(p.text) > 10", "'t1' IN p.tags", "p.listed IS NULL"]
    return dice.of(choices)


def _values(dice, names):
    choices = [
        "a.followers",
        "coalesce(a.name, '-')",
        "a.createdAt / 1000",
        "toUpper(a.handle)",
        "a.verified",
        "substring(a.handle, 1, 2)",
        "head(labels(a))",
        "abs($number - a.followers)",
        "toString(a.followers)",
        "left(a.id, 1)",
        "[a.id, 'x']",
        "round(a.followers / 7.0, 2)",
        "replace(a.id, 'a', 'b')",
        "split(a.handle, 'a')",
    ]
    if "b" in names:
        choices += ["b.id", "b.followers - a.followers", "COUNT { MATCH (b)-[:FOLLOWS]->(x:Account) }"]
    if "f" in names:
        choices += ["f.at", "f.at - f.at % 3600000", "type(f)", "startNode(f).id", "coalesce(f.endedAt, f.at)"]
    if "e" in names:
        choices += ["e.count", "e.kinds", "e.kinds[0]", "size(e.kinds)"]
    if "p" in names:
        choices += ["p.id", "p.tags", "p.text"]
    if "z" in names:
        choices += ["z.id", "g.at", "z.followers IS NULL"]
    return [dice.of(choices) for _ in range(1 + dice.below(3))]


def _aggregates(dice, names):
    choices = [
        "count(*)",
        "count(a.name)",
        "min(a.followers)",
        "max(a.createdAt)",
        "sum(a.followers)",
        "avg(a.followers)",
        "count(DISTINCT a.verified)",
        "sum(CASE WHEN a.followers > 10 THEN 1 ELSE 0 END)",
    ]
    if "b" in names:
        choices += ["count(DISTINCT b.id)", "max(b.followers)"]
    if "z" in names:
        choices += ["count(z)", "count(g.at)"]
    return [dice.of(choices) for _ in range(1 + dice.below(2))]


def _named(values):
    return ", ".join(f"{value} AS v{number}" for number, value in enumerate(values))


def _rows(dice, names):
    distinct = dice.of(("", "DISTINCT "))
    return f"RETURN {distinct}a.id AS id, {_named(_values(dice, names))}"


def _groups(dice, names):
    by = dice.of(("a.id", "a.verified", "head(labels(a))", "a.followers % 3"))
    return f"RETURN {by} AS by, {_named(_aggregates(dice, names))}"


def _with(dice, names):
    least = dice.of(("n > 1", "n % 2 = 0", "n >= 0"))
    return (
        f"WITH a, count(*) AS n, {_named(_aggregates(dice, names))} WHERE {least}\n"
        f"RETURN a.id AS id, n, v0 ORDER BY n DESC, id {dice.of(('', 'SKIP 1', 'LIMIT 3', 'SKIP 2 LIMIT 2'))}"
    )


def _unwound(dice, names):
    return f"UNWIND [a.id, $one, null] AS u\nRETURN u, count(*) AS n, {_named(_aggregates(dice, names))}"
