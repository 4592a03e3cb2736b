"""What an analyst may ask in Cypher: reading only, and only what every engine answers alike.

The check is a list of what is allowed, not of what is forbidden: clauses, functions and signs that are not named here
are refused. What is refused because engines answer it differently comes with the way to write it instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from graphkit.errors import UsageError
from graphkit.language import say
from graphkit.stores.cypher.tokens import Token, tokens

LONGEST: Final = 20_000  # characters
DEEPEST: Final = 40  # brackets within brackets
FARTHEST: Final = 6  # steps of a path of variable length

FIRST: Final = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN"})
_CLAUSES: Final = FIRST | {"WHERE", "ORDER", "SKIP", "LIMIT", "UNION"}

FUNCTIONS: Final = frozenset(
    """abs ceil floor round sign sqrt exp log log10 coalesce nullif size length head last range reverse keys labels type
    nodes relationships startnode endnode properties tointeger tofloat tostring toboolean toupper tolower trim ltrim rtrim
    left right replace split substring count sum avg min max collect percentilecont percentiledisc stdev stdevp
    any all none single exists reduce shortestpath allshortestpaths isempty""".split()
)
_BRACKETED: Final = frozenset(
    "AND OR XOR NOT IN WHERE RETURN WITH WHEN THEN ELSE CASE BY MATCH ON AS DISTINCT UNWIND".split()
)

_INSTEAD: Final = {
    "CALL": "leave it out: EXISTS { MATCH ... }, COUNT { MATCH ... } or WITH ask the same without a subquery call",
    "LOAD": "give rows as a parameter: UNWIND $rows AS row",
    "SHORTEST": "write shortestPath((a)-[:FOLLOWS*..4]->(b)) or allShortestPaths(...)",
    "USING": "leave it out: hints change the plan, not the answer",
    "EXPLAIN": "leave it out, and see --seconds and --rows for limits",
    "PROFILE": "leave it out, and see --seconds and --rows for limits",
    "CYPHER": "leave it out: options of one engine mean nothing to another",
}
_REFUSED: Final = frozenset(
    """CREATE MERGE SET DELETE DETACH NODETACH REMOVE DROP FOREACH CALL LOAD USE SHOW TERMINATE ALTER GRANT DENY REVOKE START
    STOP ENABLE DISABLE EXPLAIN PROFILE CYPHER USING INSERT FINISH RENAME COPY IMPORT EXPORT SHORTEST PERIODIC TRANSACTIONS
    DEALLOCATE REALLOCATE DRYRUN INSTALL ATTACH BACKUP CHECK TRUNCATE REBUILD GROUPS LET FILTER NEXT OFFSET YIELD
    SERVER ALIAS DATABASE""".split()
)
_TEMPORAL: Final = frozenset("date datetime localdatetime time localtime duration timestamp".split())


def check(cypher: str) -> frozenset[str]:
    """The names of the parameters that a text uses; UsageError with reason and remedy for what may not be asked."""
    if len(cypher) > LONGEST:
        raise UsageError(
            say(
                "The question has {cypher} characters; accepted are {longest}. Give lists as parameters.",
                cypher=len(cypher),
                longest=LONGEST,
            )
        )
    if "\\u" in cypher.lower():
        raise _refusal(
            "a \\u escape", "it could hide a word", "write the letter itself, or give the text as a parameter"
        )
    found = tokens(cypher)
    while found and found[-1].text == ";":
        found.pop()
    _check_statement(found)
    for place, token in enumerate(found):
        _check_word(found, place)
        _check_call(found, place)
        if token.kind == "quoted" and not re.fullmatch(r"[A-Za-z_]\w{0,63}", token.text, re.ASCII):
            raise _refusal(
                f"the name `{token.text}`", "names are letters, digits and _", "use the names of the graph model"
            )
    _check_patterns(found)
    _check_steps(found)
    _check_paths(found)
    return frozenset(token.text[1:] for token in found if token.kind == "parameter")


def _refusal(what: str, why: str, instead: str) -> UsageError:
    return UsageError(
        say(
            "The question is refused because of {what}: {why}. Instead: {instead}.", what=what, why=why, instead=instead
        )
    )


def _check_statement(found: Sequence[Token]) -> None:
    if not found or found[0].upper not in FIRST:
        given = found[0].text if found else "nothing"
        raise _refusal(
            f"its beginning, {given!r}",
            "questions only read",
            "begin with MATCH, OPTIONAL MATCH, UNWIND, WITH or RETURN",
        )
    if any(token.text == ";" for token in found):
        raise _refusal("a second statement", "one question is one statement", "ask the questions one by one")
    if not any(token.upper == "RETURN" for token in found):
        raise _refusal("its missing RETURN", "it would answer nothing", "end with RETURN")
    depth = 0
    for token in found:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0) if token.kind == "sign" else 0
        if depth > DEEPEST or depth < 0:
            raise _refusal(
                "its brackets", f"they must match and be at most {DEEPEST} deep", "split the question with WITH"
            )


def _is_name(found: Sequence[Token], place: int) -> bool:
    """Whether the word stands where only a property, label, type or map key can stand."""
    before = found[place - 1].text if place else ""
    after = found[place + 1].text if place + 1 < len(found) else ""
    return before in (".", ":", "|", "&", "!") or (before in ("{", ",") and after == ":")


def _check_word(found: Sequence[Token], place: int) -> None:
    token = found[place]
    if token.kind in ("word", "quoted") and (token.text == "nid" or token.text.startswith(("_Gk", "_gk"))):
        raise _refusal(f"{token.text!r}", "it is graphkit's own business and differs between stores", "use id")
    if token.upper in _REFUSED and not _is_name(found, place):
        why = "engines answer it differently or not at all" if token.upper in _INSTEAD else "questions only read"
        raise _refusal(
            f"the word {token.text!r}",
            why,
            _INSTEAD.get(token.upper, "ask with MATCH ... RETURN; write with graphkit load"),
        )


def _check_call(found: Sequence[Token], place: int) -> None:
    """A word before an opening bracket must be a function of the list, or a word of the language."""
    token = found[place]
    if token.kind not in ("word", "quoted") or place + 1 >= len(found) or found[place + 1].text != "(":
        return
    if token.upper in _BRACKETED or (token.upper in ("EXISTS", "COUNT") and token.text.lower() in FUNCTIONS):
        return
    if place and found[place - 1].text == ".":
        raise _refusal(
            f"the call of {token.text!r}", "functions of extensions differ between engines", "use plain Cypher"
        )
    name = token.text.lower()
    if name in _TEMPORAL:
        raise _refusal(
            f"{token.text}()",
            "engines write times differently",
            "times are milliseconds: compare and return the numbers",
        )
    if name in ("id", "elementid"):
        raise _refusal(f"{token.text}()", "it differs between stores", "use the property id")
    if name not in FUNCTIONS:
        raise _refusal(
            f"{token.text}()",
            "only functions that all engines answer alike are allowed",
            f"use one of {', '.join(sorted(FUNCTIONS))}",
        )


def _check_patterns(found: Sequence[Token]) -> None:
    """Patterns may stand after MATCH only, and no tie may have one variable at both ends."""
    areas = ["other"]  # what stands in the present braces: a pattern (after MATCH) or anything else
    for place, token in enumerate(found):
        if token.upper in _CLAUSES and not _is_name(found, place):
            areas[-1] = "pattern" if token.upper in ("MATCH", "OPTIONAL") else "other"
        if token.kind == "sign" and token.text == "{":
            opens = found[place - 1].upper in ("EXISTS", "COUNT", "COLLECT")
            areas.append("other")
            if opens and (place + 1 >= len(found) or found[place + 1].upper not in FIRST):
                raise _refusal(
                    f"{found[place - 1].text} {{ }} without MATCH",
                    "engines read it differently",
                    "write EXISTS { MATCH ... }",
                )
        if token.kind == "sign" and token.text == "}" and len(areas) > 1:
            areas.pop()
        if token.text == ")" and token.kind == "sign" and _tie_follows(found, place + 1):
            if areas[-1] != "pattern" and not _in_shortest(found, place):
                raise _refusal(
                    "a pattern inside an expression",
                    "engines answer it differently where a variable is null",
                    "write EXISTS { MATCH ... }, COUNT { MATCH ... } or OPTIONAL MATCH",
                )
            _check_ends(found, place)


def _tie_follows(found: Sequence[Token], place: int) -> bool:
    signs = [token.text if token.kind == "sign" else "" for token in found[place : place + 3]]
    return signs[:2] in (["-", "["], ["-", "-"]) or signs in (["<", "-", "["], ["<", "-", "-"])


def _in_shortest(found: Sequence[Token], place: int) -> bool:
    return any(token.upper in ("SHORTESTPATH", "ALLSHORTESTPATHS") for token in found[max(0, place - 40) : place])


def _check_ends(found: Sequence[Token], place: int) -> None:
    start = _node(found, _opening(found, place))
    end = next((at for at in range(place + 1, len(found)) if found[at].text == "(" and found[at].kind == "sign"), None)
    if start and end is not None and start == _node(found, end):
        raise _refusal(
            f"a tie from {start!r} to itself in one pattern",
            "engines count it differently",
            "write (a)-[r]->(b) WHERE a.id = b.id",
        )


def _opening(found: Sequence[Token], closing: int) -> int:
    depth = 0
    for place in range(closing, -1, -1):
        if found[place].kind == "sign":
            depth += {")": 1, "(": -1}.get(found[place].text, 0)
        if depth == 0:
            return place
    return 0


def _node(found: Sequence[Token], opening: int) -> str:
    token = found[opening + 1] if opening + 1 < len(found) else None
    return token.text if token and token.kind in ("word", "quoted") else ""


def _check_steps(found: Sequence[Token]) -> None:
    """A path of variable length says how long it may become."""
    inside = 0
    for place, token in enumerate(found):
        if token.kind != "sign":
            continue
        if token.text == "[":
            inside = place + 1
        if token.text == "]":
            inside = 0
        if token.text == "*" and inside and _is_length(found, inside, place):
            end = next(at for at in range(place, len(found)) if found[at].text in ("]", "{"))
            said = "".join(each.text for each in found[place + 1 : end])
            bounds = re.fullmatch(r"(?:(\d+)|(\d*)\.\.(\d+))", said)
            lowest, highest = (bounds[1] or bounds[2] or "1", bounds[1] or bounds[3]) if bounds else ("1", "")
            if not highest or int(highest) > FARTHEST or int(lowest) < 1:
                raise _refusal(f"the path *{said}", f"it must have from 1 to {FARTHEST} steps", "write [:FOLLOWS*1..3]")


def _is_length(found: Sequence[Token], first: int, star: int) -> bool:
    """Whether the star of `[r:FOLLOWS*1..3]` is meant, not a product inside a list."""
    between = found[first:star]
    if found[first - 2].text not in ("-",):
        return False
    return all(token.kind in ("word", "quoted") or token.text in (":", "|") for token in between)


def _check_paths(found: Sequence[Token]) -> None:
    """A path may be measured and taken apart, not handed out: engines write it differently."""
    opens = ("(", "SHORTESTPATH", "ALLSHORTESTPATHS")
    paths = {
        found[at].text
        for at in range(len(found) - 2)
        if found[at].kind in ("word", "quoted") and found[at + 1].text == "=" and found[at + 2].text.upper() in opens
        if at and (found[at - 1].upper == "MATCH" or found[at - 1].text == ",")
    }
    for at, token in enumerate(found):
        if (
            token.text not in paths
            or token.kind not in ("word", "quoted")
            or found[at + 1 : at + 2] == [Token("sign", "=")]
        ):
            continue
        taken = (
            at > 1 and found[at - 1].text == "(" and found[at - 2].text.lower() in ("nodes", "relationships", "length")
        )
        if not taken and found[at - 1].text not in (".", ":"):
            raise _refusal(
                f"the path {token.text!r}",
                "engines write paths differently",
                "write [n IN nodes(p) | n.id], or length(p)",
            )
