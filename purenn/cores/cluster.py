"""The workers of a Dask cluster as an executor: those of them that give the same bits as this process.

A cluster is a scheduler and workers that come and go. Each worker is first asked what it is. One with another purenn or
another interpreter is left out by name, and so is one that turns out not to have the data; others get its work. What is
lost with a worker or with the scheduler is handed out anew. It is an error only if nobody is left for too long.
"""
from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import sys
import time
import warnings
from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any, Callable, Deque, Dict, List, Optional, Set, Tuple
from uuid import uuid4

from ..saved.files import BadFile, file_errors, first_bytes
from ..saved.origin import HERE, Origin, difference, here

SILENT = 30.0       # seconds without a sign of life of a worker after which one hears of it


class Call(partial):                            # type: ignore[type-arg]
    """A call that is made where it is unpickled: a scheduler, which only passes the bytes on, needs no purenn."""

    def __reduce__(self) -> Tuple[Any, ...]:
        return self.func, self.args


class Task(Future):                             # type: ignore[type-arg]
    """A call that is to be made by a worker, Dask's future of it, and the workers that it was handed out to."""

    def __init__(self, call: Callable[[], Any], name: str) -> None:
        super().__init__()
        self.content, self.name = import_module("cloudpickle").dumps(Call(_on_worker, call)), name
        self.inner: Any = None
        self.workers: List[str] = []


class Cluster(Executor):
    """An executor whose calls are made by the workers of a Dask cluster."""

    def __init__(self, address: str, notify: Callable[[str], None], wait: float) -> None:
        """Connect to the scheduler that has this address or wrote this file, and wait for a worker. `notify`, `wait`
        and the errors are those of `workers.executor`."""
        try:
            self._distributed: Any = import_module("distributed")
        except ImportError:
            raise ValueError("Dask is not installed; try: pip install distributed") from None
        warnings.simplefilter("ignore", self._distributed.versions.VersionMismatchWarning)
        for name in ["tornado", "asyncio", *logging.root.manager.loggerDict]:
            if name.split(".")[0] in ("distributed", "tornado", "asyncio"):
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)      # what goes wrong is said here, in one line
        self.address, self._notify, self._wait = address, notify, wait
        self._workers: Dict[str, Any] = {}      # by address: what it is (Origin), why it is left out (BadFile), or None
        self._about: Dict[str, Any] = {}        # what the scheduler knows of each
        self._signs: Dict[str, Tuple[Any, float]] = {}                      # its last sign of life, and when it was new
        self._tasks: Set[Task] = set()
        self._notes: Deque[str] = deque()
        self._succeeded, self._alone_since, began = False, 0.0, time.monotonic()
        self._client = self._connected()
        try:
            while not self._fit() or time.monotonic() - began < 1.0 and any(
                    not isinstance(what, (Origin, BadFile)) for what in list(self._workers.values())):
                self.look()
                time.sleep(0.05)
        except BaseException:
            self._client.close()
            raise
        if self.num_workers > len(self._fit()):
            notify(f"Python uses one core for all threads of a worker; better start them with: {self._command()}")

    def __str__(self) -> str:
        fit = self._fit()
        return (f"Dask: {self.address}, workers: {len(fit)}, threads: {self.num_workers}, "
                f"machines: {len({self._workers[address].machine for address in fit})}")

    def _fit(self) -> List[str]:
        """The addresses of those that are given work."""
        return [address for address, what in list(self._workers.items()) if isinstance(what, Origin)]

    @property
    def num_workers(self) -> int:
        """How many calls they make at once."""
        return sum(self._about[address]["nthreads"] for address in self._fit()) or 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        task = Task(partial(fn, *args, **kwargs), str(args[-1]) if args else str(fn))
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        self._hand_out(task)
        return task

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster. A trial that is at work there ends after its epoch."""
        self._client.close()

    def look(self) -> None:
        """See who is there, say what is to be said, and hand out what was lost; to be called every other second.
        BadFile or ConnectionError if there is nobody any more."""
        while self._notes:
            self._notify(self._notes.popleft())
        if self._client.status == "closed":
            with suppress(ValueError):
                self._client = self._connected()
        if self._client.status != "running":
            return self._alone(f"the Dask scheduler at {self.address} is gone", "start it and its workers again")
        self._about = self._client.scheduler_info(n_workers=-1)["workers"]
        for address in self._workers.keys() - self._about.keys():
            del self._workers[address]
        for address, about in self._about.items():
            if address not in self._workers:
                self._workers[address] = None
                question = self._submitted(pickle.dumps(Call(here)), "what are you?", [address])
                question.add_done_callback(partial(self._answered, address))
            sign, since = self._signs.get(address, (None, 0.0))
            if about["last_seen"] != sign:
                self._signs[address] = about["last_seen"], time.monotonic()
            elif time.monotonic() - since > SILENT:
                self._signs[address] = sign, float("inf")                   # it is said once
                self._notes.append(f"worker {address} has given no sign of life for {SILENT:g} s; others get its work "
                                   "when the scheduler takes it for dead")
        fit, faults = self._fit(), [what for what in self._workers.values() if isinstance(what, BadFile)]
        for task in list(self._tasks):
            if not set(task.workers) & set(fit):
                self._hand_out(task)
        if fit:
            self._alone_since = 0.0
        elif len(faults) == len(self._workers):         # nobody is left who might answer
            if faults and not self._succeeded:
                raise faults[0]
            self._alone(f"the Dask scheduler at {self.address} has no workers", f"start one with: {self._command()}")

    def _alone(self, problem: str, advice: str) -> None:
        """Nobody works. Say so once; ConnectionError if it lasts too long."""
        if not self._alone_since:
            self._alone_since = time.monotonic()
            self._notify(f"{problem}; waiting {self._wait:g} s; {advice}")
        elif time.monotonic() - self._alone_since > self._wait:
            raise ConnectionError(f"{problem}; {advice}")

    def _connected(self) -> Any:
        """A client of the scheduler. Whatever else may listen there is told from one before, and within ten seconds."""
        address = self.address
        if os.path.isfile(address):
            with file_errors(address):
                address = json.loads(first_bytes(address, 1 << 16)).get("address", "")

        async def kind() -> str:
            options = self._distributed.Security().get_connection_args("client")
            async with self._distributed.rpc(address, timeout=10, connection_args=options) as there:
                return str((await there.identity())["type"])

        try:
            found = asyncio.run(asyncio.wait_for(kind(), 10))
            if found != "Scheduler":
                raise ValueError(f"that is a {found}")
            return self._distributed.Client(address, timeout=10, set_as_default=False)
        except Exception as error:                      # it may be anything that an unknown program can cause
            raise ValueError(f"no Dask scheduler at {self.address}: {str(error) or 'no answer within 10 s'}") from None

    def _command(self) -> str:
        option = "--scheduler-file " if os.path.isfile(self.address) else ""
        return f"dask worker {option}{self.address} --nworkers auto --nthreads 1"

    def _submitted(self, content: bytes, name: str, workers: List[str]) -> Any:
        return self._client.submit(pickle.loads, content, key=(name, uuid4().hex), workers=workers, pure=False)

    def _hand_out(self, task: Task) -> None:
        """Hand out a task, for the first time or again. If there is nobody to take it, it waits for the next look."""
        if task.inner:
            task.inner.release()
        task.inner, task.workers = None, self._fit() if self._client.status == "running" else []
        if task.workers and not task.done():
            task.inner = self._submitted(task.content, task.name, task.workers)
            task.inner.add_done_callback(partial(self._done, task))

    # What follows is called by other threads.

    def _forget(self, task: Any) -> None:
        """A task has its result, or nobody wants it any more."""
        self._tasks.discard(task)
        if task.inner:
            task.inner.release()

    def _answered(self, address: str, question: Any) -> None:
        """A worker has said what it is, or cannot."""
        if question.status == "error":
            self._leave_out(address, BadFile(f"worker {address}", f"cannot run purenn: {question.exception()}"))
        elif question.status == "finished":
            origin: Origin = question.result(timeout=60)
            if difference(origin, HERE):
                self._leave_out(address, BadFile(f"worker {address} on {origin.machine}", difference(origin, HERE)))
            else:
                self._workers[address] = origin
        else:
            self._workers.pop(address, None)            # the connection was lost

    def _leave_out(self, address: str, fault: BadFile) -> None:
        if not isinstance(self._workers.get(address), BadFile):
            self._workers[address] = fault
            self._notes.append(f"left out: {fault if address in str(fault) else f'worker {address}: {fault}'}")

    def _done(self, task: Task, inner: Any) -> None:
        """Dask has a result or an error, or has lost the connection."""
        if task.inner is not inner:
            return
        task.workers = []                               # if nothing else comes of it, the next look hands it out again
        with suppress(InvalidStateError, OSError, self._distributed.TimeoutError):
            if inner.status == "error":
                error = inner.exception(timeout=60)
                if type(error).__name__ == "KilledWorker":
                    error = BrokenExecutor(f"{error.allowed_failures + 1} workers died at work on it, the last at "
                                           f"{error.last_worker.address}; perhaps it needs more memory than they have")
                task.set_exception(error)
            elif inner.status == "finished":
                result, fault, address = inner.result(timeout=60)
                if fault:
                    self._leave_out(address, fault)
                    self._hand_out(task)
                else:
                    self._succeeded = True
                    task.set_result(result)


def _on_worker(call: Callable[[], Any]) -> Tuple[Any, Optional[BadFile], str]:
    """On a worker: the result of the call, or what the worker lacks for it; and its address."""
    address = import_module("distributed").get_worker().address
    try:
        return call(), None, address
    except BadFile as error:
        return None, BadFile(error.path, f"on {HERE.machine}: {error.args[1]}"), address


def wanted() -> bool:
    """On a worker, in the middle of a call: whether somebody waits for its result, as far as that can be known."""
    try:
        worker = sys.modules["distributed"].get_worker()
        task = worker.state.tasks[worker.get_current_task()]
        return worker.status.name in ("running", "paused") and bool(task.state != "cancelled")
    except (AttributeError, LookupError, ValueError):   # no Dask worker, or one of another make
        return True
