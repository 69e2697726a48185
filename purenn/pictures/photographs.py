"""Pictures in the formats of telephones and cameras, decoded by Pillow where it is installed.

JPEG, WebP and whatever else Pillow reads; with pillow-heif beside it also HEIC. A photograph is turned as its EXIF data
say the camera was held.
"""
from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import IO, Any, List, Optional, Tuple

from ..saved.files import LARGEST, read_all

MOST_PIXELS = 1 << 26
"""64 million pixels: more than the largest photograph of a telephone."""

SMALL = 256
"""Pictures are reduced to between this number of pixels along the longer side and twice as many, if nothing is said."""

FORMATS = [(rb"\xff\xd8\xff", "JPEG"), (rb"RIFF....WEBP", "WebP"), (rb"....ftyp(?:hei|hev|mif|msf)", "HEIC"),
           (rb"....ftypavi", "AVIF"), (rb"GIF8", "GIF"), (rb"II\*\0|MM\0\*", "TIFF"), (rb"BM....\0\0\0\0", "BMP")]
"""How files of these formats begin."""


def format_of(start: bytes) -> Optional[str]:
    """The name of the format of a file that begins with these bytes; None for one that is not in FORMATS."""
    return next((name for mark, name in FORMATS if re.match(mark, start, re.DOTALL)), None)


def decode(start: bytes, file: IO[bytes], side: int = SMALL) -> Tuple[List[bytes], List[bytes]]:
    """Darkness on white paper and opacity of each pixel, as in `decode.Picture`, reduced to between `side` and twice as
    many along the longer side.

    `start` is what was read of the file already. ValueError, with both ways on, if Pillow is needed and not installed.
    """
    start += file.read(8)
    name = format_of(start)
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        if name is None:
            raise _unknown(start) from None
        raise ValueError(f"a {name} picture: pip install Pillow pillow-heif, or convert it to PNG") from None
    _register_heif()
    content = BytesIO(start + read_all(file, LARGEST))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")         # what is odd about a file is Pillow's to get by
            with Image.open(content, formats=_formats()) as image:
                return _planes(image, side)
    except UnidentifiedImageError:
        if name is None:
            raise _unknown(start) from None
        raise ValueError(f"a {name} picture that Pillow does not read here: pip install Pillow pillow-heif, "
                         "or convert it to PNG") from None
    except MemoryError:
        raise
    except Exception as error:                      # decoders of damaged files raise whatever they stumble over
        raise ValueError(f"a damaged {name or 'picture'}: {error}") from None


def _unknown(start: bytes) -> ValueError:
    return ValueError(f"begins with {start[:4].hex(' ')}, expected a PNG, PGM or PPM picture")


def _register_heif() -> None:
    """Let Pillow read HEIC, if pillow-heif is installed."""
    try:
        import pillow_heif
        pillow_heif.register_heif_opener()
    except ImportError:
        pass


def _formats() -> List[str]:
    """All that Pillow reads but EPS, which is a program: Pillow would let Ghostscript run it."""
    from PIL import Image
    Image.init()
    return [name for name in Image.OPEN if name != "EPS"]


def _planes(image: Any, side: int) -> Tuple[List[bytes], List[bytes]]:
    """Darkness and opacity of an image that was opened and not yet decoded."""
    from PIL import Image, ImageChops, ImageOps
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"{image.width:,} x {image.height:,} pixels, expected {MOST_PIXELS:,} at most")
    image.draft("L", (2 * side, 2 * side))        # a JPEG is then decoded at half its size, or less
    image = ImageOps.exif_transpose(image)
    if image.mode[0] in "IF":                       # 16 bits and more: all that there is, from black to white
        low, high = image.convert("F").getextrema()
        share = 255.0 / ((high - low) or 1.0)
        image = image.convert("F").point(lambda level: level * share - low * share)
    transparent = "A" in image.mode or "transparency" in image.info
    grey, alpha = image.convert("LA").split() if transparent else (image.convert("L"), Image.new("L", image.size, 255))
    times = max(1, max(image.size) // side)
    darkness, alpha = (plane.reduce(times) for plane in (ImageChops.multiply(ImageChops.invert(grey), alpha), alpha))
    return _rows(darkness), _rows(alpha) if transparent else []


def _rows(plane: Any) -> List[bytes]:
    pixels = plane.tobytes()
    return [pixels[k:k + plane.width] for k in range(0, len(pixels), plane.width)]
