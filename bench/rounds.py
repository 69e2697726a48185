"""Many workers, taking turns: what they measure in one round is measured within the same few seconds."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, List, Sequence

from purenn.terminal.progress import Display

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = {f"{library}_THREADS": "1" for library in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM")}


class Worker:
    """A `bench.worker` under the interpreter `executable`; it has introduced itself and waits to be asked."""

    def __init__(self, executable: str, task: str) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self.executable, self.task = executable, task
        self.complaints = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [executable, "-m", "bench.worker", task], env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, universal_newlines=True)
        self.introduction = self.listen()

    def ask(self, request: Any = None) -> Any:
        """The worker's answer to a request."""
        assert self.process.stdin
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass            # why it ended, `listen` says
        return self.listen()

    def listen(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            self.complaints.seek(0)
            reason = self.complaints.read().strip().splitlines() or [f"it ended with status {self.process.wait()}"]
            raise ValueError(f"{self.executable}: measuring {self.task} failed: {reason[-1]}")
        try:
            return json.loads(line)
        except ValueError:
            raise ValueError(f"{self.executable}: expected a Python interpreter, it answered {line[:80]!r}") from None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()
        self.complaints.close()


def in_turn(workers: Sequence[Worker], rounds: int) -> List[List[Any]]:
    """Each worker's answers, one per round, after a first round of warming up that is not kept.

    Every other round goes backwards, so that a machine that slows down does it to all of them alike.
    """
    answers: List[List[Any]] = [[] for _ in workers]
    display = Display(sys.stderr)
    for number in range(rounds + 1):
        order = list(zip(workers, answers))
        for worker, answered in reversed(order) if number % 2 else order:
            stage = f"round {number} of {rounds}" if number else "warming up"
            display.show(f"{worker.task}, {worker.introduction['python']}: {stage}")
            answered.append(worker.ask())
    display.clear()
    return [answered[1:] for answered in answers]
