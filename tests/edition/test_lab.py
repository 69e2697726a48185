"""Python in the page: trained there, spoilt there, judged there; over http and from a file, and no other host asked."""
from __future__ import annotations

import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Iterator

import pytest

from reader import CLONE, chromium, need_the_extra, whole_book, write
from strokes import HANDS, hand
from test_reading import foreign

PYODIDE = CLONE / "tests" / "pyodide" / "node_modules" / "pyodide"

pytestmark = [pytest.mark.long, pytest.mark.skipif(
    not PYODIDE.is_dir(), reason="no Pyodide (npm install --no-package-lock, in tests/pyodide)")]

SECONDS = 150       # of patience, on a machine that has other things to do


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The book over http, on a free port of this machine."""
    need_the_extra()
    from purenn.edition import lab
    folder = tmp_path_factory.mktemp("book")
    write(folder, lab.runtime(PYODIDE))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class Lab:
    """What a reader does in the page, and sees there."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def js(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def until(self, script: str) -> Any:
        """Wait until it is true."""
        end = time.monotonic() + SECONDS
        while not (value := self.js(script)):
            assert time.monotonic() < end, (script, self.js("return document.body.innerText")[-2000:])
            time.sleep(0.1)
        return value

    def run(self, page: str = "") -> str:
        """Run the first cell of the page, wait for its end, and return what it printed."""
        cell = f"document.querySelector('{page} .cell')"
        self.js(f"{cell}.querySelector('.main').click()")
        self.until(f"return !{cell}.querySelector('.main').disabled")
        return str(self.js(f"return {cell}.querySelector('.result .out').textContent"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield Lab(browser)


@pytest.fixture
def lab(opened: Lab) -> Iterator[Lab]:
    """Whatever a test does, nothing is asked of another host."""
    opened.browser.get_log("performance")
    yield opened
    assert foreign(opened.browser) == []


LEARNT = "Epoch 0: 125 / 297\nEpoch 1: 183 / 297\nEpoch 2: 213 / 297\n"

FOUR = """
const sheet = document.querySelector(".sheet"), box = sheet.getBoundingClientRect();
const event = (kind, [x, y]) => sheet.dispatchEvent(new PointerEvent(kind, {pointerId: 1, isPrimary: true,
    clientX: box.left + box.width * (0.2 + 0.6 * x / 100), clientY: box.top + box.height * (0.2 + 0.6 * y / 100)}));
sheet.setPointerCapture = () => {};
for (const stroke of arguments[0]) {
  event("pointerdown", stroke[0]);
  for (const point of stroke.slice(1)) event("pointermove", point);
  event("pointerup", stroke[stroke.length - 1]);
}
"""


def test_train_draw_and_stop(lab: Lab, server: str) -> None:
    lab.browser.get(f"{server}/forty-lines.html")
    assert lab.run() == LEARNT
    assert "this run" in lab.js("return document.querySelector('.pictures').textContent")
    lab.js("document.querySelector('.sheet').scrollIntoView()")
    lab.js(FOUR, hand(*HANDS[4][0]))
    lab.until("return document.querySelector('.draw').dataset.digit === '4'")
    lab.js("""document.querySelector('.cell textarea').value = 'print("on")\\nwhile True: pass';
              document.querySelector('.cell .main').click()""")
    lab.until("return document.querySelector('.result .out').textContent.startsWith('on')")
    lab.js("[...document.querySelectorAll('.cell button')].find(b => b.textContent === 'Stop').click()")
    lab.until("return document.querySelector('.result .out').textContent.includes('stopped')")


def test_a_line_that_is_spoilt_is_named_and_can_be_taken_back(lab: Lab, server: str) -> None:
    """σ′ is taken out of (BP2): the network still learns, and `check` says what became of it."""
    lab.browser.get(f"{server}/network.html")
    lab.js("""const lines = document.querySelector('[id="Network.propagate"] .lines');
              [...lines.querySelectorAll('button')].find(b => b.textContent === 'Change').click();
              const area = lines.querySelector('textarea');
              const spoilt = area.value.replace(arguments[0], 'self.carry_back(l + 1, delta)');
              if (spoilt === area.value) throw new Error('(BP2) reads otherwise');
              area.value = spoilt;
              area.dispatchEvent(new Event('input'));
              [...lines.querySelectorAll('button')].find(b => b.textContent === 'Use it').click()""",
           "self.times_sigma_prime(l, self.carry_back(l + 1, delta), activations[l - 2])")
    printed = lab.run()
    assert printed.count("Epoch") == 3 and printed != LEARNT
    lab.until("return document.querySelector('.verdict')")
    assert "verdict: bp2-no-sigma-prime" in lab.js("return document.querySelector('.verdict').textContent")

    lab.browser.get(f"{server}/matrix.html")                    # another page knows of it
    assert lab.js("return document.querySelector('#changes').textContent").startswith("Changed: network")
    lab.js("""const box = document.querySelector('.example');
              [...box.querySelectorAll('button')].find(b => b.textContent === 'Run').click()""")
    lab.until("return document.querySelector('.example .o.same')")
    assert lab.js("return document.querySelectorAll('.example .o.other').length") == 0
    lab.js("document.querySelector('#changes button').click()")
    lab.until("return !document.querySelector('#changes')")
    lab.browser.get(f"{server}/network.html")
    assert not lab.js("return document.querySelector('.lines.changed')")
    assert lab.run() == LEARNT


def test_one_file_trains_by_itself(lab: Lab, tmp_path: Path) -> None:
    need_the_extra()
    from purenn.edition import lab as made
    file = tmp_path / "purenn.html"
    file.write_text(whole_book().alone(made.style(), made.script(), made.runtime(PYODIDE)), encoding="utf-8")
    assert file.stat().st_size < 9_000_000
    lab.browser.get(f"{file.as_uri()}#forty-lines")
    shown = lab.js("return [...document.querySelectorAll('article')].filter(a => !a.hidden).map(a => a.dataset.page)")
    assert shown == ["forty-lines"]
    assert lab.run("[data-page=forty-lines]") == LEARNT
    lab.js("document.querySelector('.banner a[href=\"#matrix\"]').click()")
    lab.until("return !document.querySelector('[data-page=matrix]').hidden")

