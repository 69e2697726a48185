"""The drawing page in a real browser: drawn on with a mouse, a finger and the keyboard, as a person would."""
from __future__ import annotations

import shutil
import threading
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Callable, Dict, Iterator, List

import pytest

pytest.importorskip("selenium", reason="Selenium is not installed (the extra `browser`)")
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from purenn.draw import Server, describe
from purenn.matrix import Vector
from purenn.pictures.decode import decode
from purenn.saved import models
from strokes import HANDS, Strokes, hand

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not (CHROMIUM and DRIVER),
                                                   reason="Chromium and its driver are not installed")]

QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-quic", "--window-size=1100,900"]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in [*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=Service(DRIVER))
    yield browser
    browser.quit()


class Page:
    """What a person does on the page, and sees there."""

    def __init__(self, browser: Chrome, server: Server) -> None:
        self.browser, self.server = browser, server

    def open(self, width: int = 1100, height: int = 900, scheme: str = "light") -> None:
        """As on a screen of width x height CSS pixels."""
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 2, "mobile": min(width, height) < 500})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.browser.get(self.server.url)

    def until(self, happened: Callable[[], bool]) -> None:
        WebDriverWait(self.browser, 20, poll_frequency=0.05).until(lambda _: happened())

    def text(self, name: str) -> str:
        return str(self.browser.find_element(By.ID, name).text)

    def click(self, name: str) -> None:
        self.browser.find_element(By.ID, name).click()

    def bars(self) -> List[float]:
        """How long each of the ten bars is, as a part of the longest possible."""
        lengths: List[float] = self.browser.execute_script(
            "return [...document.querySelectorAll('#bars li')].map(li => Number(li.style.getPropertyValue('--share')))")
        return lengths

    def ink(self, name: str) -> Vector:
        """How dark each pixel of a canvas is: the browser hands it out as a PNG."""
        url = self.browser.execute_script("return document.getElementById(arguments[0]).toDataURL()", name)
        return [level for row in decode(BytesIO(b64decode(url.split(",")[1]))).darkness for level in row]

    def mouse(self, strokes: Strokes, lift: bool = True) -> None:
        """Draw strokes whose points go from 0 to 100, in the middle of the sheet."""
        sheet = self.browser.find_element(By.ID, "sheet")
        size = sheet.size["width"] * 0.7 / 100
        for stroke in strokes:
            (x, y), *rest = [(round(size * (x - 45)), round(size * (y - 50))) for x, y in stroke]
            actions = ActionChains(self.browser, duration=5).move_to_element_with_offset(sheet, x, y).click_and_hold()
            for x, y in rest[::2] + rest[-1:]:
                actions.move_to_element_with_offset(sheet, x, y)
            (actions.release() if lift else actions).perform()

    def console(self) -> List[Dict[str, object]]:
        """What was written to the browser's console since the last look."""
        return list(self.browser.execute("getLog", {"type": "browser"})["value"])


@pytest.fixture
def page(chromium: Chrome, trained: Path) -> Iterator[Page]:
    """The page of a network that was trained on the embedded digits. Whatever a test does, the console stays empty."""
    with Server(models.load(trained / "model.json"), about="the tests' network") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        page = Page(chromium, server)
        try:
            page.open()
            yield page
            written = page.console()
        finally:
            chromium.get("about:blank")     # before the server goes, or the page would miss it and say so later
            server.shutdown()
            thread.join()
            page.console()
        assert written == []


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_drawn_with_the_mouse_is_read(page: Page, digit: int) -> None:
    page.mouse(hand(*HANDS[digit][0]))
    page.until(lambda: page.text("digit") == str(digit))
    lengths = page.bars()
    assert lengths.index(max(lengths)) == digit
    best, = page.browser.find_elements(By.CSS_SELECTOR, "#bars .best")
    assert best.text.split()[0] == str(digit)


@pytest.mark.slow
def test_several_digits_are_read_from_left_to_right(page: Page) -> None:
    """A 7, a 1 to the left of it, and a stray click; the digit that is touched is the one that is looked into."""
    page.mouse(narrow(hand(*HANDS[7][0]), 60))
    page.until(lambda: page.text("digit") == "7")
    alone = page.ink("picture")
    page.mouse(narrow(hand(*HANDS[1][0]), 0) + [[(108.0, 108.0), (108.0, 108.0)]])
    page.until(lambda: "".join(page.text("digit").split()) == "17")
    assert page.text("words").startswith("2 digits. ")
    for k, digit in enumerate((1, 7)):
        page.browser.find_elements(By.CSS_SELECTOR, "#digit button")[k].click()
        lengths = page.bars()
        assert lengths.index(max(lengths)) == digit
    assert page.ink("picture") == alone


def narrow(strokes: Strokes, left: float) -> Strokes:
    """The strokes on 40 of the 100 columns, from `left`."""
    return [[(left + 0.4 * x, y) for x, y in stroke] for stroke in strokes]


@pytest.mark.slow
def test_everything_moves_while_one_draws(page: Page) -> None:
    """With the button still down; and again with every stroke."""
    assert page.text("digit") == "?" and page.bars() == [0.0] * 10 and not any(page.ink("picture"))
    page.mouse(hand("20,5 16,55"), lift=False)
    page.until(lambda: any(page.bars()))
    first = page.bars()
    assert any(page.ink("picture"))
    assert len(page.ink("picture")) == 64
    assert len(page.browser.find_elements(By.CSS_SELECTOR, "#hidden button")) == 30
    ActionChains(page.browser).release().perform()
    page.mouse(hand("16,55 86,55"))
    page.until(lambda: page.bars() != first)


def test_a_neuron_shows_what_it_looks_for_and_what_it_adds(page: Page) -> None:
    """Its weights as a picture, the strongest as they are and a half as strong ones half-way to the sheet; and its
    activation times each weight that leads on."""
    net, seventh = page.server.net, 6
    page.mouse(hand(*HANDS[4][0]))
    page.until(lambda: page.text("digit") == "4")
    assert not page.browser.find_element(By.ID, "why").is_displayed()
    page.browser.find_elements(By.CSS_SELECTOR, "#hidden button")[seventh].click()
    activation = float(page.text("whose").split()[-1])
    assert page.text("whose").startswith("Neuron 7, activation ")
    alpha = page.browser.execute_script("""
        const c = document.getElementById('weights');
        return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]""")
    first = describe(net, "")["first"][seventh]
    assert alpha[3::4] == pytest.approx([2.55 * abs(w) for w in first], abs=1.5)
    reds = [red for red, w in zip(alpha[0::4], first) if w > 50], [red for red, w in zip(alpha[0::4], first) if w < -50]
    assert all(red > 200 for red in reds[0]) and all(red < 10 for red in reds[1])       # orange, blue
    added = page.browser.execute_script("return [...document.querySelectorAll('#adds li')].map(li => li.title)")
    expected = [activation * row[seventh] for row in net.weights[-1]]
    assert [float(text.split(": ")[1].replace("\u2212", "-")) for text in added] == pytest.approx(expected, abs=0.1)


def test_a_digit_shows_which_neurons_speak_for_it(page: Page) -> None:
    page.mouse(hand(*HANDS[4][0]))
    page.until(lambda: page.text("digit") == "4")
    page.browser.find_elements(By.CSS_SELECTOR, "#bars button")[4].click()
    hidden = page.browser.execute_script("return answer.hidden[0]")
    added = [a * w for a, w in zip(hidden, page.server.net.weights[-1][4])]
    boxes = page.browser.find_elements(By.CSS_SELECTOR, "#hidden button")
    assert [box.get_attribute("class") for box in boxes] == ["for" if z >= 0 else "against" for z in added]
    strongest = added.index(max(added))
    assert page.text("because").startswith(f"For it speak most: neuron {strongest + 1} (+{added[strongest]:.2f})")


def test_it_is_sure_only_when_it_is(page: Page) -> None:
    """Outputs of 0.69 and the like are no certainty, nor is anything that is wider than high."""
    verdict = "return verdict(arguments[0], arguments[1])"
    tall = "strokes = [[[0.4, 0.1], [0.6, 0.9]]]"
    for output, wide, words in [
            ([0.95, 0.05], False, "It is sure."), ([0.69, 0.05], False, "It thinks so, but it is not sure."),
            ([0.95, 0.2], False, "It thinks so, but it is not sure."), ([0.4, 0.05], False, "It is not sure."),
            ([0.9, 0.6], False, "It wavers between 0 and 1."),
            ([0.99, 0.0], True, "It is wider than high. Leave a gap between two digits.")]:
        page.browser.execute_script("strokes = [[[0.1, 0.4], [0.9, 0.6]]]" if wide else tall)
        assert page.browser.execute_script(verdict, output + [0.0] * 8, 0) == words
    page.browser.execute_script("strokes = []")


def test_the_page_says_which_network_reads(page: Page) -> None:
    page.until(lambda: page.text("about") == "the tests' network")


def test_undo_and_clear(page: Page) -> None:
    undo, clear = (page.browser.find_element(By.ID, name) for name in ("undo", "clear"))
    assert not undo.is_enabled() and not clear.is_enabled()
    one, bar = hand("55,0 52,100"), hand("20,45 85,45")
    page.mouse(one)
    page.until(lambda: page.text("digit") == "1")
    drawn = page.ink("sheet")
    page.mouse(bar)
    page.until(lambda: page.text("digit") != "1")
    undo.click()
    page.until(lambda: page.text("digit") == "1")
    assert page.ink("sheet") == drawn
    undo.click()
    page.until(lambda: page.text("digit") == "?")
    assert not any(page.ink("sheet")) and not undo.is_enabled()
    page.mouse(one + bar)
    page.until(lambda: page.text("digit") not in "?1")
    clear.click()
    page.until(lambda: page.text("digit") == "?")
    assert page.bars() == [0.0] * 10 and not any(page.ink("sheet")) and not clear.is_enabled()


def test_a_wider_pen_makes_another_picture(page: Page) -> None:
    page.mouse(hand(*HANDS[8][0]))
    page.until(lambda: page.text("digit") == "8")
    ink, picture = sum(map(bool, page.ink("sheet"))), page.ink("picture")
    page.browser.find_element(By.ID, "pen").send_keys(Keys.END)
    page.until(lambda: page.ink("picture") != picture)
    assert sum(map(bool, page.ink("sheet"))) > 1.3 * ink


def test_the_keyboard_is_enough(page: Page) -> None:
    """Tab to the sheet; space, eight times down, space: a 1. Another line to its left, and back with Ctrl-Z."""
    def press(*keys: str) -> None:
        ActionChains(page.browser).send_keys(*keys).perform()

    press(Keys.TAB)
    assert page.browser.switch_to.active_element.get_attribute("id") == "sheet"
    press(Keys.SPACE, *[Keys.ARROW_DOWN] * 8, Keys.SPACE)
    page.until(lambda: page.text("digit") == "1")
    press(*[Keys.ARROW_LEFT] * 6, Keys.SPACE, *[Keys.ARROW_UP] * 8, Keys.SPACE)
    page.until(lambda: page.text("digit") != "1")
    ActionChains(page.browser).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    page.until(lambda: page.text("digit") == "1")
    press(Keys.ESCAPE)
    page.until(lambda: page.text("digit") == "?")


@pytest.mark.parametrize("width, height", [(320, 568), (390, 844), (844, 390)])
def test_a_phone_has_room_for_it_and_a_finger_can_draw(page: Page, width: int, height: int) -> None:
    page.open(width, height)
    sheet = page.browser.find_element(By.ID, "sheet")
    left, top, size = sheet.rect["x"], sheet.rect["y"], sheet.rect["width"]
    page.browser.execute_cdp_cmd("Input.synthesizeScrollGesture", {
        "x": left + size * 0.5, "y": top + size * 0.85, "yDistance": -size * 0.7, "gestureSourceType": "touch"})
    page.until(lambda: page.text("digit") == "1")
    assert sheet.value_of_css_property("touch-action") == "none"        # or the finger would scroll the page instead
    assert page.browser.execute_script("return document.documentElement.scrollWidth") == width
    beyond = page.browser.execute_script(
        "return [...document.querySelectorAll('body *')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)")
    assert beyond == []
    assert top + size <= height


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ink_stands_out_from_its_sheet_by_day_and_by_night(page: Page, scheme: str) -> None:
    page.open(scheme=scheme)
    ink, sheet, page_, quiet = (
        page.browser.execute_script(
            "return getComputedStyle(document.documentElement).getPropertyValue('--' + arguments[0])", name).strip()
        for name in ("ink", "sheet", "page", "quiet"))
    assert (luminance(ink) > luminance(sheet)) == (scheme == "dark")
    for text, ground in (ink, sheet), (ink, page_), (quiet, page_), (quiet, sheet):
        lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5       # what WCAG 2.1 asks of text, success criterion 1.4.3


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as #22252b (WCAG 2.1)."""
    channels = [int(colour[k:k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_when_the_server_has_ended_the_page_says_so(page: Page) -> None:
    page.server.shutdown()
    page.server.server_close()
    page.mouse(hand("50,0 50,100"))
    page.until(lambda: page.text("words").startswith("No answer."))
    assert {entry["source"] for entry in page.console()} == {"network"}     # the browser's own note, nothing of ours
