"""Stopwatches: wall time, processor time, and the statements that a call sends."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from threading import Barrier, Thread
from typing import Any, TypeVar

from django.db import connection

Statement = tuple[str, Any]
TURNS_TAKEN = 5
Client = TypeVar("Client")
Turn = TypeVar("Turn")
TURNS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(frozen=True)
class Spread:
    """Wall times, and the median of this process's own time, in milliseconds."""

    found: tuple[float, ...]
    cpu: float

    @property
    def p50(self) -> float:
        return median(self.found)

    @property
    def p95(self) -> float:
        return quantiles(self.found, n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f}, p95 {self.p95:.1f}, CPU {self.cpu:.1f} ms"


def spread(runs: Iterable[Callable[[], object]]) -> Spread:
    """Each run once. What it needs is made when the iterable yields it, unmeasured."""
    found, own = [], []
    for run in runs:
        began, began_own = time.perf_counter(), time.process_time()
        run()
        own.append((time.process_time() - began_own) * 1000)
        found.append((time.perf_counter() - began) * 1000)
    return Spread(tuple(found), median(own))


def cpu_ms(run: Callable[[], object], *, times: int) -> float:
    """The processor time of this process for one run, in milliseconds: the median of
    the calmest of some turns, since what else goes on only ever adds to it."""
    run()
    gc.collect()
    return min(median(_turn(run, times)) for _ in range(TURNS_TAKEN))


def _turn(run: Callable[[], object], times: int) -> Iterator[float]:
    for _ in range(times):
        began = time.process_time()
        run()
        yield (time.process_time() - began) * 1000


def rounds(
    clients: Sequence[Client],
    turns: Sequence[Turn],
    act: Callable[[Client, Turn], None],
    *,
    begin: Callable[[], None] = lambda: None,
    end: Callable[[], None] = lambda: None,
) -> list[float]:
    """All clients act at once, turn by turn, each in a thread of its own: how many
    seconds each turn took, from the start of all to the end of the last. `begin` and
    `end` are called once in each thread."""
    gate, done = Barrier(len(clients) + 1), Barrier(len(clients) + 1)

    def run(client: Client) -> None:
        begin()
        for turn in turns:
            gate.wait()
            act(client, turn)
            done.wait()
        end()

    threads = [Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    took = []
    for _ in turns:
        gate.wait()
        began = time.perf_counter()
        done.wait()
        took.append(time.perf_counter() - began)
    for thread in threads:
        thread.join()
    return took


@contextmanager
def listening() -> Iterator[list[Statement]]:
    """The statements sent meanwhile, without those that only open or close a turn."""
    heard: list[Statement] = []

    def note(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not sql.lstrip().startswith(TURNS):
            heard.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield heard
