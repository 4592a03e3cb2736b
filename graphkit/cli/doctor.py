"""`doctor`: what is installed, what this machine bears, and whether a file's ids went through a spreadsheet."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from typing import Annotated, Any, Final

import psutil
import typer
from packaging.requirements import Requirement
from packaging.version import Version

from graphkit import __version__
from graphkit.cli import saying
from graphkit.cli.options import Json, Quiet, examples
from graphkit.cli.screen import Screen
from graphkit.errors import DataError, MissingExtraError
from graphkit.language import amount, say, together
from graphkit.sources import notes

FITS: Final = say("fits")
MISSING: Final = say("MISSING")
OPTIONAL: Final = say("not installed (optional)")
DISTRIBUTION: Final = "graphkit-influence"


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(epilog=examples("graphkit doctor", "graphkit doctor follows.csv", "graphkit doctor --json"))(doctor)


def doctor(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Files to check, row by row, without keeping them.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Check the installation; with files, check whether every row can be read and whether ids were rounded."""
    screen = Screen(json=json, quiet=quiet)
    if not files:
        environment = _environment()
        screen.result(environment, together(_said(environment)))
        broken = [
            package["package"] for package in environment["packages"] if package["needed"] and not package["fits"]
        ]
        if broken:
            raise MissingExtraError(
                say(
                    "missing or too old: {broken}; run: pip install --upgrade {distribution}",
                    broken=", ".join(broken),
                    distribution=DISTRIBUTION,
                )
            )
        return
    checks = [_checked(file) for file in files]
    screen.result(checks, together(line for check in checks for line in _told(check)))
    rounded = [check["file"] for check in checks if check["rounded"]]
    if rounded:
        raise DataError(
            say(
                "{rounded}: ids look rounded; export them again as text, not through a spreadsheet.",
                rounded=", ".join(rounded),
            )
        )


def _environment() -> dict[str, Any]:
    packages = []
    for line in metadata.requires(DISTRIBUTION) or []:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            packages.append(_package(wanted, needed=True))
        elif "test" not in str(wanted.marker):
            packages.append(_package(wanted, needed=False))
    memory = psutil.virtual_memory()
    return {
        "graphkit": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": psutil.cpu_count(),
        "memory_bytes": memory.total,
        "memory_free_bytes": memory.available,
        "packages": packages,
    }


def _package(wanted: Requirement, *, needed: bool) -> dict[str, Any]:
    try:
        found = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        found = ""
    fits = bool(found) and Version(found) in wanted.specifier
    return {"package": wanted.name, "wanted": str(wanted.specifier), "found": found, "needed": needed, "fits": fits}


def _said(environment: dict[str, Any]) -> Iterator[str]:
    yield say(
        "graphkit {graphkit}, Python {python}, {system}",
        graphkit=environment["graphkit"],
        python=environment["python"],
        system=environment["system"],
    )
    free, total = (environment[key] / 2**30 for key in ("memory_free_bytes", "memory_bytes"))
    yield say(
        "{processors} processors, {free} of {total} GiB of memory free",
        processors=environment["processors"],
        free=amount(free, 1),
        total=amount(total, 1),
    )
    for package in environment["packages"]:
        state = FITS if package["fits"] else MISSING if package["needed"] else OPTIONAL
        yield say(
            "  {package} {found} (wanted {wanted}): {state}",
            package=package["package"],
            found=package["found"] or "-",
            wanted=package["wanted"] or say("any"),
            state=state,
        )


def _checked(file: str) -> dict[str, Any]:
    from graphkit.loading import load_with_report

    _, imported = load_with_report(file)
    reasons: Counter[str] = Counter()
    for report in imported.files:
        reasons.update(report.reasons)
    found = [note for report in imported.files for note in report.notes]
    rounded = bool(reasons["rounded_id"]) or any("rounded" in note for note in found)
    return {
        "file": file,
        "loaders": sorted({report.source.loader for report in imported.files}),
        "read": imported.read,
        "refused": imported.refused,
        "reasons": dict(reasons),
        "notes": found,
        "rounded": rounded,
    }


def _told(check: dict[str, Any]) -> Iterator[str]:
    yield say(
        "{file} ({loaders}): {read} rows, {refused} refused",
        file=check["file"],
        loaders=", ".join(check["loaders"]),
        read=check["read"],
        refused=check["refused"],
    )
    yield from saying.refused_lines(check["reasons"])
    yield from (f"  {notes.told(note)}" for note in check["notes"])
    if not check["rounded"]:
        yield say("  ids: no sign of rounding")
