"""The process in which somebody's code runs: it is told questions, a line of JSON each, and answers each with a line.

What the code prints goes nowhere, through a standard output that is as good as any other. The lines of the answers have
a pipe of their own, and each carries the number of its question and this process: what a fork of it writes is not
believed. `process` is the other side.
"""
from __future__ import annotations

import io
import ipaddress
import os
import sys
from json import dumps, loads
from time import monotonic
from typing import Any, Dict, Tuple

from .arrays import Finding
from .load import Cannot, load
from .local import Local
from .student import spoken_error

MEMORY = 4 << 30
"""How many bytes the process may have."""


class Printed(io.TextIOWrapper):
    """A standard output that counts its lines."""

    lines = 0

    def write(self, text: str) -> int:
        self.lines += text.count("\n") or not self.lines and bool(text)
        return super().write(text)


def main() -> None:
    """Answer until there are no more questions."""
    questions = os.fdopen(_far(0), "r", encoding="utf-8")
    answers = os.fdopen(_far(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in 0, 1, 2:
        os.dup2(nowhere, descriptor)
    printed = Printed(open(os.devnull, "wb"), encoding="utf-8", line_buffering=True)
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = printed     # type: ignore[misc]
    me = os.getpid()
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_end_fork)

    def say(number: int, **line: Any) -> None:
        if os.getpid() != me:
            os._exit(0)         # a fork of the code under check, which has come back to us
        answers.write(dumps({"number": number, "process": me, **line}) + "\n")
        answers.flush()

    order: Dict[str, Any] = loads(questions.readline())
    sys.argv = [order["target"]]
    path = os.path.abspath(order["target"])
    last: Any = ["", 0.0]

    def note(name: str) -> None:
        if name != last[0] or monotonic() > last[1] + 0.3:      # again: it is another call
            last[:] = name, monotonic()
            say(-1, calling=name)
    try:
        guard(order["folder"])
        loaded = load(order["target"])
        path = loaded.path
        os.chdir(order["folder"])
        local = Local(loaded, order["name"], order["options"], note, own_output=True)
    except Cannot as reason:
        say(0, cannot=str(reason))
        return
    except BaseException as error:
        say(0, cannot=f"loading it, or making its network, raised {spoken_error(error, path)}")
        return
    say(0, value=local.about)
    counts: Dict[str, int] = {}
    for number, line in enumerate(questions, 1):
        name, arguments = loads(line)
        printed.lines = 0
        if name == "seen":
            say(number, value=[local.changed(), counts])
            continue
        try:
            value = local.ask(name, *arguments)
            say(number, value=value)
        except Finding as finding:
            say(number, finding=[str(part) for part in finding.args])
        except BaseException as error:
            say(number, finding=["raises", f"raised {spoken_error(error, path)}"])
        if printed.lines:
            counts[name] = counts.get(name, 0) + printed.lines


def _far(descriptor: int) -> int:
    """Another number for an open file, which nobody takes for one of his own: open(3) is read by some."""
    try:
        import fcntl
        number = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 700)
    except (ImportError, OSError):
        return os.dup(descriptor)
    os.set_inheritable(number, False)
    return number


_CHANGE = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "os.chmod",
           "os.chown", "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile", "shutil.make_archive"}
_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard(folder: str) -> None:
    """Let nothing outside of a folder be changed, and nobody be called: whatever is tried, the author loses nothing."""
    sys.dont_write_bytecode = True
    folder = os.path.realpath(folder)

    def outside(path: Any) -> bool:
        if isinstance(path, int):
            return False
        there = os.path.realpath(os.fsdecode(path))
        return not there.startswith((folder, "/dev/", "/proc/self/"))

    def refuse(event: str, arguments: Tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            # `open` gives a mode, os.open does not; the flags that PyPy gives beside a mode always say writing.
            writes = set(mode) & set("wax+") if mode else (flags or 0) & _WRITE
            if writes and path is not None and outside(path):
                raise PermissionError(f"nothing is written while it is checked: {path}")
        elif event in _CHANGE:
            for path in arguments:
                if isinstance(path, (str, bytes, os.PathLike)) and outside(path):
                    raise PermissionError(f"nothing is changed while it is checked: {os.fsdecode(path)}")
        elif event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_here(arguments[1][0]):
            raise PermissionError(f"nobody is called while it is checked: {arguments[1][0]}")
        elif event == "socket.getaddrinfo" and not _is_here(arguments[0]):
            raise PermissionError(f"nobody is called while it is checked: {arguments[0]}")

    if hasattr(sys, "addaudithook"):
        sys.addaudithook(refuse)


def _is_here(host: Any) -> bool:
    """Whether a host is this machine."""
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _end_fork() -> None:
    """A fork of the code under check ends at once: there would be two of it, then four. Those of pools may live."""
    frame = sys._getframe()
    while frame is not None:
        if "multiprocessing" in frame.f_code.co_filename:
            return
        frame = frame.f_back        # type: ignore[assignment]
    os._exit(0)


if __name__ == "__main__":
    main()
    os._exit(0)         # whatever threads there still are
