"""Make the four IDX files in this folder from the rows of a CSV file: 64 pixels of 0 to 16, then the label.

    python data/make_digits.py digits.csv.gz

Run twice, it writes the same bytes twice, for the gzip headers carry neither a time nor a name; another
version of Python may compress differently.
"""
import gzip
import random
import struct
import sys
from pathlib import Path

TEST = 297      # of the shuffled rows the last; the first 1,500 are for training


def write(name: str, sizes: list, values: list) -> None:
    """An IDX file: 0, 0, 8 (unsigned bytes), the number of sizes; the sizes, big-endian; the bytes."""
    header = bytes([0, 0, 8, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)
    path = Path(__file__).with_name(name)
    path.write_bytes(gzip.compress(header + bytes(values), compresslevel=9, mtime=0))


def main(source: str) -> None:
    rows = [[int(number) for number in line.split(",")] for line in gzip.open(source, "rt", encoding="ascii")]
    random.Random(0).shuffle(rows)
    for name, part in ("train", rows[:-TEST]), ("t10k", rows[-TEST:]):
        pixels = [round(v * 255 / 16) for row in part for v in row[:64]]
        write(f"{name}-images-idx3-ubyte.gz", [len(part), 8, 8], pixels)
        write(f"{name}-labels-idx1-ubyte.gz", [len(part)], [row[64] for row in part])


if __name__ == "__main__":
    main(sys.argv[1])
