"""Pictures in folders that are named for what is on them: 0/, 1/, ... 9/, perhaps below training/ and testing/.

Small pictures of one size, such as MNIST's as PNG files, are taken as they are; the background, dark or light, is what
most of a picture's edge is. Larger ones are prepared as `predict --image` prepares them, to 28 x 28 pixels.
"""
from __future__ import annotations

from math import isqrt
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from ...pictures.decode import decode, is_picture
from ...pictures.ink import read_picture
from ...pictures.prepare import prepare
from ...saved.files import BadFile, file_errors, memory_limit
from .images import IMAGE, PIXEL, DataSet, Format, Images
from .naming import digit_of, role
from .places import files_in, opened, size_of

ENDINGS = (".png", ".pgm", ".ppm", ".pnm", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic")
SMALL, SIDE = 32, 28        # pictures of up to SMALL x SMALL stay as they are, larger ones become SIDE x SIDE


class Pictures(Format):
    """Folders of pictures, a digit each."""

    def recognises(self, start: bytes) -> bool:
        return is_picture(start)

    def files_in(self, files: Sequence[Path]) -> List[Path]:
        """One of the pictures stands for all."""
        return [path for path in files if path.suffix.lower() in ENDINGS and digit_of(path.parent.name) is not None][:1]

    def read(self, path: Path) -> DataSet:
        if digit_of(path.parent.name) is None:
            raise ValueError("a picture, expected a file of many images, or folders 0 to 9 of pictures; "
                             "predict MODEL --image reads it")
        root = path.parent.parent
        root = root.parent if role(root.name)[0] else root
        parts: Dict[str, List[Path]] = {"train": [], "validation": [], "test": []}
        left_out = set()
        for other in files_in(root):
            if other.suffix.lower() in ENDINGS:
                if digit_of(other.parent.name) is None:
                    left_out.add(other.parent.name)
                else:
                    parts[role(other.parent.parent.name)[0] or "train"].append(other)
        size, sets = read_pictures(list(parts.values()))
        notes = [f"{', '.join(sorted(left_out)[:5])}: not a digit, left out"] if left_out else []
        training, validation, test = [Images(pixels, size, bytes(digit_of(one.parent.name) or 0 for one in paths))
                                      for pixels, paths in zip(sets, parts.values())]
        if not training.labels:
            training, test = test, training
        both = Images(training.pixels + validation.pixels, size, training.labels + validation.labels)  # type: ignore
        return DataSet(both, test if test.labels else None, len(validation.labels) or None, tuple(notes))


def read_pictures(sets: Sequence[Sequence[Path]]) -> Tuple[int, List[bytes]]:
    """(pixels of a picture, the pixels of each set), all prepared in the same way."""
    everything = [path for paths in sets for path in paths]
    shapes = {shape_of(path) for path in everything[:: max(1, len(everything) // 20)]}
    as_they_are = len(shapes) == 1 and max(shapes) <= (SMALL, SMALL)
    height, width = shapes.pop() if as_they_are else (SIDE, SIDE)
    memory = len(everything) * (IMAGE + PIXEL * height * width)
    if memory > memory_limit(sum(map(size_of, everything))):
        raise ValueError(f"{len(everything):,} pictures would take {memory:,} bytes of memory")
    return height * width, [b"".join(small(path, height, width) if as_they_are else prepared(path) for path in paths)
                            for paths in sets]


def shape_of(path: Path) -> Tuple[int, int]:
    """Rows and columns of a picture."""
    with opened(path) as file:
        rows = decode(file).darkness
    return len(rows), len(rows[0])


def small(path: Path, height: int, width: int) -> bytes:
    """The ink of a small picture as it is, 0 to 255."""
    with opened(path) as file:
        rows = decode(file).darkness
        if (len(rows), len(rows[0])) != (height, width):
            raise ValueError(f"{len(rows[0])} x {len(rows)} pixels, expected {width} x {height} as in the others")
    edge = sorted(rows[0] + rows[-1] + bytes(row[k] for row in rows for k in (0, -1)))
    pixels = b"".join(rows)
    return pixels if edge[len(edge) // 2] < 128 else pixels.translate(bytes(range(255, -1, -1)))


def prepared(path: Path) -> bytes:
    """A larger picture, prepared as MNIST's were."""
    with file_errors(path):
        return bytes(round(255 * ink) for ink in prepare(read_picture(path), SIDE))
