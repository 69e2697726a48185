"""The book read in a browser: on a desk and on a telephone, without Python."""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from purenn.edition import book as pages, games
from purenn.network2 import Network
from purenn.onpaper.steps import take_step
from purenn.trace import TEXTBOOK
from reader import chromium, need_the_extra, write

pytestmark = pytest.mark.long


class Reader:
    """What a person does on a page, and sees there."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    def open(self, page: str, width: int = 1100, scheme: str = "light", media: str = "screen") -> None:
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.browser.get(f"{self.folder.as_uri()}/{page}.html")

    def js(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        return str(self.js("return document.querySelector(arguments[0]).textContent", selector))

    def click(self, selector: str) -> None:
        self.js("document.querySelector(arguments[0]).click()", selector)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The book in a folder, and a browser."""
    need_the_extra()
    folder = tmp_path_factory.mktemp("book")
    write(folder, "")
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield Reader(browser, folder)


@pytest.fixture
def reader(opened: Reader) -> Iterator[Reader]:
    """Whatever a test does, the console stays empty, and nothing is asked of another host."""
    opened.browser.get_log("browser")
    opened.browser.get_log("performance")
    yield opened
    assert opened.browser.get_log("browser") == []
    assert foreign(opened.browser) == []


def foreign(browser: Any) -> List[str]:
    """Where requests went that did not stay on this machine."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [message["params"]["request"]["url"] for message in messages
            if message["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if url.startswith(("http", "ws")) and not url.startswith("http://127.0.0.1:")]


def test_no_page_is_wider_than_a_telephone(reader: Reader) -> None:
    for name in pages.ORDER:
        reader.open(name, width=390)
        assert reader.js("return document.documentElement.scrollWidth") == 390, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_to_be_read_stands_out(reader: Reader, scheme: str) -> None:
    """Contrast of 4.5 at least, as WCAG 2.1 asks of text (1.4.3)."""
    reader.open("network", scheme=scheme)
    for ink in "ink", "quiet", "link", "accent", "comment", "string", "number", "key":
        for ground in "page", "side", "card":
            assert contrast(*(colour(reader, name) for name in (ink, ground))) >= 4.5, (ink, ground)


def colour(reader: Reader, name: str) -> str:
    value = reader.js("return getComputedStyle(document.documentElement).getPropertyValue('--' + arguments[0])", name)
    return str(value).strip()


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as #22252b (WCAG 2.1)."""
    channels = [int(colour[k:k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_paper_has_no_buttons(reader: Reader) -> None:
    reader.open("network", media="print")
    assert reader.js("""return [...document.querySelectorAll('button, .banner, .turn')]
                               .filter(node => node.getClientRects().length).map(node => node.outerHTML)""") == []


def test_an_equation_shows_where_its_number_is_touched(reader: Reader) -> None:
    reader.open("network")
    assert not reader.js("return document.querySelector('.shown-card')")
    reader.js("document.querySelector('a[data-eq=BP2]').focus()")
    assert "(BP2) the error of a layer" in reader.text(".shown-card")
    box = reader.js("""const box = document.querySelector('.shown-card').getBoundingClientRect();
                       return [box.left, box.right]""")
    assert box[0] >= 0 and box[1] <= 1100
    reader.js("document.activeElement.blur()")
    assert not reader.js("return document.querySelector('.shown-card')")


def test_a_prediction_stands_beside_its_outcome(reader: Reader) -> None:
    """The answer unfolds when the reader has said what he expects, not before."""
    reader.open("cures")
    box = ".ask[data-right]"
    assert reader.js(f"return document.querySelector('{box} details').hidden")
    reader.click(f"{box} button")
    assert reader.text(f"{box} .judgement") == "Say first what you expect."
    reader.click(f"{box} input[value='0']")
    reader.click(f"{box} button")
    said = reader.text(f"{box} .judgement")
    assert said == "You said: almost 1, for it is almost 1 too high. It is: about a thousandth."
    assert reader.js(f"return document.querySelector('{box} details').open")


def test_a_number_may_be_tried_twice(reader: Reader) -> None:
    reader.open("computes")
    box = ".ask[data-number]"

    def say(number: str) -> str:
        reader.js("document.querySelector(arguments[0] + ' input').value = arguments[1]", box, number)
        reader.click(f"{box} button")
        return reader.text(f"{box} .judgement")

    assert say("a quarter") == "A number is asked for."
    assert say("0,5").startswith("Not 0.5. Try once more")
    assert say("0,25") == "You said 0.25. So it is."
    assert reader.js(f"return document.querySelector('{box} details').open")


def test_names_are_found_by_a_part(reader: Reader) -> None:
    reader.open("names")
    reader.js("const f = document.querySelector('#filter'); f.value = 'matv'; f.dispatchEvent(new Event('input'))")
    shown = reader.js("""return [...document.querySelectorAll('.names li')]
                                .filter(item => !item.hidden).map(item => item.textContent)""")
    assert shown and all("matv" in text.lower() for text in shown)


def values(reader: Reader) -> Dict[str, str]:
    """All numbers of the walk, as they are shown."""
    found: Dict[str, str] = reader.js("""return Object.fromEntries(
        [...document.querySelectorAll('.walk output[data-v]')].map(node => [node.dataset.v, node.textContent]))""")
    return found


def test_every_number_of_the_walk_follows_what_is_moved(reader: Reader) -> None:
    """In JavaScript, and compared with the numbers of a step of `network2`."""
    reader.open("backpropagation")
    before = values(reader)
    moved = {"x1": 0.9, "y": 1.0, "w311": -2.5, "b21": 6.0}
    for name, value in moved.items():
        reader.js("""const slider = document.querySelector(`[data-move=${arguments[0]}]`);
                     slider.value = arguments[1]; slider.dispatchEvent(new Event('input'))""", name, value)
    net = Network([2, 2, 1])
    net.weights = [[row[:] for row in w] for w in TEXTBOOK[0]]
    net.biases = [b[:] for b in TEXTBOOK[1]]
    net.weights[1][0][0], net.biases[0][0] = -2.5, 6.0
    step = take_step(net, [([0.9, 0.10], [1.0])], 0.5)
    back, forward = step.backward[0], step.before.forward[0]
    after = values(reader)
    expected = {"C": forward.cost, "z21": forward.z[0][0], "a22": forward.a[0][1], "a31": forward.a[1][0],
                "d31": back.delta[1][0], "d21": back.delta[0][0], "d22": back.delta[0][1],
                "g311": back.nabla_w[1][0][0], "g212": back.nabla_w[0][0][1], "g221": back.nabla_w[0][1][0]}
    assert {name: after[name] for name in expected} == {name: games.shown(value) for name, value in expected.items()}
    assert before["d31"] != after["d31"]
    assert "saturated" in str(reader.js("return document.querySelector('[data-neuron=\"21\"]').getAttribute('class')"))
    reader.click("[data-do=step]")
    assert values(reader)["b31"] == games.shown(step.after.biases[1][0])
    assert values(reader)["w222"] == games.shown(step.after.weights[0][1][1])
    reader.click("[data-do=back]")
    assert values(reader) == before


def test_a_connection_that_is_touched_shows_its_products(reader: Reader) -> None:
    """0.4·0.5933 = 0.2373 forward; back 0.5933·0.1385 = 0.08217 (BP4), and 0.4·0.1385 = 0.0554 goes on (BP2)."""
    reader.open("backpropagation")
    reader.js("document.querySelector('[data-line=w311]').focus()")
    words = reader.text(".touched")
    assert "0.2373" in words and "0.5933·0.1385 = 0.08217 (BP4)" in words and "0.0554" in words and "(BP2)" in words


def test_one_of_four_is_guilty(reader: Reader) -> None:
    reader.open("backpropagation")
    for _ in range(4):
        guilty = reader.js("return document.querySelector('.accuse').dataset.guilty")
        for _ in range(4):                                                          # only three probes
            reader.js("document.querySelector('.probes button:not(:disabled)')?.click()")
        assert reader.js("return document.querySelectorAll('.probes span').length") == 3
        reader.click(f".verdicts button[value={guilty}]")
        assert re.match(rf"Yes: it is \({guilty}\)\. .+\.$", reader.text(".accuse .judgement"))
        reader.click(".accuse .more")


def test_a_sum_is_worked_out_and_nothing_else(reader: Reader) -> None:
    reader.open("backpropagation")
    for text, value in ("(0.75 − 0.25) * 0.5", 0.25), ("2·3", 6), ("1/4", 0.25), ("alert(1)", None), ("", None):
        assert reader.js("const value = sum(arguments[0]); return Number.isNaN(value) ? null : value", text) == value
