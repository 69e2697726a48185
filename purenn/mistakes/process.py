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


class Remote:
    """A network that answers from another process; to be used in a `with`."""

    def __init__(self, target: str, name: str, options: Dict[str, Any], seconds: float,
                 progress: Optional[Callable[[str], None]] = None) -> None:
        self.target, self.seconds, self.progress = target, seconds, progress
        self.left = seconds + 2.0       # an interpreter has to begin
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
        self.heard = time.monotonic()       # when it last began to call something
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
        self.left = self.seconds
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
        while True:
            waited = time.monotonic() - begun
            if waited >= self.left:
                if self.calling and time.monotonic() - self.heard < self.seconds / 3:
                    raise Cannot(f"its many calls take more than {self.seconds:g} seconds, expected fewer "
                                 f"(--seconds gives it more)")
                self.ended = "hangs"
                return {"finding": ["hangs", f"did not return within {self.seconds:g} seconds"]}
            try:
                text = self.lines.get(timeout=min(self.left - waited, 0.5))
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
                self.calling, self.heard = line["calling"], time.monotonic()
            elif line.get("number") == self.number and set(line) & {"value", "finding", "cannot"}:
                self.left -= time.monotonic() - begun
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
