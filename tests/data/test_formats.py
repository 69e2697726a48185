"""One small data set in every form in which people have MNIST: all readers must make the same examples of it.

The samples are built byte by byte in samples.py; the modules pickle and (where it is installed) NumPy are the
independent authorities on what they write.
"""
from __future__ import annotations

import gzip
import json
import math
import os
import pickle
import struct
import sys
from array import array
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, List, Sequence, Tuple

import pytest

import samples
from purenn.data import formats, load, load_images
from purenn.saved.files import BadFile, opened
from purenn.data.formats.arrays import Array, pixels_of
from purenn.data.formats.images import DataSet, Format, Images


@pytest.mark.parametrize("form", samples.FORMS)
def test_all_forms_give_the_same_examples(tmp_path: Path, form: str) -> None:
    assert load(samples.FORMS[form](tmp_path)) == samples.expected()


def test_kaggles_folder_has_a_test_file_without_labels(tmp_path: Path) -> None:
    """Its test.csv is to be predicted, not tested on: the training file is split in three."""
    samples.save(tmp_path / "train.csv", samples.csv(samples.TRAINING, samples.HEADER))
    samples.save(tmp_path / "test.csv", b"pixel0,pixel1,pixel2,pixel3,pixel4,pixel5\n0,0,0,0,0,0\n")
    training, validation, test = load(tmp_path, hold_out=3)
    assert len(training) == 7 and len(validation) == 3 and len(test) == 2


def test_a_folder_of_several_formats(tmp_path: Path) -> None:
    """Somebody puts Kaggle's train.csv into the folder of the embedded digits: it is IDX that counts there."""
    samples.save(samples.save_idx(tmp_path) / "train.csv", b"7,1\n2,0\n")
    assert load(tmp_path) == samples.expected()


class JSONLines(Format):
    """{"label": 7, "pixels": [0, 255, 128, 0]} for each image: all of a new format but a word in an import."""

    name, endings = "JSON lines", (".jsonl",)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(b"{")

    def read(self, path: Path) -> DataSet:
        with opened(path) as file:
            records = [json.loads(line) for line in iter(file.readline, b"")]
        pixels, labels = [record["pixels"] for record in records], [record["label"] for record in records]
        return DataSet(Images(bytes(sum(pixels, [])), len(pixels[0]), bytes(labels)))


def test_a_new_format_is_a_subclass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", [JSONLines(), *formats.FORMATS])
    lines = [json.dumps({"label": y, "pixels": x}) + "\n" for x, y in samples.TRAINING]
    path = samples.save(tmp_path / "digits.jsonl.gz", gzip.compress("".join(lines).encode()))
    xs, ys = [[pixel / 255 for pixel in x] for x, _ in samples.TRAINING], [y for _, y in samples.TRAINING]
    for source in path, tmp_path:
        assert load_images(source) == (xs, ys)
        training, validation, test = load(source)
        assert [len(training), len(validation), len(test)] == [9, 1, 2]


# ---- where the label of a CSV stands ----

def rows(*columns: Sequence[object]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in zip(*columns)).encode()


LABELS = [7, 2, 1, 0, 4, 1, 4, 9, 5, 9, 0, 6]       # of MNIST's first test images


@pytest.mark.parametrize("corner", [[0] * 12, [0] * 11 + [3], [17] * 12])
def test_a_label_that_stands_last_is_not_taken_for_a_pixel(tmp_path: Path, corner: List[int]) -> None:
    """Without a header, a pixel in the corner of each image would be the label: always 0, and read rightly always. The
    last column has digits in it, and several."""
    path = samples.save(tmp_path / "a.csv", rows(corner, [255] * 12, LABELS))
    assert load_images(path) == ([[corner_pixel / 255, 1.0] for corner_pixel in corner], LABELS)
    assert len(load(path)[0]) == 9


def test_a_table_without_a_column_that_can_be_the_label(tmp_path: Path) -> None:
    path = samples.save(tmp_path / "a.csv", rows([0] * 11 + [3], LABELS, [9] * 12))
    with pytest.raises(BadFile, match="a.csv: column 1 was taken for the label, and it is 0 in 11 of 12 lines; put"):
        load(path)
    path = samples.save(tmp_path / "a.csv", rows([17] * 12, LABELS, [99] * 12))
    with pytest.raises(BadFile, match="a.csv: line 1: a label of 17 in column 1, expected 0 to 9"):
        load(path)


@pytest.mark.parametrize("name", ["label", '"Label"', "class", "target", "digit", "y"])
def test_a_header_says_where_the_label_stands(tmp_path: Path, name: str) -> None:
    """OpenML's mnist_784 has it last, in a column named class."""
    pixels, others = [0] * 12, [255] * 12
    for columns in ([("pixel1", pixels), ("pixel2", others), (name, LABELS)],
                    [("a", pixels), (name, LABELS), ("b", others)]):
        header = ",".join(title for title, _ in columns) + "\n"
        path = samples.save(tmp_path / "a.csv", header.encode() + rows(*(column for _, column in columns)))
        assert load_images(path) == ([[0.0, 1.0]] * 12, LABELS)
        training, validation, test = load(path)
        assert all(x == [0.0, 1.0] for x, _ in [*training, *validation, *test])


def test_labels_that_a_header_names_may_be_all_the_same(tmp_path: Path) -> None:
    path = samples.save(tmp_path / "sevens.csv", b"label,a,b\n" + rows([7] * 12, [0] * 12, [9] * 12))
    assert all(y.index(1.0) == 7 for _, y in load(path)[0])


def test_images_to_be_recognised_may_be_all_of_one_digit(tmp_path: Path) -> None:
    assert load_images(samples.save(tmp_path / "sevens.csv", b"7,0,255\n7,255,0\n"))[1] == [7, 7]


# ---- pickles, as Python 3 writes them ----

@pytest.fixture(params=["numpy.core", "numpy._core"])
def numpy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A NumPy as far as the module pickle sees one: classes that reduce themselves as NumPy's do."""

    class dtype:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def __reduce__(self) -> Tuple[Any, ...]:
            return dtype, (self.kind, False, True), (3, "<" if self.kind != "u1" else "|", None, None, None, -1, -1, 0)

    class ndarray:
        def __init__(self, kind: str, shape: Tuple[int, ...], content: bytes) -> None:
            self.kind, self.shape, self.content = kind, shape, content

        def __reduce_ex__(self, protocol: Any) -> Tuple[Any, ...]:
            if protocol >= 5:
                return _frombuffer, (pickle.PickleBuffer(bytearray(self.content)), dtype(self.kind), self.shape, "C")
            return _reconstruct, (ndarray, (0,), b"b"), (1, self.shape, dtype(self.kind), False, self.content)

    def _reconstruct() -> None: ...
    def _frombuffer() -> None: ...

    modules: Dict[str, Tuple[Any, ...]] = {"numpy": (dtype, ndarray), f"{request.param}": (),
                                           f"{request.param}.multiarray": (_reconstruct,),
                                           f"{request.param}.numeric": (_frombuffer,)}
    for name, contents in modules.items():
        module = ModuleType(name)
        for thing in contents:
            thing.__module__, thing.__qualname__ = name, thing.__name__
            setattr(module, thing.__name__, thing)
        monkeypatch.setitem(sys.modules, name, module)
    return sys.modules["numpy"]


def parts() -> Tuple[samples.Digits, ...]:
    return samples.TRAINING[:10], samples.TRAINING[10:], samples.TEST


@pytest.mark.slow
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("scale", [256, 255])
def test_the_books_file_pickled_again_by_python_3(tmp_path: Path, numpy: Any, protocol: int, scale: int) -> None:
    value = tuple((numpy.ndarray("f4", (len(part), 6), samples.floats(part, scale)),
                   numpy.ndarray("i8", (len(part),), struct.pack(f"<{len(part)}q", *samples.labels(part))))
                  for part in parts())
    path = samples.save(tmp_path / "mnist.pkl.gz", gzip.compress(pickle.dumps(value, protocol)))
    assert load(path) == samples.expected()


def test_the_validation_data_of_a_pickle_are_its_own(tmp_path: Path) -> None:
    """Five of twelve; a sixth would be two."""
    training, validation, test = load(samples.save(tmp_path / "mnist.pkl", samples.python2_pickle(validation=5)))
    ten, two, three = samples.expected()
    assert training == ten[:7] and test == three
    assert validation == [(x, y.index(1.0)) for x, y in ten[7:]] + two


def test_a_pickle_of_bytes_and_of_three_dimensions(tmp_path: Path, numpy: Any) -> None:
    value = tuple((numpy.ndarray("u1", (len(part), 2, 3), samples.pixels(part)),
                   numpy.ndarray("u1", (len(part),), samples.labels(part))) for part in parts())
    assert load(samples.save(tmp_path / "mnist.pkl", pickle.dumps(value, 4))) == samples.expected()


def test_a_pickled_dictionary_may_hold_more_than_arrays(tmp_path: Path, numpy: Any) -> None:
    """As scikit-learn's load_digits has it."""
    images, labels = (numpy.ndarray("u1", (12, 6), samples.pixels(samples.TRAINING)),
                      numpy.ndarray("u1", (12,), samples.labels(samples.TRAINING)))
    value = {"data": images, "target": labels, "frame": None, "feature_names": ["pixel"] * 64, "DESCR": "digits"}
    arrays_alone = {"data": images, "target": labels}
    first, second = [samples.save(tmp_path / name, pickle.dumps(each, 4))
                     for name, each in (("a.pkl", value), ("b.pkl", arrays_alone))]
    assert load(first) == load(second)


@pytest.mark.slow
def test_arrays_that_numpy_itself_writes(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    xs = [np.frombuffer(samples.pixels(part), np.uint8).reshape(-1, 2, 3) for part in (samples.TRAINING, samples.TEST)]
    ys = [np.frombuffer(samples.labels(part), np.uint8) for part in (samples.TRAINING, samples.TEST)]
    for save in np.savez, np.savez_compressed:
        save(tmp_path / "mnist.npz", x_train=xs[0], y_train=ys[0].astype(">i4"), x_test=xs[1], y_test=ys[1])
        assert load(tmp_path / "mnist.npz") == samples.expected()
    pairs = [(xs[0][:10], ys[0][:10]), (xs[0][10:], ys[0][10:]), (xs[1], ys[1])]
    for kind, divisor in ("f4", 256), ("f8", 256), ("f4", 255), ("f8", 255), (">f4", 255):
        value = tuple(((x.reshape(-1, 6) / divisor).astype(kind), y.astype("i8")) for x, y in pairs)
        for protocol in 2, 3, 4, 5:
            path = samples.save(tmp_path / "mnist.pkl", pickle.dumps(value, protocol))
            assert load(path) == samples.expected()


# ---- a pickle is a program ----

class Trap:
    """When it is unpickled, it writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", range(6))
def test_a_malicious_pickle_is_refused_and_runs_nothing(tmp_path: Path, protocol: int) -> None:
    sprung = tmp_path / "sprung"
    program = pickle.dumps(((Trap(sprung),) * 2,) * 3, protocol)
    pickle.loads(program)
    assert sprung.exists()          # so it is a trap
    sprung.rmdir()
    with pytest.raises(BadFile):
        load(samples.save(tmp_path / "mnist.pkl.gz", gzip.compress(program)))
    assert not sprung.exists()


@pytest.mark.parametrize("program, complaint", [
    (b"\x80\x02cos\nsystem\n(U\x04true" b"tR.", "asks for os.system, which no array needs: refused"),
    (b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93.", "asks for builtins.eval, which"),
    (b"\x80\x04\x8c\x05numpy\x8c\x07memmap1\x93.", "asks for numpy.memmap1, which"),
    (b"\x80\x02cnumpy.core.multiarray\nscalar\n.", "asks for numpy.core.multiarray.scalar, which"),
    (b"\x80\x02(S'true'\nios\nsystem\n.", "an instruction INST, which no array needs"),
    (b"\x80\x02(ios\nsystem\n.", "an instruction INST, which no array needs"),
    (b"\x80\x02(U\x01xoN.", "an instruction OBJ"),
    (b"\x80\x02cnumpy\ndtype\n)\x81.", "an instruction NEWOBJ"),
    (b"\x80\x02Pelsewhere\n.", "an instruction PERSID"),
    (b"\x80\x02\x82\x01.", "an instruction EXT1"),
    (b"\x80\x02Nr\xff\xff\xff\x7f.", "holds one value, expected three pairs"),   # pickle would make a table of 2³¹
    (b"\x80\x02N0.", "an instruction POP"),
    (b"\x80\x02t.", "contradicts itself"),
    (b"\x80\x02.", "takes from an empty stack"),
    (b"\x80\x02" + b"N" * 10000 + b".", "more than 5,000 instructions"),
    (b"\x80\x02N.N", "goes on after its expected end"),
    (b"\x80\x02U\x03abcR.", "takes from an empty stack"),
    (b"\x80\x02cnumpy\ndtype\n(U\x03f16tR.", "a kind of number that is not a letter and a digit"),
    (b"\x80\x02T\xff\xff\xff\x7fabc", "more than 536,870,912 bytes"),
    (b"\x80\x02T\xff\xff\xff\x1eabc", "would take 3,120,562,212 bytes of memory, expected at most 268,436,736"),
    (b"\x80\x02T\xff\xff\xff\xff", "byte count < 0: -1"),
])
def test_a_pickle_that_is_no_pickled_array(tmp_path: Path, program: bytes, complaint: str) -> None:
    path = samples.save(tmp_path / "mnist.pkl", program)
    with pytest.raises(BadFile) as caught:
        load(path)
    assert complaint in str(caught.value) and str(caught.value).startswith(f"{path}: ")


def test_a_pickle_that_doubles_forty_times_is_no_trouble(tmp_path: Path) -> None:
    """2⁴⁰ Nones by reference, in a hundred instructions: harmless until somebody prints them."""
    program = b"\x80\x04N\x94" + b"".join(b"h" + bytes([k]) + b"\x86\x94" for k in range(40)) + b"."
    with pytest.raises(BadFile) as caught:
        load(samples.save(tmp_path / "mnist.pkl", program.replace(b"\x86", b"h\x00\x86")))
    assert len(str(caught.value)) < 500


# ---- numbers ----

@pytest.mark.parametrize("dtype, code", [("|u1", "B"), ("|i1", "b"), ("<i2", "<h"), (">u2", ">H"), ("<i4", "<i"),
                                         (">i8", ">q"), ("<u8", "<Q"), ("<f2", "<e"), ("<f4", "<f"), (">f8", ">d")])
def test_whole_numbers_of_every_kind(dtype: str, code: str) -> None:
    content = b"".join(struct.pack(code, n) for n in (0, 2, 100, 127))
    assert pixels_of(Array(dtype, (4,), content)) == (bytes([0, 2, 100, 127]), 0)


@pytest.mark.parametrize("x", [-1 / 255, -0.5, 1.5, 256 / 256 + 1 / 256, 0.3])
def test_a_brightness_that_was_never_a_byte_is_a_float(x: float) -> None:
    assert pixels_of(Array("<f8", (1,), struct.pack("<d", x))) == (array("d", [x]), 0)


def test_every_byte_comes_back_from_its_brightness() -> None:
    for scale in 255, 256:
        for dtype, code in ("<f4", "<f"), ("<f8", "<d"), (">f8", ">d"):
            content = b"".join(struct.pack(code, byte / scale) for byte in range(256))
            assert pixels_of(Array(dtype, (256,), content)) == (bytes(range(256)), 255)
    nearly = struct.pack("<3d", 0.1 * 10 / 3, 1 / 3 + 1e-7, 254.9999 / 255)      # 85/255 = 1/3
    assert pixels_of(Array("<f8", (3,), nearly)) == (bytes([85, 85, 255]), 255)
