"""The book's own file, mnist.pkl.gz, and other pickles of NumPy arrays, read without NumPy and without danger.

A pickle is a program for a small machine with a stack: push this number, make a tuple of the last three values,
call that function. Because it may call any function by name, unpickling a stranger's file is running a stranger's
program. So it is not run here. A machine of our own follows it, which knows the few instructions and the five names
that a pickled array needs. Each name stands for something harmless; every other is refused.

    numpy.core.multiarray._reconstruct      an empty array, to be filled by the instruction BUILD
    numpy.core.numeric._frombuffer          an array that is filled already
    numpy.dtype                             a kind of number
    numpy.ndarray                           the class of arrays, as an argument
    _codecs.encode                          text that stands for bytes

(NumPy 2 says numpy._core.) The book's file holds three pairs of arrays, images and labels: for training, for
validation, for the test. Other people's hold two pairs, or a dictionary of arrays whose names say what they are.
Source: the module pickletools, which explains every instruction.
"""
from __future__ import annotations

import codecs
import pickletools
import re
import warnings
from pathlib import Path
from typing import IO, Any, Callable, Dict, List, Tuple

from ...saved.files import LARGEST, check_memory, expect_end, read_exactly
from .arrays import COPIES, Array, data_set
from .images import DataSet, Format
from .places import opened, size_of

LONGEST_PROGRAM = 5000      # instructions; the book's file has some 200
LONGEST_NAME = 200
MOST_ARRAYS, DEEPEST = 20, 4


class Pickle(Format):
    """The book's file, or another of a few arrays."""

    name, endings = "pickle", (".pkl", ".pickle")

    def recognises(self, start: bytes) -> bool:
        return bool(re.match(rb"\x80|[]}]q|\(+[dlItc]|\(+\]q", start))      # protocol 2 and later; 1; 0, which is text

    def read(self, path: Path) -> DataSet:
        with opened(path) as file:
            try:
                value = follow(file, path)
            except (TypeError, AttributeError, LookupError) as error:
                raise ValueError(f"the pickle contradicts itself: {error}") from None
            expect_end(file)
        return data_set(arrays_in(value), path)


def arrays_in(value: Any, name: str = "", depth: int = 0) -> Dict[str, Array]:
    """The arrays in lists, tuples and dictionaries, by the names of their places. Pairs are for training and the test,
    or for training, validation and the test. What a dictionary holds beside arrays, such as scikit-learn's DESCR, is
    left out."""
    if isinstance(value, Pickled):
        return {name.strip(): value.array}
    if isinstance(value, dict):
        places = [(str(key)[:LONGEST_NAME], inner) for key, inner in value.items() if holds_arrays(inner)]
    elif isinstance(value, (list, tuple)):
        pairs = {2: ["train", "test"], 3: ["train", "validation", "test"]}.get(len(value), [])
        if all(isinstance(inner, Pickled) for inner in value):
            pairs = ["images", "labels"] if len(value) == 2 else []
        places = list(zip(pairs or [f"array_{k}" for k in map(_letter, range(len(value)))], value))
    else:
        places = []
    if not places or depth == DEEPEST or len(places) > MOST_ARRAYS:
        what = f"a {type(value).__name__} of {len(value):,}" if isinstance(value, (dict, list, tuple)) else "one value"
        raise ValueError(f"holds {what}, expected three pairs of arrays, images and labels, "
                         "or a dictionary of arrays")
    return {key: a for place, inner in places for key, a in arrays_in(inner, f"{name} {place}", depth + 1).items()}


def holds_arrays(value: Any) -> bool:
    """Whether this is an array, or something that begins with one."""
    for _ in range(DEEPEST):
        if isinstance(value, (dict, list, tuple)):
            value = next(iter(value.values() if isinstance(value, dict) else value), None)
    return isinstance(value, Pickled)


def _letter(k: int) -> str:
    return chr(ord("A") + k)


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
        if isinstance(dtype, Dtype) and dtype.name[1:2] == "O":
            raise ValueError("an array of Python objects, expected numbers")
        if not (isinstance(shape, tuple) and len(shape) <= 4 and all(isinstance(n, int) for n in shape)
                and isinstance(dtype, Dtype) and isinstance(content, (bytes, bytearray, str))):
            raise ValueError("the pickle fills an array with something else than numbers")
        self.array = Array(dtype.name, shape, content, bool(fortran))


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
PUSH = {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE",
        "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
PUT, GET = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}
SKIP = {"PROTO", "FRAME", "STOP"}
INSTRUCTIONS = {instruction.code: instruction for instruction in pickletools.opcodes}


class Tape:
    """The file at `path` as pickletools reads it: it gives only as much as memory may take."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.file, self.path, self.size, self.taken = file, path, size_of(path), 0

    def read(self, n: int) -> bytes:
        self.taken += n
        if self.taken > LARGEST:
            raise ValueError(f"more than {LARGEST:,} bytes")
        check_memory(self.path, COPIES * self.taken, self.size)
        return read_exactly(self.file, n)

    def readline(self) -> bytes:
        line = self.file.readline(LONGEST_NAME)
        if b"\\" in line:
            raise ValueError("the pickle has a name with a backslash, which no array needs")
        return line

    def longest_line(self) -> bytes:
        """A line of text of any length, read in pieces."""
        pieces = [b""]
        while pieces[-1][-1:] != b"\n":
            pieces.append(self.file.readline(1 << 20))
            if not pieces[-1]:
                raise ValueError("ends in the middle of a line")
            self.taken += len(pieces[-1])
            check_memory(self.path, COPIES * self.taken, self.size)
        return b"".join(pieces)[:-1]


def instruction_in(tape: Tape) -> Tuple[str, Any]:
    """The name and the argument of the next instruction."""
    code = tape.read(1)
    known = INSTRUCTIONS.get(code.decode("latin-1"))
    if known is None:
        raise ValueError(f"the pickle has an instruction {code.hex()}, which there is not")
    if known.name in ("STRING", "UNICODE"):
        line = tape.longest_line()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")         # an escape that there is not stands for itself
            return known.name, (line.decode("raw-unicode-escape") if known.name == "UNICODE" else
                                codecs.escape_decode(line[1:-1])[0].decode("latin-1"))      # in quotes
    return known.name, known.arg.reader(tape) if known.arg else None  # type: ignore[arg-type]


def follow(file: IO[bytes], path: Path) -> Any:
    """The value that a pickle's program makes."""
    stack: List[Any] = []
    marks: List[int] = []
    memo: Dict[int, Any] = {}
    tape = Tape(file, path)

    def pop(n: int) -> Tuple[Any, ...]:
        if len(stack) - (marks[-1] if marks else 0) < n:
            raise ValueError("the pickle takes from an empty stack")
        values = tuple(stack[len(stack) - n:])
        del stack[len(stack) - n:]
        return values

    def pop_to_mark() -> Tuple[Any, ...]:
        values = pop(len(stack) - marks[-1])
        marks.pop()
        return values

    for _ in range(LONGEST_PROGRAM):
        name, argument = instruction_in(tape)
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
            stack.append(pop_to_mark())
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            stack.append(pop(int(name[-1])))
        elif name in ("EMPTY_LIST", "LIST"):
            stack.append(list(pop_to_mark()) if name == "LIST" else [])
        elif name in ("EMPTY_DICT", "DICT"):
            stack.append(in_pairs(pop_to_mark()) if name == "DICT" else {})
        elif name in ("APPEND", "APPENDS"):
            values = pop_to_mark() if name == "APPENDS" else pop(1)
            of_kind(stack[-1], list).extend(values)
        elif name in ("SETITEM", "SETITEMS"):
            values = pop_to_mark() if name == "SETITEMS" else pop(2)
            of_kind(stack[-1], dict).update(in_pairs(values))
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
    raise ValueError(f"a pickle of more than {LONGEST_PROGRAM:,} instructions, expected a few arrays")


def stand_in(name: str) -> Callable[..., Any]:
    """What stands for this name, if it is one of the few that arrays need."""
    if name not in NAMES:
        raise ValueError(f"the pickle asks for {name[:60].replace(' ', '.', 1)}, which no array needs: refused")
    return NAMES[name]


def in_pairs(values: Tuple[Any, ...]) -> Dict[Any, Any]:
    """Keys and values in turn as a dictionary."""
    return dict(zip(values[::2], values[1::2]))


def of_kind(value: Any, kind: type) -> Any:
    """The value, if it is of this kind of container and no other thing that could be called."""
    if type(value) is not kind:
        raise ValueError(f"the pickle adds to something that is no {kind.__name__}")
    return value
