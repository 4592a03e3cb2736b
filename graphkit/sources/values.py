"""From what a cell says to what the contract wants: ids, times, counts, yes and no, lists; never a guess in silence."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.settings import defaults
from graphkit.sources import forms
from graphkit.sources.notes import FLOATS, FRACTIONS, ROUNDED

Mask = NDArray[np.bool_]

NOTHING: Final = frozenset({"na", "n/a", "nan", "nat", "none", "null", "<na>", "\\n", "-", "?", "undefined", "[null]"})
YES: Final = frozenset({"true", "t", "yes", "y", "1", "1.0", "on", "evet", "doğru", "sí", "si", "verdadero", "x", "✓"})
NO: Final = frozenset({"false", "f", "no", "n", "0", "0.0", "off", "hayır", "hayir", "yanlış", "falso"})
_LETTERS: Final = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_PATTERNS: Final = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
)


@dataclass(frozen=True, slots=True)
class Converted:
    """A column in the type of the contract; `bad` marks cells that say something else, named by `reason`."""

    values: pa.Array
    bad: Mask | None = None
    reason: str = ""
    aside: Mapping[str, int] = field(default_factory=dict)  # what was left out, and of how many cells
    notes: tuple[str, ...] = ()


def convert(wanted: pa.DataType, array: pa.Array, *, name: str, is_id: bool = False) -> Converted:
    """The column in the wanted type; `name` is the column's name in messages, ids have rules of their own."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return Converted(pa.nulls(len(array), wanted))
    if is_id:
        return _ids(array, name)
    if pa.types.is_list(wanted):
        return _lists(array)
    if pa.types.is_boolean(wanted):
        return _booleans(array)
    return Converted(_texts(array))


def _texts(array: pa.Array) -> pa.Array:
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_nested(array.type):
        said = [None if cell is None else orjson.dumps(cell, default=str).decode() for cell in array.to_pylist()]
        return pa.array(said, pa.string())
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:  # bytes that are no text
        return pa.array([_lossy(cell) for cell in array.to_pylist()], pa.string())


def _lossy(cell: Any) -> str | None:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell


def _buffers(array: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    if array.offset or array.buffers()[1] is None:
        array = pa.concat_arrays([array, pa.array([], pa.string())])
    if array.offset or len(array) == 0:
        array = pa.array(array.to_pylist(), pa.string())
    if array.null_count:
        array = pc.fill_null(array, "")
    _, offsets, data = array.buffers()
    places = np.frombuffer(offsets, np.int32, count=len(array) + 1) if offsets else np.zeros(1, np.int32)
    return np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8), places


# ---------------------------------------------------------------- ids


def _ids(array: pa.Array, name: str) -> Converted:
    kind = array.type
    if pa.types.is_floating(kind):
        return _float_ids(array, name)
    if pa.types.is_nested(kind) or pa.types.is_boolean(kind) or pa.types.is_temporal(kind):
        filled = np.asarray(array.is_valid())
        return Converted(pa.nulls(len(array), pa.string()), filled, "bad_id")
    texts = _texts(array)
    data, offsets = _buffers(texts)
    found = forms.ids(data, offsets)
    scientific = found == forms.SCIENTIFIC
    notes = list(_rounded(found, name))
    if (found == forms.EMPTY).any():
        texts = pc.if_else(pa.array(found == forms.EMPTY), None, texts)
    if (found == forms.DOT_ZERO).any():
        texts = pc.if_else(pa.array(found == forms.DOT_ZERO), pc.replace_substring_regex(texts, r"\.0+$", ""), texts)
        notes.append(FRACTIONS.format(name=name))
    return Converted(texts, scientific if scientific.any() else None, "rounded_id", notes=tuple(notes))


def _float_ids(array: pa.Array, name: str) -> Converted:
    numbers = array.to_numpy(zero_copy_only=False).astype(np.float64)
    said = np.isfinite(numbers)
    whole = said & (numbers == np.floor(numbers))
    exact = whole & (np.abs(numbers) < 2.0**53)
    texts = pa.array(np.where(exact, numbers, 0).astype(np.int64)).cast(pa.string())
    note = FLOATS.format(name=name)
    bad = said & ~exact
    return Converted(pc.if_else(pa.array(exact), texts, None), bad if bad.any() else None, "rounded_id", notes=(note,))


def _rounded(found: NDArray[np.int8], name: str) -> list[str]:
    limits = defaults().sources
    round_, long = int((found == forms.LONG_ROUND).sum()), int((found >= forms.LONG).sum())
    if long < limits.rounded_least or round_ < limits.rounded_share * long:
        return []
    return [ROUNDED.format(name=name, share=round(10 * round_ / long) * 10, digits=forms.LONG_DIGITS)]


# ---------------------------------------------------------------- times


def times(array: pa.Array, name: str) -> Converted:
    """UTC milliseconds of whatever says a moment; moments that cannot be are null and counted."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if pa.types.is_null(kind):
        return Converted(pa.nulls(len(array), pa.int64()))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        moments = array.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False).cast(pa.int64())
        return _possible(np.asarray(moments.fill_null(0)) // 1000, np.asarray(moments.is_valid()), name)
    if pa.types.is_integer(kind):
        return _possible(_scaled(np.asarray(array.fill_null(0)).astype(np.int64)), np.asarray(array.is_valid()), name)
    if pa.types.is_floating(kind):
        numbers = array.to_numpy(zero_copy_only=False).astype(np.float64)
        said = np.isfinite(numbers)
        return _possible(_scaled_fractions(np.where(said, numbers, 0.0)), said, name)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return Converted(pa.nulls(len(array), pa.int64()), np.asarray(array.is_valid()), "bad_time")
    texts = _texts(array)
    values, found = forms.numbers(*_buffers(texts))
    values = np.where(found == forms.WHOLE, _scaled(values), values)
    bad = _by_hand(texts, values, found, _moment)
    done = _possible(values, (found != forms.EMPTY) & ~bad, name)
    return Converted(done.values, bad if bad.any() else None, "bad_time", done.aside)


def _scaled(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seconds, milli-, micro- or nanoseconds told apart by size: their ranges from 1990 on do not touch."""
    size = np.abs(values)
    seconds = np.where(size < 10**11, values, 0) * 1000
    large = np.where(size >= 10**17, values // 1_000_000, np.where(size >= 10**14, values // 1000, values))
    return np.where(size < 10**11, seconds, large)


def _scaled_fractions(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    seconds = np.abs(numbers) < 1e11
    small = np.round(np.where(seconds, numbers, 0.0) * 1000).astype(np.int64)
    return np.where(seconds, small, _scaled(np.clip(np.where(seconds, 0.0, numbers), -9e18, 9e18).astype(np.int64)))


def _possible(values: NDArray[np.int64], said: Mask, name: str) -> Converted:
    limits = defaults().sources
    real = (values >= limits.earliest_time) & (values <= limits.latest_time)
    lost = int((said & ~real).sum())
    aside = {f"{name} (impossible time)": lost} if lost else {}
    return Converted(pa.array(values, mask=~(said & real)), aside=aside)


def _by_hand(
    texts: pa.Array, values: NDArray[np.int64], found: NDArray[np.int8], read: Callable[[str], int | None]
) -> Mask:
    """Fill in the values of unusual texts, once per distinct text; gives the mask of those nobody can read."""
    bad = np.zeros(len(values), bool)
    rows = np.flatnonzero(found == forms.OTHER)
    known: dict[str, int | None] = {}
    for row, text in zip(rows, texts.take(pa.array(rows)).to_pylist(), strict=True):
        said = text.strip()
        if said.lower() in NOTHING:
            found[row] = forms.EMPTY
            continue
        if said not in known:
            known[said] = read(said)
        value = known[said]
        if value is None:
            bad[row] = True
        else:
            values[row] = value
    return bad


def _moment(said: str) -> int | None:
    try:
        number = float(said)
    except ValueError:
        return _spelt(said)
    return int(_scaled_fractions(np.array([number]))[0]) if math.isfinite(number) else None


def _spelt(said: str) -> int | None:
    if not any(c.isdigit() for c in said) or len(said) > 64:
        return None
    try:
        return _ms(datetime.fromisoformat(said.removesuffix(" UTC")))
    except ValueError:
        pass
    for pattern in _PATTERNS:
        try:
            return _ms(datetime.strptime(said, pattern))
        except ValueError:
            continue
    try:
        return _ms(parsedate_to_datetime(said))
    except (ValueError, TypeError, IndexError):
        return None


def _ms(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


# ---------------------------------------------------------------- counts, yes and no, lists


def counts(array: pa.Array) -> Converted:
    """Whole numbers, also from "24.0", "1,234" and "1.2K"."""
    kind = array.type
    if pa.types.is_null(kind):
        return Converted(pa.nulls(len(array), pa.int64()))
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return Converted(array.cast(pa.int64(), safe=False))
    if pa.types.is_floating(kind):
        numbers = array.to_numpy(zero_copy_only=False).astype(np.float64)
        said = np.isfinite(numbers)
        whole = said & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2.0**63)
        bad = said & ~whole
        values = pa.array(np.where(whole, numbers, 0).astype(np.int64), mask=~whole)
        return Converted(values, bad if bad.any() else None, "bad_number")
    texts = _texts(array)
    values, found = forms.numbers(*_buffers(texts))
    found[found == forms.MOMENT] = forms.OTHER
    bad = _by_hand(texts, values, found, _whole)
    done = pa.array(values, mask=bad | (found == forms.EMPTY))
    return Converted(done, bad if bad.any() else None, "bad_number")


_GROUPED: Final = re.compile(r"[+-]?\d{1,3}([,.\u00a0\u202f' ])\d{3}(\1\d{3})*")


def _whole(said: str) -> int | None:
    if len(said) > 40:
        return None
    many = _LETTERS.get(said[-1:].lower(), 1)
    plain = re.sub(r"[,.\u00a0\u202f' ]", "", said) if _GROUPED.fullmatch(said) and many == 1 else said
    try:
        number = float((plain[:-1] if many > 1 else plain).replace(",", ".")) * many
    except ValueError:
        return None
    number = round(number) if many > 1 and math.isfinite(number) else number
    return int(number) if math.isfinite(number) and number == int(number) and abs(number) < 2**63 else None


def _booleans(array: pa.Array) -> Converted:
    kind = array.type
    if pa.types.is_boolean(kind):
        return Converted(array)
    texts = _texts(array)
    coded = pc.dictionary_encode(texts)
    meaning: list[bool | None] = []
    bad_words = []
    for word in coded.dictionary.to_pylist():
        said = word.strip().lower()
        meaning.append(True if said in YES else False if said in NO else None)
        bad_words.append(said not in YES | NO | NOTHING and said != "")
    if not meaning:
        return Converted(pa.nulls(len(array), pa.bool_()))
    bad = np.asarray(pc.fill_null(pa.array(bad_words).take(coded.indices), False))
    return Converted(pa.array(meaning, pa.bool_()).take(coded.indices), bad if bad.any() else None, "bad_boolean")


def _lists(array: pa.Array) -> Converted:
    wanted = pa.list_(pa.string())
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        return Converted(array.cast(wanted))
    cells = _texts(array).to_pylist()
    return Converted(pa.array([None if cell is None else texts_in(cell) for cell in cells], wanted))


_NAMES: Final = ("tag", "text", "id_str", "id", "expanded_url", "unwound_url", "url", "name")


def texts_in(cell: str) -> list[str]:
    """The texts that a cell lists: JSON, a Python list, or parted by bars, commas or blanks."""
    said = cell.strip()
    if said.lower() in NOTHING:
        return []
    if said[:1] == "[" and said[-1:] == "]":
        for read in (orjson.loads, ast.literal_eval):
            try:
                return [one for item in read(said[:65_536]) if (one := _one(item))]
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                continue
        said = said[1:-1]
    mark = next((mark for mark in ("|", ";", ",") if mark in said), None)
    return [one for part in said.split(mark) if (one := part.strip().strip("'\""))]


def _one(item: Any) -> str:
    if isinstance(item, dict):
        return str(next((item[name] for name in _NAMES if item.get(name)), ""))
    return "" if item is None else str(item)
