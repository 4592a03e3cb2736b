"""Innocent crowds that look like manipulation: circles, offices, fan clubs, draws, packs, adverts, common hours."""

from __future__ import annotations

import numpy as np

from benchmarks.towns.world import DAY, HOUR, LIKE, QUOTE, REPLY, REPOST, Rows, World


def circles(world: World, share: float, *, closeness: float = 0.85) -> None:
    """Warm friends, 4 to 14: nearly all follow each other, answer each other and choose alike."""
    rng = world.rng
    pool = world.pick(int(share * len(world.accounts)))
    pool = pool[np.argsort(world.accounts["community"][pool] + 0.3 * rng.random(len(pool)), kind="stable")]
    sizes = 4 + rng.binomial(10, rng.beta(1.2, 2.5, len(pool) // 4))
    ends = np.cumsum(sizes)
    first = int(world.accounts["circle"].max()) + 1
    known = world.follows["followed"]
    for number, members in enumerate(np.split(pool, ends[ends < len(pool)])):
        if len(members) < 4:
            continue
        world.mark(members, circle=first + number, crowd="friends")
        left, right = np.triu_indices(len(members), 1)
        close = rng.random(len(left)) < closeness
        warmth = rng.gamma(3.0, 4.0, int(close.sum())) + 4
        world.befriend(members[left[close]], members[right[close]], warmth=warmth)
        taste = rng.choice(known, 6)
        for other in taste:  # the same few outsiders, because one told the others
            fans = members[rng.random(len(members)) < 0.6]
            world.follow(fans, np.full(len(fans), other), warmth=2.0)


def odd_lives(world: World, share: float = 0.012) -> None:
    """Night workers, people who moved country, new phones, revived and dormant accounts, lurkers."""
    rng, count = world.rng, int(share * len(world.accounts))
    night = world.pick(2 * count)
    world.mark(night, crowd="night_worker", chronotype=rng.uniform(9, 13, len(night)))
    movers = world.pick(count)
    world.mark(movers, crowd="mover", moves_at=rng.uniform(0.2, 0.8, len(movers)) * world.span)
    world.mark(movers, moves_by=rng.choice([-9.0, -7.0, 5.0, 8.0, 10.0], len(movers)))
    phones = world.pick(count)
    world.mark(phones, crowd="new_phone", moves_at=rng.uniform(0.2, 0.8, len(phones)) * world.span)
    revived = world.pick(count)
    world.mark(revived, crowd="revived", alive_from=rng.uniform(0.3, 0.7, len(revived)) * world.span)
    dormant = world.pick(5 * count)
    world.mark(dormant, crowd="dormant", alive_to=0.0)
    lurkers = world.pick(6 * count)
    world.mark(lurkers, crowd="lurker", posting=0.0, eager=rng.exponential(0.03, len(lurkers)))


def polite(world: World, share: float = 0.01) -> None:
    """Accounts that follow back whoever follows them, out of courtesy, and hardly look: hollow ties without a ring."""
    rng = world.rng
    followers = np.bincount(world.follows["followed"], minlength=len(world.accounts))
    pool = world.pick(len(world.accounts))
    pool = pool[followers[pool] >= np.quantile(followers[pool], 0.8)]
    hosts = rng.choice(pool, int(share * len(world.accounts)), replace=False)
    world.mark(hosts, crowd="polite")
    mine = np.isin(world.follows["followed"], hosts) & (rng.random(len(world.follows)) < 0.8)
    follower, host, asked = (world.follows[name][mine] for name in ("follower", "followed", "at"))
    at = np.minimum(asked + rng.exponential(1.5 * DAY, len(asked)), world.span - 1)
    world.follow(host, follower, at=at, warmth=0.1)


def alumni(world: World, classes: int) -> None:
    """Large, loosely knit fellowships of one place: many ties returned, made over years, few of them warm."""
    rng = world.rng
    for _ in range(classes):
        members = world.pick(int(rng.integers(50, 130)), community=int(rng.integers(0, 6)))
        world.mark(members, crowd="alumni")
        left, right = np.triu_indices(len(members), 1)
        met = rng.random(len(left)) < rng.uniform(0.2, 0.4)
        world.befriend(members[left[met]], members[right[met]], warmth=rng.gamma(0.8, 3.0, int(met.sum())))


def offices(world: World, count: int) -> None:
    """Staff of one house: same hours, same tool, all follow the house and each other, prompt on its posts."""
    rng = world.rng
    for _ in range(count):
        staff = world.pick(int(rng.integers(8, 26)))
        house = world.pick(1, busy=0)
        world.mark(house, crowd="house", posting=1.5, sessions=6.0, office=True, client=4)
        world.mark(
            staff, crowd="office", office=True, client=4, sessions=np.maximum(3, world.accounts["sessions"][staff])
        )
        left, right = np.triu_indices(len(staff), 1)
        knows = rng.random(len(left)) < 0.6
        world.befriend(staff[left[knows]], staff[right[knows]], warmth=rng.gamma(2.0, 1.5, int(knows.sum())))
        prompt = rng.random(len(staff)) < 0.5
        world.follow(staff, np.repeat(house, len(staff)), warmth=25.0, notified=prompt)


def newsrooms(world: World, count: int) -> None:
    """Several desks of one owner that publish the same links within minutes, openly, and pass each other on."""
    rng = world.rng
    for room in range(count):
        desks = world.pick(int(rng.integers(4, 9)))
        world.mark(desks, crowd="newsroom", client=4, posting=0.6, sessions=8.0, office=False)
        left, right = np.nonzero(~np.eye(len(desks), dtype=bool))
        world.follow(desks[left], desks[right], warmth=6.0)
        readers = world.pick(int(rng.integers(150, 400)), free=False)
        desk = rng.choice(desks, len(readers))
        world.follow(readers, desk, warmth=1.5)
        for story in range(int(world.manners.days * rng.uniform(1.5, 3))):
            out = rng.uniform(0, world.manners.days - 1) // 1 * DAY + rng.normal(13, 3.5) % 24 * HOUR
            runs = desks[rng.random(len(desks)) < 0.7]
            at = out + rng.gamma(2.0, 60.0, len(runs))
            world.posts.add(len(runs), author=runs, at=at, url=f"https://news{room}.example/{story}")


def fan_clubs(world: World, stars: Rows, *, size: tuple[int, int], alert: float) -> None:
    """Fans of one star: notified of each post, eager, acquainted with each other, with lives of their own."""
    rng = world.rng
    for star in stars:
        fans = world.pick(int(rng.integers(*size)))
        world.mark(fans, crowd="fan_club", sessions=np.maximum(world.accounts["sessions"][fans], 5.0))
        world.follow(
            fans,
            np.full(len(fans), star),
            warmth=rng.gamma(3.0, 10.0, len(fans)),
            notified=rng.random(len(fans)) < alert,
        )
        left, right = np.triu_indices(len(fans), 1)
        met = rng.random(len(left)) < min(0.25, 8 / len(fans))
        world.befriend(fans[left[met]], fans[right[met]], warmth=rng.gamma(1.5, 2.0, int(met.sum())))


def draws(world: World, hosts: Rows, hunters: Rows) -> None:
    """Prize draws: bargain hunters follow the host within two days, pass the post on; some leave afterwards."""
    rng = world.rng
    world.mark(hunters, crowd="prize_draw")
    for host in hosts:
        at = rng.uniform(0.1, 0.8) * world.span
        [post] = world.posts.add(
            1, author=host, at=at, boost=3.0, text="FOLLOW and share to win, drawn on friday", spreads=True
        )
        comers = hunters[rng.random(len(hunters)) < rng.uniform(0.15, 0.4)]
        late = at + np.minimum(rng.exponential(14 * HOUR, len(comers)), 2.5 * DAY)
        late = (
            np.floor(late / DAY) * DAY + ((late % DAY) / DAY * 16 + 7.5) * HOUR
        )  # nobody follows at four in the morning
        late = np.clip(np.maximum(late, at + rng.gamma(2.0, 400.0, len(comers))), 0, world.span - 1)
        leaves = np.where(rng.random(len(comers)) < 0.25, late + rng.gamma(3.0, 2 * DAY, len(comers)), np.nan)
        leaves[leaves >= world.span] = np.nan
        world.follow(comers, np.full(len(comers), host), at=late, warmth=0.15, ended=leaves)
        shares = rng.random(len(comers)) < 0.85
        world.reactions.add(
            int(shares.sum()), post=post, actor=comers[shares], at=late[shares] + rng.gamma(2.0, 15.0, int(shares.sum())),
            kind=rng.choice([LIKE, REPOST, REPLY], int(shares.sum()), p=[0.3, 0.5, 0.2]), special=True,
        )  # fmt: skip


def starter_packs(world: World, packs: int, featured: Rows) -> None:
    """Newcomers who on their first day follow a whole list with one press, and then begin to live."""
    rng = world.rng
    for _ in range(packs):
        born = rng.uniform(0.05, 0.7) * world.span
        count = int(rng.integers(60, 200))
        created = np.minimum(born + rng.exponential(3 * DAY, count), world.span - DAY)
        listed = rng.choice(featured, min(len(featured), int(rng.integers(15, 40))), replace=False)
        fresh = world.accounts.add(
            count, crowd="starter_pack", created=created, sessions=rng.gamma(2.0, 1.5, count), eager=rng.gamma(0.8, 1.2, count),
            posting=rng.exponential(0.15, count), chronotype=rng.normal(0, 1, count), client=rng.integers(0, 4, count),
            community=world.accounts["community"][listed[0]],
        )  # fmt: skip
        who = np.repeat(fresh, len(listed))
        taken = rng.random(len(who)) < np.repeat(rng.beta(6, 1.5, count), len(listed))
        pressed = np.repeat(created + rng.exponential(HOUR, count), len(listed)) + rng.random(len(who)) * 20
        world.follow(
            who[taken], np.tile(listed, count)[taken], at=np.minimum(pressed[taken], world.span - 1), warmth=0.7
        )


def bursts(world: World, hosts: Rows, *, crowd: tuple[int, int], days: float, famous: bool) -> None:
    """Followers that come in a rush for a reason: an advert (slow, one taste) or press (sharp, of every taste)."""
    rng = world.rng
    for host in hosts:
        at = rng.uniform(0.1, 0.85) * world.span
        size = int(rng.integers(*crowd))
        comers = world.pick(size, free=False, community=None if famous else int(world.accounts["community"][host]))
        when = np.minimum(at + rng.gamma(1.2, days * DAY / 1.2, len(comers)), world.span - 1)
        when = np.floor(when / DAY) * DAY + np.clip(rng.normal(18, 4, len(comers)), 6.5, 23.9) * HOUR
        when = np.clip(when, at, world.span - 1)
        world.follow(comers, np.full(len(comers), host), at=when, warmth=0.6)
        if famous:
            world.posts.add(1, author=host, at=at, boost=4.0)


def common_hour(world: World, groups: int) -> None:
    """Activists who agreed in the open on an hour and a tag, and pass each other's posts on; ordinary otherwise."""
    rng = world.rng
    for group in range(groups):
        members = world.pick(int(rng.integers(25, 70)), busy=3)
        world.mark(members, crowd="activist")
        left, right = np.triu_indices(len(members), 1)
        knows = rng.random(len(left)) < 0.2
        world.befriend(members[left[knows]], members[right[knows]], warmth=3.0)
        for _ in range(int(rng.integers(4, 9))):
            hour = rng.integers(2, world.manners.days - 2) * DAY + 20 * HOUR
            come = members[rng.random(len(members)) < 0.6]
            at = hour + np.abs(rng.normal(0, 500, len(come)))
            posts = world.posts.add(
                len(come),
                author=come,
                at=at,
                tag=f"cause{group}",
                text=f"we say it again #cause{group} tonight at eight",
            )
            who = np.repeat(come, 4)
            which = rng.integers(0, len(come), len(who))
            other = come[which] != who
            world.reactions.add(
                int(other.sum()), post=posts[which[other]], actor=who[other], special=True,
                at=np.maximum(hour, at[which[other]]) + rng.gamma(1.5, 300.0, int(other.sum())),
                kind=rng.choice([LIKE, REPOST, QUOTE], int(other.sum()), p=[0.4, 0.5, 0.1]),
            )  # fmt: skip


def news_events(world: World, count: int) -> None:
    """A match, a quake, a show: within the hour hundreds write about it with one tag, and nobody told them to."""
    rng = world.rng
    for event in range(count):
        at = rng.uniform(0.05, 0.95) * world.span
        people = world.pick(int(rng.integers(100, 450)), free=False, busy=4)
        when = at + rng.gamma(1.1, 40 * 60, len(people))
        ok = when < world.span
        world.posts.add(int(ok.sum()), author=people[ok], at=when[ok], boost=2.0, tag=f"event{event}")
