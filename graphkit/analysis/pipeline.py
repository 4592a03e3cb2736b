"""The whole way: files in, results folder out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet

from graphkit import measures, rivals
from graphkit.analysis import running
from graphkit.analysis.detecting import Detected, detect
from graphkit.analysis.files import digest, whole_or_nothing, write_json, write_table
from graphkit.analysis.results import results_of, sides_of
from graphkit.analysis.steps import Onlooker, Steps
from graphkit.analysis.tables import findings_table, findings_whole
from graphkit.dataset import ImportReport, Load
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import ENGLISH, say, speaking
from graphkit.loading import FileLoad, LoadOptions, Plan, plan
from graphkit.maps import Map, draw
from graphkit.measures.signals import signals_of
from graphkit.reports import report
from graphkit.results import Results
from graphkit.settings import Settings, defaults, using
from graphkit.stores import Store, open_store
from graphkit.stores.queries.past import Day, PastStore, said_of

STORE: Final = "graphkit.duckdb"
PAGES: Final = ("map.html", "map.gexf", "map.png")


@dataclass(frozen=True, slots=True)
class Question:
    """What an analysis is asked for: all that decides its answer."""

    inputs: tuple[str, ...]
    out: Path
    store: str = ""  # address; empty: a file in the results folder
    seed: int = 0
    settings: Settings = field(default_factory=defaults)
    options: LoadOptions = LoadOptions()  # how the inputs are to be read
    as_of: Day | None = None  # a past day to look at instead of the present
    called: Mapping[str, str] = field(default_factory=dict)  # load -> how its file was called before it was moved
    language: str = ENGLISH  # of sentences in tables and pages; never taken from the environment


@dataclass(frozen=True, slots=True)
class Analysis:
    """A finished analysis: what was loaded, what was found, and where the files are."""

    question: Question
    planned: Plan
    imported: ImportReport
    run: Detected
    results: Results
    steps: Steps

    @property
    def out(self) -> Path:
        return self.question.out


def analyze(
    *inputs: str | Path,
    out: str | Path,
    store: str = "",
    seed: int = 0,
    settings: Settings | None = None,
    options: LoadOptions | None = None,
    language: str = ENGLISH,
) -> Analysis:
    """Loads, detects, estimates reach and writes every file of the results folder `out`.

    Tables and pages speak English, or Turkish ("tr") or Spanish ("es"); the numbers in tables are the same in each.
    """
    asked = tuple(str(source) for source in inputs)
    settings, options = settings or defaults(), options or LoadOptions()
    return answer(Question(asked, Path(out), store, seed, settings, options, language=language))


def answer(question: Question, onlooker: Onlooker | None = None, *, started_at: int | None = None) -> Analysis:
    """The analysis that was asked for, written to its folder; the files appear together, at the end."""
    with speaking(question.language):
        return _answered(question, onlooker, started_at)


def _answered(question: Question, onlooker: Onlooker | None, started_at: int | None) -> Analysis:
    watching = onlooker or Onlooker()
    steps = Steps(watching.tell)
    _outside(question.out, question.inputs)
    with whole_or_nothing(question.out) as folder:
        with steps.step("recognise inputs"):
            planned = plan(question.inputs, options=question.options)
            loads = [_called(load, question.called) for load in planned]
        with _store_of(question) as store:
            with steps.step("load"):
                imported = store.add_all(loads, stop=watching.stop, on_batch=watching.on_batch)
            graph = graph_of(_on(store, question.as_of), loads, steps)
            refused = _refused(store, loads)
            run = detect(graph, seed=question.seed, settings=question.settings, steps=steps, started_at=started_at)
            run = _dated(run, question.as_of)
            with measures.background() as begin:  # beside reach, tables and pages
                sides = begin(lambda: sides_of(graph, run, steps, settings=question.settings))
                signals = begin(lambda: _write_signals(graph, folder, steps, settings=question.settings))
                results = results_of(
                    graph, run, files=imported.files, settings=question.settings, steps=steps, sides=sides
                )
                if question.as_of is None:  # a run about a past day would be taken for the newest word on the present
                    _keep(store, results, run)
                analysis = Analysis(question, planned, imported, run, results, steps)
                drawn = begin(lambda: _drawn(results, steps))
                _write_tables(analysis, refused, folder)
                _write_report(analysis, folder)
                _write_map(drawn(), folder, steps)
                signals()
        _write_run(analysis, folder)
    return analysis


def _called(load: FileLoad, names: Mapping[str, str]) -> Load:
    """The load under the name it had in an earlier run, so that a rerun says the same of it."""
    name = names.get(load.source.load_id)
    return load if name is None else replace(load, source=replace(load.source, file=name))


def _outside(out: Path, inputs: Sequence[str]) -> None:
    """Refuses results inside an input folder: the next run would read them as data."""
    for given in inputs:
        if given != "-" and out.resolve().is_relative_to(Path(given).resolve()):
            raise UsageError(
                say(
                    "{out} lies inside the input {given}; name a folder outside of it with --out.", out=out, given=given
                )
            )


def graph_of(store: Store, loads: Sequence[Load], steps: Steps) -> InfluenceGraph:
    """The network of these loads and no others: what else the store holds does not mix in."""
    with steps.step("read store"):
        tables = store.for_graph(list(dict.fromkeys(load.source.load_id for load in loads)))
    with steps.step("build graph"):
        return InfluenceGraph.build(tables)


def _store_of(question: Question) -> Store:
    return open_store(question.store or str(question.out / STORE), settings=question.settings)


def _on(store: Store, day: Day | None) -> Store:
    return store if day is None else PastStore(store, day)  # type: ignore[return-value]


def _dated(run: Detected, day: Day | None) -> Detected:
    """The run with the word that it is about a past day."""
    return run if day is None else replace(run, notes=(*run.notes, said_of(day)))


def _keep(store: Store, results: Results, run: Detected) -> None:
    """Keeps the run; a store that people look into is also told what the run says of every account."""
    publish = getattr(store, "publish", None)
    if publish is None:
        store.add_run(run)
    else:
        publish(run, results.accounts, results.reach)


def _refused(store: Store, loads: Sequence[Load]) -> pa.Table:
    return pa.concat_tables([store.quarantine(load.source.load_id) for load in loads])


def _write_signals(graph: InfluenceGraph, folder: Path, steps: Steps, *, settings: Settings) -> None:
    with steps.step("signals"), using(settings):
        signals_of(graph).write(folder / "signals.parquet")


def _write_tables(analysis: Analysis, refused: pa.Table, folder: Path) -> None:
    results, steps = analysis.results, analysis.steps
    with steps.step("write tables"):
        write_table(results.accounts, folder, "accounts")
        write_table(findings_table(results.findings), folder, "findings")
        write_table(results.reach, folder, "reach")
        for name, table in sorted(analysis.run.tables.items()):
            write_table(table, folder, name)
        write_json(findings_whole(results.findings), folder / "findings.json")
        running.write_quarantine(refused, folder / "quarantine.csv")
        write_json(running.import_report(analysis.imported), folder / "import.json")
    with steps.step("rival explanations"), using(analysis.question.settings):
        flagged = rivals.influencers(results.graph, results.findings, analysis.run.verdicts)
        write_json(rivals.whole(flagged), folder / "rivals.json")
    measures.forget()


def _write_report(analysis: Analysis, folder: Path) -> None:
    with analysis.steps.step("report"):
        report(analysis.results).save(folder / "report.html")


def _drawn(results: Results, steps: Steps) -> Map:
    with steps.step("draw map"):
        return draw(results)


def _write_map(drawn: Map, folder: Path, steps: Steps) -> None:
    with steps.step("map"):  # most of it is packing, which threads do at once
        list(measures.at_once(drawn.save, [folder / page for page in PAGES], workers=len(PAGES)))


def _write_run(analysis: Analysis, folder: Path) -> None:
    outputs = {file.name: digest(file) for file in sorted(folder.iterdir())}
    described = running.describe(
        analysis.run,
        asked=running.asked_of(analysis),
        outputs=outputs,
        graph=analysis.results.graph,
    )
    write_json(described | running.measured(analysis.steps, analysis.imported), folder / "run.json")
