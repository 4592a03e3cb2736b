"""Compiled readers of single values: which form a text has, and what number or moment it says."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit  # type: ignore[attr-defined, unused-ignore]

EMPTY, WHOLE, FRACTION, MOMENT, OTHER = 0, 1, 2, 3, 4
PLAIN, DOT_ZERO, SCIENTIFIC, LONG, LONG_ROUND = 1, 2, 3, 4, 5  # forms of ids
LONG_DIGITS: Final = 16  # 2^53 has 16 digits: from there on a float loses the last ones

_MONTHS: Final = np.frombuffer(b"JanFebMarAprMayJunJulAugSepOctNovDec", np.uint8).copy()
_DAYS: Final = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _digits(data: Any, b: int, count: int) -> int:
    value = 0
    for i in range(b, b + count):
        c = data[i]
        if c < 48 or c > 57:
            return -1
        value = value * 10 + (c - 48)
    return value


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _midnight(year: int, month: int, day: int) -> int:
    """Milliseconds from 1970 to the day, -1 << 62 where there is no such day (Hinnant's civil calendar)."""
    if year < 1 or month < 1 or month > 12 or day < 1:
        return -1 << 62
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    if day > _DAYS[month - 1] + (1 if month == 2 and leap else 0):
        return -1 << 62
    y = year - 1 if month <= 2 else year
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    days = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
    return days * 86_400_000


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _clock(data: Any, i: int, e: int) -> tuple[int, int]:
    """Milliseconds of HH:MM[:SS[.fff]] from i on, and the place after it; -1 where it is none."""
    if i + 5 > e or data[i + 2] != 58:
        return -1, i
    hour, minute = _digits(data, i, 2), _digits(data, i + 3, 2)
    if hour < 0 or hour > 23 or minute < 0 or minute > 59:
        return -1, i
    ms = (hour * 60 + minute) * 60_000
    i += 5
    if i < e and data[i] == 58:
        second = _digits(data, i + 1, 2) if i + 3 <= e else -1
        if second < 0 or second > 60:
            return -1, i
        ms += min(second, 59) * 1000
        i += 3
        if i < e and (data[i] == 46 or data[i] == 44):
            i += 1
            unit = 100
            while i < e and 48 <= data[i] <= 57:
                ms += (data[i] - 48) * unit
                unit //= 10
                i += 1
    return ms, i


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _zone(data: Any, i: int, e: int) -> int:
    """Milliseconds east of UTC that the rest of the text says; -1 << 62 where it says something else."""
    while i < e and data[i] == 32:
        i += 1
    left = e - i
    if left == 0 or (left == 1 and (data[i] == 90 or data[i] == 122)):
        return 0
    if left == 3 and (
        (data[i] == 85 and data[i + 1] == 84 and data[i + 2] == 67) or (data[i] == 71 and data[i + 1] == 77)
    ):
        return 0
    if data[i] != 43 and data[i] != 45:
        return -1 << 62
    hours = _digits(data, i + 1, 2) if left >= 3 else -1
    minutes = 0
    if left == 6 and data[i + 3] == 58:
        minutes = _digits(data, i + 4, 2)
    elif left == 5:
        minutes = _digits(data, i + 3, 2)
    elif left != 3:
        return -1 << 62
    if hours < 0 or hours > 18 or minutes < 0 or minutes > 59:
        return -1 << 62
    return (1 if data[i] == 43 else -1) * (hours * 60 + minutes) * 60_000


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _iso(data: Any, b: int, e: int) -> int:
    if e - b < 10 or data[b + 4] != data[b + 7] or (data[b + 4] != 45 and data[b + 4] != 47):
        return -1 << 62
    day = _midnight(_digits(data, b, 4), _digits(data, b + 5, 2), _digits(data, b + 8, 2))
    if day == -1 << 62 or e - b == 10:
        return day
    if data[b + 10] != 84 and data[b + 10] != 32 and data[b + 10] != 116:
        return -1 << 62
    clock, i = _clock(data, b + 11, e)
    zone = _zone(data, i, e) if clock >= 0 else -1 << 62
    return day + clock - zone if zone != -1 << 62 else -1 << 62


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _weekday_form(data: Any, b: int, e: int) -> int:
    """Wed Oct 10 20:19:24 +0000 2018."""
    if e - b != 30 or data[b + 3] != 32 or data[b + 7] != 32 or data[b + 25] != 32:
        return -1 << 62
    month = 0
    for m in range(12):
        if data[b + 4] == _MONTHS[3 * m] and data[b + 5] == _MONTHS[3 * m + 1] and data[b + 6] == _MONTHS[3 * m + 2]:
            month = m + 1
    tens = 48 if data[b + 8] == 32 else data[b + 8]
    day = _midnight(_digits(data, b + 26, 4), month, (tens - 48) * 10 + _digits(data, b + 9, 1))
    clock, _ = _clock(data, b + 11, b + 19)
    zone = _zone(data, b + 20, b + 25)
    return day + clock - zone if day != -1 << 62 and clock >= 0 and zone != -1 << 62 else -1 << 62


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def numbers(data: Any, offsets: Any) -> Any:
    """Whole numbers and ISO or weekday-first moments (as UTC milliseconds), with the form of each text."""
    n = offsets.size - 1
    values, forms = np.zeros(n, np.int64), np.full(n, OTHER, np.int8)
    for k in range(n):
        b, e = offsets[k], offsets[k + 1]
        while b < e and data[b] <= 32:
            b += 1
        while e > b and data[e - 1] <= 32:
            e -= 1
        if b == e:
            forms[k] = EMPTY
            continue
        i = b + 1 if data[b] == 45 or data[b] == 43 else b
        value, whole = 0, e - i <= 18 and e > i
        while whole and i < e:
            c = data[i]
            whole = 48 <= c <= 57
            value = value * 10 + (c - 48)
            i += 1
        if whole:
            values[k], forms[k] = (-value if data[b] == 45 else value), WHOLE
            continue
        moment = _iso(data, b, e)
        if moment == -1 << 62:
            moment = _weekday_form(data, b, e)
        if moment != -1 << 62:
            values[k], forms[k] = moment, MOMENT
    return values, forms


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def ids(data: Any, offsets: Any) -> Any:
    """The form of each id: EMPTY, PLAIN, DOT_ZERO ("12.0"), SCIENTIFIC ("1.2e+18"), LONG digits, LONG_ROUND (end in 00)."""
    n = offsets.size - 1
    forms = np.full(n, PLAIN, np.int8)
    for k in range(n):
        b, e = offsets[k], offsets[k + 1]
        if b == e:
            forms[k] = EMPTY
            continue
        i = b
        while i < e and 48 <= data[i] <= 57:
            i += 1
        if i == e:
            if e - b >= LONG_DIGITS:
                forms[k] = LONG_ROUND if data[e - 1] == 48 and data[e - 2] == 48 else LONG
            continue
        whole = i - b
        if whole == 0:
            continue
        dotted = data[i] == 46 or data[i] == 44
        j = i + 1 if dotted else i
        zeros = True
        while dotted and j < e and 48 <= data[j] <= 57:
            zeros = zeros and data[j] == 48
            j += 1
        if j == e and dotted and data[i] == 46 and zeros and j > i + 1:
            forms[k] = SCIENTIFIC if whole >= LONG_DIGITS else DOT_ZERO
        elif whole == 1 and j < e and (data[j] == 69 or data[j] == 101):
            signed = j + 1 < e and data[j + 1] == 43
            rest = j + 2 if signed else j + 1
            if (signed or (dotted and j > i + 1)) and 0 < e - rest <= 3 and _digits(data, rest, e - rest) >= 0:
                forms[k] = SCIENTIFIC
    return forms
