"""Small data sets of known pixels, in every form that purenn reads, built byte by byte from the formats' descriptions.

Twelve training images of 2 x 3 pixels, the last two for validation, and three test images.
"""
from __future__ import annotations

import base64
import bz2
import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Callable, Dict, List, Tuple

from purenn.data import Data

Digits = List[Tuple[List[int], int]]        # (pixels of 0 to 255, label)

TRAINING: Digits = [([0, 255, 5 * i, 20 * i, 255 - 20 * i, 128], i % 10) for i in range(12)]
TEST: Digits = [([0, 0, 0, 1, 254, 255], 7), ([9, 8, 7, 6, 5, 4], 0), ([255] * 6, 3)]


def expected() -> Data:
    """What every reader must make of them."""
    training, test = [[([pixel / 255 for pixel in pixels], label) for pixels, label in part]
                      for part in (TRAINING, TEST)]
    return [(x, [float(k == y) for k in range(10)]) for x, y in training[:10]], training[10:], test


def pixels(digits: Digits) -> bytes:
    return bytes(pixel for image, _ in digits for pixel in image)


def labels(digits: Digits) -> bytes:
    return bytes(label for _, label in digits)


def idx(*sizes: int, content: bytes) -> bytes:
    return bytes([0, 0, 8, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + content


def idx_files() -> Dict[str, bytes]:
    """The four files by their names."""
    files = {}
    for part, digits in ("train", TRAINING), ("t10k", TEST):
        files[f"{part}-images-idx3-ubyte"] = idx(len(digits), 2, 3, content=pixels(digits))
        files[f"{part}-labels-idx1-ubyte"] = idx(len(digits), content=labels(digits))
    return files


def csv(digits: Digits, header: str = "") -> bytes:
    rows = [",".join(map(str, [label, *image])) for image, label in digits]
    return "".join(row + "\n" for row in [header] * bool(header) + rows).encode("ascii")


def npy(descr: str, shape: Tuple[int, ...], content: bytes) -> bytes:
    """An array as NumPy saves it, its header filled up with blanks to a multiple of 64 bytes."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii") + content


def arrays() -> Dict[str, bytes]:
    """Keras's four arrays by their names."""
    files = {}
    for part, digits in ("train", TRAINING), ("test", TEST):
        files[f"x_{part}.npy"] = npy("|u1", (len(digits), 2, 3), pixels(digits))
        files[f"y_{part}.npy"] = npy("|u1", (len(digits),), labels(digits))
    return files


def npz(files: Dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return buffer.getvalue()


def floats(digits: Digits, scale: int = 256) -> bytes:
    """The pixels as the book's file has them: four-byte floats, p/256."""
    return struct.pack(f"<{6 * len(digits)}f", *(pixel / scale for pixel in pixels(digits)))


def python2_array(kind: bytes, shape: bytes, content: bytes) -> bytes:
    """An array as Python 2 pickled it, instruction by instruction:

        c module, name    push what they name         ( t   make a tuple of all since the (
        R                 call                        b     fill in
        U length, bytes   push a string               T     the same with a length of four bytes
        K byte            push a number               J     the same of four bytes
        N, \\x89           push None, False
    """
    dtype = (b"cnumpy\ndtype\n(U\x02" + kind + b"K\x00K\x01tR"                        # dtype("f4", 0, 1)
             b"(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb")              # version 3, "<", ...
    return (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"      # of (ndarray, (0,), "b")
            b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", len(content)) + content + b"tb")


def python2_pickle(validation: int = 2) -> bytes:
    """A small mnist.pkl, of ((images, labels), (images, labels), (images, labels))."""
    pairs = b""
    for part in TRAINING[:-validation], TRAINING[-validation:], TEST:
        n = bytes([len(part)])
        digits = struct.pack(f"<{len(part)}q", *labels(part))
        pairs += (b"(" + python2_array(b"f4", b"(K" + n + b"K\x06t", floats(part))
                  + python2_array(b"i8", b"(K" + n + b"t", digits) + b"t")
    return b"\x80\x02(" + pairs + b"t."


def dictionary_pickle() -> bytes:
    """A dictionary of arrays, as many loaders on GitHub write it: } makes an empty one, u fills it to the mark (."""
    content = b"\x80\x02}("
    for part, digits in ("training", TRAINING), ("test", TEST):
        n = bytes([len(digits)])
        content += b"U" + bytes([len(part) + 7]) + part.encode() + b"_images"
        content += python2_array(b"u1", b"(K" + n + b"K\x06t", pixels(digits))
        content += b"U" + bytes([len(part) + 7]) + part.encode() + b"_labels"
        content += python2_array(b"u1", b"(K" + n + b"t", labels(digits))
    return content + b"u."


def text_pickle() -> bytes:
    """Two pairs of arrays in protocol 0, which is text: S pushes a string in quotes, I a number, I01 True."""
    def array(shape: str, content: bytes) -> str:
        return ("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
                f"(I1\n{shape}cnumpy\ndtype\n(S'u1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntbI00\nS"
                f"'{''.join(f'{chr(92)}x{byte:02x}' for byte in content)}'\ntb")

    pairs = [f"({array(f'(I{len(part)}{chr(10)}I6{chr(10)}t', pixels(part))}"
             f"{array(f'(I{len(part)}{chr(10)}t', labels(part))}t" for part in (TRAINING, TEST)]
    return f"({''.join(pairs)}t.".encode()


PYTHON2 = zlib.decompress(base64.b64decode(
    "eNp1kjFPwkAUx9+1QKEyMJq4MDKhA4OJFQYX4iWNMWlcSAwtmBIF2noMLMoChC/AzCcxjnwMJ2e+gf65nhCO+JLr/+53L/f+93oTIxiM+tG4Gg"
    "yTbrU/ehG9dpK0x/Zj0g2Gg1eRjAJhxyzNsgeddDc2OE095s/vY7PCGbd5bqZSOmIcde044xlPNU6cISVb4abHHNd1b38Q8sNJ+AtvQzLeG7QL"
    "OW/s5ysH45roWeNlsHKd6EHjEXgEfqOfA74CP9f4GnwNfqbxDfgG3NJ4EawI/a5rfrAuQz80XsO6Bl1KLvyQhfvm5WTzpiG61btU3bL+7dbdX4"
    "+YUkOpqTSjNKs0p9RSmldaUCr82YGd/NaOgX8ZZhfexf4OTXhvQlva3bbrlurJ0d0K8rBpaC28km5cL2xvc01VuEkHMbkiemukBUv4KYTxhUfx"
    "6aSPY+Kke8dDM3Qii0hDp9ZhjV0HYWweF6u/4qmTEA=="))
"""The same as Python 2.7.18 and NumPy 1.16.6 wrote it: cPickle.dumps(..., 2) of float32 pixels/256, int64 labels."""


def save(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def save_idx(folder: Path, rename: Callable[[str], str] = str, pack: Callable[[bytes], bytes] = bytes) -> Path:
    """The four files in a folder, perhaps with other names, perhaps packed."""
    for name, content in idx_files().items():
        save(folder / rename(name), pack(content))
    return folder


def spreadsheet(table: bytes) -> bytes:
    """The table as some programs write it: with a byte order mark, quotes, and the line ends of Windows."""
    rows = [b'"' + row.replace(b",", b'","') + b'"\r\n' for row in table.splitlines()]
    return b"\xef\xbb\xbf" + b"".join(rows)


def save_csv_pair(folder: Path, header: str = "", ending: str = ".csv", pack: Callable[[bytes], bytes] = bytes) -> Path:
    save(folder / f"mnist_test{ending}", pack(csv(TEST, header)))
    return save(folder / f"mnist_train{ending}", pack(csv(TRAINING, header)))


def zipped(files: Dict[str, bytes]) -> bytes:
    """A zip archive of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def csv_files(header: str = "") -> Dict[str, bytes]:
    return {"mnist_train.csv": csv(TRAINING, header), "mnist_test.csv": csv(TEST, header)}


HEADER = "label,1x1,1x2,1x3,2x1,2x2,2x3"

FORMS: Dict[str, Callable[[Path], Path]] = {
    "idx": save_idx,
    "idx, gzipped": lambda folder: save_idx(folder, lambda name: name + ".gz", gzip.compress),
    "idx, gzipped but named otherwise": lambda folder: save_idx(folder, pack=gzip.compress),
    "idx, the other spelling": lambda folder: save_idx(folder, lambda name: name.replace("-idx", ".idx")),
    "idx, one of the files": lambda folder: save_idx(folder) / "train-images-idx3-ubyte",
    "csv, the training file": save_csv_pair,
    "csv, the folder": lambda folder: save_csv_pair(folder).parent,
    "csv with a header": lambda folder: save_csv_pair(folder, HEADER),
    "csv, gzipped": lambda folder: save_csv_pair(folder, ending=".csv.gz", pack=gzip.compress),
    "csv from a spreadsheet": lambda folder: save_csv_pair(folder, HEADER, pack=spreadsheet),
    "csv, gzipped twice": lambda folder: save_csv_pair(folder, pack=lambda table: gzip.compress(gzip.compress(table))),
    "csv, bzip2": lambda folder: save_csv_pair(folder, ending=".csv.bz2", pack=bz2.compress),
    "csv in UTF-16": lambda folder: save_csv_pair(folder, HEADER, pack=lambda table: table.decode().encode("utf-16")),
    "csv with semicolons": lambda folder: save_csv_pair(folder, HEADER, pack=lambda table: table.replace(b",", b";")),
    "csv in a zip": lambda folder: save(folder / "archive.zip", zipped(csv_files(HEADER))),
    "idx in a zip": lambda folder: save(folder / "archive.zip", zipped({f"mnist/{name}": content for name, content
                                                                        in idx_files().items()})),
    "idx, each in its folder": lambda folder: save_idx(folder, lambda name: f"{name}/{name}"),
    "idx, test for t10k": lambda folder: save_idx(folder, lambda name: "mnist-" + name.replace("t10k", "test")),
    "npy": lambda folder: [save(folder / name, content) for name, content in arrays().items()][0].parent,
    "npz": lambda folder: save(folder / "mnist.npz", npz(arrays())),
    "npz, not compressed": lambda folder: save(folder / "mnist.npz", npz(arrays(), zipfile.ZIP_STORED)),
    "npz, the folder": lambda folder: save(folder / "mnist.npz", npz(arrays())).parent,
    "pickle of a dictionary": lambda folder: save(folder / "mnist.pkl", dictionary_pickle()),
    "pickle of two pairs, as text": lambda folder: save(folder / "mnist.pkl", text_pickle()),
    "pickle of Python 2": lambda folder: save(folder / "mnist.pkl", python2_pickle()),
    "pickle that Python 2 wrote": lambda folder: save(folder / "mnist.pkl", PYTHON2),
    "pickle of Python 2, gzipped": lambda folder: save(folder / "mnist.pkl.gz", gzip.compress(python2_pickle())),
}
"""How to put the sample into an empty folder in each form; the value is what to load."""
