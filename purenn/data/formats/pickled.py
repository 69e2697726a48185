"""The book's own file, mnist.pkl.gz: NumPy arrays as Python 2 pickled them, read without NumPy and without danger.

A pickle is a program for a small machine with a stack: push this number, make a tuple of the last three values,
call that function. Because it may call any function by name, unpickling a stranger's file is running a stranger's
program. So it is not run here. A machine of our own follows it, which knows the few instructions and the five names
that a pickled array needs. Each name stands for something harmless; every other is refused.

    numpy.core.multiarray._reconstruct      an empty array, to be filled by the instruction BUILD
    numpy.core.numeric._frombuffer          an array that is filled already
    numpy.dtype                             a kind of number
    numpy.ndarray                           the class of arrays, as an argument
    _codecs.encode                          text that stands for bytes

(NumPy 2 says numpy._core.) The file holds three pairs of arrays, images and labels: for training, for validation,
for the test. Source: the module pickletools, which explains every instruction.
"""
from __future__ import annotations

import pickletools
from itertools import islice
from pathlib import Path
from typing import IO, Any, Callable, Dict, Iterator, List, Tuple

from ...saved.files import LARGEST, check_memory, expect_end, opened, read_exactly
from .arrays import COPIES, Array, labelled
from .images import DataSet, Format, Images

LONGEST_PROGRAM = 5000      # instructions; the book's file has some 200
LONGEST_NAME = 200


class Pickle(Format):
    """The book's file."""

    name, endings = "pickle", (".pkl",)

    def recognises(self, start: bytes) -> bool:
        return start.startswith((b"\x80", b"("))        # the mark of protocol 2 and later; protocol 1 had none

    def read(self, path: Path) -> DataSet:
        with opened(path) as file:
            try:
                value = follow(file, path)
            except (TypeError, AttributeError, LookupError) as error:
                raise ValueError(f"the pickle contradicts itself: {error}") from None
            expect_end(file)
            if not (is_tuple(value, 3, tuple) and all(is_tuple(pair, 2, Pickled) for pair in value)):
                raise ValueError("holds something else than three pairs of arrays")
            training, validation, test = [labelled(images.array, digits.array, path) for images, digits in value]
            return DataSet(joined(training, validation), test, len(validation.labels))


class Dtype:
    """Stands for numpy.dtype: "f4" when it is made, "<f4" once BUILD has said the order of the bytes."""

    def __init__(self, kind: str, *_: Any) -> None:
        if len(kind) != 2:
            raise ValueError("the pickle has a kind of number that is not a letter and a digit")
        self.name = "|" + kind

    def build(self, version: int, order: str, *_: Any) -> None:
        self.name = order[:1] + self.name[1:]


class Pickled:
    """Stands for numpy.ndarray."""

    def __init__(self, *_: Any) -> None:
        self.array = Array("", (), b"")

    def build(self, version: int, shape: Tuple[int, ...], dtype: Dtype, fortran: bool, content: Any) -> None:
        if not (isinstance(shape, tuple) and len(shape) <= 4 and all(isinstance(n, int) for n in shape)
                and isinstance(dtype, Dtype) and isinstance(content, (bytes, bytearray, str))):
            raise ValueError("the pickle fills an array with something else than numbers")
        if fortran and len(shape) > 1:
            raise ValueError("an array stored column by column, expected row by row")
        self.array = Array(dtype.name, shape, content)


def from_buffer(content: Any, dtype: Dtype, shape: Tuple[int, ...], order: str) -> Pickled:
    """Stands for _frombuffer."""
    pickled = Pickled()
    pickled.build(1, shape, dtype, order != "C", content)
    return pickled


def encode(text: str, encoding: str) -> str:
    """Stands for _codecs.encode. The text stays text: `Array` takes it as Latin-1, which is what it must be."""
    if encoding != "latin1":
        raise ValueError("text for bytes in another encoding than latin1")
    return text


NAMES: Dict[str, Callable[..., Any]] = {
    "numpy.core.multiarray _reconstruct": Pickled, "numpy._core.multiarray _reconstruct": Pickled,
    "numpy.core.numeric _frombuffer": from_buffer, "numpy._core.numeric _frombuffer": from_buffer,
    "numpy dtype": Dtype, "numpy ndarray": Pickled, "_codecs encode": encode}

CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
PUSH = {"INT", "BININT", "BININT1", "BININT2", "LONG1", "BINSTRING", "SHORT_BINSTRING", "BINUNICODE",
        "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
PUT, GET = {"BINPUT", "LONG_BINPUT"}, {"BINGET", "LONG_BINGET"}
SKIP = {"PROTO", "FRAME", "STOP"}


class Tape:
    """The file at `path` as pickletools reads it: it gives only as much as memory may take."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.file, self.path, self.taken = file, path, 0

    def read(self, n: int) -> bytes:
        self.taken += n
        if self.taken > LARGEST:
            raise ValueError(f"more than {LARGEST:,} bytes")
        check_memory(self.path, COPIES * self.taken)
        return read_exactly(self.file, n)

    def readline(self) -> bytes:
        line = self.file.readline(LONGEST_NAME)
        if b"\\" in line:
            raise ValueError("the pickle has a name with a backslash, which no array needs")
        return line


def follow(file: IO[bytes], path: Path) -> Any:
    """The value that a pickle's program makes."""
    stack: List[Any] = []
    marks: List[int] = []
    memo: Dict[int, Any] = {}

    def pop(n: int) -> Tuple[Any, ...]:
        if len(stack) - (marks[-1] if marks else 0) < n:
            raise ValueError("the pickle takes from an empty stack")
        values = tuple(stack[len(stack) - n:])
        del stack[len(stack) - n:]
        return values

    program: Iterator[Any] = pickletools.genops(Tape(file, path))     # type: ignore[arg-type]
    for instruction, argument, _ in islice(program, LONGEST_PROGRAM):
        name = instruction.name
        if name in PUSH:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in PUT:
            memo[argument] = stack[-1]
        elif name == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif name in GET:
            stack.append(memo[argument])
        elif name == "MARK":
            marks.append(len(stack))
        elif name == "TUPLE":
            start = marks.pop()
            stack[start:] = [tuple(stack[start:])]
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            stack.append(pop(int(name[-1])))
        elif name == "GLOBAL":
            stack.append(stand_in(argument))
        elif name == "STACK_GLOBAL":
            stack.append(stand_in(" ".join(pop(2))))
        elif name == "REDUCE":
            function, arguments = pop(2)
            stack.append(function(*arguments))
        elif name == "BUILD":
            (state,) = pop(1)
            stack[-1].build(*state)
        elif name not in SKIP:
            raise ValueError(f"the pickle has an instruction {name}, which no array needs")
        if name == "STOP":
            return pop(1)[0]
    raise ValueError(f"a pickle of more than {LONGEST_PROGRAM:,} instructions")


def stand_in(name: str) -> Callable[..., Any]:
    """What stands for this name, if it is one of the few that arrays need."""
    if name not in NAMES:
        raise ValueError(f"the pickle asks for {name[:60].replace(' ', '.', 1)}, which no array needs: refused")
    return NAMES[name]


def joined(first: Images, second: Images) -> Images:
    """Training and validation images as one set."""
    if first.size != second.size:
        raise ValueError(f"validation images of {second.size} pixels, expected {first.size} as in the training images")
    return Images(first.pixels + second.pixels, first.size, first.labels + second.labels)


def is_tuple(value: object, n: int, kind: type) -> bool:
    """Whether this is a tuple of n values of one kind."""
    return isinstance(value, tuple) and len(value) == n and all(isinstance(item, kind) for item in value)
