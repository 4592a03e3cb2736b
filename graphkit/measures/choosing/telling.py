"""Groups that choose alike, in sentences: one set of words for posts, one for tags, one for links."""

from __future__ import annotations

from graphkit.evidence import Evidence, Finding, Member, Rival
from graphkit.language import Said, say, say_many
from graphkit.measures import nulls
from graphkit.measures.choosing.co_choice import Alike, Choices

CLAIM = {
    "posts": lambda many: say("two members share {posts} posts of authors whom they do not follow, on average", posts=many),
    "tags": lambda many: say("two members share {tags} tags that few others use, on average", tags=many),
    "links": lambda many: say("two members share {links} links that few others post, on average", links=many),
}  # fmt: skip
BASELINE = {
    "posts": say("one and a half times what their activity and the posts' popularity give among people who read the same authors"),
    "tags": say("one and a half times what their posts and the tags' popularity give among people who read the same authors"),
    "links": say("one and a half times what their posts and the links' popularity give among people who read the same authors"),
}  # fmt: skip
SENTENCE = {
    "posts": lambda many, things: say(
        "{accounts} accounts that next to nobody follows or answers chose the same {posts} posts again and again, "
        "without following their authors.",
        accounts=many, posts=things,
    ),
    "tags": lambda many, things: say(
        "{accounts} accounts that next to nobody follows or answers used the same {tags} rare tags, "
        "which they did not get from people whom they follow.",
        accounts=many, tags=things,
    ),
    "links": lambda many, things: say(
        "{accounts} accounts that next to nobody follows or answers posted the same {links} links, "
        "which they did not get from people whom they follow.",
        accounts=many, links=things,
    ),
}  # fmt: skip
FOR = {
    "posts": say("choose the same rare posts"),
    "tags": say("use the same rare tags"),
    "links": say("post the same rare links"),
}
AGAINST = {  # of readers of one channel
    "posts": say("do not follow the authors"),
    "tags": say("did not get them from people whom they follow"),
    "links": say("did not get them from people whom they follow"),
}
INNOCENT = {
    "posts": (say("readers of one list or channel that this data does not show"),),
    "tags": (say("people of one event or course who were told its tags"),),
    "links": (say("outlets of one owner"), say("users of an app that posts links in their name")),
}


def told_alike(layer: str, group: Alike, members: tuple[Member, ...], *, profit: tuple[Member, ...]) -> Finding:
    """The finding of a group that chooses alike: its named `members`, and who profits where authors are known."""
    chance = float(nulls.poisson_tail(group.close, max(group.due, 1e-6)))
    close = round(group.close, 2)
    return Finding(
        kind="bot_cluster",
        members=members + profit,
        evidence=(
            Evidence(CLAIM[layer](round(float(group.close), 1)), close, round(group.due, 2), BASELINE[layer], chance, group.names),
        ),
        innocent=INNOCENT[layer],
        rivals=(
            Rival("automated", 0.7, (FOR[layer], say("next to nobody follows or answers them")), (), (say("times and clients of the acts"),)),
            Rival("readers_of_one_channel", 0.2, (say("choose alike"),), (AGAINST[layer],), (say("where they met the posts"),)),
            Rival("cannot_tell", 0.1),
        ),
        q=group.q,
        sentence=SENTENCE[layer](len(members), group.shared),
        detail={layer: group.shared, "strength": round(group.strength, 2)},
    )  # fmt: skip


def unnamed(alike: Choices) -> tuple[Said, ...]:
    """What is said of groups that choose alike and that nobody is named for."""
    return (*_unexposed(alike), *_among_readers(alike))


def _unexposed(alike: Choices) -> tuple[Said, ...]:
    if alike.exposed or not alike.found:
        return ()
    many, accounts = len(alike.found), sum(len(group.members) for group in alike.found)
    if alike.layer == "posts":
        return (
            say_many(
                "{count} group ({accounts} accounts) chooses the same rare posts; without follows it cannot be told from readers "
                "of one channel, and nobody is named for it",
                "{count} groups ({accounts} accounts) choose the same rare posts; without follows they cannot be told from "
                "readers of one channel, and nobody is named for it",
                count=many,
                accounts=accounts,
            ),
        )
    return (
        say_many(
            "{count} group ({accounts} accounts) uses the same rare tags or links; without follows it cannot be told from "
            "readers of one channel, and nobody is named for it",
            "{count} groups ({accounts} accounts) use the same rare tags or links; without follows they cannot be told from "
            "readers of one channel, and nobody is named for it",
            count=many,
            accounts=accounts,
        ),
    )


def _among_readers(alike: Choices) -> tuple[Said, ...]:
    if not alike.crowds:
        return ()
    many, accounts = len(alike.crowds), sum(alike.crowds)
    if alike.layer == "posts":
        return (
            say_many(
                "{count} group ({accounts} accounts) chose posts that many others chose as well; nobody is named for it",
                "{count} groups ({accounts} accounts) chose posts that many others chose as well; nobody is named for it",
                count=many,
                accounts=accounts,
            ),
        )
    return (
        say_many(
            "{count} group ({accounts} accounts) used tags or links that many others used as well; nobody is named for it",
            "{count} groups ({accounts} accounts) used tags or links that many others used as well; nobody is named for it",
            count=many,
            accounts=accounts,
        ),
    )
