"""python -m purenn.predict: what a trained network reads, and where it goes wrong."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import math
import os
import shutil
import sys
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from . import data
from .matrix import Matrix, Pixels, Vector
from .metrics import Confusion, Prediction, candidates, classify, surest_mistakes
from .network2 import Network
from .pictures import svg
from .pictures.confusion import confusion_svg
from .pictures.decode import is_picture
from .pictures.orientation import otherwise
from .pictures.prepare import prepare
from .pictures.writing import read_digits
from .saved import models
from .saved.files import BadFile, check_distinct, file_errors, first_bytes, write_atomically
from .terminal.command import run
from .terminal.options import Parser, filename, whole
from .terminal.progress import Display
from .terminal.reader import default_network, expect_network
from .terminal.text import columns, complain, draw, in_rows, say

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
  python -m purenn.predict four.png                  the same, read by the network of purenn.draw
"""


UNSURE = 0.5
"""What is read with less confidence may be no digit. Of 270 letters, scribbles and shapes 29% are, of 490 digits 0.4%,
by a network of chapter 3 (see pictures/README.md)."""


def parser() -> Parser:
    """The options of the command."""
    parser = Parser("purenn.predict", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("model", nargs="?", metavar="MODEL",
                        help="a network that train --save wrote (default, for pictures: the one of purenn.draw)")
    parser.add_argument("data", nargs="*", metavar="DATA",
                        help="digits (default), mnist, or a file or folder with images (see the README); or "
                        "pictures, as with --image")
    parser.add_argument("--mistakes", type=whole(0), default=6, metavar="N",
                        help="draw the N mistakes it is surest of (default: 6)")
    parser.add_argument("--out", type=filename, metavar="FILE",
                        help="write what it reads as CSV: ImageId,Label, as Kaggle wants it")
    parser.add_argument("--plot", type=filename, metavar="FILE",
                        help="draw which digits it takes for which, an SVG picture")
    parser.add_argument("--download", action="store_true", help="fetch mnist or fashion-mnist if it is not there")
    parser.add_argument("--image", nargs="+", action="extend", metavar="FILE",
                        help="read pictures of a digit or several instead, of any size, dark on light or light on "
                        "dark, or folders of them: PNG, PGM, PPM, and with Pillow whatever it reads")
    parser.add_argument("--show", action="store_true", help="and draw each digit as the network sees it")
    return parser


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Read what the options name, and say how it went."""
    command = parser()
    options = vars(command.parse_args(argv))
    try:
        model, pictures, source = asked(options)
    except ValueError as error:
        if isinstance(error, BadFile):
            raise
        command.error(str(error))
    if model is None:
        net, about = default_network()
        say(about)
    else:
        expect_network(model)
        net = models.load(model)
    if pictures:
        read_pictures(net, pictures, options["show"])
    else:
        say(*many_images(net, source, options, str(model)))


def asked(options: Dict[str, Any]) -> Tuple[Optional[str], List[str], str]:
    """The model (None: the default network), the pictures and, where there are none, the data that the options name;
    ValueError if they contradict one another. A name is known by what the file is: any of them may be a picture."""
    names, images = [name for name in (options["model"], *options["data"]) if name], options["image"] or []
    if images and len(names) > 1:
        raise ValueError("--image reads pictures of digits: leave out DATA")
    if names and (images or not is_pictures(names[0])):
        model = names.pop(0)
    else:
        model = next(filter(is_model, images), None)            # --image takes all that follows it
        images = [name for name in images if name != model]
    if images or any(map(is_pictures, names)):
        pictures = [path for name in images or names for path in pictures_in(name)]
        for option in "out", "plot":
            if options[option]:
                raise ValueError(f"--{option} is about what is read in DATA: leave it out to read pictures")
        return model, pictures, ""
    if len(names) > 1:
        raise ValueError(f"{' '.join(names)}: expected one DATA, or pictures")
    if options["show"] or options["image"]:
        raise ValueError("--image and --show are about pictures: --image FILE")
    if model is None:
        raise ValueError("expected MODEL, a network that train --save wrote, or pictures to read")
    return model, [], names[0] if names else "digits"


def trained_on(model: str, images: Sequence[Vector]) -> List[bool]:
    """On which of the images the network in a file was trained, to the last pixel; on none that we know of, if the file
    does not know its run, or the data of the run are not there as they were."""
    unknown = [False] * len(images)
    try:
        run = models.load_run(model)[1]
        examples = data.load(run.source, run.recipe.hold_out, run.recipe.seed, say=lambda note: None)
    except ValueError:                                  # a BadFile is one
        return unknown
    training_data = examples[0][:run.recipe.limit]
    learnt = {shades(x) for x, _ in training_data}
    known = [shades(image) in learnt for image in images]
    as_they_were = any(known) and models.fingerprint(training_data, *examples[1:]) == run.fingerprint
    return known if as_they_were else unknown


def shades(image: Vector) -> bytes:
    """The image as a key: a byte for each pixel."""
    if isinstance(image, Pixels) and image.scale == 255:
        return image.shades
    return bytes(round(255 * pixel) & 255 for pixel in image)


def is_pictures(name: str) -> bool:
    """Whether this is a picture, or a folder with pictures in it."""
    if os.path.isdir(name):
        return any(map(is_pictures, files_in(name)))
    return os.path.isfile(name) and is_picture(first_bytes(name, 16))


def files_in(folder: str) -> List[str]:
    """The files in a folder, by name, without hidden ones and other folders."""
    with file_errors(folder), os.scandir(folder) as entries:
        return sorted(entry.path for entry in entries if entry.is_file() and not entry.name.startswith("."))


def pictures_in(name: str) -> List[str]:
    """The pictures in a folder, or the one that is named, whatever it may be."""
    return list(filter(is_pictures, files_in(name))) or [name] if os.path.isdir(name) else [name]


def is_model(name: str) -> bool:
    """Whether a file is rather a network than a picture."""
    return os.path.isfile(name) and first_bytes(name, 1) == b"{"


def read_pictures(net: Network, paths: Sequence[str], show: bool) -> None:
    """Say what is on each picture. One that cannot be read does not keep the others from it: its complaint comes in its
    place, the last one's at the end."""
    side = math.isqrt(net.sizes[0])
    if side * side != net.sizes[0]:
        raise ValueError(f"--image: the network takes {net.sizes[0]} numbers, expected the pixels of a square picture")
    complaint: Optional[BadFile] = None
    for path in paths:
        try:
            say(*one_picture(net, path, show))
        except BadFile as error:
            if complaint:
                complain(f"purenn.predict: error: {complaint}")
            complaint = error
    if complaint:
        raise complaint


def one_picture(net: Network, path: str, show: bool) -> Iterator[str]:
    """What the network takes a picture for and what else it might be, or which digits are on it."""
    side = math.isqrt(net.sizes[0])
    if (kind := data.kind_of(path)) not in ("", "a picture"):
        raise BadFile(path, f"{kind}; expected a picture of pixels")
    with file_errors(path):
        images = [prepare(digit, side) for digit in read_digits(path)]
    if show:
        for image in images:
            yield from draw(square(image), sys.stdout)
    (first, *others), *more = [candidates(net, image) for image in images]
    unsure = min(first.confidence, *(rest[0].confidence for rest in more), 1.0) < UNSURE
    doubt = f"; below {UNSURE:.2f}: perhaps no digit" if unsure else ""
    if more:
        *several, last = [f"{digit} ({confidence:.2f})" for digit, confidence in [first, *(rest[0] for rest in more)]]
        yield f"{path}: {len(images)} digits, {', '.join(several)} and {last}{doubt}"
    else:
        yield f"{path} is read as {first.digit} ({first.confidence:.3f})" + "".join(
            f", or else {digit} ({confidence:.3f})" for digit, confidence in others[:2]) + doubt


def many_images(net: Network, source: str, options: Dict[str, Any], model: str) -> Iterator[str]:
    """How well the network in the file `model` reads the images of a source, and what is in its mistakes. How well it
    reads those that it was trained on says little."""
    out, plot = options["out"], options["plot"]
    check_distinct(data.locate(source, options["download"], Display(sys.stderr).show_download), model, out, plot)
    if plot:
        svg.check_writable(plot)
    notes: List[str] = []
    images, labels = data.load_images(source, say=notes.append)
    yield from notes
    with file_errors(source):
        predictions = classify(net, images)
        digits = [prediction.digit for prediction in predictions]
        confusion = Confusion.of(labels, digits, max(2, net.sizes[-1])) if labels else None
    yield f"{source}: {len(images):,} images, read by a network of sizes {net.sizes}"
    if hint := otherwise(net, images, labels):
        yield f"{source}: {hint}"
    known = trained_on(model, images)
    if any(known):
        yield f"the network was trained on {sum(known):,} of these {len(images):,} images"
    if labels and confusion:
        yield f"accuracy {confusion.accuracy:.2%}: {confusion.right:,} right"
        if any(known) and not all(known):
            right = sum(digit == label for digit, label, old in zip(digits, labels, known) if not old)
            others = len(known) - sum(known)
            yield f"accuracy on the other {others:,}: {right / others:.2%}"
        yield ""
        yield from confusion.lines(columns(sys.stdout))
        yield from gallery(images, predictions, labels, surest_mistakes(predictions, labels, options["mistakes"]))
    else:
        yield "they have no labels, so that nothing can be said about its accuracy" + (
            "" if out else "; --out FILE writes what it reads")
    if out:
        with file_errors(out):
            write_atomically(out, as_csv(predictions).encode())
        yield f"wrote {out}"
    if plot and confusion:
        with file_errors(plot):
            write_atomically(plot, confusion_svg(confusion).encode())
        yield f"wrote {plot}"


def as_csv(predictions: Sequence[Prediction]) -> str:
    """The digits as Kaggle wants them, images numbered from 1.

    >>> print(as_csv([Prediction(7, 0.9), Prediction(2, 0.8)]), end="")
    ImageId,Label
    1,7
    2,2
    """
    return "".join(["ImageId,Label\n", *(f"{number},{digit}\n" for number, (digit, _) in enumerate(predictions, 1))])


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
