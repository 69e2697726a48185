"""MNIST and Fashion-MNIST from the network: fetched from a mirror, checked, and put where the next run finds them.

A file is put in its place at once, when all of it is here and its SHA-256 is the published one. So a file that is there
is right, however the download ended.
"""
from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import Any, Callable, Dict, List, NamedTuple

from ..saved.files import BadFile, PathLike, write_atomically
from .formats.idx import NAMES, find

Progress = Callable[[str, int, int], None]
"""Called with the name of a file, the number of its bytes that are here, and of all (0 if the mirror does not say)."""

LARGEST = 1 << 26
"""The most bytes of a file, as it is sent and as it is unzipped; the largest there is has 47 MB unzipped."""

SLOWEST = 10_000
"""Bytes per second: a slower mirror is given up."""


class Source(NamedTuple):
    """Where a data set's files are, and the SHA-256 of each: of the file as it is sent, or of its content once
    decompressed (several mirrors compress the same content differently)."""

    mirrors: List[str]
    digests: List[str]          # in the order of formats.idx.NAMES


SOURCES: Dict[str, Source] = {
    "mnist": Source(
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        ["ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",        # decompressed
         "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
         "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
         "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"]),
    "fashion-mnist": Source(
        ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
         "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"],
        ["3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",        # as sent; source: torchvision's
         "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",        # datasets/_builtin/mnist.py
         "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
         "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"]),
}


def fetch(name: str, folder: PathLike, progress: Progress = lambda name, done, total: None, timeout: float = 30.0
          ) -> None:
    """Download those of the four files of SOURCES[name] that the folder does not have: all of them, or nothing changes.

    A mirror is given up, and the next one asked, if it sends nothing for `timeout` seconds, or falls `timeout` seconds
    behind SLOWEST, or sends the wrong content. BadFile if no mirror has a file, OSError if the folder cannot be written
    to.
    """
    mirrors, digests = SOURCES[name]
    files = {Path(folder) / f"{file}.gz": from_any(mirrors, f"{file}.gz", digest, progress, timeout)
             for file, digest in zip(NAMES, digests) if not find(folder, file)}
    new = [path for path in [*files, Path(folder), *Path(folder).parents] if not path.exists()]
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            write_atomically(path, content)
    except BaseException:
        for path in new:
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def from_any(mirrors: List[str], name: str, digest: str, progress: Progress, timeout: float) -> bytes:
    """A file of this SHA-256, from the first mirror that has it."""
    problems = []
    for mirror in mirrors:
        try:
            content = get(mirror + name, progress, timeout)
            if digest not in digests_of(content):
                raise ValueError("not the right content (its SHA-256 differs)")
            return content
        except (OSError, ValueError) as error:
            problems.append(f"{mirror}: {error or type(error).__name__}")
    raise BadFile(name, f"could not be downloaded ({'; '.join(problems)})")


def get(url: str, progress: Progress, timeout: float) -> bytes:
    """What the server at this address sends, if it keeps up with SLOWEST from the first word to the last.

    A socket's own timeout begins anew with each byte, and finding a server's address has none. So a thread listens, and
    the time is taken here.
    """
    pieces: Queue[Any] = Queue(maxsize=1)
    Thread(target=_receive, args=(url, timeout, pieces), daemon=True).start()
    content, total, started = bytearray(), 0, monotonic()
    while True:
        try:
            piece = pieces.get(timeout=max(0.0, started + timeout + len(content) / SLOWEST - monotonic()))
        except Empty:
            raise ValueError(f"timed out: {len(content):,} bytes in {monotonic() - started:.0f} seconds") from None
        if isinstance(piece, Exception):
            raise piece
        if isinstance(piece, int):
            total = piece
        elif piece:
            content += piece
            if len(content) > LARGEST:
                raise ValueError(f"sends more than {LARGEST:,} bytes")
            progress(url.rpartition("/")[2], len(content), total)
        elif len(content) < total:
            raise ValueError(f"the connection ended after {len(content):,} of {total:,} bytes")
        else:
            return bytes(content)


def _receive(url: str, timeout: float, pieces: Queue[Any]) -> None:
    """Put into the queue the length of what is at this address (0 if the server does not say), its bytes, and at the
    end b"" or an error."""
    from http.client import HTTPException           # imported where they are used: most runs download nothing, and
    from urllib.error import HTTPError              # these take as long to import as all of purenn
    from urllib.request import urlopen
    try:
        with urlopen(url, timeout=timeout) as response:
            pieces.put(int(response.headers.get("Content-Length") or 0))
            while piece := response.read1(1 << 16):
                pieces.put(piece)
        pieces.put(b"")
    except HTTPException as error:
        pieces.put(ValueError(str(error) or type(error).__name__))
    except Exception as error:
        if isinstance(error, HTTPError):        # the answer itself, and as open as any other
            error.close()
        pieces.put(error)


def digests_of(content: bytes) -> List[str]:
    """The SHA-256 of a gzip file, and of what is in it."""
    inside, size = hashlib.sha256(), 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                inside.update(piece)
                size += len(piece)
                if size > LARGEST:
                    raise ValueError(f"holds more than {LARGEST:,} bytes")
    except (EOFError, zlib.error) as error:
        raise ValueError(f"not a whole gzip file: {error}") from None
    return [hashlib.sha256(content).hexdigest(), inside.hexdigest()]
