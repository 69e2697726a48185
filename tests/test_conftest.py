"""The tests themselves: Ctrl-C ends a run of them at any place."""
from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from commands import CLONE, ENVIRONMENT


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process there")
def test_ctrl_c_in_a_command_that_takes_it_for_its_own() -> None:
    """The test of this name goes on whenever the command that it runs was interrupted."""
    name = "tests/test_resume.py::test_interrupted_and_resumed_is_the_same_as_never_stopped"
    with subprocess.Popen([sys.executable, "-m", "pytest", "-v", "-m", "", "-p", "no:cacheprovider", name], cwd=CLONE,
                          stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdout
        written = b""
        while b"::test_interrupted" not in written:
            written += process.stdout.read(1)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        written += process.communicate(timeout=60)[0]
    assert process.returncode == 2 and b"Exit: interrupted" in written and b" passed" not in written
