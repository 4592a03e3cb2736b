"""The same analysis again, from its run.json: same inputs, same parameters, the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import BaseModel, ValidationError

from graphkit.analysis.files import digest
from graphkit.analysis.pipeline import Analysis, Question, answer
from graphkit.analysis.running import FORMAT
from graphkit.analysis.steps import Onlooker
from graphkit.errors import DataError
from graphkit.language import ENGLISH, say
from graphkit.loading import LoadOptions, plan
from graphkit.settings import Settings
from graphkit.stores.queries.past import By, Day

NOT_COMPARED: Final = frozenset({"run.json"})  # holds times and memory, which no two runs share


@dataclass(frozen=True, slots=True)
class Again:
    """A rerun beside the first run: which files came out with the same bytes."""

    analysis: Analysis
    same: tuple[str, ...]
    different: tuple[str, ...]
    version_then: str

    @property
    def is_same(self) -> bool:
        return not self.different


def rerun(run: str | Path, *, out: str | Path | None = None, onlooker: Onlooker | None = None) -> Again:
    """The analysis of a run.json once more, in `out` or, for the comparison alone, in a folder that is removed."""
    path = Path(run)
    said = _read(path)
    with _folder(out) as folder, _column_map(said) as column_map:
        options = LoadOptions(
            loader=said["asked"]["loader"],
            map=column_map,
            write_map=False,
            encoding=said["asked"].get("encoding", ""),
        )
        inputs = _inputs(said, path.parent)
        _check(said, inputs, options)
        question = Question(
            inputs=inputs,
            out=folder,
            seed=said["seed"],
            settings=Settings.model_validate(said["asked"]["settings"]),
            options=options,
            as_of=_day(said["asked"]),
            called={file["load"]: file["file"] for file in said["asked"]["files"]},
            language=said["asked"].get("language", ENGLISH),  # runs of before there were languages
        )
        analysis = answer(question, onlooker, started_at=said["started_at"])
        now = {name: digest(folder / name) for name in said["outputs"] if name not in NOT_COMPARED}
    same = tuple(name for name, value in now.items() if value == said["outputs"][name])
    return Again(analysis, same, tuple(sorted(set(now) - set(same))), said["version"])


def _day(asked: Mapping[str, Any]) -> Day | None:
    return None if asked.get("as_of") is None else Day(asked["as_of"], asked["as_of_by"])


def _read(path: Path) -> dict[str, Any]:
    try:
        said = orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise DataError(say("{path} does not exist; give the run.json of a results folder.", path=path)) from error
    except (OSError, orjson.JSONDecodeError) as error:
        raise DataError(
            say(
                "{path} cannot be read as a run ({error}); give the run.json of a results folder.",
                path=path,
                error=error,
            )
        ) from error
    if not isinstance(said, dict) or not {"format", "asked", "outputs", "seed"} <= set(said):
        raise DataError(say("{path} is JSON of another kind; give the run.json of a results folder.", path=path))
    if isinstance(said["format"], int) and said["format"] > FORMAT:
        writer = said.get("version", "of a newer kind")
        raise DataError(
            say(
                "{path} was written by graphkit {writer}; install that version to run it again.",
                path=path,
                writer=writer,
            )
        )
    try:
        _Said.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(
            say("{path} is damaged at {place} ({msg}); analyze anew.", path=path, place=place, msg=first["msg"])
        ) from error
    return said


def _inputs(said: Mapping[str, Any], here: Path) -> tuple[str, ...]:
    """The inputs where they are now: beside the results as before, or at the path once given."""
    found = []
    for given, from_here in zip(said["asked"]["inputs"], said["asked"]["inputs_from_here"], strict=True):
        if given == "-":
            raise DataError(
                say("this run read standard input, which is gone; save that data to a file and analyse it.")
            )
        places = [str(here / from_here), given]
        found.append(next((place for place in places if Path(place).exists()), given))
    return tuple(found)


def _check(said: Mapping[str, Any], inputs: Sequence[str], options: LoadOptions) -> None:
    """Refuses inputs that are not what they were: another answer would not be a rerun."""
    now = plan(inputs, options=options)
    then = {(file["sha256"], file["load"]): file["file"] for file in said["asked"]["files"]}
    digests = {load.source.digest for load in now}
    for (sha256, _load), file in then.items():
        if sha256 not in digests:
            raise DataError(
                say(
                    "{file} changed since the run (its SHA-256 was {sha256}...); bring it back, or analyze anew.",
                    file=file,
                    sha256=sha256[:12],
                )
            )
    for load in now:
        if (load.source.digest, load.source.load_id) not in then:
            what = "is read another way than" if load.source.digest in {key[0] for key in then} else "was no part of"
            raise DataError(
                say(
                    "{file} {what} the run; analyze anew, or restore inputs, maps and version.",
                    file=load.source.file,
                    what=what,
                )
            )


class _File(BaseModel):
    file: str
    sha256: str
    load: str


class _Asked(BaseModel):
    inputs: list[str]
    inputs_from_here: list[str]
    files: list[_File]
    loader: str
    column_map: str | None
    settings: Settings
    language: str = ENGLISH
    as_of: int | None = None
    as_of_by: By = "event"


class _Said(BaseModel):
    """What of a run.json a rerun rests on."""

    format: int
    version: str
    seed: int
    started_at: int
    asked: _Asked
    outputs: dict[str, str]


@contextmanager
def _folder(out: str | Path | None) -> Iterator[Path]:
    if out is not None:
        yield Path(out)
        return
    with tempfile.TemporaryDirectory(prefix="graphkit-rerun-") as folder:
        yield Path(folder)


@contextmanager
def _column_map(said: Mapping[str, Any]) -> Iterator[Path | None]:
    text = said["asked"]["column_map"]
    if text is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="graphkit-map-") as folder:
        path = Path(folder) / "columns.toml"
        path.write_text(text, encoding="utf-8")
        yield path
