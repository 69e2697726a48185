"""Whatever file we are handed, the person gets an answer: the data, or one line that names the file and its fault."""
from __future__ import annotations

import bz2
import gzip
import io
import os
import struct
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Callable, Dict, List, NamedTuple

import pytest

import samples
from mutation import COUNT, mutate, patience, peak_memory
from purenn.data import Data, load, load_images
from purenn.data.formats import NAMES
from purenn.saved.files import BadFile, read_exactly
from samples import idx, npy


def complaint(source: Path) -> str:
    """What load says of it, without the folder's name."""
    with pytest.raises(BadFile) as caught:
        load(source)
    line = str(caught.value)
    assert line.startswith(f"{caught.value.path}: ") and line.isprintable() and len(line) < 500
    return line.replace(f"{source}{os.sep}", "").replace(str(source), source.name)


# ---- things that are not files ----

def test_nothing_there(tmp_path: Path) -> None:
    assert complaint(tmp_path / "nothing") == "nothing: No such file or directory"


def test_an_empty_folder(tmp_path: Path) -> None:
    assert f"no files to train on, expected one: {NAMES}" in complaint(tmp_path)


def test_a_folder_of_too_much(tmp_path: Path) -> None:
    for name in "a.csv", "b.csv":
        samples.save(tmp_path / name, samples.csv(samples.TRAINING))
    assert complaint(tmp_path).endswith("2 files to train on, expected one: which of a.csv, b.csv?")


def test_the_only_file_of_a_folder_is_called_by_its_name(tmp_path: Path) -> None:
    samples.save(tmp_path / "train.parquet", b"PAR1" + bytes(20))
    assert complaint(tmp_path).startswith("train.parquet: a Parquet file")


@pytest.mark.parametrize("name", ["mnist.csv", "mnist.npz", "mnist.pkl.gz", "train-images-idx3-ubyte"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    assert complaint(samples.save(tmp_path / name, b"")) == f"{name}: an empty file"
    assert complaint(samples.save(tmp_path / name, gzip.compress(b""))) == f"{name}: an empty file"


@pytest.mark.parametrize("name", list(samples.idx_files()))
def test_a_folder_or_an_empty_file_in_place_of_a_file(tmp_path: Path, name: str) -> None:
    (samples.save_idx(tmp_path) / name).unlink()
    assert f"holds no {name}, gzipped or not" in complaint(tmp_path)
    (tmp_path / name).mkdir()
    assert complaint(tmp_path) == f"{name}: a folder or a device, expected a file"
    (tmp_path / name).rmdir()
    samples.save(tmp_path / name, b"")
    assert complaint(tmp_path) in (f"{name}: ends after 0 of 4 bytes of its mark", f"{name}: an empty file")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_or_a_pipe(tmp_path: Path) -> None:
    assert complaint(Path("/dev/zero")) == "zero: a folder or a device, expected a file"
    os.mkfifo(tmp_path / "pipe")
    with patience(10):
        assert complaint(tmp_path / "pipe") == "pipe: a folder or a device, expected a file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all, Windows has no chmod")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    samples.save(tmp_path / "secret.csv", b"1,2").chmod(0)
    assert complaint(tmp_path / "secret.csv") == "secret.csv: Permission denied"


def test_a_name_that_would_upset_a_terminal() -> None:
    assert str(BadFile("a\n\x1b[2Jb", "an empty file")) == "a\\n\\x1b[2Jb: an empty file"


@pytest.mark.parametrize("content, begins", [
    (b"\x04\x05\x06\x07 and more", "04 05 06 07"), (bytes(100), "00 00 00 00")])
def test_some_other_file(tmp_path: Path, content: bytes, begins: str) -> None:
    path = samples.save(tmp_path / "file", content)
    assert complaint(path) == f"file: begins with {begins}, expected an {NAMES} file"


# ---- IDX ----

@pytest.mark.parametrize("name, content, fault", [
    ("train-images-idx3-ubyte", idx(12, content=bytes(12)), "begins with 00 00 08 01, expected 00 00 08 03"),
    ("train-labels-idx1-ubyte", idx(12, 1, 1, content=bytes(12)), "begins with 00 00 08 03, expected 00 00 08 01"),
    ("train-images-idx3-ubyte", b"\x00\x00\x0a\x03" + bytes(100), "begins with 00 00 0a 03"),    # there is no such
    ("train-images-idx3-ubyte", b"\x00\x00\x0d\x03" + bytes(100), "sizes of 0 x 0 x 0"),         # of floats
    ("train-images-idx3-ubyte", idx(0, 2, 3, content=b""), "sizes of 0 x 2 x 3, expected at least 1 of each"),
    ("train-images-idx3-ubyte", idx(12, 0, 3, content=b""), "sizes of 12 x 0 x 3, expected at least 1 of each"),
    ("train-images-idx3-ubyte", idx(2 ** 31, 2, 3, content=b""), "sizes of 2147483648 x 2 x 3, expected at least 1"),
    ("train-images-idx3-ubyte", idx(2 ** 32 - 1, 1, 1, content=b""), "sizes of 4294967295 x 1 x 1"),     # or -1
    ("train-images-idx3-ubyte", idx(12, 2 ** 31, 2 ** 31, content=b""), "at most 536,870,912 bytes in all"),
    ("train-images-idx3-ubyte", idx(12, 2, 4, content=bytes(72)), "ends after 72 of 96 bytes"),
    ("train-images-idx3-ubyte", idx(12, 2, 3, content=bytes(73)), "goes on after its expected end"),
    ("train-images-idx3-ubyte", idx(11, 2, 3, content=bytes(66)), "train-labels-idx1-ubyte: 12 labels, expected 11"),
    ("train-labels-idx1-ubyte", idx(13, content=bytes(13)), "13 labels, expected 12, one for each image"),
    ("train-labels-idx1-ubyte", idx(12, content=bytes(11) + b"\x0a"), "a label of 10, expected 0 to 9"),
    ("t10k-labels-idx1-ubyte", idx(0, content=b""), "sizes of 0, expected at least 1"),
    ("t10k-images-idx3-ubyte", idx(3, 2, 2, content=bytes(12)), "test images of 4 pixels, expected 6"),
])
def test_idx(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    folder = samples.save_idx(tmp_path)
    samples.save(folder / name, content)
    assert fault in complaint(folder)
    samples.save(folder / name, gzip.compress(content))
    assert fault in complaint(folder)


@pytest.mark.slow
def test_a_gzip_bomb_is_opened_no_further_than_its_header_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that accounts for 72 bytes, and 100 million behind it."""
    taken: List[int] = []
    read_gzip = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int = -1) -> bytes:
        taken.append(size)
        return read_gzip(self, size)

    folder = samples.save_idx(tmp_path)
    samples.save(folder / "train-images-idx3-ubyte", gzip.compress(idx(12, 2, 3, content=bytes(10 ** 8)), 1))
    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    assert complaint(folder) == "train-images-idx3-ubyte: goes on after its expected end"
    assert taken == [300, 4, 12, 72, 1]     # 300 to recognise it


def test_a_promise_of_much_costs_nothing() -> None:
    class File(io.BytesIO):
        asked = 0

        def read(self, size: "int | None" = -1) -> bytes:
            self.asked = max(self.asked, size or 0)
            return super().read(size)

    file = File(b"abc")
    with pytest.raises(ValueError, match="ends after 3 of 536,870,912 pixels"):
        read_exactly(file, 2 ** 29, "pixels")
    assert file.asked <= 2 ** 20


# ---- gzip ----

@pytest.mark.parametrize("spoil, fault", [
    (lambda packed: packed[:-12], "cut short: the compressed data end before their end mark"),
    (lambda packed: packed[:-1], "cut short"),
    (lambda packed: packed[:9], "cut short"),
    (lambda packed: packed[:-8] + b"\x00" * 8, "damaged: CRC check failed"),
    (lambda packed: packed[:30] + b"\xff\xff\xff" + packed[33:], "damaged|cut short|sizes|ends"),
    (lambda packed: packed + b"and more", "damaged: Not a gzipped file"),
    (lambda packed: packed[:2] + b"\x07" + packed[3:], "damaged: Unknown compression method"),
])
def test_damaged_gzip(tmp_path: Path, spoil: Callable[[bytes], bytes], fault: str) -> None:
    folder = samples.save_idx(tmp_path)
    path = folder / "train-images-idx3-ubyte"
    samples.save(path, spoil(gzip.compress(path.read_bytes())))
    assert any(words in complaint(folder) for words in fault.split("|"))


# ---- CSV ----

@pytest.mark.parametrize("text, fault", [
    (b"\n\nlabel,a,b\n7,0,x\n", "line 4: 'x', expected a whole number of 0 to 255"),
    (b"7,0,1\n7,0,nan\n", "line 2: 'nan', expected a whole number"),
    (b"7,0,1\n7,0,inf\n", "line 2: 'inf', expected a whole number"),
    (b"7,0,1\n8,0,-0.3\n", "pixels from -0.3 to 1, standardised perhaps, expected 0 to 1 or 0 to 255"),
    (b"7,0,1\n8,0,256\n", "a pixel of 256, expected 0 to 255 (or to one of 1, 16, 100, 1000, 1023, 4095, 65535)"),
    (b"7,0,1\n8,0,0x5\n", "line 2: '0x5', expected a whole number"),
    (b"7,0,1\n7,0,1_0\n", "line 2: '1_0', expected a whole number"),
    (b"7,0,1\n7,0,1e2e\n", "line 2: '1e2e', expected a whole number"),
    (b"7,0,1\n7,,1\n", "line 2: '' (an empty field), expected a whole number"),
    (b"7,0,1\n7,0," + "٣".encode() + b"\n", "line 2: '٣', expected a whole number"),
    (b"7,0,1\n7,0,\xe9\n", "line 2: 'é', expected a whole number"),       # Windows' code page
    (b"7,0,1\n8,0," + b"9" * 100000 + b"\n", "a pixel of inf, expected a whole number of 0 to 255"),
    (b"7,0,1\n\n\n7,0,1,2\n", "line 4: 4 columns, expected 3 as above"),
    (b"7,0,1\n10,0,1\n", "line 2: a label of 10 in column 1, expected 0 to 9"),
    (b"7:0:1\n8:0:1\n", "expected a whole number of 0 to 255"),
    (b"label,a,b\n", "no images, expected a line for each"),
    (b"label,pixel0,pixel1\n" * 2, "line 2: 'pixel0', expected a whole number"),
    (b"Dear Sir,\nplease find enclosed four files\n", "line 2: 5 columns, expected 2 as above"),
    (b"pixel0,pixel1\n0,1\n", "2 columns of pixels and no labels, expected a column of labels first"),
    (b"@relation r\n@attribute a real\n@attribute class {0,1}\n@data\n{0 7, 1 1}\n", "line 5: ARFF's sparse form"),
    (b"1" * 1100000, "line 1: more than 1,048,576 characters"),
    (b"7,0,1\n7,0," + b" " * 1000000 + b"x\n", "expected a whole number"),
])
def test_csv(tmp_path: Path, text: bytes, fault: str) -> None:
    for content in text, gzip.compress(text):
        assert fault in complaint(samples.save(tmp_path / "digits.csv", content))


# ---- npz ----

KERAS = samples.arrays()


@pytest.mark.parametrize("change, fault", [
    ({"x_train.npy": b"\x93NUMPX" + KERAS["x_train.npy"][6:]}, "x_train.npy: begins with 93 4e 55 4d 50 58"),
    ({"x_train.npy": b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 70000}, "its header is not one of numbers stored"),
    ({"x_train.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{"}, "ends after 1 of 1,000 bytes"),
    ({"x_train.npy": npy("|O", (12, 2, 3), bytes(72))}, "an array of Python objects, expected numbers"),
    ({"x_train.npy": npy("<U1", (12, 2, 3), bytes(288))}, "an array of '<U1', expected whole numbers or floats"),
    ({"x_train.npy": npy("|u1", (0, 2, 3), b"")}, "an array of shape (0, 2, 3), expected at least 1 of each"),
    ({"x_train.npy": npy("|u1", (-12, 2, 3), bytes(72))}, "its header is not one of numbers"),
    ({"x_train.npy": npy("|u1", (2 ** 31, 2, 3), bytes(72))}, "an array of shape (2147483648, 2, 3), expected"),
    ({"x_train.npy": npy("|u1", (12, 2, 1, 3), bytes(72))}, "shape (12, 2, 1, 3), in colour perhaps; expected one"),
    ({"x_train.npy": npy("|u1", (12, 2, 4), bytes(72))}, "x_train.npy: ends after 72 of 96 bytes"),
    ({"x_train.npy": npy("|u1", (12, 2, 3), bytes(73))}, "x_train.npy: goes on after its expected end"),
    ({"y_train.npy": npy("|u1", (11,), bytes(11))}, "images of shape (12, 2, 3) and labels of shape (11,), expected"),
    ({"y_train.npy": npy("|u1", (12,), b"\x0a" * 12)}, "a label of 10, expected 0 to 9"),
    ({"y_train.npy": npy("<f4", (12,), struct.pack("<f", 0.5) * 12)}, "a label of 0.5, expected 0 to 9"),
    ({"y_train.npy": npy("|S2", (12,), b"7\0" * 11 + b"ab")}, "a label 'ab', expected a digit"),
    ({"y_train.npy": npy("|u1", (12, 10), bytes(120))}, "label of image 1, expected one to be 1 and the others 0"),
    ({"x_train.npy": npy("<f4", (12, 6), struct.pack("<f", float("nan")) * 72)}, "a pixel of nan, expected a whole"),
    ({"x_train.npy": npy("<f4", (12, 6), struct.pack("<f", float("inf")) * 72)}, "a pixel of inf, expected a whole"),
    ({"x_train.npy": npy("<i4", (12, 6), struct.pack("<i", -1) * 72)}, "pixels from -1 to 255, standardised perhaps"),
    ({"x_test.npy": npy("|u1", (3, 2, 2), bytes(12))}, "test images of 4 pixels, expected 6 as in the training images"),
    ({"x_test.npy": None}, "x_train 12 x 2 x 3, y_train 12, y_test 3; the test labels have no images"),
    ({"x_train.npy": npy("|u1", (12, 2, 3), b"\1" * 72)}, "pixels of 0 to 1 and of 0 to 255, expected the same scale"),
])
def test_npz(tmp_path: Path, change: Dict[str, bytes], fault: str) -> None:
    arrays = {name: content for name, content in {**KERAS, **change}.items() if content is not None}
    assert fault in complaint(samples.save(tmp_path / "mnist.npz", samples.npz(arrays)))


@pytest.mark.slow
def test_a_zip_bomb_is_opened_no_further_than_its_header_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: List[int] = []
    read_zip = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, n: "int | None" = -1) -> bytes:
        taken.append(n or 0)
        return read_zip(self, n)

    bomb = samples.npz({**KERAS, "x_train.npy": npy("|u1", (12, 2, 3), bytes(10 ** 8))})
    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    assert "goes on after" in complaint(samples.save(tmp_path / "mnist.npz", bomb))
    assert sum(taken) < 300


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_file_compressed_otherwise(tmp_path: Path, method: int) -> None:
    path = samples.save(tmp_path / "mnist.npz", samples.npz(KERAS, method))
    assert complaint(path) == "mnist.npz: x_train.npy is compressed in a way that NumPy does not use"


@pytest.mark.parametrize("read", [load, load_images])
def test_a_damaged_zip_file(tmp_path: Path, read: Callable[[Path], object]) -> None:
    """A wrong byte in compressed data, and an archive without one of its arrays."""
    content = bytearray(samples.npz(KERAS))
    content[60] ^= 255
    for damaged in bytes(content), samples.npz({"y_train.npy": KERAS["y_train.npy"]}):
        with pytest.raises(BadFile, match="mnist.npz: "):
            read(samples.save(tmp_path / "mnist.npz", damaged))


def test_a_zip_file_in_gzip(tmp_path: Path) -> None:
    path = samples.save(tmp_path / "mnist.npz", gzip.compress(samples.npz(KERAS)))
    assert load(path) == samples.expected()
    path = samples.save(tmp_path / "mnist.npz", gzip.compress(samples.npz(KERAS)[:-30]))
    assert complaint(path) == "mnist.npz: not a whole zip file: File is not a zip file"


# ---- pickles: test_formats.py has the malicious ones ----

def test_a_pickle_of_contradictory_arrays(tmp_path: Path) -> None:
    pickle = samples.python2_pickle()
    for old, new, fault in [
        (b"(K\x0aK\x06t", b"(K\x0aK\x07t", "an array of shape (10, 7) and kind '<f4' in 240 bytes"),
        (b"(K\x0aK\x06t", b"(K\x0aK\x00t", "an array of shape (10, 0), expected at least 1 of each"),
        (b"(K\x0aK\x06t", b"(K\x0aJ\xff\xff\xff\xfft", "an array of shape (10, -1), expected at least 1 of each"),
        (b"(K\x0aK\x06t", b"(J\xff\xff\xff\x7fJ\xff\xff\xff\x7ft", "images of shape (2147483647, 2147483647)"),
        (b"(K\x0aK\x06t", b"K\x09", "fills an array with something else than numbers"),
        (b"(K\x0at", b"(K\x09t", "images of shape (10, 6) and labels of shape (9,), expected"),
        (b"\x02f4", b"\x02O8", "an array of Python objects, expected numbers"),
        (b"\x02i8", b"\x02f8", "a label of 4.94066e-324, expected 0 to 9"),       # the bytes of 1 as a float
        (b"\x09\x00\x00\x00\x00\x00\x00\x00", b"\x0a\x00\x00\x00\x00\x00\x00\x00", "a label of 10, expected 0 to 9"),
        (b"\x09\x00\x00\x00\x00\x00\x00\x00", b"\xff\xff\xff\xff\xff\xff\xff\xff", "a label of -1, expected 0 to 9"),
        (b"\x00\x00\x7f\x3f", b"\x00\x00\xc0\x7f", "a pixel of nan, expected a whole"),       # 0x3f7f0000 is 255/256
        (b"\x00\x00\x7f\x3f", b"\x00\x00\x80\x7f", "a pixel of inf, expected a whole number of"),
    ]:
        assert old in pickle
        assert fault in complaint(samples.save(tmp_path / "mnist.pkl", pickle.replace(old, new, 1)))


# ---- every form, cut short and corrupted ----

def well_formed(sets: Data) -> bool:
    """Whether these are images of one size with their digits, as `load` promises them."""
    training, validation, test = sets
    size = len(training[0][0])
    assert all(sorted(y) == [0.0] * 9 + [1.0] for _, y in training)
    assert all(type(y) is int and 0 <= y <= 9 for _, y in validation + test)
    images = [x for x, _ in training] + [x for x, _ in validation + test]
    return size > 0 and all(len(x) == size and all(0.0 <= p <= 1.0 for p in x) for x in images)


class Victim(NamedTuple):
    """A file of a set to be spoilt: the set, the file's name, what is spoilt of it, and what is then done with it."""

    save: Callable[[Path], Path]
    name: str
    content: bytes
    pack: Callable[[bytes], bytes] = bytes

    def spoilt(self, folder: Path, spoil: Callable[[bytes], bytes]) -> Path:
        """Spoil the file in a folder that has the set already; returns what to load."""
        samples.save(folder / self.name, self.pack(spoil(self.content)))
        return folder / self.name if len(list(folder.iterdir())) == 1 else folder


TEXTS = "csv", "utf-16", "arff", "brightnesses"


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 1)


def archived(name: str) -> Callable[[bytes], bytes]:
    return lambda content: samples.npz({**KERAS, name: content}, zipfile.ZIP_STORED)


TABLE = samples.csv(samples.TRAINING, samples.HEADER)
FORMS = samples.FORMS
ARFF = ("% digits\n@relation digits\n@attribute class {0,1}\n" + "".join(f"@attribute 'p {k}' real\n" for k in range(6))
        + "@data\n").encode() + samples.csv(samples.TRAINING)
BRIGHT = b"".join(b"%d;" % y + ";".join(f"{x / 255:.6f}".replace(".", ",") for x in image).encode() + b"\r\n"
                  for image, y in samples.TRAINING)
DICTIONARIES = [samples.dictionary_pickle(), samples.text_pickle()]
VICTIMS: Dict[str, List[Victim]] = {
    "idx": [Victim(samples.save_idx, name, content, pack) for name, content in samples.idx_files().items()
            for pack in (bytes, packed)],
    "csv": [Victim(FORMS["csv, the training file"], "mnist_train.csv", TABLE, pack) for pack in (bytes, packed)],
    "npz": [Victim(FORMS["npz"], "mnist.npz", samples.npz(KERAS))]
           + [Victim(FORMS["npz"], "mnist.npz", KERAS[name], archived(name)) for name in KERAS],
    "pickle": [Victim(FORMS["pickle that Python 2 wrote"], "mnist.pkl", samples.PYTHON2, pack)
               for pack in (bytes, packed)],
    "zip": [Victim(FORMS["csv in a zip"], "archive.zip", samples.zipped(samples.csv_files(samples.HEADER))),
            Victim(FORMS["idx in a zip"], "archive.zip", samples.zipped(samples.idx_files()))],
    "utf-16": [Victim(FORMS["csv in UTF-16"], "mnist_train.csv", TABLE.decode().encode("utf-16"))],
    "npy": [Victim(FORMS["npy"], name, content) for name, content in KERAS.items()],
    "bzip2": [Victim(FORMS["csv, bzip2"], "mnist_train.csv.bz2", bz2.compress(TABLE))],
    "arff": [Victim(FORMS["csv, the training file"], "mnist_train.csv", ARFF)],
    "brightnesses": [Victim(FORMS["csv, the training file"], "mnist_train.csv", BRIGHT)],
    "pickled dictionary": [Victim(lambda folder: samples.save(folder / "mnist.pkl", content), "mnist.pkl", content)
                           for content in DICTIONARIES],
    "gzip": [Victim(FORMS["pickle of Python 2"], "mnist.pkl", gzip.compress(samples.PYTHON2))],
}


@pytest.mark.slow
@pytest.mark.parametrize("form", VICTIMS)
def test_corrupted_files_load_as_promised_or_are_refused(tmp_path: Path, form: str) -> None:
    """No other exception, no hang, no hunger for memory."""
    random, before = Random(form), peak_memory()
    outcomes = {"loaded": 0, "refused": 0}
    for number, victim in enumerate(VICTIMS[form]):
        folder = tmp_path / str(number)
        victim.save(folder)
        for _ in range(COUNT // len(VICTIMS[form])):
            source = victim.spoilt(folder, lambda content: mutate(random, content))
            with patience(10), suppress(BadFile):
                load_images(source)
            try:
                with patience(10):
                    assert well_formed(load(source))
                outcomes["loaded"] += 1
            except BadFile as error:
                assert str(error).isprintable() and len(str(error)) < 1000
                outcomes["refused"] += 1
    print(f"{form}: {outcomes}, at most {peak_memory() - before:,} bytes")
    assert outcomes["refused"] > 0
    assert peak_memory() - before < 200e6


@pytest.mark.slow
@pytest.mark.parametrize("form", VICTIMS)
def test_files_cut_short_anywhere_are_refused(tmp_path: Path, form: str) -> None:
    """But a table may end anywhere in a number: nobody can tell."""
    for number, victim in enumerate(VICTIMS[form]):
        folder = tmp_path / str(number)
        victim.save(folder)
        for length in range(0, len(victim.content), 7):
            source = victim.spoilt(folder, lambda content: content[:length])
            try:
                sets = load(source)
            except BadFile:
                continue
            assert form in TEXTS and well_formed(sets)
