"""What people call the parts of a data set: which are to learn from and which to be tested on, which are images and
which their labels.

>>> role("x_train"), role("t10k-labels-idx1-ubyte"), role("emnist-digits-test-images-idx3-ubyte.gz"), role("arr_0")
(('train', 'images'), ('test', 'labels'), ('test', 'images'), ('', ''))
>>> family("mnist_train_100.csv") == family("mnist_test_10.csv.gz") == ["mnist"]
True
"""
from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, Iterable, List, Optional, Tuple

PARTS = [("validation", "val|valid|validation|validating|dev"),
         ("test", "t10k|te|tes|test|testing|tests|eval|evaluation"),
         ("train", "tr|tra|trn|train|training|learn|learning")]
KINDS = [("labels", "label|labels|lbl|lbls|y|target|targets|class|classes|answers"),
         ("images", "image|images|img|imgs|x|data|pixel|pixels|picture|pictures|feature|features|input|inputs")]
NUMERALS = "zero one two three four five six seven eight nine".split()
NOISE = "idx|ubyte|int|gz|bz|xz|csv|tsv|txt|dat|npz|npy|copy"
"""Words of a file's name that say neither."""


def digit_of(name: str) -> Optional[int]:
    """The digit that a folder or a label is named for.

    >>> digit_of("7"), digit_of("digit_7"), digit_of("Seven"), digit_of("10"), digit_of("A")
    (7, 7, 7, None, None)
    """
    if name.lower() in NUMERALS:
        return NUMERALS.index(name.lower())
    found = re.fullmatch(r"(?:digits?|class|label|number|num)?[ _-]?([0-9])", name, re.IGNORECASE)
    return int(found[1]) if found else None


def words(name: str) -> List[str]:
    """The words of a name in lower case; numbers are none. `xTrain`, `X_train` and `xtrain` have the same two."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", re.sub("t10k", "test", name, flags=re.IGNORECASE)).lower()
    return [word for glued in re.findall("[a-z]+", apart)
            for word in (re.findall("^([xy])(tr|te|train|test|val|valid)$", glued) or [(glued,)])[0]]


def role(name: str) -> Tuple[str, str]:
    """(part, kind) that a name says: "train", "validation" or "test", and "images" or "labels"; "" for what it does not
    say."""
    return _meaning(words(name), PARTS), _meaning(words(name), KINDS)


def _meaning(said: List[str], meanings: List[Tuple[str, str]]) -> str:
    return next((meaning for meaning, known in meanings if set(said) & set(known.split("|"))), "")


def family(name: str) -> List[str]:
    """What is left of a file's name without the words for its part and kind: the same for all files of a set."""
    known = "|".join([NOISE, *(words for _, words in PARTS + KINDS)]).split("|")
    return [word for word in words(name) if word not in known]


def relatives(path: Path, files: Iterable[Path]) -> Dict[Tuple[str, str], Path]:
    """Those of the files that lie beside the file at `path` and belong to its set, by their roles; of two with the same
    role the first."""
    found: Dict[Tuple[str, str], Path] = {role(path.name): path}
    for other in files:
        if other.parent == path.parent and family(other.name) == family(path.name):
            found.setdefault(role(other.name), other)
    return found
