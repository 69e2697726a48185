"""Photographs: read by Pillow where it is installed, and where it is not, one line that says both ways on."""
from __future__ import annotations

import struct
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from purenn.matrix import Matrix
from purenn.pictures.decode import decode, is_picture
from purenn.pictures.ink import read_picture
from purenn.saved.files import BadFile

BEGINNINGS = [("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF"), ("WebP", b"RIFF\x24\0\0\0WEBPVP8 "),
              ("HEIC", b"\0\0\0\x18ftypheic"), ("HEIC", b"\0\0\0\x18ftypmif1"), ("AVIF", b"\0\0\0\x1cftypavif"),
              ("GIF", b"GIF89a"), ("TIFF", b"II*\0\x08\0\0\0"), ("BMP", b"BM\x46\0\0\0\0\0\0\0")]


@pytest.mark.parametrize("name, start", BEGINNINGS)
def test_without_pillow_the_line_names_the_format_and_both_ways_on(
        name: str, start: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)           # what Python has where an import shall fail
    (tmp_path / "four").write_bytes(start + bytes(100))
    with pytest.raises(BadFile) as error:
        read_picture(tmp_path / "four")
    assert str(error.value) == (f"{tmp_path / 'four'}: a {name} picture: pip install Pillow pillow-heif, "
                                "or convert it to PNG")
    assert is_picture(start) and not is_picture(b"label,pixel0") and not is_picture(b"P2P,1")


# With Pillow: one black mark, in the upper left of white paper.

@pytest.fixture
def Image() -> Any:
    return pytest.importorskip("PIL.Image", reason="Pillow is not installed (the extra `image`)")


def marked(Image: Any, mode: str = "RGB", size: int = 64) -> Any:
    image = Image.new("RGB", (size, size), "white")
    image.paste("black", (size // 8, size // 8, size // 2, size // 4))
    return image.convert(mode)


def read_image(tmp_path: Path, image: Any, form: str, **options: Any) -> Matrix:
    image.save(tmp_path / "picture", form, **options)
    return read_picture(tmp_path / "picture")


def box(rows: Matrix) -> "tuple[int, int, int, int]":
    """Left, top, right and bottom of the ink; at least half-black counts."""
    inked = [(x, y) for y, row in enumerate(rows) for x, level in enumerate(row) if level >= 0.5]
    xs, ys = zip(*inked)
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1


@pytest.mark.parametrize("form, mode, options", [
    ("JPEG", "RGB", {"quality": 95}), ("JPEG", "L", {"quality": 95}), ("JPEG", "CMYK", {"quality": 95}),
    ("WebP", "RGB", {}), ("WebP", "RGBA", {}), ("GIF", "P", {}), ("TIFF", "RGB", {}), ("BMP", "RGB", {}),
    ("JPEG2000", "RGB", {}), ("PPM", "1", {})])
def test_pillow_reads_it(form: str, mode: str, options: Any, Image: Any, tmp_path: Path) -> None:
    assert box(read_image(tmp_path, marked(Image, mode), form, **options)) == (8, 8, 32, 16)


@pytest.mark.parametrize("orientation, place", [
    (1, (8, 8, 32, 16)), (3, (32, 48, 56, 56)), (6, (48, 8, 56, 32)), (8, (8, 32, 16, 56))])
def test_a_photograph_is_turned_as_the_camera_was_held(
        orientation: int, place: object, Image: Any, tmp_path: Path) -> None:
    """Exif 2.3, tag 0x112: 3 is upside down, 6 wants a quarter turn clockwise, by which (x, y) moves to (64 - y, x),
    and 8 one the other way."""
    exif = Image.Exif()
    exif[0x112] = orientation
    assert box(read_image(tmp_path, marked(Image), "JPEG", quality=95, exif=exif)) == place


@pytest.mark.slow
def test_a_large_photograph_is_reduced_while_it_is_decoded(Image: Any, tmp_path: Path) -> None:
    """4096 pixels a side become 512, an eighth (a JPEG's smallest), and then 256."""
    marked(Image, size=4096).save(tmp_path / "picture", "JPEG")
    with open(tmp_path / "picture", "rb") as file:
        assert len(decode(file).darkness) == 256
    assert box(read_picture(tmp_path / "picture")) == (32, 32, 128, 64)


def test_white_ink_on_a_transparent_ground(Image: Any, tmp_path: Path) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (8, 8, 32, 16))
    assert box(read_image(tmp_path, image, "WebP", lossless=True)) == (8, 8, 32, 16)


def test_sixteen_bits_of_grey(Image: Any, tmp_path: Path) -> None:
    """From 20,000 to 40,000 of 65,535: what is brightest is paper."""
    image = Image.new("I;16", (64, 64), 40_000)
    image.paste(20_000, (8, 8, 32, 16))
    assert box(read_image(tmp_path, image, "TIFF")) == (8, 8, 32, 16)


def test_damaged_photographs_are_one_line(Image: Any, tmp_path: Path) -> None:
    buffer = BytesIO()
    marked(Image, size=256).save(buffer, "JPEG")
    for content in buffer.getvalue()[:300], buffer.getvalue()[:-300], b"\xff\xd8\xff" + bytes(1000):
        (tmp_path / "four.jpg").write_bytes(content)
        with pytest.raises(BadFile, match="JPEG") as error:
            read_picture(tmp_path / "four.jpg")
        assert "\n" not in str(error.value)


def test_a_program_is_not_run(Image: Any, tmp_path: Path) -> None:
    """EPS is one, and Pillow would have Ghostscript run it."""
    (tmp_path / "four.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    with pytest.raises(BadFile, match="begins with 25 21 50 53, expected a PNG, PGM or PPM picture"):
        read_picture(tmp_path / "four.eps")


@pytest.mark.usefixtures("Image")
@pytest.mark.parametrize("side, problem", [(10_000, "10,000 x 10,000 pixels, expected 67,108,864 at most"),
                                           (20_000, "decompression bomb")])         # so many Pillow refuses by itself
def test_more_pixels_than_any_camera_has_are_refused(side: int, problem: str, tmp_path: Path) -> None:
    """Before one is decoded: a BMP of which there is nothing but the header, of one bit for each pixel."""
    header = struct.pack("<2sIIIIiiHHIIiiII", b"BM", 62, 0, 62, 40, side, side, 1, 1, 0, 0, 0, 0, 2, 2) + bytes(8)
    (tmp_path / "huge.bmp").write_bytes(header)
    with pytest.raises(BadFile, match=problem):
        read_picture(tmp_path / "huge.bmp")
