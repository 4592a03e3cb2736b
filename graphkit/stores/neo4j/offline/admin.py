"""The import line of `neo4j-admin`, and running it on a server that graphkit made."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from typing import Final

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.neo4j.offline.files import SEPARATOR, Files, Table
from graphkit.stores.server.assembling import jars
from graphkit.stores.server.home import Home
from graphkit.stores.server.lines import java_for
from graphkit.stores.server.process import environment

_TOOL: Final = "org.neo4j.cli.AdminTool"
_FLAGS: Final = ("--add-opens=java.base/java.nio=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED")
_OPTIONS: Final = (
    *("--overwrite-destination", "--id-type=integer", "--bad-tolerance=0", "--strict=true"),
    "--max-off-heap-memory=1g",
)
_CSV: Final = (f"--array-delimiter=U+{ord(SEPARATOR):04X}", "--multiline-fields=true", "--legacy-style-quoting=false")
_PATIENCE_S: Final = 6 * 3_600


def import_line(files: Files, *, program: Sequence[str] = ("neo4j-admin",), database: str = "neo4j") -> str:
    """The exact line for a shell; the server must be stopped, and what its database holds is gone afterwards."""
    return shlex.join([*program, *_words(files), "--", database])


def run(home: Home, files: Files) -> None:
    """Runs the import into the stopped server of this home. StoreError with the tool's own words where it fails."""
    command = [
        *(
            str(java_for(home.line)),
            f"-Xmx{max(1024, home.memory.heap)}m",
            *_FLAGS,
            "-cp",
            f"{jars(home.line)}/*",
            _TOOL,
        ),
        *(*_words(files), f"--report-file={files.folder / 'refused.txt'}", "--", "neo4j"),
    ]
    done = subprocess.run(
        command, env=environment(home), cwd=home.path, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
    )
    if done.returncode:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip(" -.")]
        raise StoreError(
            say("The offline import failed ({code}): {said}", code=done.returncode, said=" ".join(said[-12:])[:600])
        )


def _words(files: Files) -> list[str]:
    kind = ("--input-type=csv", *_CSV) if files.format == "csv" else ("--input-type=parquet",)
    return ["database", "import", "full", *kind, *_OPTIONS, *(_table(table) for table in files.tables)]


def _table(table: Table) -> str:
    option = "--nodes" if table.is_node else "--relationships"
    paths = [table.header, table.path] if table.header else [table.path]
    return f"{option}={table.name}={','.join(str(path.absolute()) for path in paths)}"
