"""From columns of node numbers to the tables of the contract: ids, profiles, texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from graphkit.dataset import Dataset
from graphkit.lab.worlds.parts import (
    ACT_KINDS,
    CLIENTS,
    COPIED,
    NONE,
    ORGANIC,
    SALAD,
    SHOUT,
    Acts,
    Flags,
    Floats,
    Ints,
    Posts,
    Rng,
    Ties,
)
from graphkit.lab.worlds.people import FIRST_ACCOUNT, LANGS, PLACES, Town

FIRST_NAMES: Final = (
    "ayşe",
    "ırmak",
    "deniz",
    "can",
    "elif",
    "marta",
    "lucía",
    "iván",
    "jorge",
    "emma",
    "noah",
    "kate",
)
LAST_NAMES: Final = ("yılmaz", "kaya", "işık", "demir", "garcía", "núñez", "lopez", "smith", "jones", "brown")
OPENERS: Final = (
    ("bugün", "şimdi", "sonunda", "galiba", "yine", "bence"),
    ("hoy", "ahora", "por fin", "creo que", "otra vez", "quizá"),
    ("today", "now", "finally", "I think", "once more", "maybe"),
)
SUBJECTS: Final = (
    ("yeni kitap", "şu maç", "hava", "kahve molası", "iş çıkışı", "bu haber", "eski bir şarkı", "yarınki plan"),
    (
        "el libro nuevo",
        "ese partido",
        "el tiempo",
        "un café",
        "la vuelta a casa",
        "la noticia",
        "una canción",
        "el plan",
    ),
    ("the new book", "that match", "the weather", "a coffee", "the way home", "this story", "an old song", "the plan"),
)
ENDINGS: Final = (
    ("çok iyi geldi.", "hiç beklemiyordum!", "ne dersiniz?", "uzun sürdü.", "beni güldürdü.", "fena değil."),
    ("me gustó mucho.", "¡no lo esperaba!", "¿qué os parece?", "tardó bastante.", "me hizo reír.", "no está mal."),
    ("was a good thing.", "surprised me!", "what do you think?", "took a while.", "made me laugh.", "is not bad."),
)
LEXICON: Final = (
    ("abajur", "bakraç", "cezve", "dirhem", "esvap", "fersah", "gergef", "hamail", "ibrik", "kandil", "lavaş", "makara"),
    ("abeto", "barniz", "cuenco", "dedal", "esparto", "fogón", "gubia", "hiedra", "imán", "jofaina", "lacre", "madeja"),
    ("anvil", "bobbin", "cinder", "dowel", "ember", "ferrule", "gimlet", "hasp", "ingot", "jetty", "kiln", "lintel"),
)  # fmt: skip
SHOUTS: Final = (
    ("ne oluyor ya", "inanamıyorum buna", "çok fena oldu", "herkes iyi mi acaba", "aman allahım", "vay be vay"),
    ("qué está pasando", "no me lo creo", "madre mía", "están todos bien", "vaya tela", "increíble de verdad"),
    ("what is happening", "cannot believe this", "oh my god", "is everybody fine", "no way no way", "this is wild"),
)
PHRASE_NOUNS: Final = (
    "köprü", "meydan", "ırmak", "şehir", "liman", "okul", "pazar", "iskele", "orman", "çınar", "ışık", "istasyon",
)  # fmt: skip
PHRASE_OBJECTS: Final = (
    "zammı", "parası", "kapısı", "yolu", "hakkı", "sınavı", "ihalesi", "ilanı", "bileti", "kirası", "izni", "seçimi",
)  # fmt: skip
PHRASE_VERBS: Final = (
    "bitti", "geliyor", "nerede", "yeter", "istiyoruz", "dursun", "açılsın", "iptal", "başladı", "unutma", "olmaz", "şimdi",
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """The ids of accounts and posts, as text, by row."""

    accounts: pa.Array
    posts: pa.Array


def named(town: Town, posts: Posts, rng: Rng) -> Names:
    """Ids that grow with the time of creation and say nothing else."""
    return Names(_ids(town.people.created, rng), _ids(posts.at, rng))


def _ids(born: Ints, rng: Rng) -> pa.Array:
    stamp = (born - FIRST_ACCOUNT + 1_000_000_000) << 21
    return pa.array(stamp | rng.permutation(len(born))).cast(pa.string())


def dataset(town: Town, *, ties: Ties, posts: Posts, acts: Acts, names: Names, rng: Rng) -> Dataset:
    """The five tables of a world."""
    live = ties.ended == NONE
    followers = np.bincount(ties.followed[live], minlength=town.n)
    following = np.bincount(ties.follower[live], minlength=town.n)
    shown = town.plan.society.shown
    declared = np.round(followers / np.clip(rng.normal(shown, 0.03, town.n), 0.05, 1)) if shown < 1 else followers
    declared = declared.astype(np.int64)
    return Dataset.of(
        {
            "accounts": _accounts(town, names, declared, following=following, posts=posts, rng=rng),
            "follows": _follows(town, ties, names),
            "interactions": _interactions(acts, names),
            "posts": _posts(town, posts, names, rng),
            "coverage": _coverage(town, names, followers, declared),
        }
    )


def _texts(values: tuple[str, ...], which: Ints) -> pa.Array:
    return pa.array(values).take(pa.array(which))


def optional(values: Ints) -> pa.Array:
    """Numbers, null where the value is NONE."""
    return pa.array(values, mask=values == NONE)


def _accounts(town: Town, names: Names, declared: Ints, *, following: Ints, posts: Posts, rng: Rng) -> pa.Table:
    people, n = town.people, town.n
    first, last = rng.integers(len(FIRST_NAMES), size=n), rng.integers(len(LAST_NAMES), size=n)
    digits = rng.random(n) < np.where(people.automated, 0.7, 0.4)
    number = rng.permutation(n) + 10_000
    handles = [
        f"{FIRST_NAMES[f]}_{LAST_NAMES[s][:4]}{k if d else _letters(k)}"
        for f, s, k, d in zip(first, last, number, digits, strict=True)
    ]
    titles = [f"{FIRST_NAMES[f].title()} {LAST_NAMES[s].title()}" for f, s in zip(first, last, strict=True)]
    place = np.array(PLACES)[people.lang, rng.integers(5, size=n)]
    bio = np.char.add("topic ", people.community.astype(str))
    table = pa.table(
        {
            "id": names.accounts,
            "handle": handles,
            "name": titles,
            "created_at": people.created,
            "followers": declared,
            "following": following,
            "posts": np.bincount(posts.author, minlength=n),
            "verified": people.creator & (rng.random(n) < 0.3),
            "bio": pa.array(bio, mask=rng.random(n) < np.where(people.automated, 0.6, 0.35)),
            "location": pa.array(place, mask=rng.random(n) < 0.5),
            "lang": _texts(LANGS, people.lang),
            "observed_at": np.full(n, town.end),
        }
    )
    return table.sort_by("id")


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def _follows(town: Town, ties: Ties, names: Names) -> pa.Table:
    times = town.plan.society.follow_times
    if times != "exact":
        ties = ties.rows(ties.ended == NONE)
    order = np.lexsort((ties.follower, -ties.at, ties.followed))
    ties = ties.rows(order)
    live = ties.ended == NONE
    starts = np.searchsorted(ties.followed, ties.followed)
    before = np.r_[0, np.cumsum(live)]
    position = before[:-1] - before[starts]
    count = len(ties)
    return pa.table(
        {
            "follower": names.accounts.take(pa.array(ties.follower)),
            "followed": names.accounts.take(pa.array(ties.followed)),
            "at": pa.array(ties.at) if times == "exact" else pa.nulls(count, pa.int64()),
            "at_kind": pa.array([times]).take(pa.array(np.zeros(count, np.int64))),
            "position": pa.nulls(count, pa.int64()) if times == "none" else pa.array(position, mask=~live),
            "observed_at": np.full(count, town.end),
            "ended_at": optional(ties.ended),
        }
    )


def _interactions(acts: Acts, names: Names) -> pa.Table:
    post = pa.array(acts.post, mask=acts.post == NONE)
    return pa.table(
        {
            "actor": names.accounts.take(pa.array(acts.actor)),
            "target": names.accounts.take(pa.array(acts.target)),
            "kind": _texts(ACT_KINDS, acts.kind),
            "post": names.posts.take(post),
            "at": acts.at,
            "client": _texts(CLIENTS, acts.client),
            "deleted_at": optional(acts.deleted),
        }
    )


def _posts(town: Town, posts: Posts, names: Names, rng: Rng) -> pa.Table:
    people = town.people
    lang = np.where(
        posts.at >= people.changed_at[posts.author], people.lang_after[posts.author], people.lang[posts.author]
    )
    table = pa.table(
        {
            "id": names.posts,
            "author": names.accounts.take(pa.array(posts.author)),
            "at": posts.at,
            "text": _sentences(posts, lang, rng) if town.plan.society.texts else pa.nulls(len(posts), pa.string()),
            "lang": _texts(LANGS, lang),
            "client": _texts(CLIENTS, posts.client),
            "tags": _lists(posts.tag, "tag{}"),
            "urls": _lists(posts.url, "https://site.example/{}"),
            "deleted_at": optional(posts.deleted),
        }
    )
    return table.sort_by("id")


def tag_name(tag: int) -> str:
    return f"tag{tag}"


def _lists(values: Ints, pattern: str) -> pa.Array:
    there = values != NONE
    known, which = np.unique(values[there], return_inverse=True)
    words = pa.array([pattern.format(value) for value in known], pa.string()).take(pa.array(which))
    return pa.ListArray.from_arrays(pa.array(np.r_[0, np.cumsum(there)].astype(np.int32)), words)


def _sentences(posts: Posts, lang: Ints, rng: Rng) -> list[str]:
    """A text for each post: an everyday sentence, or a salad of rare words."""
    draws = rng.integers(1 << 30, size=(len(posts), 6))
    columns = (lang, posts.tag, posts.url, posts.style, posts.phrase)
    rows = zip(*(column.tolist() for column in columns), draws.tolist(), strict=True)
    return [_sentence(*row) for row in rows]


def phrase_of(number: int) -> str:
    """The words of a phrase, small."""
    return f"{PHRASE_NOUNS[number % 12]} {PHRASE_OBJECTS[(5 * number + number // 12) % 12]} {PHRASE_VERBS[(7 * number + number // 12) % 12]}"


def _sentence(lang: int, tag: int, url: int, style: int, phrase: int, draw: list[int]) -> str:
    if style == SALAD:
        words = [LEXICON[lang][d % len(LEXICON[lang])] for d in draw[: 3 + draw[5] % 3]]
    elif style == COPIED:
        words = [OPENERS[lang][0], SUBJECTS[lang][tag % len(SUBJECTS[lang])], ENDINGS[lang][0]]
    else:
        words = [
            _pick(part[lang], d) for part, d in zip((OPENERS, SUBJECTS, OPENERS, SUBJECTS, ENDINGS), draw, strict=False)
        ]
    if style == SHOUT:
        words = [
            SHOUTS[lang][draw[0] % len(SHOUTS[lang])],
            *([SHOUTS[lang][draw[1] % len(SHOUTS[lang])]] * (draw[2] % 2)),
        ]
    if phrase != NONE:
        said = phrase_of(phrase)
        spelled = said.replace("i", "İ").replace("ı", "I").upper() if draw[5] % 3 == 0 else said
        words = [spelled, *words] if draw[4] % 2 else [*words, spelled]
    if tag != NONE:
        words.append("#" + tag_name(tag))
    if url != NONE:
        words.append(f"https://site.example/{url}")
    return " ".join(words)


def _pick(words: tuple[str, ...], draw: int) -> str:
    return words[draw % len(words)]


def _coverage(town: Town, names: Names, followers: Ints, declared: Ints) -> pa.Table:
    seen = np.flatnonzero(declared > 0)
    order = "unknown" if town.plan.society.follow_times == "none" else "newest_first"
    return pa.table(
        {
            "account": names.accounts.take(pa.array(seen)),
            "relation": pa.array(["followers"] * len(seen)),
            "collected": followers[seen],
            "declared": declared[seen],
            "order": pa.array([order] * len(seen)),
            "fetched_at": np.full(len(seen), town.end),
            "complete": followers[seen] >= declared[seen],
        }
    ).sort_by("account")


@dataclass(frozen=True)
class Followings:
    """What is true of each account's followers."""

    followers: Ints
    people: Ints
    active: Ints


def followings(town: Town, ties: Ties, lately: Flags) -> Followings:
    """Live followers, the people among them, and those of them who did something lately."""
    live = ties.ended == NONE
    real = live & (ties.why == ORGANIC) & ~town.people.automated[ties.follower]
    weight: list[Floats | Flags] = [live, real, real & lately[ties.follower]]
    return Followings(*(np.bincount(ties.followed, w, town.n).astype(np.int64) for w in weight))
