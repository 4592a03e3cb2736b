"""How long each step took and how much memory it held at most."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
import pyarrow as pa

from graphkit.stores.protocol import Progress

SAMPLE_SECONDS = 0.05

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody who watches a run: hears of steps and batches, and may ask for a stop between two batches."""

    tell: Tell = lambda step: None
    on_batch: Callable[[Progress], object] = lambda progress: None
    stop: Callable[[], object] = lambda: False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run."""

    name: str
    seconds: float
    peak_bytes: int  # resident memory of the whole process at the step's highest moment


@dataclass(slots=True)
class Steps:
    """The steps of one run, as they end; `tell` hears the name of each as it begins."""

    tell: Tell = lambda step: None
    done: list[Step] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """By the clock since the first step; some steps go on side by side."""
        return round(time.perf_counter() - self.began, 3)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step under watch: what happens inside is timed and its memory sampled."""
        self.tell(name)
        began = time.perf_counter()
        with _peak() as peak:
            yield
        _give_back()
        self.done.append(Step(name, round(time.perf_counter() - began, 3), peak()))


def _give_back() -> None:
    """Hands memory that a step has freed back to the system; allocators keep it, gigabytes of it, for a need that never comes."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc; others give back by themselves
        if trim is not None:
            trim(0)


@contextmanager
def _peak() -> Iterator[Callable[[], int]]:
    process = psutil.Process()
    highest = process.memory_info().rss
    ended = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(SAMPLE_SECONDS):
            highest = max(highest, process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True, name="memory watch")
    watcher.start()
    try:
        yield lambda: max(highest, process.memory_info().rss)
    finally:
        ended.set()
        watcher.join()
