"""Work done elsewhere: on the other cores of this machine, or on other machines.

The standard library's name for something that calls functions elsewhere is `concurrent.futures.Executor`. purenn hands
out work through it and through nothing else, so any executor will do: `Processes` for the cores of this machine, Dask's
or mpi4py's for a cluster. Workers die now and then: a process is killed, a machine is switched off. `finished` then
gives the work to another.

>>> from concurrent.futures import ThreadPoolExecutor
>>> with ThreadPoolExecutor() as executor:
...     sorted((task, future.result()) for task, future in finished(executor, abs, [-1, -2]))
[(-2, 2), (-1, 1)]
"""
from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Callable, Deque, Dict, Iterable, Iterator, List, Optional, Tuple, TypeVar

from ..saved.files import BadFile
from ..saved.origin import HERE, Origin, difference

if TYPE_CHECKING:                                           # imported only where processes are started: Python in a
    from multiprocessing.connection import Connection       # browser (Pyodide) has no multiprocessing
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 3        # workers that may die over one task before the task is taken for the cause
REFUSALS = 10       # times a task is handed out again while no worker has the data or the purenn for it
AHEAD = 2           # tasks handed out for each worker: one to do, and one to begin with as soon as that is done
WAIT = 30.0         # seconds that a cluster without workers, or without its scheduler, is given to get one
INTERVAL = 0.25     # seconds between two calls of `idle`
LOOK = 2.0          # seconds between two looks at who the workers of a cluster are

LOADING = threading.Lock()
"""Held where a worker loads data, so that all of its threads load them once."""


def finished(executor: Executor, function: Callable[[T], R], tasks: Iterable[T], idle: Callable[[], None] = lambda: None
             ) -> Iterator[Tuple[T, "Future[R]"]]:
    """Each task together with the future of function(task), in the order in which they finish.

    `AHEAD` tasks for each worker are drawn and handed out; another when one is finished. A task whose worker died is
    handed out again, up to `PATIENCE` times in all; then its future holds the BrokenExecutor. So is a task whose worker
    has not the data or the purenn for it (BadFile), as long as other workers finish theirs. What has not begun when the
    caller stops asking is cancelled. `idle` is called four times a second while nothing is finished.

    (`concurrent.futures.wait` locks every future. Ctrl-C in the middle of it would leave some of them locked for ever,
    and a worker's thread waiting. Here there is one lock, and workers only unlock it.)
    """
    running: Dict[Future[R], Tuple[T, int]] = {}
    refused: List[Tuple[T, int]] = []
    done: Deque[Future[R]] = deque()
    nothing_done = threading.Lock()
    nothing_done.acquire()
    drawn, rounds, looked = iter(tasks), 0, time.monotonic()

    def submit(task: T, times: int) -> None:
        future = executor.submit(at_work, HERE, function, task)
        running[future] = task, times
        future.add_done_callback(note)

    def note(future: Future[R]) -> None:
        done.append(future)
        with suppress(RuntimeError):                        # it is unlocked
            nothing_done.release()

    try:
        while True:
            for task in islice(drawn, max(0, AHEAD * places(executor) - len(running) - len(refused))):
                submit(task, 1)
            if refused and not running:
                rounds += 1
                for _ in range(min(rounds, places(executor) - 1)):      # for whoever is first, having just refused
                    executor.submit(time.sleep, 0.02)
                while refused:
                    submit(*refused.pop())
            if not running:
                return
            if not done:
                nothing_done.acquire(timeout=INTERVAL)
                idle()
            if hasattr(executor, "look") and time.monotonic() - looked > LOOK:
                executor.look()
                looked = time.monotonic()
            if done:
                future = done.popleft()
                task, times = running.pop(future)
                error = None if future.cancelled() else future.exception()
                if isinstance(error, BrokenExecutor) and times < PATIENCE:
                    submit(task, times + 1)
                elif isinstance(error, BadFile) and rounds < REFUSALS:
                    refused.append((task, times))
                else:
                    rounds = 0
                    while refused:
                        submit(*refused.pop())
                    yield task, future
    finally:
        for future in running:
            future.cancel()


def at_work(expected: Origin, function: Callable[[T], R], task: T) -> R:
    """On a worker: function(task), if the worker is what it should be; BadFile if not."""
    if difference(HERE, expected):
        raise BadFile(f"purenn on {HERE.machine}", difference(HERE, expected))
    return function(task)


def places(executor: Executor) -> int:
    """How many calls the executor makes at once; many, if it does not say."""
    return getattr(executor, "num_workers", None) or getattr(executor, "_max_workers", None) or 500


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes(ThreadPoolExecutor):
    """An executor of `jobs` threads, each with a process of its own that makes its calls.

    When a process dies, its call fails with a BrokenExecutor, no other call is disturbed, and the thread starts
    another process. The standard ProcessPoolExecutor will not do: it loses what all its processes were doing; a
    process killed while it sends a large result makes it wait for ever; and PyPy's (7.3.11) cannot start processes
    by "spawn", the way that is safe beside threads.
    """

    def __init__(self, jobs: int) -> None:
        try:
            from multiprocessing import get_context, resource_tracker
        except ImportError:
            raise ValueError("this Python cannot start processes") from None
        if os.name == "posix":
            resource_tracker.ensure_running()               # would unblock Ctrl-C if it were started by a thread
        self._spawn = get_context("spawn")
        self._until_closed, self._lifeline = self._spawn.Pipe(duplex=False)
        self._processes: List[SpawnProcess] = []
        self._own = threading.local()                       # of each thread: the connection to its process
        super().__init__(jobs, initializer=_block_interrupts)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return super().submit(self._call, partial(fn, *args, **kwargs))

    def _call(self, call: Callable[[], Any]) -> Any:
        """In a thread: the result of the call, made by the thread's process."""
        if not hasattr(self._own, "connection"):
            self._own.connection = self._start()
        try:
            self._own.connection.send(call)
            result, error = self._own.connection.recv()
        except (EOFError, OSError):
            del self._own.connection
            raise BrokenExecutor("the process died that was at work") from None
        if error is not None:
            raise error
        return result

    def _start(self) -> Connection:
        """A new process, and the connection to it."""
        ours, theirs = self._spawn.Pipe()
        process = self._spawn.Process(target=_serve, args=(theirs, self._until_closed), daemon=True)
        process.start()
        theirs.close()
        self._processes.append(process)
        return ours

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> Optional[bool]:
        """The end of a `with`. After an error or Ctrl-C the processes end at once, whatever they are doing."""
        if kind is not None:
            super().shutdown(wait=False, cancel_futures=True)
            self._lifeline.close()
        return super().__exit__(kind, value, traceback)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._lifeline.close()
            for process in self._processes:
                process.join()


def _block_interrupts() -> None:
    """In a thread that starts processes: block Ctrl-C, for the thread and for the processes, which inherit that."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def _serve(connection: Connection, until_closed: Connection) -> None:
    """In a process: make the calls that come in."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)            # for systems without signal masks
    threading.Thread(target=_end_with_parent, args=[until_closed], daemon=True).start()
    while True:
        try:
            call = connection.recv()
        except EOFError:
            return
        try:
            connection.send((call(), None))
        except Exception as error:
            connection.send((None, error))


def _end_with_parent(until_closed: Connection) -> None:
    """In a thread of a process: end, even in the middle of a call, when the parent closes the pipe or dies."""
    try:
        until_closed.poll(None)
    finally:
        os._exit(0)


@contextmanager
def executor(jobs: int, dask: Optional[str] = None, notify: Callable[[str], None] = print, wait: Optional[float] = None
             ) -> Iterator[Executor]:
    """`jobs` processes of this machine or, given its scheduler's address or its file, the workers of a Dask cluster.

    `notify` is given a line for each thing that somebody should know of the cluster. ValueError if there is no such
    cluster; BadFile if none of its workers will do; ConnectionError if for `wait` seconds (`WAIT`, if not given) it has
    no workers, or no scheduler.
    """
    if dask is None:
        with Processes(jobs) as processes:
            yield processes
    else:
        from .cluster import Cluster
        with Cluster(dask, notify, WAIT if wait is None else wait) as cluster:
            yield cluster
