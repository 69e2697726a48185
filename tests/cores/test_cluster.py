"""A cluster gives the results of its good workers, says what is wrong with the others, and outlives its scheduler.

Most of this is shown with a make-believe Dask, whose workers are threads that behave as they are told; it takes
milliseconds. The same with a real one is in `test_engines`.
"""
from __future__ import annotations

import pickle
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, Callable, Dict, Iterator, List

import pytest

from purenn.cores import cluster, workers
from purenn.cores.cluster import Cluster, wanted
from purenn.cores.workers import AHEAD, PATIENCE, at_work, finished
from purenn.saved.files import BadFile
from purenn.saved.origin import HERE, Origin

LINE = "dask worker tcp://here:8786 --nworkers auto --nthreads 1"


class KilledWorker(Exception):
    allowed_failures, last_worker = 3, SimpleNamespace(address="tcp://b:1")


class MadeFuture:
    """Dask's future: it has a status, and tells who asked for it when that changes."""

    def __init__(self, workers: List[str]) -> None:
        self.workers, self.status = workers, "pending"
        self.value: Any = None
        self.callbacks: List[Callable[[Any], None]] = []

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        self.callbacks.append(callback)
        if self.status != "pending":
            callback(self)

    def settle(self, status: str, value: Any = None) -> None:
        self.status, self.value = status, value
        for callback in self.callbacks:
            callback(self)

    def result(self, timeout: float = 0.0) -> Any:
        return self.value

    exception = result

    def release(self) -> None:
        self.status = "cancelled"


class MadeDask:
    """A module `distributed` with a scheduler, and workers that are told how to behave: as they should, or as a
    function says that is given what they were to do."""

    class TimeoutError(Exception):
        pass

    def __init__(self) -> None:
        self.versions = SimpleNamespace(VersionMismatchWarning=UserWarning)
        self.workers: Dict[str, Callable[[Callable[[], Any]], Any]] = {}
        self.nthreads, self.up = 1, True
        self.clients: List[Any] = []
        self.pending: List[MadeFuture] = []
        self.here = threading.local()
        self.pool = ThreadPoolExecutor(1)

    def Client(self, address: str, timeout: int, set_as_default: bool) -> Any:
        client = SimpleNamespace(status="running", submit=self.submit, close=lambda: None, scheduler_info=self.info)
        self.clients.append(client)
        return client

    def info(self, n_workers: int) -> Dict[str, Any]:
        return {"workers": {worker: {"nthreads": self.nthreads, "last_seen": 0.0} for worker in self.workers}}

    def Security(self) -> Any:
        return SimpleNamespace(get_connection_args=lambda role: {})

    def rpc(self, address: str, **options: Any) -> Any:
        if not self.up:
            raise OSError("Timed out trying to connect")

        class Scheduler:
            async def __aenter__(self) -> Any:
                return self

            async def __aexit__(self, *error: object) -> None:
                pass

            async def identity(self) -> Dict[str, str]:
                return {"type": "Worker" if "8787" in address else "Scheduler"}

        return Scheduler()

    def get_worker(self) -> Any:
        return self.here.worker

    def submit(self, loads: Any, content: bytes, *, key: Any, workers: List[str], pure: bool) -> MadeFuture:
        future = MadeFuture(workers)
        address = min(workers)                          # so that one that is no good is asked before others
        if address in self.workers:
            self.pool.submit(self.work, address, content, future)
        self.pending.append(future)
        return future

    def work(self, address: str, content: bytes, future: MadeFuture) -> None:
        self.here.worker = SimpleNamespace(address=address)
        try:
            future.settle("finished", self.workers[address](lambda: pickle.loads(content)))
        except Exception as error:
            future.settle("error", error)

    def die(self) -> None:
        """The scheduler is gone, and what it was to do with it."""
        self.up = False
        self.clients[-1].status = "closed"
        for future in self.pending:
            if future.status == "pending":
                future.settle("cancelled")


def good(call: Callable[[], Any]) -> Any:
    return call()


def without_purenn(call: Callable[[], Any]) -> Any:
    raise ModuleNotFoundError("No module named 'purenn'")


def of_python_2(call: Callable[[], Any]) -> Any:
    origin = call()
    return origin._replace(python="CPython 2.7.18", machine="east") if isinstance(origin, Origin) else origin


def never(call: Callable[[], Any]) -> Any:
    """A worker that is killed after it said what it is: nothing comes of what it is to do."""
    origin = call()
    if not isinstance(origin, Origin):
        raise KilledWorker
    return origin


def double(k: int) -> int:
    return 2 * k


def where_the_data_are(k: int) -> int:
    """A task that the worker tcp://a cannot do."""
    if sys.modules["distributed"].get_worker().address == "tcp://a":
        raise BadFile("mnist", "not found")
    return 2 * k


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeDask]:
    made = MadeDask()
    monkeypatch.setitem(sys.modules, "distributed", made)
    monkeypatch.setitem(sys.modules, "cloudpickle", pickle)
    yield made
    made.pool.shutdown()


def results(executor: Cluster, function: Callable[[int], int] = double) -> List[int]:
    return sorted(future.result() for _, future in finished(executor, function, range(9)))


DOUBLES = [0, 2, 4, 6, 8, 10, 12, 14, 16]


def test_workers_that_would_give_other_bits_are_left_out_by_name(dask: MadeDask) -> None:
    dask.workers = {"tcp://a": of_python_2, "tcp://b": without_purenn, "tcp://c": good}
    notes: List[str] = []
    executor = Cluster("tcp://here:8786", notes.append, 1.0)
    assert results(executor) == DOUBLES and executor.num_workers == 1
    executor.look()
    assert sorted(notes) == [f"left out: worker tcp://a on east: CPython 2.7.18, expected {HERE.python}",
                             "left out: worker tcp://b: cannot run purenn: No module named 'purenn'"]
    assert str(executor) == "Dask: tcp://here:8786, workers: 1, threads: 1, machines: 1"


def test_a_worker_without_the_data_is_left_out_and_others_do_its_work(dask: MadeDask) -> None:
    dask.workers = {"tcp://a": good, "tcp://b": good}
    notes: List[str] = []
    executor = Cluster("tcp://here:8786", notes.append, 1.0)
    assert results(executor, where_the_data_are) == DOUBLES
    executor.look()
    assert notes == [f"left out: worker tcp://a: mnist: on {HERE.machine}: not found"]


def test_it_is_an_error_when_no_good_one_is_left(dask: MadeDask) -> None:
    dask.workers = {"tcp://a": good}
    executor = Cluster("tcp://here:8786", print, 1.0)
    executor.submit(where_the_data_are, 1)
    deadline = time.monotonic() + 5
    with pytest.raises(BadFile, match=f"^mnist: on {HERE.machine}: not found$"):
        while time.monotonic() < deadline:
            executor.look()
    dask.workers = {"tcp://b": without_purenn}
    with pytest.raises(BadFile, match="^worker tcp://b: cannot run purenn: No module named 'purenn'$"):
        Cluster("tcp://here:8786", print, 1.0)


def test_nobody_there(dask: MadeDask) -> None:
    notes: List[str] = []
    with pytest.raises(ConnectionError, match=f"^the Dask .* has no workers; start one with: {LINE}$"):
        Cluster("tcp://here:8786", notes.append, 0.1)
    assert notes == [f"the Dask scheduler at tcp://here:8786 has no workers; waiting 0.1 s; start one with: {LINE}"]


def test_what_was_lost_with_the_scheduler_is_handed_out_by_the_next(dask: MadeDask) -> None:
    dask.workers = {"tcp://a": good}
    notes: List[str] = []
    executor = Cluster("tcp://here:8786", notes.append, 60.0)
    dask.pool.submit(time.sleep, 0.1)
    task = executor.submit(double, 21)
    dask.die()
    executor.look()
    assert not task.done()
    assert notes == ["the Dask scheduler at tcp://here:8786 is gone; waiting 60 s; start it and its workers again"]
    dask.up = True
    executor.look()
    assert task.result(timeout=5) == 42 and len(dask.clients) == 2


def test_a_worker_that_vanishes_with_a_task(dask: MadeDask) -> None:
    """It was the only one; the next one that comes gets what it had."""
    dask.workers = {"tcp://a": good}
    executor = Cluster("tcp://here:8786", print, 60.0)
    del dask.workers["tcp://a"]
    task = executor.submit(double, 21)
    executor.look()
    dask.workers["tcp://b"] = good
    deadline = time.monotonic() + 5
    while not task.done() and time.monotonic() < deadline:
        executor.look()
    assert task.result(timeout=0) == 42


def test_a_task_that_kills_whoever_does_it(dask: MadeDask) -> None:
    """Dask gives a task up after four deaths; one line says so."""
    dask.workers = {"tcp://a": never}
    executor = Cluster("tcp://here:8786", print, 1.0)
    (_, future), = finished(executor, double, [1])
    with pytest.raises(BrokenExecutor, match="^4 workers died at work on it, the last at tcp://b:1; perhaps it needs "):
        future.result()
    assert len(dask.pending) == 1 + PATIENCE            # the question what the worker is, and the task


def test_threads_and_silence_are_told_once(dask: MadeDask, monkeypatch: pytest.MonkeyPatch) -> None:
    dask.workers, dask.nthreads = {"tcp://a": good}, 4
    notes: List[str] = []
    executor = Cluster("tcp://here:8786", notes.append, 1.0)
    assert executor.num_workers == 4 and len(notes) == 1 and notes[0].endswith(f"better start them with: {LINE}")
    monkeypatch.setattr(cluster, "SILENT", 0.0)
    for _ in range(4):
        executor.look()
    assert notes[1:] == ["worker tcp://a has given no sign of life for 0 s; others get its work when the scheduler "
                         "takes it for dead"]


def test_what_is_no_scheduler(dask: MadeDask, tmp_path: Any) -> None:
    (tmp_path / "scheduler.json").write_text("hello")
    dask.up = False
    for address, complaint in [("tcp://here:8786", "no Dask scheduler at tcp://here:8786: Timed out trying to connect"),
                               (str(tmp_path / "scheduler.json"), "scheduler.json: (Expecting value|Unexpected)")]:
        with pytest.raises(ValueError, match=complaint):
            Cluster(address, print, 1.0)
    dask.up = True
    with pytest.raises(ValueError, match="no Dask scheduler at tcp://here:8787: that is a Worker"):
        Cluster("tcp://here:8787", print, 1.0)


def test_a_scheduler_file(dask: MadeDask, tmp_path: Any) -> None:
    """How the clusters of SLURM are reached; workers are started with it, too."""
    path = tmp_path / "scheduler.json"
    path.write_text('{"address": "tcp://here:8786"}')
    dask.workers = {"tcp://a": good}
    notes: List[str] = []
    dask.nthreads = 2
    executor = Cluster(str(path), notes.append, 1.0)
    assert results(executor) == DOUBLES
    assert notes[0].endswith(f": dask worker --scheduler-file {path} --nworkers auto --nthreads 1")


@pytest.mark.parametrize("state, status, answer", [("executing", "running", True), ("cancelled", "running", False),
                                                   ("executing", "closing", False), (None, "running", True)])
def test_a_task_can_ask_whether_it_is_wanted(dask: MadeDask, state: str, status: str, answer: bool) -> None:
    """What it cannot know of it takes for granted, and so it does where there is no Dask."""
    tasks = {"key": SimpleNamespace(state=state)} if state else {}
    dask.here.worker = SimpleNamespace(status=SimpleNamespace(name=status), get_current_task=lambda: "key",
                                       state=SimpleNamespace(tasks=tasks))
    assert wanted() == answer
    del dask.here.worker
    assert wanted()


# ---- any executor ----

class MixedPool(ThreadPoolExecutor):
    """Threads, of which the first has not the data for any task, and says so at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return super().submit(self.call, fn, *args)

    def call(self, fn: Callable[..., Any], *args: Any) -> Any:
        if fn is at_work and threading.current_thread().name.endswith("_0"):
            raise BadFile("mnist", "not found")
        time.sleep(0.001)
        return fn(*args)


def test_one_bad_worker_of_any_executor() -> None:
    """It refuses quickly, and still gets no more than what is in flight anyway."""
    with MixedPool(3) as executor:
        assert sorted(future.result() for _, future in finished(executor, double, range(50))) == list(range(0, 100, 2))


def test_no_good_worker_of_any_executor() -> None:
    with MixedPool(1) as executor, pytest.raises(BadFile, match="mnist: not found"):
        for _, future in finished(executor, double, range(50)):
            future.result()


def test_tasks_are_drawn_as_they_are_needed() -> None:
    """Of endlessly many tasks five are wanted: no more are drawn than those and what is in flight."""
    drawn: List[int] = []

    def endless() -> Iterator[int]:
        while True:
            drawn.append(len(drawn))
            yield drawn[-1]

    with ThreadPoolExecutor(3) as executor:
        answers = finished(executor, double, endless())
        assert sorted(next(answers)[0] for _ in range(5))[0] == 0
        answers.close()                                 # type: ignore[attr-defined]
        assert len(drawn) <= 5 + 3 * AHEAD


def test_while_nothing_is_finished_somebody_else_can_do_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "INTERVAL", 0.02)
    calls: List[float] = []
    with ThreadPoolExecutor(1) as executor:
        for _ in finished(executor, time.sleep, [0.1], lambda: calls.append(time.monotonic())):
            pass
    assert 1 <= len(calls) <= 6
