"""Every word of the map's page that is not in its data, by key: one table, said in the reader's language.

Gaps stay open: they stand in braces and are filled on the page, where numbers and dates are written as the language does.
`key.one` and `key.other` are the forms of one message; the page takes the one that its language wants for `count`, which
fills the gap `amount`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from graphkit import words
from graphkit.language import Said, number, say, say_many, told


def _gaps(names: str) -> dict[str, str]:
    """The gaps filled with themselves, so that they can be filled later."""
    return {name: f"{{{name}}}" for name in names.split()}


def _forms(key: str, message: Callable[[int], Said]) -> dict[str, Said]:
    return {f"{key}.one": message(1), f"{key}.other": message(2)}


PAGE: Final[Mapping[str, Said]] = {
    # head and search
    "map": say("map"),
    "search": say("Search"),
    "search_hint": say("name, handle or id"),
    "theme": say("Dark or light"),
    "counts": say(
        "{shown} of {all} accounts and {ties} of {ties_all} ties are on this map", **_gaps("shown all ties ties_all")
    ),
    "counts_why": say("members of findings, then the widest reach"),
    "too_large": say("More than a browser can draw; a picture of every tie: graphkit map --poster -o poster.png"),
    # legend
    "panel": say("Legend and filters"),
    "legend_title": say("What the shapes say"),
    "legend_notes": say("What these words mean"),
    "colour": say("Colours by"),
    "colour_label": say("what was measured"),
    "colour_community": say("community (shapes stay)"),
    "colour_finding": say("finding (shapes stay)"),
    # filters
    "show": say("Show"),
    "community": say("Community"),
    "all_communities": say("all communities"),
    "finding": say("Finding"),
    "all_accounts": say("all accounts"),
    "no_finding": say("no finding: nothing stood out beyond chance"),
    "tier": say("Size of following"),
    "all_tiers": say("all sizes"),
    "lang": say("Language"),
    "all_langs": say("all languages"),
    "kinds": say("Kinds of tie"),
    "reset": say("Reset"),
    "show_communities": say("Show communities"),
    "show_accounts": say("Show accounts"),
    "caution": say(
        "Shapes say what was measured, not who somebody is. “Acts automated” and the like are indicators: read the evidence and what speaks against it before acting."
    ),
    "caution_short": say("Shapes say what was measured, not who somebody is."),
    **_forms(
        "hidden",
        lambda n: say_many(
            "The name of {amount} account under a second hand is hidden: its owner is harmed, not blamed.",
            "Names of {amount} accounts under a second hand are hidden: their owners are harmed, not blamed.",
            count=n,
            **_gaps("amount"),
        ),
    ),
    # saving
    "save": say("Save"),
    "save_png": say("Picture (PNG)"),
    "save_svg": say("Picture (SVG)"),
    "save_csv": say("Table (CSV)"),
    "save_page": say("Page with this view"),
    "save_link": say("Copy link to this view"),
    "link_copied": say("The link is copied."),
    # the drawing
    "view": say("Map"),
    "stage": say(
        "Map of accounts. Arrow keys move from account to account along ties, or between communities; Enter opens a community, plus and minus zoom, 0 shows all, Escape goes back. The table holds the same accounts."
    ),
    "opening": say("Opening the map. Without script this still picture is all there is."),
    "cannot_draw": say(
        "This browser cannot draw the map (WebGL is missing). The still picture shows the widest accounts; search, filters, the table and the details beside it work."
    ),
    "cannot_open": say(
        "The map could not be opened: {reason}. The still picture shows the widest accounts.", **_gaps("reason")
    ),
    "closer": say("Closer"),
    "further": say("Further"),
    "whole": say("Show all"),
    **_forms("community_size", lambda n: say_many("{amount} account", "{amount} accounts", count=n, **_gaps("amount"))),
    "status_reading": say("{communities} communities; accounts are being read", **_gaps("communities")),
    **_forms(
        "status_overview",
        lambda n: say_many(
            "{amount} community; choose it to open it",
            "{amount} communities; choose one to open it",
            count=n,
            **_gaps("amount"),
        ),
    ),
    **_forms(
        "status_open",
        lambda n: say_many(
            "{amount} community is open; Escape goes back",
            "{amount} communities are open; Escape goes back",
            count=n,
            **_gaps("amount"),
        ),
    ),
    "status_accounts": say("{shown} of {all} accounts shown", **_gaps("shown all")),
    "status_found": say("{found} found among {shown} shown", **_gaps("found shown")),
    # time
    "when": say("When"),
    "from": say("From"),
    "until": say("Until"),
    "time_span": say("Ties seen between {from} and {until}", **_gaps("from until")),
    "time_until": say("Ties seen up to {until}", **_gaps("until")),
    "beginning": say("the beginning"),
    "play": say("Play"),
    "pause": say("Pause"),
    "always": say("All times"),
    **_forms(
        "ties_without_time",
        lambda n: say_many(
            "{amount} tie without a time is always shown.",
            "{amount} ties without a time are always shown.",
            count=n,
            **_gaps("amount"),
        ),
    ),
    # table
    "table": say("Table"),
    "table_of": say("Table of the accounts on the map"),
    "table_empty": say("No account fits the search and the filters."),
    "column_account": say("Account"),
    "column_measured": say("What was measured"),
    "column_real": say("Real people"),
    "column_followers": say("Followers"),
    "column_ties": say("Ties"),
    "column_community": say("Community"),
    "column_id": say("Id"),
    "column_accounts": say("Accounts"),
    "column_shown": say("Shown"),
    "column_indicator": say("With an indicator"),
    "show_more": say("Show more ({left} left)", **_gaps("left")),
    # card
    "card": say("Selected account"),
    "close": say("Close"),
    "ego_on": say("Only this account and its ties"),
    "ego_off": say("Show all accounts"),
    "card_real": say("Real people reached"),
    "card_moved": say("Moved by a post"),
    "card_followers": say("Followers as stated"),
    "card_seen": say("Followers seen"),
    "card_role": say("Part in the network"),
    "indicator.p_bot": say("Acts automated"),
    "indicator.p_ring": say("Trades follows"),
    "indicator.p_pod": say("Trades reactions"),
    "indicator.p_compromised": say("Under a second hand"),
    "indicator.authentic": say("A real person's account"),
    "of_100": say("{share} of 100", **_gaps("share")),
    "range": say("{low} to {high}", **_gaps("low high")),
    "show_members": say("Show its members"),
    "evidence_for": say("For"),
    "evidence_against": say("Against"),
    "innocent": say("It may also be"),
    "observed": say("Observed {observed}, by chance {expected}; {chance}.", **_gaps("observed expected chance")),
    **_forms(
        "tied_to",
        lambda n: say_many("Tied to {amount} account", "Tied to {amount} accounts", count=n, **_gaps("amount")),
    ),
    "follows_out": say("follows it"),
    "follows_in": say("is followed by"),
    "acts_out": say("{kind} {times}× →", **_gaps("kind times")),
    "acts_in": say("{kind} {times}× ←", **_gaps("kind times")),
    "between_days": say("{from} to {until}", **_gaps("from until")),
    "and_more": say("and {more} more", **_gaps("more")),
    # the way between two accounts
    "way_to": say("Way to another account"),
    "way_go": say("Find"),
    "way_end": say("Leave the way"),
    "way_nobody": say("No other account shown is called so."),
    **_forms(
        "way_found",
        lambda n: say_many(
            "{amount} step; what ties them:", "{amount} steps; what ties each:", count=n, **_gaps("amount")
        ),
    ),
    "way_none": say("No way over the ties that are shown."),
    # kinds of tie, in the words of any platform
    "tie.follow": say("follow"),
    "tie.like": say("like"),
    "tie.repost": say("share"),
    "tie.quote": say("quote"),
    "tie.reply": say("answer"),
    "tie.mention": say("mention"),
    "tie.comment": say("comment"),
    # what an account is to its audience, and how large that is
    **{f"role.{role}": said for role, said in words.ROLES.items()},
    **{f"tier.{tier}": said for tier, said in words.TIERS.items()},
    # pictures
    "drawn": say(
        "{shown} of {all} accounts and {ties} of {ties_all} ties are drawn; {coverage}.",
        **_gaps("shown all ties ties_all coverage"),
    ),
    "largest": say("Largest communities"),
    "still": say(
        "Still picture of the map: {accounts} accounts in {communities} communities", **_gaps("accounts communities")
    ),
    # foot
    "caption": say(
        "{shown} of {all} accounts and {ties} of {ties_all} ties are on the map; {coverage}.",
        **_gaps("shown all ties ties_all coverage"),
    ),
    "run": say("run {id}, seed {seed}", **_gaps("id seed")),
    "offline": say("this page opens with no network and sends nothing"),
    "drawn_with": say("drawn with sigma.js and graphology (MIT)"),
    "unknown": say("–"),
}


def table() -> dict[str, str]:
    """All messages in the language that is spoken here."""
    return {key: told(message) for key, message in PAGE.items()}


def said(key: str, **values: object) -> str:
    """The message of a key with its gaps filled; `count` chooses the form and fills the gap `amount`.

    >>> said("community_size", count=1200)
    '1,200 accounts'
    """
    form = key if "count" not in values else f"{key}.{'one' if values['count'] == 1 else 'other'}"
    filled = {name: number(v) if isinstance(v, int) else v for name, v in values.items()}
    return told(PAGE[form]).format_map(filled | {"amount": filled.get("count")})
