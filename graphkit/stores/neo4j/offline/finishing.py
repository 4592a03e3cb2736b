"""After an import: each of its loads gets its place in the ledger, and odd rows are written, exactly once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graphkit.dataset import TABLES
from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.neo4j import statements
from graphkit.stores.neo4j.bolt import Bolt
from graphkit.stores.neo4j.growing import Chunk, Growth, cut
from graphkit.stores.neo4j.offline import files, marker
from graphkit.stores.neo4j.offline.marker import Marker
from graphkit.stores.neo4j.scratch import Scratch


def pending(bolt: Bolt, sealed: Collection[str]) -> Marker | None:
    """The marker of an import whose loads do not all stand in the ledger; one that has done its work is taken away."""
    found = marker.found(bolt)
    if found is not None and set(found.loads) <= set(sealed):
        bolt.write(marker.remove)
        return None
    return found


def chunks(bolt: Bolt, growth: Growth, scratch: Scratch, *, imported: Marker) -> Iterator[Chunk]:
    """What is still to be written for one load of an import: nothing, or with the last of them the odd rows."""
    state, sealed = growth.state, {load.id for load in growth.earlier}
    if state.load not in imported.loads:
        raise StoreError(
            say(
                "This database was made by an offline import whose loads are not all in its ledger yet; push the store that "
                "the files were written from once more, then go on."
            )
        )
    if not sealed and state.chunk == 0 and marker.counted(bolt) != (imported.nodes, imported.ties):
        raise StoreError(
            say(
                "The import was to make {nodes} nodes and {ties} ties, but the database holds others; import the files into an "
                "empty database again.",
                nodes=imported.nodes,
                ties=imported.ties,
            )
        )
    if imported.odd and set(imported.loads) <= {state.load, *sealed}:
        untouched = [table for table in TABLES if table not in growth.touched(scratch)]
        for load in growth.earlier:
            scratch.take(bolt, load.id, load.no, tables=untouched)
        growth.merge(scratch)
        for name, op, query, grouped in list(files.odd(scratch.connection)):
            statement = statements.WRITE[name]["change" if op == "change" else "add"]
            yield from cut(scratch, query, statement=statement, size=growth.size, grouped=grouped)
