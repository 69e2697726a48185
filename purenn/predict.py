"""python -m purenn.predict: what a trained network reads, and where it goes wrong."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import math
import os
import shutil
import sys
from typing import Iterator, List, Optional, Sequence

from . import data
from .matrix import Matrix, Vector
from .metrics import Confusion, Prediction, candidates, classify, surest_mistakes
from .network2 import Network
from .pictures.decode import is_picture
from .pictures.ink import read_picture
from .pictures.prepare import prepare
from .saved import models
from .saved.files import BadFile, check_distinct, file_errors, first_bytes, write_atomically
from .terminal.command import run
from .terminal.options import Parser, filename, whole
from .terminal.text import draw, in_rows, say

DESCRIPTION = """\
Let a trained network read digits: how many rightly, which ones it takes for which, and a look at the mistakes
it is surest of.
"""

EPILOG = """\
things to try:
  python -m purenn.train --save model.json           first of all, a network
  python -m purenn.predict model.json                its accuracy on the digits' test images
  python -m purenn.predict model.json test.csv --out predictions.csv
                                                     for Kaggle's "Digit Recognizer", with a network trained on MNIST
  python -m purenn.predict model.json --image four.png five.jpg --show
                                                     your own handwriting, photographed or painted
"""


def parser() -> Parser:
    """The options of the command."""
    parser = Parser("purenn.predict", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("model", metavar="MODEL", help="a network that train --save wrote")
    parser.add_argument("data", nargs="?", metavar="DATA",
                        help="digits (default), mnist, or a file or folder with images (see the README)")
    parser.add_argument("--mistakes", type=whole(0), default=6, metavar="N",
                        help="draw the N mistakes it is surest of (default: 6)")
    parser.add_argument("--out", type=filename, metavar="FILE",
                        help="write what it reads as CSV: ImageId,Label, as Kaggle wants it")
    parser.add_argument("--image", nargs="+", action="extend", metavar="FILE",
                        help="read pictures of one digit each instead, of any size, dark on light or light on dark: "
                        "PNG, PGM, PPM, and with Pillow (the extra `image`) whatever it reads")
    parser.add_argument("--show", action="store_true", help="and draw each picture as the network sees it")
    return parser


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Read what the options name, and say how it went."""
    arguments = parser()
    options = vars(arguments.parse_args(argv))
    if options["image"] and (options["data"] or options["out"]):
        arguments.error("--image reads pictures of one digit each: leave out DATA and --out")
    if options["show"] and not options["image"]:
        arguments.error("--show draws the picture of --image")
    check_distinct(options["model"], options["out"])
    net = models.load(options["model"])
    if options["image"]:
        for path in options["image"]:
            say(*one_picture(net, path, options["show"]))
        return
    source = options["data"] or "digits"
    if os.path.isfile(source) and is_picture(first_bytes(source, 16)):
        raise BadFile(source, f"a picture, expected a file of many images; to read it: --image {source}")
    say(*many_images(net, source, options["mistakes"], options["out"]))


def one_picture(net: Network, path: str, show: bool) -> Iterator[str]:
    """What the network takes a picture for, and what else it might be."""
    side = math.isqrt(net.sizes[0])
    if side * side != net.sizes[0]:
        raise ValueError(f"--image: the network takes {net.sizes[0]} numbers, expected the pixels of a square picture")
    with file_errors(path):
        image = prepare(read_picture(path), side)
    if show:
        yield from draw(square(image), sys.stdout)
    first, *others = candidates(net, image)
    yield f"{path} is read as {first.digit} ({first.confidence:.3f})" + "".join(
        f", or else {digit} ({confidence:.3f})" for digit, confidence in others[:2])


def many_images(net: Network, source: str, mistakes: int, out: Optional[str]) -> Iterator[str]:
    """How well the network reads the images of a source, and what is in its mistakes."""
    check_distinct(data.locate(source), out)
    notes: List[str] = []
    images, labels = data.load_images(source, say=notes.append)
    yield from notes
    with file_errors(source):
        predictions = classify(net, images)
        digits = [prediction.digit for prediction in predictions]
        confusion = Confusion.of(labels, digits, max(2, net.sizes[-1])) if labels else None
    yield f"{source}: {len(images):,} images, read by a network of sizes {net.sizes}"
    if labels and confusion:
        yield f"accuracy {confusion.accuracy:.2%}: {confusion.right:,} right"
        yield ""
        yield from table(confusion)
        yield from gallery(images, predictions, labels, surest_mistakes(predictions, labels, mistakes))
    else:
        yield "they have no labels, so that nothing can be said about its accuracy" + (
            "" if out else "; --out FILE writes what it reads")
    if out:
        with file_errors(out):
            write_atomically(out, as_csv(predictions).encode())
        yield f"wrote {out}"


def as_csv(predictions: Sequence[Prediction]) -> str:
    """The digits as Kaggle wants them, images numbered from 1.

    >>> print(as_csv([Prediction(7, 0.9), Prediction(2, 0.8)]), end="")
    ImageId,Label
    1,7
    2,2
    """
    return "".join(["ImageId,Label\n", *(f"{number},{digit}\n" for number, (digit, _) in enumerate(predictions, 1))])


def table(confusion: Confusion) -> Iterator[str]:
    """The confusion matrix, a row for each digit there was and a column for each that was read."""
    digits = range(len(confusion.counts))
    yield "         read as"
    yield "digit    " + "".join(f"{digit:6}" for digit in digits) + "  recall"
    for digit, row in enumerate(confusion.counts):
        counts = "".join(f"{count or '.':>6}" for count in row)
        yield f"{digit:5}    {counts}{percent(confusion.recall(digit)):>8}"
    yield "precision" + "".join(f"{percent(confusion.precision(digit)):>6}" for digit in digits)


def percent(fraction: Optional[float]) -> str:
    """Five characters at most, and 100% only where it is true.

    >>> percent(1.0), percent(0.9999), percent(0.0), percent(None)
    ('100%', '99.9%', '0.0%', '-')
    """
    return "-" if fraction is None else "100%" if fraction == 1.0 else f"{min(fraction, 0.999):.1%}"


def gallery(images: Sequence[Vector], predictions: Sequence[Prediction], labels: Sequence[int],
            chosen: Sequence[int]) -> Iterator[str]:
    """The chosen images, each beneath what it is and what it was read as; as many to a row as fit into the terminal."""
    pictures = [[f"{labels[i]} read as {predictions[i].digit}", f"{predictions[i].confidence:.3f}, image {i + 1}",
                 *draw(square(images[i]), sys.stdout)] for i in chosen]
    if pictures:
        yield from ("", "the mistakes it was surest of", "")
        yield from in_rows(pictures, shutil.get_terminal_size().columns)


def square(image: Vector) -> Matrix:
    """The image as rows of pixels; none if it is not square.

    >>> square([1.0, 0.0, 0.5, 0.0]), square([1.0, 0.0])
    ([[1.0, 0.0], [0.5, 0.0]], [])
    """
    side = math.isqrt(len(image))
    return [image[k:k + side] for k in range(0, len(image), side)] if side * side == len(image) else []


if __name__ == "__main__":
    sys.exit(run("purenn.predict", main))
