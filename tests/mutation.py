"""Seeded corruption of files: whatever a disk, a network or a text editor may do to one.

PURENN_FUZZ=N asks for N mutations of each form instead of fifty.
"""
from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from random import Random
from typing import Iterator

COUNT = int(os.environ.get("PURENN_FUZZ") or 50)

NUMBERS = [b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\x00\x00\x00", b"\x00\x00\x00\x80",
           b"\xff" * 8, b"\x00", b"\x01", b"\xff", b"\x80"]
TEXTS = [b"nan", b"inf", b"-inf", b"-1", b"1e999", b"256", b"10", b"0.5", b"1_0", b"", b" ", b"\n", b",", b"\r\n",
         b'"', b"'", b"(", b"[", b"{", b"9" * 400, b"\x00", "٣".encode(), "é".encode("latin-1"), b"\xff\xfe",
         b"\xef\xbb\xbf", b"1" * 20, b"-0", b"0x10", b"True", b"2147483648", b"(0,)",
         b"(2147483648, 2)", b"-5", b"<f8", b">i8", b"|O", b"|S9"]


def mutate(random: Random, content: bytes) -> bytes:
    """The content with one to four corruptions, each at random."""
    result = bytearray(content)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        k = random.randrange(len(result) + 1)
        stretch = random.choice([1, 1, 2, 4, 16, len(result)])
        kind = random.randrange(8)
        if kind == 0 and k < len(result):
            result[k] ^= 1 << random.randrange(8)
        elif kind == 1 and k < len(result):
            result[k] = random.randrange(256)
        elif kind == 2:
            del result[k:]
        elif kind == 3:
            del result[k:k + stretch]
        elif kind == 4:
            result[k:k] = result[random.randrange(len(result) + 1):][:stretch]
        elif kind == 5:
            number = random.choice(NUMBERS)
            result[k:k + len(number)] = number
        elif kind == 6:
            result[k:k + random.choice([0, 1, 3])] = random.choice(TEXTS)
        else:
            result[k:k] = random.getrandbits(8 * stretch).to_bytes(stretch, "big")
    return bytes(result)


def mutations(content: bytes, count: int = COUNT, seed: int = 0) -> Iterator[bytes]:
    """n corrupted copies, the same for the same seed."""
    random = Random(seed)
    return (mutate(random, content) for _ in range(count))


class Hang(BaseException):
    """Raised in the middle of whatever takes far too long."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """End what hangs, where the system has alarm clocks (Windows has none)."""
    if sys.platform == "win32":
        yield
        return

    def alarm(*_: object) -> None:
        raise Hang(f"no answer after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def peak_memory() -> int:
    """The most memory that this process has had so far, in bytes (0 where the system does not say)."""
    if sys.platform == "win32":
        return 0
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
