"""The same data by other names, in other wrappings, and as pictures in folders; and what is called by its name."""
from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib
from pathlib import Path
from typing import Any, Callable, List, Tuple

import pytest

import samples
from purenn.data import load, load_images
from purenn.data.formats.images import UNTOLD, DataSet, Images
from purenn.data.formats.refused import named
from purenn.data.formats.scale import scaled, upright
from purenn.saved.files import BadFile
from samples import TEST, TRAINING, idx


def test_idx_by_other_names(tmp_path: Path) -> None:
    """The words say which is which: as a browser saves it a second time, EMNIST's, and without "idx"."""
    for k, rename in enumerate([lambda name: f"{name} (1).gz", lambda name: "kmnist-" + name.replace("t10k", "test"),
                                lambda name: name.split("-idx")[0], lambda name: name.upper()]):
        folder = samples.save_idx(tmp_path / str(k), rename)
        assert load(folder) == samples.expected(), k


def test_qmnists_labels(tmp_path: Path) -> None:
    """Eight whole numbers of four bytes for each image, of which the first is the digit."""
    for part, digits in ("train", TRAINING), ("test", TEST):
        rows = b"".join(struct.pack(">8i", y, *range(7)) for _, y in digits)
        images = idx(len(digits), 2, 3, content=samples.pixels(digits))
        samples.save(tmp_path / f"qmnist-{part}-images-idx3-ubyte", images)
        labels = bytes([0, 0, 12, 2]) + struct.pack(">2I", len(digits), 8) + rows
        samples.save(tmp_path / f"qmnist-{part}-labels-idx2-int", labels)
    assert load(tmp_path) == samples.expected()


def test_idx_without_test_files_is_split_and_said(tmp_path: Path) -> None:
    samples.save_idx(tmp_path)
    for name in "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte":
        (tmp_path / name).unlink()
    notes: List[str] = []
    training, validation, test = load(tmp_path, say=notes.append)
    assert [len(training), len(validation), len(test)] == [9, 1, 2]
    assert notes == [f"{tmp_path}: no test images beside them: a sixth of the training images tests instead"]


def test_emnists_pictures_are_turned_upright(tmp_path: Path) -> None:
    """A stroke of 12 x 2 in 16 x 16 pixels; EMNIST writes columns for rows."""
    upright_one = bytes(255 * (2 <= y < 14 and 7 <= x < 9) for y in range(16) for x in range(16))
    lying_one = bytes(255 * (2 <= x < 14 and 7 <= y < 9) for y in range(16) for x in range(16))
    assert upright(Images(lying_one, 256, b"\1")).pixels == upright_one
    for k, name in enumerate(["train", "emnist-digits-train"]):
        folder, notes = tmp_path / str(k), [""][:0]
        samples.save(folder / f"{name}-images-idx3-ubyte", idx(6, 16, 16, content=6 * lying_one))
        samples.save(folder / f"{name}-labels-idx1-ubyte", idx(6, content=b"\1\1\1\1\1\1"))
        x = load(folder, say=notes.append)[0][0][0]
        assert bytes(round(255 * pixel) for pixel in x) == (upright_one if "emnist" in name else lying_one)
        assert ("turned upright" if "emnist" in name else "turned, as EMNIST's files have them?") in notes[-1]


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, lambda content: gzip.compress(bz2.compress(content))])
def test_packed_in_other_ways(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert load(samples.save_idx(tmp_path, pack=pack)) == samples.expected()
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-6])
    with pytest.raises(BadFile, match="train-images-idx3-ubyte: "):
        load(tmp_path)


def test_kaggles_archive(tmp_path: Path) -> None:
    """As it is downloaded: train.csv, test.csv without labels, sample_submission.csv."""
    path = samples.save(tmp_path / "digit-recognizer.zip", samples.zipped({
        "sample_submission.csv": b"ImageId,Label\n1,0\n", "train.csv": samples.csv(TRAINING, samples.HEADER),
        "test.csv": b"pixel0,pixel1,pixel2,pixel3,pixel4,pixel5\n0,0,0,0,0,0\n", "__MACOSX/._train.csv": b"\0"}))
    training, validation, test = load(path)
    assert [len(training), len(validation), len(test)] == [9, 1, 2]
    samples.save(path, samples.zipped({"train.csv": b"7,0,1\n7,0,x\n"}))
    with pytest.raises(BadFile, match="digit-recognizer.zip.train.csv: line 2: 'x', expected a whole number"):
        load(path)


def test_fortran_order_and_images_as_columns(tmp_path: Path) -> None:
    """Column by column: the first pixels of all images, then their second ones."""
    columns = bytes(image[k] for k in range(6) for image, _ in TRAINING)
    header = samples.npy("|u1", (12, 6), columns)
    labels = samples.npy("<f8", (12,), struct.pack("<12d", *(y for _, y in TRAINING)))
    xs, ys = [[pixel / 255 for pixel in image] for image, _ in TRAINING], [y for _, y in TRAINING]
    in_columns = header.replace(b"False, ", b"True, ").replace(b"), }", b"), } ")
    for images in in_columns, samples.npy("|u1", (6, 12), columns):
        path = samples.save(tmp_path / "digits.npz", samples.npz({"data.npy": images, "target.npy": labels}))
        assert load_images(path) == (xs, ys)


def test_labels_of_every_kind(tmp_path: Path) -> None:
    xs, ys = [[pixel / 255 for pixel in image] for image, _ in TRAINING], [y for _, y in TRAINING]
    hot = b"".join(struct.pack("<10f", *(float(k == y) for k in range(10))) for y in ys)
    for dtype, shape, content in [
            ("<f4", (12, 10), hot), ("<i8", (12, 1), struct.pack("<12q", *ys)),
            ("|S1", (12,), "".join(map(str, ys)).encode()),
            ("<U1", (12,), "".join(map(str, ys)).encode("utf-32-le")), ("<f2", (1, 12), struct.pack("<12e", *ys))]:
        path = samples.save(tmp_path / "digits.npz", samples.npz({
            "images.npy": samples.npy("|u1", (12, 2, 3), samples.pixels(TRAINING)),
            "labels.npy": samples.npy(dtype, shape, content)}))
        assert load_images(path) == (xs, ys), (dtype, shape)


def test_the_only_file_of_a_folder_is_read_whatever_its_name(tmp_path: Path) -> None:
    """Kaggle's archive as it was downloaded, in a folder of its own; a CSV without an ending; Kaggle's test.csv, which
    has no labels."""
    for name, content in ("digit-recognizer.zip", samples.zipped({"train.csv": samples.csv(TRAINING)})), (
            "train", samples.csv(TRAINING)):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        path = samples.save(folder / name, content)
        assert load(folder) == load(path)
    (tmp_path / "unlabelled").mkdir()
    samples.save(tmp_path / "unlabelled" / "test.csv", b"pixel0,pixel1\n255,0\n")
    assert load_images(tmp_path / "unlabelled") == ([[1.0, 0.0]], None)


def test_names_that_say_too_little_are_listed(tmp_path: Path) -> None:
    path = samples.save(tmp_path / "digits.npz", samples.npz({f"{name}.npy": samples.npy("|u1", (12, 20), bytes(240))
                                                              for name in ("a", "b", "c")}))
    with pytest.raises(BadFile, match="holds a 12 x 20, b 12 x 20, c 12 x 20; which are the images to train on"):
        load(path)


# ---- scales ----

@pytest.mark.parametrize("pixels, scale, note", [
    ([0, 1, 1, 0], 1, "taken for the scale of 0 to 1"), ([0, 15, 3, 0], 16, "taken for the scale of 0 to 16"),
    ([0, 100, 50, 7], 100, "0 to 100"), ([0, 90, 50, 7], 255, "0 to 255"), ([0, 200, 50, 7], 255, "")])
def test_the_largest_pixel_tells_the_scale(pixels: List[int], scale: int, note: str) -> None:
    found = scaled(DataSet(Images(bytes(pixels), 4, b"\7", UNTOLD)))
    assert found.training.scale == scale and note in "".join(found.notes) and bool(note) == bool(found.notes)


def test_other_scales_than_bytes_have(tmp_path: Path) -> None:
    """From -1 to 1; of 16 bits; brightnesses that are no 255ths, which stay as they are."""
    cases: List[Tuple[str, str, List[Any], List[float]]] = [
        ("<f", "<f4", [-1.0, 0.0, 0.5, 1.0], [0.0, 0.5, 0.75, 1.0]),
        ("<H", "<u2", [0, 65535, 13107, 39321], [0.0, 1.0, 0.2, 0.6]),
        ("<d", "<f8", [0.0001, 0.7, 0.3337, 0.25], [0.0001, 0.7, 0.3337, 0.25])]
    for code, kind, numbers, expected in cases:
        path = samples.save(tmp_path / "x_test.npy", samples.npy(kind, (1, 4), b"".join(
            struct.pack(code, number) for number in numbers)))
        assert load_images(path, say=lambda note: None) == ([expected], None)


# ---- pictures in folders ----

def png(rows: List[bytes]) -> bytes:
    """A grey picture: a mark, and three chunks of a length, a name, content and a checksum."""
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">2I5B", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + chunk(b"IEND", b""))


@pytest.mark.parametrize("dark, name", [(False, "{}"), (True, "digit_{}")])
def test_folders_of_pictures(tmp_path: Path, dark: bool, name: str) -> None:
    """4 x 4 pixels, a dot of its own darkness in each, on a dark ground or a light one."""
    for part, n in ("training", 12), ("testing", 3):
        for k in range(n):
            inner = bytes([10 * k + 90, 255])
            rows = [bytes(4), b"\0" + inner + b"\0", bytes(4), bytes(4)]
            picture = png(rows if dark else [bytes(255 - level for level in row) for row in rows])
            samples.save(tmp_path / part / name.format(k % 10) / f"{k}.png", picture)
    training, validation, test = load(tmp_path)
    assert [len(training), len(validation), len(test)] == [10, 2, 3]
    assert sorted((list(x), y) for x, y in test) == [
        ([0.0] * 5 + [(10 * k + 90) / 255, 1.0] + [0.0] * 9, k) for k in range(3)]
    assert load_images(tmp_path)[1] == [0, 1, 2]


# ---- what is called by its name ----

def test_what_is_not_read_is_called_by_its_name(tmp_path: Path) -> None:
    for start, name in [
            (b"<!DOCTYPE HTML PUBLIC>\n<html><head>", "a web page, not data"),
            (b"\xef\xbb\xbf\r\n<html>", "a web page"),
            (b"PAR1" + bytes(20), "a Parquet file"), (b"MATLAB 5.0 MAT-file, Platform", "a MATLAB file"),
            (b"\x89HDF\r\n\x1a\n", "an HDF5 file"), (b"7z\xbc\xaf\x27\x1c" + bytes(9), "a 7z archive: unpack it first"),
            (b"Rar!\x1a\x07\0", "a RAR archive"), (b"train.csv".ljust(257, b"\0") + b"ustar\0", "a tar archive"),
            (b"\xd0\xcf\x11\xe0" + bytes(9), "an Excel file"),
            (b"\x28\xb5\x2f\xfd" + bytes(9), "packed with Zstandard"),
            (b'[{"label": 5}]', "JSON: save it as CSV"), (b'{"format": "purenn", "version": 1', "a network, not data"),
            (b"epoch,eta,test_accuracy\n0,3.0,0.9\n", "the history of a training"), (b"%PDF-1.4", "a PDF file"),
            (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
            (b"<svg xmlns=", "an SVG picture"),
            (b"5 153:3 154:18 155:18\n", "LIBSVM's sparse form"), (b"\x89PNG\r\n\x1a\n", "a picture")]:
        path = samples.save(tmp_path / "train.csv", start)
        with pytest.raises(BadFile) as refused:
            load(path)
        assert str(refused.value).startswith(f"{path}: {name}"), start
    assert named(b"label,pixel0,pixel1\n5,0,0\n") is None


def test_archives_of_programs_are_called_by_their_names(tmp_path: Path) -> None:
    for inner, name in ("xl/workbook.xml", "an Excel file"), ("archive/data.pkl", "a file of PyTorch's"):
        path = samples.save(tmp_path / "train.xlsx", samples.zipped({inner: b""}))
        with pytest.raises(BadFile, match=f"train.xlsx: {name}"):
            load(path)
