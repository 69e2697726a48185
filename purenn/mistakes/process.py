"""Somebody's network in a process of its own, for a limited time: `worker` runs there, and this is the side that asks.

Whatever the code does there, this side gets an answer or a Finding: it hangs, it ends the process, it forks, it starts
others. When the questions are over, nothing of it is left. It is no defence against somebody who wants to be right
without being so: code that is run can print any verdict.
"""
from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from .arrays import Finding
from .load import Cannot

PATIENCE = 2.5
"""After so many seconds of waiting somebody is told for what."""


class Clock:
    """How long a process has had: its processor time, as a machine that has much else to do takes several seconds for
    one of it; and the time on the wall while it does nothing, or where processor time cannot be seen."""

    def __init__(self, pid: int) -> None:
        self.pid, self.last, self.used = pid, time.monotonic(), 0.0
        self.spent = 0.0

    def go_on(self) -> None:
        """Leave out the time since the last look: nothing was asked of it."""
        self.last = time.monotonic()

    def look(self) -> float:
        """Seconds so far. Of computing that gets no processor a tenth counts, so that it ends some time."""
        now, used = time.monotonic(), processor_time(self.pid)
        waited, worked = now - self.last, (used or 0.0) - self.used
        if used is None:
            self.spent += waited
        elif waited < 0.2 or worked > 0.02 * waited:
            self.spent += max(worked, 0.1 * waited)
        else:
            self.spent += waited
        self.last, self.used = now, used or 0.0
        return self.spent


def processor_time(pid: int) -> Optional[float]:
    """The seconds that a process has computed; None where that is not said."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return None


class Remote:
    """A network that answers from another process; to be used in a `with`."""

    def __init__(self, target: str, name: str, options: Dict[str, Any], seconds: float,
                 progress: Optional[Callable[[str], None]] = None) -> None:
        self.target, self.seconds, self.progress = target, seconds, progress
        self.left = seconds + 2.0       # an interpreter has to begin; then so long after the clock's `since`
        self.since = 0.0
        self.calling, self.number, self.ended = "", 0, ""
        self.mark = secrets.token_hex(8)
        root = str(Path(__file__).resolve().parents[2])
        code = (f"import sys; sys.path.insert(0, {root!r}); from purenn.mistakes import worker; "
                f"sys.path.remove({root!r}); "
                "worker.main(); import os; os._exit(0)")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONFAULTHANDLER"}
        environment.update(PURENN_CHECK=self.mark, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MPLBACKEND="Agg")
        self.folder = tempfile.mkdtemp(prefix="purenn-check-")     # where it runs, and may write
        environment.update(TMPDIR=self.folder, MPLCONFIGDIR=self.folder)
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment,
                                        start_new_session=hasattr(os, "killpg"))
        self.lines: "queue.Queue[bytes]" = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.clock = Clock(self.process.pid)
        self.heard = 0.0                # when it last began to call something, by this clock
        self._write({"target": target, "name": name, "options": options, "folder": self.folder})

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def _read(self) -> None:
        """Lines as they come, and an empty one at the end."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(b"")

    def _write(self, line: Any) -> None:
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps(line).encode("utf-8") + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, OSError):
            pass                # it has ended, as the next answer says

    def begin(self) -> Dict[str, Any]:
        """What the network is; Cannot if there is none."""
        line = self._answer()
        if "cannot" in line:
            raise Cannot(str(line["cannot"]))
        if self.ended:
            raise Cannot(f"it was not loaded within {self.seconds:g} seconds" if self.ended == "hangs"
                         else f"loading it {line['finding'][1]}")
        self.left, self.since = self.seconds, self.clock.look()
        return line["value"]    # type: ignore[no-any-return]

    def ask(self, name: str, *arguments: Any) -> Any:
        """The answer to a question, or a Finding."""
        if self.ended:
            raise Finding(self.ended, "is no more")
        self.number += 1
        self._write([name, list(arguments)])
        line = self._answer()
        if "finding" in line:
            raise Finding(*line["finding"][:2])
        return line.get("value")

    def seen(self) -> Tuple[Dict[str, str], Dict[str, int]]:
        """What was changed that should not be, and how many lines were printed."""
        try:
            changed, printed = self.ask("seen")
            return dict(changed), {name: count for name, count in printed.items() if name != "train"}
        except Finding:
            return {}, {}

    def _answer(self) -> Dict[str, Any]:
        """The line that answers the last question. What does not look like it, or comes of another process, is none."""
        begun, told = time.monotonic(), 0.0
        self.clock.go_on()
        while True:
            waited, now = time.monotonic() - begun, self.clock.look()
            if now - self.since >= self.left:
                if self.calling and now - self.heard < self.seconds / 3:
                    raise Cannot(f"its many calls take more than {self.seconds:g} seconds, expected fewer "
                                 f"(--seconds gives it more)")
                self.ended = "hangs"
                return {"finding": ["hangs", f"did not return within {self.seconds:g} seconds"]}
            try:
                text = self.lines.get(timeout=min(self.since + self.left - now, 0.5))
            except queue.Empty:
                if self.progress and waited - told > PATIENCE:
                    told = waited
                    self.progress(f"{self.calling or 'loading it'} has been running for {waited:.0f} s")
                continue
            if not text:
                self.ended = "ends-the-process"
                return {"finding": ["ends-the-process", f"ended the process (exit status {self._status()})"]}
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if not isinstance(line, dict) or line.get("process") != self.process.pid:
                continue
            if isinstance(line.get("calling"), str):
                self.calling, self.heard = line["calling"], self.clock.look()
            elif line.get("number") == self.number and set(line) & {"value", "finding", "cannot"}:
                return line

    def _status(self) -> Any:
        try:
            return self.process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "unknown"

    def end(self) -> None:
        """End the process, and all that it has started."""
        if hasattr(os, "killpg"):
            for pid in [self.process.pid, *_marked(self.mark)]:
                for kill in os.killpg, os.kill:
                    try:
                        if kill is os.kill or pid == self.process.pid:
                            kill(pid, signal.SIGKILL)
                    except (ProcessLookupError, PermissionError):
                        pass
        else:
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        for stream in self.process.stdin, self.process.stdout:
            if stream:
                try:
                    stream.close()
                except OSError:
                    pass


def _marked(mark: str) -> List[int]:
    """Processes that have our mark in their environment: a daemon of the code under check, say."""
    found = []
    wanted = f"PURENN_CHECK={mark}".encode()
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if wanted in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                pass
    return found
