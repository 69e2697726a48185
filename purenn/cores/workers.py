"""Work done elsewhere: on the other cores of this machine, or on other machines.

The standard library's word for "somebody who calls functions for me" is `concurrent.futures.Executor`. purenn
hands out work through it and through nothing else, so whatever engine speaks it will do. `Processes` is one for
the cores of this machine; Dask's and mpi4py's are for clusters. Workers die now and then: a
process is killed, a machine goes away. `finished` then gives the work to another.

>>> from concurrent.futures import ThreadPoolExecutor
>>> with ThreadPoolExecutor() as executor:
...     sorted((task, future.result()) for task, future in finished(executor, abs, [-1, -2]))
[(-2, 2), (-1, 1)]
"""
from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 3
"""How many workers may die over one task, before the task is taken for the cause."""


def finished(executor: Executor, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[Tuple[T, "Future[R]"]]:
    """Each task together with what became of function(task), in the order in which they finish.

    A task whose worker died is handed out again, up to `PATIENCE` times in all; then its future tells of the death.
    What has not begun when the caller stops asking is cancelled.
    """
    running: Dict[Future[R], Tuple[T, int]] = {executor.submit(function, task): (task, 1) for task in tasks}
    try:
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task, times = running.pop(future)
                if times < PATIENCE and isinstance(future.exception(), BrokenExecutor):
                    running[executor.submit(function, task)] = task, times + 1
                else:
                    yield task, future
    finally:
        for future in running:
            future.cancel()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes(ThreadPoolExecutor):
    """An executor of so many processes, each of them replaced when it dies.

    (The standard library's ProcessPoolExecutor breaks as a whole when one of its processes dies: all that the others
    were doing is lost.) Each thread of this executor has a process of its own, to which it passes its calls on.
    """

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs)
        self._here = threading.local()
        self._processes: List[SpawnProcess] = []
        self._abandoned = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return super().submit(self._call, fn, *args, **kwargs)

    def _call(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """In a thread: fn(*args, **kwargs), called by the thread's process."""
        if not hasattr(self._here, "connection"):
            self._here.connection = self._start()
        try:
            self._here.connection.send((fn, args, kwargs))
            result, error = self._here.connection.recv()
        except (EOFError, OSError):
            del self._here.connection
            raise BrokenExecutor("the process died that was at work") from None
        if error is not None:
            raise error
        return result

    def _start(self) -> Connection:
        """A new process, and the line to it."""
        context = multiprocessing.get_context("spawn")      # safe beside threads, and the same on all systems
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _deaf():
            process.start()
        theirs.close()
        self._processes.append(process)
        if self._abandoned:
            process.terminate()
        return ours

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> Optional[bool]:
        """At the end of a `with`. If that is an error or Ctrl-C, nobody waits for what the processes are doing."""
        if kind is not None:
            self._abandoned = True
            self.shutdown(wait=False, cancel_futures=True)
            self._terminate()
        return super().__exit__(kind, value, traceback)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._terminate()

    def _terminate(self) -> None:
        for process in self._processes:
            process.terminate()
            process.join()


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C does not reach a process that is started inside this `with`, not even while it is not yet up."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()                       # would end the silence if it came up in the middle
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection) -> None:
    """In a new process: make the calls that come in, until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)            # Ctrl-C is the parent's; it knows what to do
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            fn, args, kwargs = connection.recv()
        except EOFError:
            return
        try:
            connection.send((fn(*args, **kwargs), None))
        except Exception as error:
            connection.send((None, error))


def _end_with_parent() -> None:
    """In a thread of a new process: even in the middle of a call, do not outlive a parent that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def executor(jobs: int, dask: Optional[str] = None) -> Iterator[Executor]:
    """So many local processes or, given the address of its scheduler, a Dask cluster with what workers it has."""
    if dask is None:
        with Processes(jobs) as processes:
            yield processes
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ValueError("Dask is not installed; try: pip install 'purenn[dask]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)     # what goes wrong is said here, in one line
    try:
        client = distributed.Client(dask, timeout=10)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler at {dask}: {error}") from None
    try:
        with client:
            yield client.get_executor(pure=False)
    except CancelledError:
        raise ConnectionError(f"the Dask scheduler at {dask} is gone") from None
