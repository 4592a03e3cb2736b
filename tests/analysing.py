"""Small inputs for an analysis, and the bytes it leaves."""

from __future__ import annotations

import hashlib
from pathlib import Path

SMALL = {
    "only accounts": {"accounts.csv": "id,handle,followers\n007,bond,12\n9007199254740993,,\n"},
    "only follows": {"follows.csv": "follower,followed\na,b\nb,a\nc,a\n"},
    "only acts": {"interactions.csv": "actor,target,kind,at\na,b,like,2026-01-01T00:00:00Z\nb,a,reply,\n"},
    "only posts": {"posts.jsonl": '{"id": "1", "author": "a", "text": "çok güzel 😀"}\n'},
    "only coverage": {"coverage.csv": "account,relation,collected,declared\na,followers,10,900\n"},
    "one account that follows itself": {"follows.csv": "follower,followed\na,a\n"},
    "one account": {"accounts.csv": "id\na\n"},
    "three accounts of every kind of row": {
        "accounts.csv": "id,handle\na,ann\nb,bob\nc,cem\n",
        "follows.csv": "follower,followed,at\na,b,2026-01-01T00:00:00Z\nb,c,\n",
        "interactions.csv": "actor,target,kind,post,at\na,b,like,1,2026-01-02T00:00:00Z\n",
        "posts.csv": "id,author,at\n1,b,2026-01-01T12:00:00Z\n",
    },
    "acts without times": {"interactions.csv": "actor,target,kind\na,b,like\nb,c,repost\nc,a,like\n"},
    "ids with blanks and emoji": {"follows.csv": "follower,followed\nüç şey,😀 a\n😀 a,çay ☕\n"},
}


def write(folder: Path, files: dict[str, str]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in files]


def digests(folder: Path, *, but: frozenset[str] = frozenset({"run.json", "graphkit.duckdb"})) -> dict[str, str]:
    files = (path for path in folder.iterdir() if path.is_file() and path.name not in but)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
