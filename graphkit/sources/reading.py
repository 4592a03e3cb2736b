"""Batches of a file by a column map: delimited text, Parquet, and flat JSON objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.dataset import Batch, Dataset, Refused, conform
from graphkit.errors import DataError
from graphkit.language import say
from graphkit.settings import defaults
from graphkit.sources import documents, files, lexer
from graphkit.sources.assemble import Assembled, assemble
from graphkit.sources.dialects import cells, unique
from graphkit.sources.mapping import ColumnMap
from graphkit.sources.notes import READ_AS
from graphkit.sources.records import LINE, TROUBLE, Block, Cutter


def batches(file: files.SourceFile, column_map: ColumnMap, first: int = 0) -> Iterator[Batch]:
    """The batches of any file that a column map can describe, from number `first` on."""
    sample = files.sample(file, column_map.encoding)
    if sample.schema is not None:
        return _parquet_batches(file, column_map, first)
    if documents.shape(sample.text):
        return _json_batches(file, column_map, first, documents.shape(sample.text))
    return _text_batches(file, column_map, first)


def dataset(read: Iterable[Batch]) -> Dataset:
    """All batches together in memory."""
    parts: dict[str, list[pa.Table]] = {}
    for batch in read:
        for name, table in batch.tables.items():
            parts.setdefault(name, []).append(conform(name, table))
    return Dataset.of({name: pa.concat_tables(tables) for name, tables in parts.items()})


def told(batch: Batch, notes: Sequence[str]) -> Batch:
    """The batch with notes in front of its own."""
    from dataclasses import replace

    return replace(batch, notes=tuple(dict.fromkeys((*notes, *batch.notes))))


def finished(number: int, done: Assembled, refused: Iterable[Refused], *, notes: Sequence[str] = ()) -> Batch:
    """The batch of what was assembled and of every refused row, in the order of the file."""
    everything = tuple(sorted(refused, key=lambda row: (row.line, row.offset)))
    taken = done.count - len(done.reasons)
    said = tuple(dict.fromkeys((*notes, *done.notes)))
    return Batch(
        number, taken + len(everything), done.tables(), everything, taken, dict(sorted(done.aside.items())), said
    )


def _says(column_map: ColumnMap, number: int) -> tuple[str, ...]:
    return (READ_AS.format(says=column_map.says),) if column_map.says and number == 0 else ()


def _demand(column_map: ColumnMap, names: Sequence[str], shown: str) -> None:
    missing = sorted(column_map.used() - set(names))
    if missing:
        have = ", ".join(names[:20])
        raise DataError(
            say(
                "{shown} has no column {missing!r}, which its column map names; it has {have}. Mend the map.",
                shown=shown,
                missing=missing[0],
                have=have,
            )
        )


# ---------------------------------------------------------------- delimited text


@dataclass(frozen=True, slots=True)
class TextColumns:
    """Good records of a block, column by column."""

    names: tuple[str, ...]
    block: Block
    rows: NDArray[np.int64]
    quote: str

    @property
    def count(self) -> int:
        return len(self.rows)

    def column(self, name: str, *, trim: bool) -> pa.Array:
        return self.block.texts(self.names.index(name), self.rows, quote=self.quote, trim=trim)

    def filled(self, name: str) -> int:
        fields = self.block.records[self.rows, 3] + self.names.index(name)
        return int((self.block.ends[fields] > self.block.begins[fields]).sum())

    def lines(self) -> NDArray[np.int64]:
        return self.block.records[self.rows, LINE]


def _text_batches(file: files.SourceFile, column_map: ColumnMap, first: int) -> Iterator[Batch]:
    names = column_map.names
    with file.stream(column_map.encoding) as stream:
        for block in Cutter(stream, column_map.dialect).blocks():
            skip = 0
            if block.number == 0 and column_map.dialect.header and (len(block.records) or block.beyond):
                names, skip = _header(block, column_map, file.shown), 1
            if block.number == 0:
                _demand(column_map, names, file.shown)
            if block.number >= first:
                yield _text_batch(block, skip, names, column_map)


def _header(block: Block, column_map: ColumnMap, shown: str) -> tuple[str, ...]:
    most = defaults().sources.most_columns
    if not len(block.records):
        raise DataError(
            say(
                "{shown}, line 1: the header is {detail}; check the separator.",
                shown=shown,
                detail=block.beyond[0].detail,
            )
        )
    if block.records[0, TROUBLE]:
        code = lexer.TROUBLES[int(block.records[0, TROUBLE])]
        raise DataError(
            say("{shown}, line 1: the header cannot be read ({code}); mend its first line.", shown=shown, code=code)
        )
    widths = block.widths()
    if widths[0] > most:
        raise DataError(
            say(
                "{shown} has {widths} columns; at most {most} are read. Check the separator or cut the file.",
                shown=shown,
                widths=widths[0],
                most=most,
            )
        )
    names = cells(block, 0, int(widths[0]), quote=column_map.dialect.quote)
    if len(widths) > 1 and np.median(widths[1:]) == widths[0] + 1:
        names = ("", *names)
    return unique(names)


def _text_batch(block: Block, skip: int, names: tuple[str, ...], column_map: ColumnMap) -> Batch:
    refused = list(block.beyond)
    trouble, widths = block.records[skip:, TROUBLE], block.widths()[skip:]
    fine = (trouble == 0) & (widths == len(names))
    for record in np.flatnonzero(~fine) + skip:
        code = lexer.TROUBLES[int(block.records[record, TROUBLE])]
        found = f"{block.widths()[record]} fields where {len(names)} are expected" if not code else ""
        refused.append(block.refused(int(record), code or "columns", found))
    rows = np.flatnonzero(fine) + skip
    if not _is_utf8(block.text):
        good = np.array([_is_utf8(_whole(block, int(row))) for row in rows], bool)
        refused += [block.refused(int(row), "encoding") for row in rows[~good]]
        rows = rows[good]
    done = assemble(TextColumns(names, block, rows, column_map.dialect.quote), column_map)
    refused += [block.refused(int(rows[row]), *why) for row, why in done.reasons.items()]
    return finished(block.number, done, refused, notes=_says(column_map, block.number))


def _whole(block: Block, record: int) -> bytes:
    return block.text[block.records[record, 0] : block.records[record, 1]]


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# ---------------------------------------------------------------- Parquet


@dataclass(frozen=True, slots=True)
class TypedColumns:
    """Rows of a columnar file; nested names are said with dots."""

    batch: pa.RecordBatch
    before: int
    unread: Mapping[str, int] = field(default_factory=dict)  # columns of which only the filled cells were counted

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.batch.schema.names, *self.unread)

    @property
    def count(self) -> int:
        return self.batch.num_rows

    def column(self, name: str, *, trim: bool) -> pa.Array:
        return self.batch.column(self.batch.schema.names.index(name))

    def filled(self, name: str) -> int:
        if name in self.unread:
            return self.unread[name]
        return self.count - self.column(name, trim=False).null_count

    def lines(self) -> NDArray[np.int64]:
        return np.arange(self.before + 1, self.before + self.count + 1)

    def refused(self, row: int, reason: str, detail: str) -> Refused:
        said = orjson.dumps(self.batch.slice(row, 1).to_pylist()[0], default=str)
        return Refused(self.before + row + 1, -1, reason, detail, said[: defaults().loading.raw_bytes_kept])


def _parquet_batches(file: files.SourceFile, column_map: ColumnMap, first: int) -> Iterator[Batch]:
    table = files.parquet(file)
    names = table.schema_arrow.names
    _demand(column_map, names, file.shown)
    wanted = [name for name in names if name in column_map.used()]
    number = before = 0
    size = defaults().loading.batch_rows
    try:
        for group in _groups(table.metadata, size):
            rows = sum(table.metadata.row_group(one).num_rows for one in group)
            cuts = max(1, -(-rows // size))
            if number + cuts > first:
                unread = _unread(table.metadata, group, wanted)
                columns = wanted + [name for name in names if name not in wanted and name not in unread]
                read = _rebatched(
                    table.iter_batches(batch_size=size, row_groups=group, columns=columns), size, columns, table
                )
                for place, batch in enumerate(read):
                    if number + place >= first:
                        typed = TypedColumns(batch, before + place * size, unread if place == 0 else {})
                        yield _typed_batch(number + place, typed, column_map)
            number, before = number + cuts, before + rows
    except (pa.ArrowException, OSError) as error:
        why = str(error).splitlines()[0]
        raise DataError(
            say(
                "{shown} is damaged after row {before} ({why}); fetch or write it again.",
                shown=file.shown,
                before=before,
                why=why,
            )
        ) from error


def _groups(metadata: Any, size: int) -> Iterator[list[int]]:
    """Row groups in turn, small ones taken together, so that a batch is never tiny for no reason."""
    group: list[int] = []
    rows = 0
    for place in range(metadata.num_row_groups):
        group.append(place)
        rows += metadata.row_group(place).num_rows
        if rows >= size:
            yield group
            group, rows = [], 0
    if group or not metadata.num_row_groups:
        yield group


def _rebatched(read: Iterator[pa.RecordBatch], size: int, columns: list[str], table: Any) -> Iterator[pa.RecordBatch]:
    """Exactly `size` rows a batch, whatever the reader hands out."""
    held: list[pa.RecordBatch] = []
    rows = given = 0
    schema = pa.schema([table.schema_arrow.field(name) for name in columns])
    for batch in read:
        held.append(batch)
        rows += batch.num_rows
        while rows >= size:
            whole = pa.Table.from_batches(held).combine_chunks()
            yield whole.slice(0, size).to_batches()[0]
            rest = whole.slice(size)
            held, rows, given = rest.to_batches(), rest.num_rows, given + 1
    if rows or not given:
        yield (
            pa.Table.from_batches(held, schema if not held else None).combine_chunks().to_batches()[0]
            if rows
            else (pa.RecordBatch.from_pylist([], schema))
        )


def _unread(metadata: Any, group: list[int], wanted: list[str]) -> dict[str, int]:
    """Columns that need not be read, since the file itself says how many of their cells are filled."""
    filled: Counter[str] = Counter()
    silent: set[str] = set()
    for place in group:
        chunk = metadata.row_group(place)
        for number in range(chunk.num_columns):
            column = chunk.column(number)
            name = column.path_in_schema
            facts = column.statistics
            if name in wanted or "." in name or facts is None or not facts.has_null_count:
                silent.add(name.split(".")[0])
            else:
                filled[name] += chunk.num_rows - facts.null_count
    return {name: count for name, count in filled.items() if name not in silent}


def _typed_batch(number: int, columns: TypedColumns, column_map: ColumnMap) -> Batch:
    done = assemble(columns, column_map)
    refused = [columns.refused(row, *why) for row, why in done.reasons.items()]
    return finished(number, done, refused, notes=_says(column_map, number))


# ---------------------------------------------------------------- flat JSON


@dataclass(frozen=True, slots=True)
class ObjectColumns:
    """JSON objects, column by column."""

    names: tuple[str, ...]
    objects: Sequence[Mapping[str, Any]]
    places: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.objects)

    def column(self, name: str, *, trim: bool) -> pa.Array:
        return _array([one.get(name) for one in self.objects], trim=trim)

    def filled(self, name: str) -> int:
        return sum(one.get(name) not in (None, "", []) for one in self.objects)

    def lines(self) -> NDArray[np.int64]:
        return self.places


def _array(said: list[Any], *, trim: bool) -> pa.Array:
    kinds = {type(value) for value in said} - {type(None)}
    if kinds == {int} or kinds == {bool} or kinds == {float}:
        try:
            return pa.array(said)
        except (pa.ArrowInvalid, OverflowError):
            pass
    if kinds == {list}:
        inside = [None if one is None else [str(part) for part in one if part is not None] for one in said]
        return pa.array(inside, pa.list_(pa.string()))
    texts = [None if value is None else _plain(value) for value in said]
    texts = [text.strip() if text is not None and trim else text for text in texts]
    return pa.array([text or None for text in texts], pa.string())


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else orjson.dumps(value).decode()


def _json_batches(file: files.SourceFile, column_map: ColumnMap, first: int, shape: str) -> Iterator[Batch]:
    with file.stream(column_map.encoding) as stream:
        for piece in documents.pieces(stream, shape, first):
            names = tuple(sorted({name for one in piece.objects for name in one}))
            missing = tuple(name for name in sorted(column_map.used()) if name not in names)
            columns = ObjectColumns(names + missing, piece.objects, piece.lines)
            done = assemble(columns, column_map)
            refused = [*piece.refused, *(piece.refuse(row, *why) for row, why in done.reasons.items())]
            yield finished(piece.number, done, refused, notes=_says(column_map, piece.number))


def chosen(file: files.SourceFile, recognised: files.Recognised | None) -> files.SourceFile:
    """The file with the options under which it was recognised; refuses one that was not."""
    if recognised is None:
        raise DataError(
            say(
                "{shown}: its content says nothing that this loader reads; see docs/loaders.md for what it reads.",
                shown=file.shown,
            )
        )
    return files.SourceFile(file.path, file.member, recognised.options)
