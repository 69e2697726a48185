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

import logging
import os
import platform
import signal
import threading
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, Deque, Dict, Iterable, Iterator, List, Optional, Tuple, TypeVar

from ..saved.files import BadFile

if TYPE_CHECKING:                                           # imported only where processes are started: Python in a
    from multiprocessing.connection import Connection       # browser (Pyodide) has no multiprocessing
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 3
"""How many workers may die over one task before the task is taken for the cause."""

WAIT = 30
"""How many seconds a Dask cluster without workers is given to get one."""

LOOK = 5
"""After how many seconds without a result it is asked whether a cluster still has workers."""


def finished(executor: Executor, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[Tuple[T, "Future[R]"]]:
    """Each task together with the future of function(task), in the order in which they finish.

    A task whose worker died is handed out again, up to `PATIENCE` times in all; then its future holds the
    BrokenExecutor. What has not begun when the caller stops asking is cancelled.

    (`concurrent.futures.wait` locks every future. Ctrl-C in the middle of it would leave some of them locked for ever,
    and a worker's thread waiting. Here there is one lock, and workers only unlock it.)
    """
    running: Dict[Future[R], Tuple[T, int]] = {}
    done: Deque[Future[R]] = deque()
    nothing_done = threading.Lock()
    nothing_done.acquire()

    def submit(task: T, times: int) -> None:
        future = executor.submit(function, task)
        running[future] = task, times
        future.add_done_callback(note)

    def note(future: Future[R]) -> None:
        done.append(future)
        with suppress(RuntimeError):                        # it is unlocked
            nothing_done.release()

    try:
        for task in tasks:
            submit(task, 1)
        while running:
            nothing_done.acquire(timeout=LOOK if isinstance(executor, _Cluster) else -1)
            if not done and isinstance(executor, _Cluster):
                executor.await_worker()
            while done:
                future = done.popleft()
                task, times = running.pop(future)
                if times < PATIENCE and isinstance(future.exception(), BrokenExecutor):
                    submit(task, times + 1)
                else:
                    yield task, future
    finally:
        for future in running:
            future.cancel()


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


class _Cluster(Executor):
    """A Dask cluster's executor. An error names the machine it happened on."""

    def __init__(self, client: Any, address: str, notify: Callable[[str], None]) -> None:
        self.client, self.address, self.notify = client, address, notify
        self.executor: Executor = client.get_executor(pure=False)

    def await_worker(self) -> None:
        """Return at once if the cluster has a worker, or when one comes; ConnectionError after `WAIT` seconds."""
        if self.client.status == "running" and not self.client.scheduler_info()["workers"]:
            self.notify(f"waiting {WAIT} s for workers of the Dask scheduler at {self.address}; "
                        f"start one with: dask worker {self.address}")
            try:
                self.client.wait_for_workers(1, timeout=WAIT)
            except (TimeoutError, import_module("distributed").TimeoutError):
                raise ConnectionError(f"the Dask scheduler at {self.address} has no workers") from None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return self.executor.submit(_call_on_machine, partial(fn, *args, **kwargs))


def _call_on_machine(call: Callable[[], Any]) -> Any:
    """On a machine of the cluster: the result of the call."""
    try:
        return call()
    except BadFile as error:
        raise BadFile(error.path, f"on {platform.node()}: {error.args[1]}") from None


@contextmanager
def executor(jobs: int, dask: Optional[str] = None, notify: Callable[[str], None] = print) -> Iterator[Executor]:
    """`jobs` processes of this machine or, given its scheduler's address, all workers of a Dask cluster.

    `notify` is given a line when the cluster has no workers. ValueError if there is no such cluster; ConnectionError
    if no worker comes within `WAIT` seconds, or the scheduler is lost.
    """
    if dask is None:
        with Processes(jobs) as processes:
            yield processes
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ValueError("Dask is not installed; try: pip install '.[dask]'") from None
    for name in logging.root.manager.loggerDict:
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)      # what goes wrong is said here, in one line
    try:
        client = distributed.Client(dask, timeout=10)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler at {dask}: {error}") from None
    try:
        with client:
            cluster = _Cluster(client, dask, notify)
            cluster.await_worker()
            yield cluster
    except CancelledError:
        raise ConnectionError(f"the Dask scheduler at {dask} is gone") from None
