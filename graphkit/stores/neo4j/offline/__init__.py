"""Large first loads past Bolt: typed files, the server's own import into an empty database, and the ledger afterwards."""

from graphkit.stores.neo4j.offline.admin import import_line
from graphkit.stores.neo4j.offline.files import FORMATS, CannotImportError, Files, write
from graphkit.stores.neo4j.offline.finishing import chunks, pending
from graphkit.stores.neo4j.offline.taking import Task, at_hand, finishing, import_all, reopen, resume, take_over

__all__ = [
    "FORMATS",
    "CannotImportError",
    "Files",
    "Task",
    "at_hand",
    "chunks",
    "finishing",
    "import_all",
    "import_line",
    "pending",
    "reopen",
    "resume",
    "take_over",
    "write",
]
