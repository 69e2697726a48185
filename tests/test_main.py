"""The package as a whole: its commands, its version, what is installed with it, and hints that can be pasted back."""
from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import purenn
from commands import CLONE, ENVIRONMENT, here, started
from purenn import __main__, network2
from purenn.terminal.command import typed

PACKAGE = CLONE / "purenn"


@pytest.mark.slow
def test_the_map_names_every_module_that_is_run() -> None:
    """A command is a module that ends by exiting with what `run` returns."""
    doors = {path.stem for path in PACKAGE.glob("[a-z]*.py") if "sys.exit(run" in path.read_text(encoding="utf-8")}
    assert {"train", "predict", "trace", "plot", "sweep", "draw"} <= doors == set(__main__.commands())
    result = here("purenn.__main__")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.search(r"\S+ -m purenn\.train +watch a network learn to read handwritten digits\.\n", result.stdout)


@pytest.mark.slow
def test_a_command_by_its_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own options, and its own exit status."""
    monkeypatch.setattr(sys, "argv", ["purenn", "train", "--recipes"])
    assert __main__.main() == 0 and "\nchapter-3 " in capsys.readouterr().out
    assert __main__.main(["predict", "no-such-file"]) == 2
    assert capsys.readouterr().err.startswith("purenn.predict: error: no-such-file: ")


@pytest.mark.slow
@pytest.mark.parametrize("command, status, output", [
    ("purenn train --epochs 1 --limit 9 --quiet", 0, "test accuracy: "),
    ("purenn --version", 0, f"purenn {purenn.__version__}\n"),
    ("purenn predict --version", 0, f"purenn {purenn.__version__}\n"),
    ("purenn.trace --version", 0, f"purenn {purenn.__version__}\n"),
    ("bench --version", 0, f"purenn {purenn.__version__}\n"), ("purenn train --eta x", 2, ""), ("purenn trian", 2, "")])
def test_commands_by_their_name(command: str, status: int, output: str) -> None:
    result = started(*command.split())
    assert result.returncode == status and result.stdout.startswith(output)


@pytest.mark.parametrize("command, complaint", [
    ("purenn.train --epoch 3", "purenn.train: error: unrecognized arguments: --epoch; did you mean --epochs?\n"),
    ("purenn.sweep --result=file",
     "purenn.sweep: error: unrecognized arguments: --result=file; did you mean --results?\n"),
    ("purenn.train --zzz", "purenn.train: error: unrecognized arguments: --zzz\n"),
    ("purenn.train MNIST", "purenn.train: error: MNIST: No such file or directory; did you mean mnist?\n")])
def test_what_is_mistyped(command: str, complaint: str) -> None:
    result = here(*command.split())
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(complaint) and result.stderr.count("\n") == 1


def test_the_network_of_the_package_is_chapter_3s_and_costs_nothing_until_it_is_asked_for() -> None:
    assert purenn.Network is network2.Network
    with pytest.raises(AttributeError, match="module 'purenn' has no attribute 'Netwrok'"):
        purenn.Netwrok
    code = "import sys, purenn; print(purenn.__version__, [name for name in sys.modules if name.startswith('purenn.')])"
    result = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, env=ENVIRONMENT, encoding="utf-8")
    assert result.stdout == f"{purenn.__version__} []\n"


def test_every_folder_is_installed() -> None:
    """The list of packages in pyproject.toml is complete. It is written out as data/ is installed by another name."""
    listed = re.search(r"^packages = \[(.*?)\]", (CLONE / "pyproject.toml").read_text(), re.DOTALL | re.MULTILINE)
    assert listed
    folders = {path.parent for path in PACKAGE.rglob("*") if path.suffix in (".py", ".md")}
    found = {".".join(folder.relative_to(CLONE).parts) for folder in folders}
    assert set(re.findall(r'"(.*?)"', listed[1])) == found | {"purenn.digits"}


@pytest.mark.parametrize("script, python, command", [
    ("/somewhere/purenn/train.py", "python3", "python3 -m purenn.train --resume 'my model.json'"),
    ("/somewhere/purenn/__main__.py", ".venv/bin/python", ".venv/bin/python -m purenn.train --resume 'my model.json'"),
    ("./venv/bin/purenn", "/venv/bin/python", "./venv/bin/purenn train --resume 'my model.json'"),
])
def test_a_command_can_be_pasted_back(monkeypatch: pytest.MonkeyPatch, script: str, python: str, command: str) -> None:
    monkeypatch.setattr(sys, "argv", [script])
    monkeypatch.setattr(sys, "orig_argv", [python, "-m", "purenn.train"], raising=False)
    assert typed("purenn.train", "--resume", "my model.json") == command


def test_python_by_its_short_name_where_the_shell_knows_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Python 3.9 does not keep how it was called."""
    monkeypatch.delattr(sys, "orig_argv", raising=False)
    (tmp_path / "python3").touch(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    assert typed("purenn.train") == f"{tmp_path}/python3 -m purenn.train"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert typed("purenn.train") == "python3 -m purenn.train"
    assert typed("bench") == "python3 -m bench"
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "purenn")])
    (tmp_path / "purenn").touch(0o755)
    assert typed("purenn.train") == "purenn train"
