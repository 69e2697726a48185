"""Small files that would take all memory, or minutes. What each would become is worked out, and it is refused."""
from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from typing import Callable, Dict

import pytest

import samples
from mutation import patience, peak_memory
from purenn.data import load
from purenn.network2 import Network
from purenn.saved import files, histories, models
from purenn.saved.files import BadFile, check_memory
from samples import idx, npy


def repeated(piece: bytes, n: int, first: bytes = b"", last: bytes = b"") -> bytes:
    """A gzip file of n repetitions of the piece: ten million bytes in a member, and the members one after another."""
    per_member = 10 ** 7 // len(piece)
    return gzip.compress(first, 1) + gzip.compress(piece * per_member, 1) * (n // per_member) + gzip.compress(last, 1)


def idx_set(images: bytes) -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        samples.save_idx(folder)
        samples.save(folder / "train-images-idx3-ubyte", gzip.compress(images))
        return folder
    return save


BOMBS: Dict[str, Callable[[Path], Path]] = {
    "640 MiB of blank lines": lambda folder: samples.save(folder / "a.csv.gz", repeated(b"\n", 640 << 20)),
    "105 million rows of a pixel": lambda folder: samples.save(folder / "a.csv.gz", repeated(b"7,0\n8,1\n", 52500000)),
    "npz of doubles": lambda folder: samples.save(folder / "a.npz", samples.npz(
        {**samples.arrays(), "x_train.npy": npy("<f8", (2, 2 ** 28), b"")})),
    "npz of images of a pixel": lambda folder: samples.save(folder / "a.npz", samples.npz(
        {**samples.arrays(), "x_train.npy": npy("|u1", (2 ** 28, 1), b"")})),
    "2^29 images of 1 x 1": idx_set(idx(2 ** 29, 1, 1, content=b"")),
    "20 images of 5236 x 5096": idx_set(idx(20, 5236, 5096, content=b"")),
    "a zip of 105 million rows of a pixel": lambda folder: samples.save(folder / "a.zip", samples.zipped(
        {"train.csv": b"7,0\n8,1\n" * 20000000})),
    "640 MB of blank lines in bzip2": lambda folder: samples.save(
        folder / "a.csv.bz2", bz2.compress(b"\n" * 10 ** 7) * 64),
    "gzip of gzip of rows": lambda folder: samples.save(folder / "a.csv.gz", gzip.compress(repeated(
        b"7,0\n8,1\n", 52500000))),
    "gzip of nothing, thirty million times": lambda folder: samples.save(folder / "a.csv.gz", repeated(
        gzip.compress(b""), 30 * 10 ** 6)),
    "an array of columns that is one long row": lambda folder: samples.save(folder / "x_train.npy", npy(
        "|u1", (1, 2 ** 28), b"").replace(b"False, ", b"True, ").replace(b"), }", b"), } ")),
    "a pickle of 400 MB of text": lambda folder: samples.save(folder / "mnist.pkl.gz", repeated(
        b"a", 400 * 10 ** 6, b"(lp0\nS'", b"'\na.")),
    "a pickle of 400 MB": lambda folder: samples.save(folder / "a.pkl.gz", repeated(
        b"\0", 400 * 10 ** 6, b"\x80\x02T" + (400 * 10 ** 6).to_bytes(4, "little"), b".")),
}

LARGEST = ["640 MiB of blank lines", "105 million rows of a pixel", "a zip of 105 million rows of a pixel",
           "gzip of nothing, thirty million times", "640 MB of blank lines in bzip2", "gzip of gzip of rows"]

TOO_MUCH = r"would take [\d,]+ bytes of memory|at most 536,870,912 bytes|more than [\d,]+ bytes"


@pytest.mark.slow
@pytest.mark.parametrize("bomb", [pytest.param(bomb, marks=[pytest.mark.long] * (bomb in LARGEST)) for bomb in BOMBS])
def test_a_data_set_that_would_fill_the_memory_is_refused(tmp_path: Path, bomb: str) -> None:
    source, before = BOMBS[bomb](tmp_path), peak_memory()
    with patience(60), pytest.raises(BadFile, match=TOO_MUCH):
        load(source)
    assert peak_memory() - before < 400e6


@pytest.mark.slow
def test_a_history_of_33_million_rows_is_refused(tmp_path: Path) -> None:
    path = samples.save(tmp_path / "history.csv", repeated(b"0\n", 33 * 10 ** 6 - 10 ** 6, b"epoch\n"))
    before = peak_memory()
    with patience(60), pytest.raises(BadFile, match="would take"):
        histories.read_history(path)
    assert peak_memory() - before < 400e6


def test_a_model_of_128_mib_of_a_letter_is_refused(tmp_path: Path) -> None:
    """Some 10 MB of 126 are read: (256 MiB + 128 bytes for each of half a million in the file) / 32."""
    path = samples.save(tmp_path / "model.json", repeated("ā".encode(), 60 << 20, b'{"format": "', b'"}'))
    before = peak_memory()
    with patience(60), pytest.raises(BadFile, match=r"more than 10,\d\d\d,\d\d\d bytes, too large"):
        models.load(path)
    assert peak_memory() - before < 100e6


def test_a_model_that_could_not_be_read_again_because_it_compresses_too_well_is_not_written(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 weights of 0.0 are 10,000 characters. With 64,000 bytes of memory, and 128 for each of the file's 400 or
    so, some 3,600 characters of 32 bytes are allowed."""
    net = Network([2000, 1])
    net.weights = [[[0.0] * 2000]]
    monkeypatch.setattr(files, "MEMORY", 64000)
    with pytest.raises(BadFile, match="which could not be read again"):
        models.save(net, tmp_path / "model.json.gz")
    models.save(net, tmp_path / "model.json")
    assert models.load(tmp_path / "model.json").weights == net.weights


def test_the_documented_limit_is_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """256 MiB and 128 bytes for each of the file's: for 1,000 bytes 268,435,456 + 128,000."""
    path = samples.save(tmp_path / "file", bytes(1000))
    check_memory(path, 268_563_456)
    with pytest.raises(ValueError, match="would take 268,563,457 bytes of memory, expected at most 268,563,456 "):
        check_memory(path, 268_563_457)


def test_nobody_unzips_more_by_asking_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)
    path, before = samples.save(tmp_path / "file", repeated(b"\0", 10 ** 9)), peak_memory()
    for most in 1001, 2 ** 40:
        with pytest.raises(BadFile, match="file: more than 1,000 bytes"), files.opened(path) as file:
            file.read(most)
    assert peak_memory() - before < 100e6


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_more_than_512_mib_are_read_of_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               pack: Callable[[bytes], bytes]) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)
    path = samples.save(tmp_path / "a.csv", pack(b"7,0,1\n8,1,0\n" * 84))        # 1,008 bytes
    with pytest.raises(BadFile, match="a.csv: more than 1,000 bytes"):
        load(path)
    assert load(samples.save(path, pack(b"7,0,1\n8,1,0\n" * 83)))                # 996


def test_a_csv_of_blank_lines_takes_what_images_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image takes 800 bytes and 9 for each column; a blank line, which takes time, counts as an image of one column.
    20 rows of 3 columns are 20 · (800 + 3 · 9) = 16,540 bytes; a blank line makes 17,349 of them, and two 18,158."""
    monkeypatch.setattr(files, "MEMORY", 17500)
    monkeypatch.setattr(files, "MEMORY_PER_BYTE", 0)
    rows = b"7,0,1\n8,1,0\n" * 10
    assert load(samples.save(tmp_path / "a.csv", rows + b"\n"))
    with pytest.raises(BadFile, match="would take 18,158 bytes of memory, expected at most 17,500"):
        load(samples.save(tmp_path / "a.csv", rows + b"\n\n"))
