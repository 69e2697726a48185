"""A terminal for tests: a command runs in it (not on Windows), and what it shows can be looked at."""
from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from typing import Any, List


class Screen:
    """What a terminal of n columns shows: characters, line ends, and the few control sequences that purenn writes."""

    def __init__(self, columns: int = 80) -> None:
        self.columns, self.rows, self.row, self.column = columns, [""], 0, 0
        self.wrapped: List[str] = []                    # rows that were full when more was to come

    def feed(self, text: str) -> Screen:
        for piece in re.findall(r"\x1b\[\d*[A-Za-z]|[\r\n]|[^\x1b\r\n]", text):
            if piece == "\n":
                self.row, self.column = self.row + 1, 0
                self.rows += [""] * (self.row == len(self.rows))
            elif piece == "\r":
                self.column = 0
            elif piece.endswith("A") and len(piece) > 1:
                self.row -= int(piece[2:-1])
            elif piece == "\x1b[J":
                self.rows[self.row:] = [self.rows[self.row][:self.column]]
            elif piece == "\x1b[K":
                self.rows[self.row] = self.rows[self.row][:self.column]
            elif len(piece) == 1:
                if self.column == self.columns:
                    self.wrapped.append(self.rows[self.row])
                    self.feed("\n")
                line = self.rows[self.row].ljust(self.column)
                self.rows[self.row] = line[:self.column] + piece + line[self.column + 1:]
                self.column += 1
        return self

    def lines(self) -> List[str]:
        """What is seen in the end, without empty rows at its end."""
        return "\n".join(row.rstrip() for row in self.rows).rstrip("\n").split("\n")


def in_terminal(command: List[str], columns: int, ctrl_c_after: str = "", **environment: Any) -> "tuple[int, str]":
    """The exit status of a command, and all that it wrote to a terminal of n columns. Ctrl-C is pressed when it has
    written `ctrl_c_after`; the terminal echoes it, as ^C."""
    import fcntl
    import pty
    import termios
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
                               start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
                               env={**clean, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environment})
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 1 << 16):
            written += piece
            if ctrl_c_after and ctrl_c_after in written.decode(errors="replace"):
                os.write(ours, b"\x03")
                ctrl_c_after = ""
    except OSError:                                     # Linux's way to say that the other end is closed
        pass
    os.close(ours)
    return process.wait(timeout=60), written.decode()


if __name__ == "__main__":
    status, text = in_terminal(sys.argv[2:], int(sys.argv[1]))
    print(*Screen(int(sys.argv[1])).feed(text).lines(), f"status {status}", sep="\n")
