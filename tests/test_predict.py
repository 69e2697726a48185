"""Reading with a network simple enough to know its answers, and the screen that says how it went."""
from __future__ import annotations

import gzip
import re
import struct
from pathlib import Path
from typing import List

import pytest

from commands import here
from purenn import predict
from purenn.saved import models
from purenn.activations import identity
from purenn.saved.files import BadFile
from purenn.terminal.command import run
from purenn.network2 import Network
from purenn.metrics import Confusion, Prediction, classify, surest_mistakes

# Four pixels, ten outputs: output d is the d-th pixel, and 0 where there is none. The network reads the number of
# the brightest pixel.


@pytest.fixture
def brightest(tmp_path: Path) -> Path:
    net = Network([4, 10], output=identity)
    net.weights = [[[float(k == d) for k in range(4)] for d in range(10)]]
    net.biases = [[0.0] * 10]
    models.save(net, tmp_path / "model.json")
    return tmp_path / "model.json"


def image(digit: int, brightness: int) -> str:
    return ",".join(str(brightness if k == digit else 0) for k in range(4))


def file_of(tmp_path: Path, lines: List[str]) -> Path:
    path = tmp_path / "images.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


LABELLED = ["label,pixel0,pixel1,pixel2,pixel3",
            "0," + image(0, 255), "0," + image(0, 255), "0," + image(1, 255),   # two zeros, and one that looks like a 1
            "1," + image(1, 255), "1," + image(2, 51), "1," + image(2, 102),    # a one, and two that look like a 2
            "3," + image(3, 255)]


def screen(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    predict.main(list(map(str, arguments)))
    return capsys.readouterr().out


def test_reading_by_hand() -> None:
    net = Network([2, 2], output=identity)
    net.weights, net.biases = [[[1.0, 0.0], [0.0, 1.0]]], [[0.0, 0.25]]
    assert classify(net, [[0.5, 0.0], [0.5, 0.5]]) == [Prediction(0, 0.5), Prediction(1, 0.75)]


def test_confusion_by_hand() -> None:
    #                       three 0s: 0 0 1; two 1s: 1 2; no 2
    confusion = Confusion.of([0, 0, 0, 1, 1], [0, 0, 1, 1, 2], digits=3)
    assert confusion.counts == [[2, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert (confusion.right, confusion.accuracy) == (3, 0.6)
    assert [confusion.recall(d) for d in range(3)] == [2 / 3, 1 / 2, None]
    assert [confusion.precision(d) for d in range(3)] == [1.0, 1 / 2, 0.0]


def test_the_surest_mistakes_come_first() -> None:
    predictions = [Prediction(1, 0.3), Prediction(1, 0.9), Prediction(1, 0.8), Prediction(1, 0.9)]
    assert surest_mistakes(predictions, [2, 1, 2, 2], 2) == [3, 2]               # the second is right
    assert surest_mistakes(predictions, [1, 1, 1, 1], 2) == []


def test_the_screen(brightest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = screen(capsys, brightest, file_of(tmp_path, LABELLED))
    assert ": 7 images, read by a network of sizes [4, 10]\naccuracy 57.14%: 4 right\n" in text     # 4/7 = 0.5714
    lines = text.splitlines()
    assert lines[4].split() == ["digit", *"0123456789", "recall", "precision"]
    assert lines[5].split() == ["0", "2", "1", *"........", "66.7%", "100%"]
    assert lines[6].split() == ["1", ".", "1", "2", *".......", "33.3%", "50.0%"]
    assert lines[7].split() == ["2", *"..........", "-", "0.0%"]    # no 2 to be recalled, but two read
    assert lines[8].split() == ["3", *"...", "1", *"......", "100%", "100%"]
    assert lines[14].split() == ["9", *"..........", "-", "-"]
    # the mistakes: outputs of 1, 102/255 = 0.4 and 51/255 = 0.2, where the paper of this test is no terminal: in shades
    assert lines[16:] == ["the mistakes it was surest of",
                          "",
                          "0 read as 1      1 read as 2      1 read as 2",
                          "1.000, image 3   0.400, image 6   0.200, image 5",
                          "  ██",
                          "                 ▒▒               ░░"]
    assert max(map(len, lines[1:])) < 80


def test_as_many_mistakes_as_asked_for(brightest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_of(tmp_path, LABELLED)
    assert screen(capsys, brightest, path, "--mistakes", 1).count("read as ") == 1
    assert "surest" not in screen(capsys, brightest, path, "--mistakes", 0)
    assert "surest" not in screen(capsys, brightest, file_of(tmp_path, LABELLED[:3]))


def test_a_file_without_labels_for_kaggle(brightest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_of(tmp_path, ["pixel0,pixel1,pixel2,pixel3", image(2, 255), image(0, 1), image(3, 9)])
    assert "no labels" in screen(capsys, brightest, path, "--out", tmp_path / "predictions.csv")
    assert (tmp_path / "predictions.csv").read_bytes() == b"ImageId,Label\n1,2\n2,0\n3,3\n"


def test_idx_images_without_labels(brightest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(struct.pack(">4i", 2051, 2, 2, 2) + bytes([0, 9, 0, 0, 0, 0, 0, 9])))
    screen(capsys, brightest, path, "--out", tmp_path / "predictions.csv")
    assert (tmp_path / "predictions.csv").read_text().split() == ["ImageId,Label", "1,1", "2,3"]


def test_what_does_not_fit_is_said(brightest: Path, tmp_path: Path) -> None:
    for lines, complaint in [
            (["label,a,b", "1,0,0"], "image 1 has 2 pixels, the network takes 4"),
            (["label,pixel0", "1,x"], "line 2")]:
        with pytest.raises(BadFile) as error:
            predict.main([str(brightest), str(file_of(tmp_path, lines))])
        assert str(error.value).startswith(f"{tmp_path / 'images.csv'}: ") and complaint in str(error.value)
    with pytest.raises(BadFile, match="digits: image 1 has 64 pixels, the network takes 4"):
        predict.main([str(brightest)])
    with pytest.raises(BadFile, match="model.txt: No such file or directory"):
        predict.main([str(tmp_path / "model.txt")])
    with pytest.raises(BadFile, match="No such file or directory"):
        predict.main([str(brightest), str(file_of(tmp_path, LABELLED)), "--out", str(tmp_path / "nowhere" / "out.csv")])
    for taken in brightest, file_of(tmp_path, LABELLED):
        content = taken.read_bytes()
        with pytest.raises(BadFile, match="named for two purposes"):
            predict.main([str(brightest), str(file_of(tmp_path, LABELLED)), "--out", str(taken)])
        assert taken.read_bytes() == content


def test_a_network_of_fewer_outputs_than_digits(tmp_path: Path) -> None:
    models.save(Network([64, 3]), tmp_path / "model.json")
    with pytest.raises(BadFile, match=r"digits: image \d+ is labelled \d, the network tells 0 to 2 apart"):
        predict.main([str(tmp_path / "model.json")])


@pytest.fixture
def square_reader(tmp_path: Path) -> Path:
    """A network for 8 x 8 pixels: its output 1 is the ink in the middle two columns, output 7 that in the first row."""
    net = Network([64, 10], output=identity)
    net.biases = [[0.0] * 10]
    net.weights = [[[0.0] * 64 for _ in range(10)]]
    net.weights[0][1] = [float(k % 8 in (3, 4)) / 16 for k in range(64)]
    net.weights[0][7] = [float(k < 8) / 8 for k in range(64)]
    models.save(net, tmp_path / "square.json")
    return tmp_path / "square.json"


def a_one(tmp_path: Path, ink: int, paper: int) -> Path:
    """A vertical stroke, 3 pixels wide and 30 high, on a sheet of 50 x 50, as a PGM file."""
    path = tmp_path / f"one-{ink}.pgm"
    path.write_bytes(b"P5 50 50 255 " + bytes(ink if 10 <= y < 40 and 20 <= x < 23 else paper
                                              for y in range(50) for x in range(50)))
    return path


@pytest.mark.parametrize("ink, paper", [(0, 255), (255, 0), (60, 200)])
def test_one_picture(ink: int, paper: int, square_reader: Path, tmp_path: Path,
                     capsys: pytest.CaptureFixture[str]) -> None:
    """A straight stroke is a one, be it dark on light paper, light on dark, or grey on grey."""
    path = a_one(tmp_path, ink, paper)
    *drawing, verdict = screen(capsys, square_reader, "--image", path, "--show").splitlines()
    assert verdict.startswith(f"{path} is read as 1 (")
    assert ", or else 7 (" in verdict
    assert len(drawing) == 8 and set("".join(drawing)) <= set(" ░▒▓█")
    assert all(line.strip() and line[:4] == "    " for line in drawing)      # ink in every row, none at the left edge
    assert len(screen(capsys, square_reader, "--image", path).splitlines()) == 1


def test_pictures_that_cannot_be_read(brightest: Path, square_reader: Path, tmp_path: Path,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.pgm"
    empty.write_bytes(b"P5 2 2 255 " + bytes(4))
    for path in empty, tmp_path / "missing.png", square_reader:
        with pytest.raises(BadFile) as error:
            predict.main([str(square_reader), "--image", str(path)])
        assert str(error.value).startswith(f"{path}: ")
    models.save(Network([5, 10]), tmp_path / "five.json")
    with pytest.raises(ValueError, match="the network takes 5 numbers, expected the pixels of a square picture"):
        predict.main([str(tmp_path / "five.json"), "--image", str(empty)])
    for options in ["--show"], ["digits", "--image", str(empty)], ["--out", "x.csv", "--image", str(empty)]:
        with pytest.raises(SystemExit) as leaving:
            predict.main([str(brightest), *options])
        assert leaving.value.code == 2
        assert capsys.readouterr().err.startswith("purenn.predict: error: --")
    with pytest.raises(SystemExit):
        predict.main(["--image", str(brightest)])           # a network, and not what it is to read
    assert capsys.readouterr().err.startswith("purenn.predict: error: --image and --show are about pictures")


@pytest.mark.slow
def test_several_pictures_are_all_read(square_reader: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dark, light = a_one(tmp_path, 0, 255), a_one(tmp_path, 255, 0)
    for options in ["--image", dark, light], ["--image", dark, "--image", light]:
        lines = screen(capsys, square_reader, *options).splitlines()
        assert [line.split(" (")[0] for line in lines] == [f"{dark} is read as 1", f"{light} is read as 1"]


def two_ones(tmp_path: Path) -> Path:
    """Two vertical strokes on a sheet of 60 x 60, and a grain of dust in a corner."""
    path = tmp_path / "two.pgm"
    path.write_bytes(b"P5 60 60 255 " + bytes(0 if 12 <= y < 48 and (12 <= x < 16 or 42 <= x < 46) or x == y == 57
                                              else 255 for y in range(60) for x in range(60)))
    return path


def test_several_digits_on_a_picture(square_reader: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = two_ones(tmp_path)
    *drawings, verdict = screen(capsys, square_reader, "--image", path, "--show").splitlines()
    found = re.fullmatch(r".*: 2 digits, 1 \((\d\.\d\d)\) and 1 \((\d\.\d\d)\)", verdict)
    assert found and found[1] == found[2] and verdict.startswith(f"{path}: ")
    assert len(drawings) == 16 and drawings[:8] == drawings[8:]


@pytest.mark.slow
def test_pictures_are_known_without_the_option(square_reader: Path, tmp_path: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    """By what is in them; and a folder of them is read picture by picture, by name, whatever else is in it."""
    one, two = a_one(tmp_path, 0, 255), two_ones(tmp_path)
    lines = screen(capsys, square_reader, "--image", one, two)
    assert lines.count("\n") == 2 and screen(capsys, square_reader, one, two) == lines
    assert screen(capsys, "--image", one, two, square_reader) == lines      # the option took the model, too
    (tmp_path / "pictures").mkdir()
    for path in one, two:
        path.rename(tmp_path / "pictures" / path.name)
    (tmp_path / "pictures" / "notes.txt").write_text("7")
    (tmp_path / "pictures" / ".hidden.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for options in [tmp_path / "pictures"], ["--image", tmp_path / "pictures"]:
        assert screen(capsys, square_reader, *options) == lines.replace(str(tmp_path), str(tmp_path / "pictures"))


def test_without_a_model_the_network_of_draw_reads(square_reader: Path, tmp_path: Path,
                                                   capsys: pytest.CaptureFixture[str],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "default_network", lambda: (models.load(square_reader), "the default network"))
    one = a_one(tmp_path, 0, 255)
    for options in [one], ["--image", one]:
        about, verdict = screen(capsys, *options).splitlines()
        assert about == "the default network" and verdict.startswith(f"{one} is read as 1 (")


@pytest.mark.slow
def test_a_picture_that_cannot_be_read_does_not_end_the_list(square_reader: Path, tmp_path: Path) -> None:
    one, two = a_one(tmp_path, 0, 255), two_ones(tmp_path)
    damaged, missing = tmp_path / "damaged.png", tmp_path / "missing.png"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n")
    for names in [damaged, one, missing, two], [one, two, damaged, missing], [one, damaged, missing, two]:
        ended = here("purenn.predict", square_reader, *names)
        assert [line.split()[0].rstrip(":") for line in ended.stdout.splitlines()] == [str(one), str(two)]
        complaints = [f"purenn.predict: error: {path}: " for path in (damaged, missing)]
        assert all(map(str.startswith, ended.stderr.splitlines(), complaints)) and ended.stderr.count("\n") == 2
        assert ended.returncode == 2


def test_what_cannot_be_meant_is_said(square_reader: Path, tmp_path: Path) -> None:
    one = a_one(tmp_path, 0, 255)
    (tmp_path / "empty").mkdir()
    for options, problem in [([], "expected MODEL"), ([square_reader, "digits", "mnist"], "expected one DATA"),
                             ([square_reader, one, "--out", "x.csv"], "--out"), ([square_reader, "--show"], "--show"),
                             ([square_reader, "--image", tmp_path / "empty"], "empty: ")]:
        ended = here("purenn.predict", *options)
        assert (ended.returncode, ended.stdout) == (2, "") and problem in ended.stderr and ended.stderr.count("\n") == 1


def test_one_output_tells_two_digits_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the first pixel: 255 is read as 1, and so is 128, which is just more than half of it; 127 is read as 0."""
    net = Network([4, 1], output=identity)
    net.weights, net.biases = [[[1.0, 0.0, 0.0, 0.0]]], [[0.0]]
    models.save(net, tmp_path / "model.json")
    images = file_of(tmp_path, ["1,255,0,0,0", "1,128,0,0,0", "1,127,0,0,0", "0,0,0,0,255"])
    output = screen(capsys, tmp_path / "model.json", str(images))
    assert "accuracy 75.00%: 3 right" in output and "1 read as 0" in output


def test_a_network_that_overflows_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1e308 for an input of 1 and 1e308 for the bias are more than the largest float, 1.8e308."""
    net = Network([4, 10], output=identity)
    net.weights, net.biases = [[[1e308] * 4 for _ in range(10)]], [[1e308] * 10]
    models.save(net, tmp_path / "model.json")
    for options in [[str(file_of(tmp_path, ["255,255,255,255"]))], ["--image", str(a_one(tmp_path, 0, 255))]]:
        assert run("purenn.predict", lambda: predict.main([str(tmp_path / "model.json"), *options])) == 2
        output = capsys.readouterr()
        assert output.out == ""
        assert output.err == ("purenn.predict: error: this network's weights are so large that its answer is not "
                              "a number\n")


def test_the_confusion_as_a_picture(brightest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A square for each pair of digits, of which five are not empty: 0 and 0, 0 and 1, 1 and 1, 1 and 2, 3 and 3."""
    picture = tmp_path / "confusion.svg"
    assert f"wrote {picture}\n" in screen(capsys, brightest, file_of(tmp_path, LABELLED), "--plot", picture)
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.count("<rect x=") == 100 and "<title>1 read as 2: 2 of 3</title>" in drawn
    assert "4 of 7 read rightly" in drawn


def test_where_a_table_does_not_fit_each_digit_has_a_line() -> None:
    confusion = Confusion.of([0, 0, 0, 1, 1], [0, 0, 1, 1, 2], digits=3)
    assert confusion.lines(30) == ["0: recall 66.7%, precision 100%, read as 1 (1)",
                                   "1: recall 50.0%, precision 50.0%, read as 2 (1)", "2: recall -, precision 0.0%"]
    assert str(confusion).splitlines()[2].split() == ["0", "2", "1", ".", "66.7%", "100%"]
