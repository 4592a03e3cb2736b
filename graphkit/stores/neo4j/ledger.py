"""The ledger inside Neo4j: loads, batches with their rows packed beside them, refused rows, and what is being merged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from graphkit.dataset import KEYS, Batch, FileReport, Refused, Source, Tables, now_ms
from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.bookkeeping import Tally
from graphkit.stores.neo4j.bolt import Bolt, Run
from graphkit.stores.packed import pack, unpack
from graphkit.stores.protocol import QUARANTINE, LoadRecord

REFUSED: Final = "refused"  # the part of a batch that holds its refused rows

_LOCK: Final = "MATCH (s:_GkStore {id: 1}) SET s.touched = $now RETURN s.importing"
_FIND: Final = "MATCH (l:_GkLoad {id: $id}) RETURN l.no, l.state"
_BEGIN: Final = """
    MATCH (s:_GkStore {id: 1}) SET s.loads = s.loads + 1
    CREATE (:_GkLoad {id: $id, no: s.loads, source: $source, state: 'open', startedAt: $now})
"""
_REOPEN: Final = "MATCH (l:_GkLoad {id: $id, state: 'stopped'}) SET l.state = 'open'"
_STOP: Final = "MATCH (l:_GkLoad {id: $id, state: 'open'}) SET l.state = 'stopped'"
_TALLY: Final = "MATCH (b:_GkBatch {load: $load}) RETURN b.number, b.read, b.taken, b.refused, b.more ORDER BY b.number"
_FRESH: Final = """
    MATCH (l:_GkLoad {id: $load, state: 'open'})
    MERGE (b:_GkBatch {id: $id})
    ON CREATE SET b.fresh = true, b.load = $load, b.number = $number, b.read = $read, b.taken = $taken,
                  b.refused = $refused, b.more = $more
    WITH b, coalesce(b.fresh, false) AS fresh REMOVE b.fresh RETURN fresh
"""
_ROWS: Final = """
    UNWIND $parts AS p
    CREATE (:_GkRows {load: $load, number: $number, part: p[0], count: p[1], data: p[2]})
"""
_RECORDS: Final = """
    MATCH (l:_GkLoad)
    OPTIONAL MATCH (b:_GkBatch {load: l.id})
    RETURN l.id, l.source, l.state, l.startedAt, l.sealedAt, count(b), coalesce(sum(b.read), 0),
           coalesce(sum(b.taken), 0), coalesce(sum(b.refused), 0), l.no
    ORDER BY l.no
"""
_COUNTS: Final = "MATCH (r:_GkRows) WHERE r.part <> 'refused' RETURN r.load, r.part, sum(r.count)"
_SEALED: Final = (
    "MATCH (l:_GkLoad {state: 'sealed'}) RETURN l.id, l.no, l.plain, l.report ORDER BY l.order"  # in order of sealing
)
_DATA: Final = """
    MATCH (r:_GkRows) WHERE r.load = $load AND r.part = $part AND r.number > $after
    RETURN r.number, r.data ORDER BY r.number
"""
_ONE: Final = "MATCH (b:_GkBatch {id: $id}) RETURN b.read, b.taken, b.more"
_PARTS: Final = """
    MATCH (r:_GkRows) WHERE r.load = $load AND r.number = $number RETURN r.part, r.data ORDER BY r.part
"""
_STATE: Final = """
    MATCH (s:_GkStore {id: 1}) OPTIONAL MATCH (m:_GkLoad {id: s.merging})
    RETURN s.merging, m.no, s.chunk, s.accounts, s.plan, s.sealed
"""
_CLAIM: Final = """
    MATCH (s:_GkStore {id: 1}) WHERE s.merging IS NULL
    MATCH (l:_GkLoad {id: $load, state: 'open'})
    SET s.merging = $load, s.chunk = 0, s.plan = $plan
"""
_STEP: Final = """
    MATCH (s:_GkStore {id: 1}) WHERE s.merging = $load AND s.chunk = $chunk
    SET s.chunk = s.chunk + 1 RETURN s.chunk
"""
_SEAL: Final = """
    MATCH (s:_GkStore {id: 1}), (l:_GkLoad {id: $load})
    SET s.accounts = s.accounts + $accounts, s.sealed = coalesce(s.sealed, 0) + 1,
        l.state = 'sealed', l.order = s.sealed, l.sealedAt = $now, l.report = $report, l.plain = $plain
    REMOVE s.merging, s.plan SET s.chunk = 0
"""

_REFUSED_SCHEMA: Final = pa.schema([(f.name, f.type) for f in QUARANTINE if f.name not in ("load", "file")])


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed load: its id and number, its report, and the tables in which it repeats no row."""

    id: str
    no: int
    report: FileReport
    plain: frozenset[str]


@dataclass(frozen=True, slots=True)
class Merging:
    """The load that is being worked into the graph, and how far that came; `load` is None where there is none."""

    load: str | None
    no: int
    chunk: int
    accounts: int  # numbers given to accounts before this load
    plan: str
    sealed: int


def begin(bolt: Bolt, source: Source) -> int:
    """The number of this load in the store; a new line of the ledger if it was never begun."""

    def work(run: Run) -> int:
        [[importing]] = run(_LOCK, now=now_ms())
        if importing not in (None, source.load_id):
            raise StoreError(
                say(
                    "{address} is taken by an offline import just now; run the same command again later.",
                    address=str(bolt.address),
                )
            )
        if not run(_FIND, id=source.load_id):
            run(_BEGIN, id=source.load_id, source=pack(source), now=now_ms())
        run(_REOPEN, id=source.load_id)
        return int(run(_FIND, id=source.load_id)[0][0])

    return bolt.write(work)


def tally(bolt: Bolt, load: str) -> Tally:
    """What the committed batches of a load have said."""
    total = Tally()
    for number, read, taken, refused, more in bolt.read(lambda run: run(_TALLY, load=load)):
        said = json.loads(more)
        total += Tally({number: taken}, read, taken, refused, said["reasons"], said["aside"], tuple(said["notes"]))
    return total


def add_batch(bolt: Bolt, load: str, batch: Batch, *, tables: Tables) -> bool:
    """Whether the batch was new: its line of the ledger and its rows in one transaction, or nothing."""
    one = Tally.of(batch)
    more = json.dumps({"reasons": one.reasons, "aside": one.aside, "notes": one.notes}, ensure_ascii=False)
    parts = [[name, table.num_rows, packed(table)] for name, table in tables.items()]
    if batch.refused:
        parts.append([REFUSED, len(batch.refused), packed(_refused(batch))])

    def work(run: Run) -> bool:
        line = {"read": one.read, "taken": one.taken, "refused": one.refused, "more": more}
        [[fresh]] = run(_FRESH, load=load, id=f"{load}:{batch.number}", number=batch.number, **line) or [[None]]
        if fresh is None:
            raise StoreError(
                say("Load {load} was sealed or stopped by another program; run the same command again.", load=load)
            )
        if fresh:
            run(_ROWS, load=load, number=batch.number, parts=parts)
        return bool(fresh)

    return bolt.write(work)


def batch(bolt: Bolt, load: str, number: int) -> Batch:
    """One committed batch, as it was."""
    [[read, taken, more]], parts = bolt.read(
        lambda run: (run(_ONE, id=f"{load}:{number}"), run(_PARTS, load=load, number=number))
    )
    said, tables = json.loads(more), {part: unpacked(data) for part, data in parts}
    refused = tables.pop(REFUSED, _REFUSED_SCHEMA.empty_table()).to_pylist()
    return Batch(
        number,
        read=read,
        tables=tables,
        refused=tuple(Refused(*row.values()) for row in refused),
        taken=taken,
        aside=said["aside"],
        notes=tuple(said["notes"]),
    )


def stop(bolt: Bolt, load: str) -> None:
    """Marks a load that had too many refused rows."""
    bolt.write(lambda run: run(_STOP, id=load))


def sealed(bolt: Bolt) -> list[Sealed]:
    """The sealed loads in order of sealing."""
    rows = bolt.read(lambda run: run(_SEALED))
    return [Sealed(id, no, unpack(report), frozenset(plain)) for id, no, plain, report in rows]


def merging(bolt: Bolt) -> Merging:
    """What is being worked into the graph."""
    [[load, no, chunk, accounts, plan, done]] = bolt.read(lambda run: run(_STATE))
    return Merging(load, no or 0, chunk, accounts, plan or "", done or 0)


def claim(bolt: Bolt, load: str, *, plan: str) -> None:
    """Makes this load the one that is merged, if no other is."""

    def work(run: Run) -> None:
        run(_LOCK, now=now_ms())  # or two that find none would both claim
        run(_CLAIM, load=load, plan=plan)

    bolt.write(work)


def step(run: Run, load: str, chunk: int) -> bool:
    """Whether this chunk of the merging is next; if so it counts as done when the transaction is committed."""
    # Locked before it is read: a commit whose answer was lost may be under way still, and its count not to be seen yet.
    run(_LOCK, now=now_ms())
    return bool(run(_STEP, load=load, chunk=chunk))


def seal(bolt: Bolt, state: Merging, *, report: FileReport, plain: Sequence[str], accounts: int) -> None:
    """Makes a load visible, with its report, and lets the next one be merged; does nothing where that is done."""

    def work(run: Run) -> None:
        if step(run, str(state.load), state.chunk):
            words = {"report": pack(report), "plain": list(plain), "now": now_ms()}
            run(_SEAL, load=state.load, accounts=accounts, **words)

    bolt.write(work)


def records(bolt: Bolt) -> list[LoadRecord]:
    """The whole ledger in order of beginning."""
    counts: dict[str, dict[str, int]] = {}
    lines, rows = bolt.read(lambda run: (run(_RECORDS), run(_COUNTS)))
    for load, part, count in rows:
        counts.setdefault(load, {})[part] = count
    return [
        LoadRecord(
            source=unpack(source),
            state=state,
            batches=batches,
            read=read,
            taken=taken,
            refused=refused,
            rows=counts.get(load, {}),
            started_at=started_at,
            sealed_at=sealed_at,
        )
        for load, source, state, started_at, sealed_at, batches, read, taken, refused, _ in lines
    ]


def rows(bolt: Bolt, load: str, part: str) -> Iterator[tuple[int, pa.Table]]:
    """The rows of one table of one load as they came, batch by batch."""
    for number, data in bolt.in_order(_DATA, load=load, part=part):
        yield number, unpacked(data)


def quarantine(bolt: Bolt, load_id: str | None) -> pa.Table:
    """The refused rows, of all loads or of one, in order of load and place."""
    found = [QUARANTINE.empty_table()]
    for record in records(bolt):
        if load_id in (None, record.load_id):
            for _, table in rows(bolt, record.load_id, REFUSED):
                ordered = table.sort_by([(name, "ascending") for name in ("line", "offset", "reason", "raw")])
                place = {"load": record.load_id, "file": record.source.file}
                ends = [pa.array([text] * table.num_rows, pa.string()) for text in place.values()]
                found.append(pa.Table.from_arrays([*ends, *ordered.columns], schema=QUARANTINE))
    return pa.concat_tables(found)


def packed(table: pa.Table) -> bytes:
    """A table as bytes: an Arrow stream, compressed."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def unpacked(data: bytes) -> pa.Table:
    """The table that was packed."""
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def with_keys(tables: Tables, source: Source) -> Tables:
    """The same tables; refused where a row has no key, which its loader must not let through."""
    for name, table in tables.items():
        for key in KEYS[name] if name == "follows" else KEYS[name][:1]:
            if table.column(key).null_count:
                raise StoreError(
                    say(
                        "{file}: a row of {name} without {key}; a loader must refuse such rows.",
                        file=source.file,
                        name=name,
                        key=key,
                    )
                )
    return tables


def _refused(batch: Batch) -> pa.Table:
    lines = [(row.line, row.offset, row.reason, row.detail, row.raw) for row in batch.refused]
    columns: Mapping[str, list[object]] = {
        name: list(values) for name, values in zip(_REFUSED_SCHEMA.names, zip(*lines, strict=True), strict=True)
    }
    return pa.table(columns, schema=_REFUSED_SCHEMA)
