"""python -m purenn.draw: draw a digit in the browser, or several, and watch a network read them.

The page asks once for the network, and then sends the strokes drawn so far and gets the activations. The server
answers only this page on this machine: it listens on 127.0.0.1, refuses requests that were meant for another address or
come from another site's page, and limits the size and the time of requests. Of several at a time each has a thread of
its own: to count them, and to turn some away, would be for a server that many people reach.

>>> parse_drawing(b'{"pen": 0.1, "strokes": [[[0.5, 0.1], [0.5, 0.9]]]}')
([[(0.5, 0.1), (0.5, 0.9)]], 0.1)
>>> parse_drawing(b'{"pen": 0.1, "strokes": [[[0.5, 7]]]}')
Traceback (most recent call last):
purenn.draw.Refusal: (422, 'strokes: expected points, each two numbers from 0 to 1')
"""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import argparse
import json
import os
import re
import socket
import sys
import threading
import webbrowser
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from math import isqrt
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple

from . import metrics
from .network import answer
from .network2 import Network
from .pictures.prepare import Point, draw_strokes, prepare
from .pictures.writing import digits
from .terminal.command import run as run_command
from .terminal.options import Parser
from .terminal.reader import default_network, load

DESCRIPTION = """\
Draw a digit in the browser, and watch a network read it while you draw.

MODEL is a file that `python -m purenn.train --save` wrote. Without one, a network is trained first on the digits
that come with purenn, which takes some ten seconds, and kept for the next time. Ctrl-C ends it.
"""

PAGE = Path(__file__).with_name("draw.html")
MOST_BYTES = 1 << 16        # of one drawing: some 4,000 points
LONGEST = 100               # times across the canvas, of all strokes together
PATIENCE = 10.0             # seconds for one request, from its first byte to the last of the answer


class Refusal(Exception):
    """A request that gets no answer but an HTTP status and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status, self.reason = status, reason


# What is asked, and what is answered

def parse_drawing(body: bytes) -> Tuple[List[List[Point]], float]:
    """(strokes, pen width) of a request, as `draw_strokes` takes them; Refusal unless all of it is as it should be."""
    try:
        content = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refusal(400, "the body: expected JSON") from None
    if not isinstance(content, dict) or set(content) != {"pen", "strokes"}:
        raise Refusal(422, "the drawing: expected an object of pen and strokes, and nothing else")
    pen, strokes = content["pen"], content["strokes"]
    if not _is_number(pen, 0.01, 0.25):
        raise Refusal(422, "pen: expected a number from 0.01 to 0.25")
    if not _is_list(strokes) or not all(_is_list(stroke) for stroke in strokes):
        raise Refusal(422, "strokes: expected a list of strokes, each a list of points")
    if not all(_is_list(point) and len(point) == 2 and all(_is_number(z, 0.0, 1.0) for z in point)
               for stroke in strokes for point in stroke):
        raise Refusal(422, "strokes: expected points, each two numbers from 0 to 1")
    length = sum(max(abs(x1 - x0), abs(y1 - y0))
                 for stroke in strokes for (x0, y0), (x1, y1) in zip(stroke, stroke[1:]))
    if length > LONGEST:
        raise Refusal(422, f"strokes: {length:.0f} times across the canvas, expected {LONGEST} times at most")
    return [[(x, y) for x, y in stroke] for stroke in strokes], pen


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _is_number(value: object, least: float, most: float) -> bool:
    return type(value) in (int, float) and least <= value <= most  # type: ignore[operator]


def _is_list(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0


def describe(net: Network, about: str) -> Dict[str, Any]:
    """What the page shows of the network itself: what it is, and its first and last weights.

    The first are in hundredths of the strongest (one in 200 is stronger, and counts as 100), to be seen as pictures.
    """
    strengths = sorted(abs(w) for row in net.weights[0] for w in row)
    strongest = strengths[len(strengths) * 199 // 200] or 1.0
    first = [[round(100 * max(-1.0, min(1.0, w / strongest))) for w in row] for row in net.weights[0]]
    return {"about": about, "first": first, "last": [_short(row) for row in net.weights[-1]]}


def classify(net: Network, strokes: Sequence[Sequence[Point]], pen: float) -> Dict[str, Any]:
    """What the network makes of a drawing: the picture it sees, the activations of its layers, and the digit. If there
    are several digits, the same for each of them, from left to right, in a list "digits".

    Refusal if there is too little ink, or if an activation is not a finite number, which JSON cannot express.
    """
    side = isqrt(net.sizes[0])
    answers = []
    try:
        for drawn in digits(draw_strokes(strokes, pen)):
            picture = prepare(drawn, side)
            *hidden, output = metrics.finite_activations(net, picture)
            answers.append({"side": side, "picture": _short(picture), "hidden": [_short(a) for a in hidden],
                            "output": _short(output), "digit": answer(output)})
    except ValueError as error:
        raise Refusal(422, f"strokes: {error}") from None
    except OverflowError as error:
        raise Refusal(500, str(error)) from None
    return {"digits": answers} if len(answers) > 1 else answers[0]


def _short(numbers: Sequence[float]) -> List[float]:
    return [round(number, 4) for number in numbers]


# The server

class Server(ThreadingMixIn, TCPServer):
    """Serves the page and its network on 127.0.0.1, each request in a thread of its own and none for long."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(self, net: Network, port: int = 0, about: str = "") -> None:
        """port 0: a free one. `about` says on the page which network it is."""
        self.net = net
        self.description = json.dumps(describe(net, about)).encode()
        self.page = PAGE.read_bytes()
        self.policy = content_security_policy(self.page.decode())
        super().__init__(("127.0.0.1", port), Handler)
        port = self.server_address[1]
        self.hosts = [f"127.0.0.1:{port}", f"localhost:{port}"]
        self.url = f"http://{self.hosts[0]}/"


def content_security_policy(page: str) -> str:
    """Nothing may run or style the page but its own script and style, known by their digests; it may ask only us."""
    digests = {tag: b64encode(sha256(content.encode()).digest()).decode()
               for tag, content in re.findall(r"<(style|script)>(.*?)</\1>", page, re.DOTALL)}
    return (f"default-src 'none'; style-src 'sha256-{digests['style']}'; script-src 'sha256-{digests['script']}'; "
            "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


class Handler(BaseHTTPRequestHandler):
    """One request: for the page, the network, or what it makes of a drawing. A refusal says why."""

    server: Server
    server_version, sys_version = "purenn", ""
    default_request_version = "HTTP/1.0"        # what begins with no version is answered with a status line as well

    def handle(self) -> None:
        # One limit for all of the request: a time-out of the socket's own would begin anew with each byte.
        limit = threading.Timer(PATIENCE, self.hang_up)
        limit.daemon = True
        limit.start()
        with suppress(OSError):             # the client has gone, or was hung up on
            super().handle()
        limit.cancel()

    def hang_up(self) -> None:
        """End a connection that takes too long, whatever it waits for. Its thread then closes it."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_GET(self) -> None:
        try:
            self.check_addressee()
            self.answer_request()
        except Refusal as refusal:
            self.send_error(refusal.status, refusal.reason)

    do_POST = do_HEAD = do_GET

    def check_addressee(self) -> None:
        """Another site's page must not talk to us: not by its own name for 127.0.0.1, and not across sites."""
        if self.headers.get_all("Host") not in [[host] for host in self.server.hosts]:
            raise Refusal(403, f"Host: expected {' or '.join(self.server.hosts)}")
        if self.headers.get_all("Origin", []) not in [[], *([f"http://{host}"] for host in self.server.hosts)]:
            raise Refusal(403, "Origin: expected none, or this server's own")

    def answer_request(self) -> None:
        methods = {"/": "GET", "/network": "GET", "/read": "POST"}
        if self.path not in methods:
            raise Refusal(404, "nothing here: the page is /, the network /network, and drawings go to /read")
        if self.command != methods[self.path]:
            raise Refusal(405, f"{self.path}: expected {methods[self.path]}")
        if self.path == "/":
            self.send(200, "text/html; charset=utf-8", self.server.page)
        elif self.path == "/network":
            self.send(200, "application/json", self.server.description)
        else:
            answer = classify(self.server.net, *parse_drawing(self.body()))
            self.send(200, "application/json", json.dumps(answer).encode())

    def body(self) -> bytes:
        """The body of a POST, if it is JSON of a known and bounded length."""
        if self.headers.get_all("Content-Type") != ["application/json"]:
            raise Refusal(415, "Content-Type: expected application/json")
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or not lengths:
            raise Refusal(411, "Content-Length: expected, and no Transfer-Encoding")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise Refusal(400, "Content-Length: expected a whole number")
        if int(lengths[0]) > MOST_BYTES:
            raise Refusal(413, f"more than {MOST_BYTES:,} bytes: no digit needs that many strokes")
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            raise Refusal(400, f"the body ends after {len(body):,} of {lengths[0]} bytes")
        return body

    def send_error(self, code: int, message: Optional[str] = None, explain: Optional[str] = None) -> None:
        """Refuse. What the client is still sending is thrown away unread, or it would never come to hear the reason."""
        code = {501: 405, 505: 400}.get(code, code)     # an unknown method or version is the client's fault
        self.send(code, "text/plain; charset=utf-8", f"{message or 'refused'}\n".encode())
        self.connection.shutdown(socket.SHUT_WR)
        while self.rfile.read(1 << 16):
            pass

    def send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("Content-Length", str(len(content))),
                            ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "no-referrer"),
                            ("Cross-Origin-Resource-Policy", "same-origin"),
                            ("Content-Security-Policy", self.server.policy)]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Not a word: the terminal is the person's."""


# The command

def port(text: str) -> int:
    """An option type: a port that anybody may listen on, or 0 for a free one."""
    if not re.fullmatch("[0-9]{1,5}", text) or not (text == "0" or 1024 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"a port from 1024 to 65535, or 0 for a free one, not {text!r}")
    return int(text)


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Serve the page until interrupted."""
    parser = Parser("purenn.draw", description=DESCRIPTION)
    parser.add_argument("model", nargs="?", metavar="MODEL", help="a trained network (default: one is trained)")
    parser.add_argument("--port", type=port, default=0, metavar="N", help="the port to listen on (default: a free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    options = parser.parse_args(argv)
    net, about = load(options.model) if options.model else default_network()
    try:
        server = Server(net, options.port, about)
    except OSError as error:
        raise ValueError(f"port {options.port}: {error.strerror}") from None
    with server:
        print(f"draw a digit at {server.url} (Ctrl-C ends this)", flush=True)
        if not options.no_browser:
            threading.Thread(target=webbrowser.open, args=[server.url], daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(run_command("purenn.draw", main))
