"""Work is done wherever there is somebody to do it, and somebody who dies is replaced."""
from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any, Callable

import pytest

import purenn
from purenn.cores.workers import PATIENCE, Processes, executor, finished


CLONE = Path(purenn.__file__).parent.parent

needs_sigkill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def die_at_first(marker: str) -> int:
    """A task during which a worker is killed; but not the next that does it."""
    if not os.path.exists(marker):
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die_always(count: str) -> None:
    """A task that kills whoever does it, having noted so."""
    with open(count, "a") as file:
        file.write("x")
    os.kill(os.getpid(), signal.SIGKILL)


def double(k: int) -> int:
    time.sleep(0.01 * k)
    return 2 * k


@pytest.mark.slow
def test_each_call_is_made_and_answered() -> None:
    with Processes(2) as workers:
        results = {task: future.result() for task, future in finished(workers, double, range(8))}
        assert results == {k: 2 * k for k in range(8)}
        pids = {workers.submit(os.getpid).result() for _ in range(10)}
    assert os.getpid() not in pids and len(pids) <= 2


def test_an_error_of_the_task_is_the_tasks() -> None:
    with Processes(1) as workers:
        assert isinstance(workers.submit(int, "many").exception(), ValueError)
        assert workers.submit(int, "7").result() == 7


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal masks")
def test_ctrl_c_is_not_for_workers() -> None:
    """It is kept from them since before their interpreter was up, for a traceback of each would be on the screen."""
    with Processes(1) as workers:
        assert signal.SIGINT in workers.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
        assert workers.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.slow
@needs_sigkill
def test_what_a_dead_worker_was_doing_is_done_again(tmp_path: Path) -> None:
    with Processes(2) as workers:
        (_, future), = finished(workers, die_at_first, [str(tmp_path / "marker")])
        assert future.result() != os.getpid()


@pytest.mark.slow
@needs_sigkill
def test_a_death_disturbs_nobody_else(tmp_path: Path) -> None:
    """Two processes; one is killed while the other is in the middle of something: that goes on as if nothing were."""
    with Processes(2) as workers:
        pid = workers.submit(double, 50)            # half a second
        broken = workers.submit(die_at_first, str(tmp_path / "marker"))
        assert isinstance(broken.exception(), BrokenExecutor)
        assert pid.result() == 100
        assert workers.submit(double, 1).result() == 2


def die_while_answering(seconds: float) -> bytes:
    """A task with a result of 100 MB, whose worker is killed when this is on its way, or a little before or after."""
    threading.Timer(seconds, os.kill, [os.getpid(), signal.SIGKILL]).start()
    return bytes(10 ** 8)


@pytest.mark.slow
@needs_sigkill
@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.1])
def test_a_death_in_the_middle_of_an_answer(seconds: float) -> None:
    """Half an answer is none (the standard pool waits for the other half, for ever)."""
    with Processes(1) as workers:
        answer = workers.submit(die_while_answering, seconds)
        assert isinstance(answer.exception(timeout=60), BrokenExecutor) or len(answer.result()) == 10 ** 8


@pytest.mark.slow
def test_without_multiprocessing() -> None:
    """As in a browser: what starts no processes works without the module that would start them."""
    script = ("import sys\n"
              "for name in '_multiprocessing', 'multiprocessing', 'concurrent.futures.process':\n"
              "    sys.modules[name] = None\n"
              "import purenn.sweep, purenn.cores.parallel, purenn.cores.search, purenn.train\n"
              "purenn.train.main(['--hidden', '5', '--epochs', '1', '--limit', '100', '--quiet'])\n")
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", timeout=60,
                            env=dict(os.environ, PYTHONPATH=str(CLONE)))
    assert result.stdout.startswith("test accuracy: ") and (result.returncode, result.stderr) == (0, "")


@pytest.mark.slow
@needs_sigkill
def test_a_task_that_kills_every_worker_is_given_up(tmp_path: Path) -> None:
    with Processes(1) as workers:
        (_, future), = finished(workers, die_always, [str(tmp_path / "count")])
        assert isinstance(future.exception(), BrokenExecutor)
    assert (tmp_path / "count").read_text() == PATIENCE * "x"


@pytest.mark.slow
def test_an_error_ends_the_processes_in_the_middle_of_what_they_do() -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        with Processes(2) as workers:
            for _ in range(3):
                workers.submit(time.sleep, 600)
            while len(multiprocessing.active_children()) < 2:
                time.sleep(0.01)
            raise KeyboardInterrupt
    assert multiprocessing.active_children() == []
    assert time.monotonic() - started < 300


@pytest.mark.slow
@needs_sigkill
def test_processes_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text("import os, time\n"
                      "from purenn.cores.workers import Processes\n"
                      "if __name__ == '__main__':\n"
                      "    with Processes(1) as workers:\n"
                      "        print(workers.submit(os.getpid).result(), flush=True)\n"
                      "        workers.submit(time.sleep, 600).result()\n")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, encoding="ascii",
                          env=dict(os.environ, PYTHONPATH=str(CLONE))) as parent:
        assert parent.stdout and int(parent.stdout.readline()) != parent.pid
        parent.kill()
        parent.communicate(timeout=60)              # ends when nobody is left who could write to its standard output


def test_the_standard_pool_will_do() -> None:
    with ProcessPoolExecutor(2) as pool:
        assert sorted(future.result() for _, future in finished(pool, double, range(4))) == [0, 2, 4, 6]


@needs_sigkill
def test_a_broken_standard_pool_says_so(tmp_path: Path) -> None:
    """It cannot be repaired, so the caller needs another one."""
    with ProcessPoolExecutor(2) as pool:
        with pytest.raises(BrokenExecutor):
            list(finished(pool, die_at_first, [str(tmp_path / "marker")]))


@pytest.mark.slow
def test_an_address_without_a_scheduler() -> None:
    """One line, whether Dask is installed or not."""
    with pytest.raises(ValueError, match="^(no Dask scheduler at nowhere: .*|Dask is not installed; try: pip .*)$"):
        with executor(1, "nowhere"):
            pass


@pytest.mark.slow
def test_ctrl_c_anywhere_leaves_no_worker_waiting() -> None:
    """Ctrl-C at the n-th line that is run while a result is waited for, in `finished` or below it: the worker that is
    still busy then can finish, and the executor ends."""
    for n in range(1, 200):
        lines = 0

        def interrupt(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
            nonlocal lines
            lines += event == "line"
            if lines == n:
                sys.settrace(None)
                raise KeyboardInterrupt
            return interrupt

        executor, busy = ThreadPoolExecutor(2), threading.Event()
        results = finished(executor, lambda task: task or busy.wait(5), [True, False])
        next(results)
        interrupted = False
        threading.Timer(0.02, busy.set).start()
        try:
            sys.settrace(interrupt)
            next(results)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            sys.settrace(None)
        end = threading.Thread(target=executor.shutdown, daemon=True)
        end.start()
        end.join(5)
        assert not end.is_alive(), f"a worker waits for ever after {n} lines"
        if not interrupted:
            break
    assert 3 < n < 199
