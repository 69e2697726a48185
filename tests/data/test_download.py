"""Downloads, from a server on this machine that behaves well or badly."""
from __future__ import annotations

import gzip
import hashlib
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

import samples
from purenn import data
from purenn.data import download
from purenn.data.download import SOURCES, Source, fetch
from purenn.saved.files import BadFile, write_atomically
from purenn.data.formats.idx import NAMES


class Server(ThreadingHTTPServer):
    """Serves the sample's four files in several ways, each below a folder of its own."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: List[str] = []
        self.closing = threading.Event()

    def url(self, folder: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{folder}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        _, folder, name = self.path.split("/")
        content = gzip.compress(samples.idx_files()[name[:-3]])
        if folder == "missing":
            return self.send_error(404)
        if folder == "wrong":
            content = gzip.compress(samples.idx_files()[name[:-3]] + b"!")
        if folder == "page":
            content = b"<html>Please log in to the network of this hotel.</html>"
        if folder == "endless":
            content = gzip.compress(bytes(3 << 20))
        if folder == "bomb":
            content = gzip.compress(bytes(1 << 20))
        if folder == "drip":
            return self.drip(b"HTTP/1.0 200 OK\r\n\r\n" + content)
        self.send_response(200)
        if folder != "unsaid":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if folder == "trickle":
            return self.drip(content)
        if folder in ("cut", "slow"):
            self.wfile.write(content[:len(content) // 2])
            self.wfile.flush()
            if folder == "slow":
                self.server.closing.wait(60)
            return
        self.wfile.write(content)

    def drip(self, content: bytes) -> None:
        """A byte each twentieth of a second, while anybody listens."""
        with suppress(OSError):
            for byte in content:
                self.wfile.write(bytes([byte]))
                if self.server.closing.wait(0.05):
                    break

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the next run looks and downloads go, on a machine that has no MNIST elsewhere."""
    monkeypatch.setenv("PURENN_DATA", str(tmp_path / "here" / "mnist"))
    monkeypatch.setattr(data, "HERE", tmp_path / "clone" / "purenn")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "here" / "mnist"


def mirrors(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    """Let "mnist" be the sample, to be found there."""
    digests = [hashlib.sha256(samples.idx_files()[name]).hexdigest() for name in NAMES]
    monkeypatch.setitem(SOURCES, "mnist", Source(list(urls), digests))


def names(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.iterdir())


ALL = sorted(f"{name}.gz" for name in NAMES)


@pytest.mark.parametrize("manner", ["good", "unsaid"])
def test_four_good_files(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch, manner: str) -> None:
    mirrors(monkeypatch, server.url(manner))
    told: Dict[str, List[int]] = {}
    with pytest.raises(BadFile, match="--download fetches it"):
        data.load("mnist")
    assert server.asked == []
    sets = data.load("mnist", download=True, progress=lambda name, done, total: told.update({name: [done, total]}))
    assert sets == samples.expected()
    assert names(folder) == ALL == sorted(told)
    for name, (done, total) in told.items():
        assert done == (folder / name).stat().st_size and total == (done if manner == "good" else 0)
    assert data.load("mnist", download=True) == sets        # nothing is fetched twice
    assert len(server.asked) == 4


def test_without_purenn_data_the_home_folder_has_them(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch,
                                                      tmp_path: Path) -> None:
    mirrors(monkeypatch, server.url("good"))
    monkeypatch.delenv("PURENN_DATA")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    data.load("mnist", download=True)
    assert names(tmp_path / "home" / ".cache" / "purenn" / "mnist") == ALL
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    data.load("mnist", download=True)                       # it is there already
    assert not (tmp_path / "caches").exists()
    monkeypatch.setenv("HOME", str(tmp_path / "another"))
    data.load("mnist", download=True)
    assert names(tmp_path / "caches" / "purenn" / "mnist") == ALL


def test_only_what_is_missing_is_fetched(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrors(monkeypatch, server.url("good"))
    samples.save_idx(folder)
    (folder / NAMES[2]).unlink()
    assert data.load("mnist", download=True) == samples.expected()
    assert server.asked == [f"/good/{NAMES[2]}.gz"]


FAULTS = {"wrong": "SHA-256 differs", "missing": "404", "cut": "the connection ended after", "slow": "timed out",
          "trickle": "timed out: [0-9]+ bytes in", "drip": "timed out: [0-9]+ bytes in",
          "page": "not a whole gzip file|Not a gzipped file", "endless": "sends more than", "bomb": "holds more than"}


@pytest.mark.parametrize("manner", FAULTS)
def test_a_bad_mirror_is_named_and_nothing_changes(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch,
                                                   manner: str) -> None:
    mirrors(monkeypatch, server.url(manner))
    monkeypatch.setattr(download, "LARGEST", 2000)
    with pytest.raises(BadFile, match=FAULTS[manner]) as caught:
        fetch("mnist", folder, timeout=0.5)
    assert str(caught.value).startswith(f"{NAMES[0]}.gz: could not be downloaded ({server.url(manner)}: ")
    assert not folder.parent.exists()
    with pytest.raises(BadFile, match="not found"):
        data.load("mnist")


@pytest.mark.slow
@pytest.mark.parametrize("manner", FAULTS)
def test_after_a_bad_mirror_the_next_one_is_asked(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch,
                                                  manner: str) -> None:
    mirrors(monkeypatch, server.url(manner), server.url("good"))
    monkeypatch.setattr(download, "LARGEST", 2000)
    fetch("mnist", folder, timeout=0.5)
    assert names(folder) == ALL
    assert data.load("mnist") == samples.expected()


@pytest.mark.parametrize("exists", [True, False])
def test_all_four_files_or_none(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch, exists: bool) -> None:
    """One that no mirror has, or one that cannot be written, and the folder is as it was, or is not there."""
    mirrors(monkeypatch, server.url("good"))
    if exists:
        folder.mkdir(parents=True)
    monkeypatch.setitem(SOURCES, "mnist", SOURCES["mnist"]._replace(digests=[*SOURCES["mnist"].digests[:3], "0"]))
    with pytest.raises(BadFile, match=f"{NAMES[3]}.gz: could not be downloaded"):
        fetch("mnist", folder)
    assert names(folder) == [] if exists else not folder.parent.exists()

    def full(path: Path, content: bytes) -> None:
        if path.name.startswith(NAMES[2]):
            raise OSError(28, "No space left on device")
        write_atomically(path, content)

    mirrors(monkeypatch, server.url("good"))
    monkeypatch.setattr(download, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        fetch("mnist", folder)
    assert names(folder) == [] if exists else not folder.parent.exists()


def test_nobody_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Server()
    gone.server_close()         # the port is free again
    mirrors(monkeypatch, gone.url("good"), "nonsense://")
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(BadFile, match="could not be downloaded .*refused.*; nonsense://: .*unknown url type"):
        fetch("mnist", folder)


def test_a_file_of_several_mirrors_is_known_by_its_content_or_as_a_whole(server: Server, folder: Path,
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [hashlib.sha256(gzip.compress(b"abc", mtime=0)).hexdigest(), hashlib.sha256(b"abc").hexdigest()]
    assert download.digests_of(gzip.compress(b"abc", mtime=0)) == sent
    # The SHA-256 of "abc" is FIPS 180-2's first example.
    assert sent[1] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_every_digest_is_one() -> None:
    for source in SOURCES.values():
        assert len(source.mirrors) == 2
        assert [len(bytes.fromhex(digest)) for digest in source.digests] == [32] * 4
