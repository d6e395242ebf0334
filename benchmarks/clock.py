"""How long a thing takes, over and over."""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Times(NamedTuple):
    """Milliseconds."""

    p50: float
    p95: float
    cpu: float | None = None
    """Of this process alone, the median: other things that run on the machine do not count."""

    def __str__(self) -> str:
        cpu = "" if self.cpu is None else f" {self.cpu:8.1f} ms CPU"
        return f"{self.p50:8.1f} ms p50 {self.p95:8.1f} ms p95{cpu}"


def times(act: Callable[[], object], rounds: int = 40) -> Times:
    """After one round that does not count."""
    act()
    taken, busy = [], []
    for _round in range(rounds):
        start, before = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - before) * 1000)
    return Times(statistics.median(taken), statistics.quantiles(taken, n=20)[-1], statistics.median(busy))


def report(name: str, measured: Times, peer: Times | None = None) -> None:
    ratio = f"   {measured.p50 / peer.p50:5.2f} × the peer" if peer else ""
    print(f"{name:<56}{measured}{ratio}")
