"""The drawing page's server, asked nicely and otherwise; and the command, as a person starts it."""
from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from random import Random
from typing import Callable, Dict, Iterator, List, Optional, Tuple, Union

import pytest

import purenn
from purenn import draw
from purenn.activations import identity
from purenn.draw import MOST_BYTES, Server, content_security_policy
from purenn.history import Epoch, Score
from purenn.network2 import Network
from purenn.pictures.prepare import draw_strokes, prepare
from purenn.recipes import Recipe
from purenn.saved import models
from purenn.terminal import reader

CLONE = Path(purenn.__file__).parent.parent
JSON = {"Content-Type": "application/json"}
SEVEN = {"pen": 0.08, "strokes": [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server for a small network that was never trained, on a free port."""
    with Server(Network([64, 5, 10], rng=Random(0))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


Body = Union[bytes, Dict[str, object]]


def ask(server: Server, method: str = "POST", path: str = "/read", body: Optional[Body] = None,
        headers: Dict[str, str] = JSON) -> Tuple[HTTPResponse, bytes]:
    """The response to one request, and its body."""
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    connection.request(method, path, json.dumps(body) if isinstance(body, dict) else body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def raw(server: Server, request: bytes, finish: bool = True) -> bytes:
    """All that the server says to these bytes, after which we send no more (if `finish`) or wait in silence."""
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=30) as connection:
        connection.sendall(request)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def until(happened: Callable[[], bool]) -> None:
    """Wait for it, but not for ever."""
    for _ in range(2000):
        if happened():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


# What it answers.

def test_the_page_is_served_and_may_run_nothing_but_its_own(server: Server) -> None:
    response, page = ask(server, "GET", "/", headers={})
    assert response.status == 200 and page == draw.PAGE.read_bytes()
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_network_is_described_once(server: Server) -> None:
    """Its first weights in hundredths of the strongest (of 320, 318 are weaker), and its last ones as they are."""
    response, content = ask(server, "GET", "/network", headers={})
    described = json.loads(content)
    assert response.status == 200 and set(described) == {"about", "first", "last"}
    first, last = server.net.weights
    strongest = sorted(abs(w) for row in first for w in row)[318]
    assert described["first"][4][63] == pytest.approx(100 * first[4][63] / strongest, abs=0.5)
    assert sum(abs(w) == 100 for row in described["first"] for w in row) == 2
    assert described["last"][9] == pytest.approx(last[9], abs=0.5e-4)


def test_the_page_brings_everything_along() -> None:
    """Nothing is fetched but `read`; no attribute holds script or style, which the policy would not let run."""
    page = draw.PAGE.read_text(encoding="utf-8")
    assert re.findall(r"https?://[^'\s]+", page) == ["http://www.w3.org/2000/svg"]      # a name, not an address
    assert sorted(re.findall(r"fetch\(([^,)]+)", page)) == ['"network"', '"read"']
    assert not re.search(r"<[^>]*\s(style|on\w+)=", page.split("<script>")[0])


def test_a_policy_knows_script_and_style_by_their_digests() -> None:
    """The base64 of SHA-256 of nothing, and of "a", as OpenSSL has them."""
    policy = content_security_policy("<style></style><script>a</script>")
    assert "style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" in policy
    assert "script-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='" in policy


def test_a_drawing_is_answered_with_what_the_network_made_of_it(server: Server) -> None:
    response, content = ask(server, body=SEVEN)
    answer = json.loads(content)
    assert response.status == 200 and response.headers["Content-Type"] == "application/json"
    assert set(answer) == {"side", "picture", "hidden", "output", "digit"}
    assert (answer["side"], len(answer["picture"]), len(answer["output"])) == (8, 64, 10)
    assert [len(layer) for layer in answer["hidden"]] == [5]
    assert answer["digit"] == answer["output"].index(max(answer["output"]))
    output = server.net.feedforward(prepare(draw_strokes([[(0.3, 0.2), (0.7, 0.2), (0.45, 0.8)]], 0.08), 8))
    assert answer["output"] == pytest.approx(output, abs=0.0001)


def test_of_several_digits_each_is_answered_from_left_to_right(server: Server) -> None:
    """A small 7 and a 1, drawn from right to left, and a stray click in a corner: as each of them drawn alone."""
    seven, one = [[0.1, 0.3], [0.35, 0.3], [0.2, 0.7]], [[0.8, 0.2], [0.8, 0.7]]
    answers = [json.loads(ask(server, body=json.dumps({"pen": 0.06, "strokes": strokes}).encode())[1])
               for strokes in ([one, seven, [[0.95, 0.95]]], [seven], [one])]
    assert answers[0] == {"digits": answers[1:]}


@pytest.mark.parametrize("status, method, path", [(200, "GET", "/"), (404, "GET", "/none"), (422, "POST", "/read")])
def test_every_answer_says_what_it_is_and_is_not_kept(server: Server, status: int, method: str, path: str) -> None:
    response, content = ask(server, method, path, body={})
    assert response.status == status
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Content-Security-Policy"] == server.policy
    assert response.headers["Content-Length"] == str(len(content))


def test_a_network_whose_answer_is_not_finite(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of weights of 10³⁰⁸ overflow, and identity leaves them infinite: JSON could not say so."""
    net = Network([64, 10], output=identity)
    net.weights = [[[1e308] * 64 for _ in range(10)]]
    monkeypatch.setattr(server, "net", net)
    response, reason = ask(server, body=SEVEN)
    assert response.status == 500 and b"not a number" in reason


# What it refuses.

def drawing(pen: object = 0.08, strokes: object = SEVEN["strokes"]) -> bytes:
    return json.dumps({"pen": pen, "strokes": strokes}).encode()


BODIES = [
    (400, b"", "expected JSON"),
    (400, b"pen=0.08", "expected JSON"),
    (400, b'{"pen": 0.08, "strokes": [[[0.3, 0.2]]]', "expected JSON"),
    (400, b"\xff\xfe\x00", "expected JSON"),
    (400, drawing(pen=float("nan")), "expected JSON"),
    (400, drawing(strokes=[[[float("inf"), 0]]]), "expected JSON"),
    (400, b"[" * 60_000, "expected JSON"),
    (422, b"null", "expected an object of pen and strokes"),
    (422, b"[[[0.3, 0.2]]]", "expected an object of pen and strokes"),
    (422, b'{"pen": 0.08}', "expected an object of pen and strokes"),
    (422, json.dumps({**SEVEN, "more": 1}).encode(), "and nothing else"),
    (422, drawing(pen="thick"), "pen: expected a number from 0.01 to 0.25"),
    (422, drawing(pen=True), "pen: expected"),
    (422, drawing(pen=0), "pen: expected"),
    (422, drawing(pen=0.26), "pen: expected"),
    (422, drawing(pen=1e300), "pen: expected"),
    (422, b'{"pen": 1e999, "strokes": [[[0.3, 0.2]]]}', "pen: expected"),
    (422, drawing(strokes=None), "strokes: expected a list of strokes"),
    (422, drawing(strokes=[]), "strokes: expected a list of strokes"),
    (422, drawing(strokes=[[]]), "strokes: expected a list of strokes"),
    (422, drawing(strokes={"0": 1}), "strokes: expected a list of strokes"),
    (422, drawing(strokes=["ab"]), "strokes: expected a list of strokes"),
    (422, drawing(strokes=[[0.3, 0.2]]), "points, each two numbers from 0 to 1"),
    (422, drawing(strokes=[[[0.3]]]), "points"),
    (422, drawing(strokes=[[[0.3, 0.2, 0.1]]]), "points"),
    (422, drawing(strokes=[[["0.3", "0.2"]]]), "points"),
    (422, drawing(strokes=[[[0.3, None]]]), "points"),
    (422, drawing(strokes=[[[0.3, False]]]), "points"),
    (422, drawing(strokes=[[[0.3, -0.001]]]), "points"),
    (422, drawing(strokes=[[[0.3, 10 ** 400]]]), "points"),
    (422, drawing(strokes=[[[[0.3], [0.2]]]]), "points")]


def test_a_body_of_another_shape_is_refused(server: Server) -> None:
    for status, body, reason in BODIES:
        response, content = ask(server, body=body)
        assert (response.status, response.headers["Content-Type"]) == (status, "text/plain; charset=utf-8"), body
        assert reason in content.decode(), body


def host(server: Server) -> str:
    return f"127.0.0.1:{server.server_address[1]}"


@pytest.mark.parametrize("headers, status", [
    ({"Host": "127.0.0.1:{port}"}, 200), ({"Host": "localhost:{port}"}, 200),
    ({"Host": "127.0.0.1:{port}", "Origin": "http://127.0.0.1:{port}"}, 200),
    ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200),
    ({"Host": "attacker.example:{port}"}, 403),                 # its name now leads to 127.0.0.1: DNS rebinding
    ({"Host": "attacker.example"}, 403), ({"Host": "127.0.0.1"}, 403), ({"Host": "127.0.0.1:1"}, 403),
    ({"Host": ""}, 403),
    ({"Host": "127.0.0.1:{port}.attacker.example"}, 403),
    ({"Host": "127.0.0.1:{port}", "Origin": "https://attacker.example"}, 403),
    ({"Host": "127.0.0.1:{port}", "Origin": "http://127.0.0.1:1"}, 403),
    ({"Host": "127.0.0.1:{port}", "Origin": "https://127.0.0.1:{port}"}, 403),
    ({"Host": "127.0.0.1:{port}", "Origin": "null"}, 403)])
def test_who_asks_and_for_whom(server: Server, headers: Dict[str, str], status: int) -> None:
    filled = {name: value.format(port=server.server_address[1]) for name, value in headers.items()}
    for method, path in ("GET", "/"), ("POST", "/read"):
        assert ask(server, method, path, SEVEN, {**JSON, **filled})[0].status == status


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/favicon.ico", 404), ("GET", "/../draw.py", 404), ("GET", "/?", 404), ("POST", "/nowhere", 404),
    ("POST", "/", 405), ("GET", "/read", 405), ("HEAD", "/read", 405),
    ("HEAD", "/", 405), ("PUT", "/read", 405), ("DELETE", "/", 405), ("OPTIONS", "*", 405), ("BREW", "/", 405),
    ("GET", "/" + 70_000 * "x", 414)])
def test_other_paths_and_methods(server: Server, method: str, path: str, status: int) -> None:
    assert ask(server, method, path, SEVEN)[0].status == status


@pytest.mark.parametrize("headers, status", [
    ({}, 415), ({"Content-Type": "text/plain"}, 415),       # what another site's form could send without asking first
    ({**JSON, "Content-Length": "-1"}, 400), ({**JSON, "Content-Length": "1e3"}, 400),
    ({**JSON, "Content-Length": "٣"}, 400), ({**JSON, "Content-Length": "9" * 5000}, 400),
    ({**JSON, "Content-Length": str(MOST_BYTES + 1)}, 413),
    ({**JSON, "Transfer-Encoding": "chunked"}, 411), ({**JSON, **{f"X-{k}": "x" for k in range(200)}}, 431),
    ({**JSON, "X": 70_000 * "x"}, 431)])
def test_other_headers(server: Server, headers: Dict[str, str], status: int) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": host(server), **headers}.items())
    assert raw(server, f"POST /read HTTP/1.1\r\n{lines}\r\n{{}}".encode()).startswith(f"HTTP/1.0 {status} ".encode())


POST = b"POST /read HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("request_, status", [
    (POST + b"\r\n{}", 411), (POST + b"Content-Length: 100\r\n\r\n{", 400),
    (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
    (b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: attacker.example\r\n\r\n", 403),
    (b"GET / HTTP/1.1\r\n\r\n", 403),
    (b"GET /\r\n\r\n", 403), (b"POST /\r\n\r\n", 400), (b"GET\r\n\r\n", 400),
    (b"GET / HTTP/2.0\r\n\r\n", 400), (b"GET / HTTP/1.1.1\r\n\r\n", 400), (b"one two three four\r\n\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400)])                # how an https:// address begins
def test_what_is_hardly_http(server: Server, request_: bytes, status: int) -> None:
    answer = raw(server, request_.replace(b"{host}", host(server).encode()))
    assert re.match(rb"HTTP/1.0 %d .*\r\n" % status, answer)           # a status line always, as no HTTP/0.9 had it
    assert b"\r\nContent-Type: text/plain; charset=utf-8\r\n" in answer


# Whom it does not wait for.

def test_ten_megabytes_are_refused_and_the_refusal_is_heard(server: Server) -> None:
    response, reason = ask(server, body=bytes(10_000_000))
    assert response.status == 413 and b"more than 65,536 bytes" in reason


def test_a_client_that_hangs_delays_nobody_and_is_hung_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "PATIENCE", 1.0)
    beginnings = [b"", b"PO", b"POST /read HTTP/1.1\r\nHost: ",
                  POST.replace(b"{host}", host(server).encode()),
                  POST.replace(b"{host}", host(server).encode()) + b"Content-Length: 100\r\n\r\n{"]
    hanging = [threading.Thread(target=raw, args=(server, beginning, False)) for beginning in beginnings]
    for thread in hanging:
        thread.start()
    assert ask(server, body=SEVEN)[0].status == 200
    for thread in hanging:
        thread.join(20.0)
        assert not thread.is_alive()                    # the server ended the connection, not they


def test_a_client_that_trickles_is_hung_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte every twentieth of a second keeps no connection open."""
    monkeypatch.setattr(draw, "PATIENCE", 0.5)
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises(OSError):
            for _ in range(400):
                connection.sendall(b"x")
                time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\nHost: evil\r\n\r\n"])
def test_connections_that_are_left_open_keep_nobody_out(server: Server, beginning: bytes) -> None:
    """Nor do those that were refused, and are waited for to hear it."""
    address = "127.0.0.1", server.server_address[1]
    waiting = [socket.create_connection(address, timeout=5) for _ in range(100)]
    for connection in waiting:
        connection.sendall(beginning)
    assert ask(server, body=SEVEN)[0].status == 200
    for connection in waiting:
        connection.close()


@pytest.mark.slow
def test_ten_clients_at_once_are_all_answered_alike(server: Server) -> None:
    expected = ask(server, body=SEVEN)[1]
    answers: List[bytes] = []

    def client() -> None:
        for _ in range(5):
            answers.append(ask(server, body=SEVEN)[1])

    clients = [threading.Thread(target=client) for _ in range(10)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    assert answers == [expected] * 50


def test_a_scribble_without_end_is_refused(server: Server) -> None:
    """100 lines from corner to corner are drawn; 5,000 would be as short to send, and take as long as 50 such."""
    assert ask(server, body={"pen": 0.25, "strokes": [[[0, 0], [1, 1]]] * 100})[0].status == 200
    response, reason = ask(server, body=json.dumps({"pen": 0.25, "strokes": [[[0, 0], [1, 1]] * 2500]}).encode())
    assert response.status == 422 and b"strokes: 4999 times across the canvas, expected 100 times at most" in reason


# The command.

@contextmanager
def started(tmp_path: Path, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """The command in a process of its own, which does not outlive the `with`."""
    environment = dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8",
                       XDG_CACHE_HOME=str(tmp_path / "cache"))
    with subprocess.Popen([sys.executable, "-m", "purenn.draw", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", env=environment) as command:
        try:
            yield command
        finally:
            command.kill()


def output_until_served(command: "subprocess.Popen[str]") -> List[str]:
    assert command.stdout
    lines = []
    for line in command.stdout:
        lines.append(line.strip())
        if "http://127.0.0.1:" in line:
            break
    return lines


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.json"
    models.save(Network([64, 5, 10], rng=Random(0)), path)
    return str(path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process there")
def test_it_prints_its_address_serves_and_ends_cleanly(tmp_path: Path, model: str) -> None:
    with started(tmp_path, model, "--no-browser") as command:
        address = re.fullmatch(r"draw a digit at http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends this\)",
                               output_until_served(command)[-1])
        assert address
        connection = HTTPConnection("127.0.0.1", int(address[1]), timeout=30)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        command.send_signal(signal.SIGINT)
        stdout, stderr = command.communicate(timeout=30)
        assert (command.returncode, stdout, stderr) == (130, "", "purenn.draw: interrupted\n")


@pytest.mark.slow
def test_without_a_model_one_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    """Two epochs here, thirty for a person."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(reader, "Recipe", lambda: Recipe(epochs=2))
    net, about = reader.default_network()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[1:3]] == ["Epoch 0", "Epoch 1"]
    assert lines[3].startswith(f"kept for the next time in {tmp_path / 'purenn'}")
    again, about_again = reader.default_network()
    assert (again.weights, about_again, capsys.readouterr().out) == (net.weights, about, "")


def test_a_model_is_known_by_its_name_and_its_last_accuracy(tmp_path: Path) -> None:
    net, past = Network([64, 5, 10]), [Epoch(0, 3.0, Score(10, 297)), Epoch(1, 3.0, Score(280, 297))]
    models.save(net, tmp_path / "trained.json", models.Run(Recipe(), "/home/ada/mnist", "", [], past))
    models.save(net, tmp_path / "untested.json", models.Run(Recipe(), "digits", "", [], [Epoch(0, 3.0)]))
    models.save(net, tmp_path / "bare.json")
    assert reader.load(tmp_path / "trained.json")[1] == (     # 280/297 = 0.94276
        "trained.json (64-5-10 neurons) reads 94.28% of the 297 test images of mnist rightly")
    for name in "untested.json", "bare.json":
        assert reader.load(tmp_path / name)[1] == f"{name} (64-5-10 neurons), of unknown accuracy"


def test_only_this_machine_can_reach_it(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[63, 10], [64, 5], [2, 2, 1]])
def test_a_network_that_reads_no_digits(tmp_path: Path, sizes: List[int]) -> None:
    models.save(Network(sizes), tmp_path / "other.json")
    with started(tmp_path, str(tmp_path / "other.json")) as command:
        stdout, stderr = command.communicate(timeout=30)
    assert (command.returncode, stdout) == (2, "")
    assert stderr == (f"purenn.draw: error: {tmp_path / 'other.json'}: a network of {sizes}, "
                      "expected a square picture's pixels in and 10 digits out\n")


@pytest.mark.slow
@pytest.mark.parametrize("arguments, reason", [
    (["no-such.json"], "no-such.json: No such file or directory"),
    (["--port", "80"], "a port from 1024 to 65535, or 0 for a free one, not '80'"),
    (["--port", "99999"], "a port from 1024 to 65535, or 0 for a free one, not '99999'"),
    (["--port", "x"], "a port from 1024 to 65535, or 0 for a free one, not 'x'")])
def test_wrong_options(tmp_path: Path, arguments: List[str], reason: str) -> None:
    with started(tmp_path, *arguments) as command:
        stdout, stderr = command.communicate(timeout=30)
    assert (command.returncode, stdout, stderr.count("\n")) == (2, "", 1)
    assert reason in stderr


@pytest.mark.slow
def test_a_port_that_is_taken(tmp_path: Path, server: Server, model: str) -> None:
    port = str(server.server_address[1])
    with started(tmp_path, model, "--port", port) as command:
        stdout, stderr = command.communicate(timeout=30)
    assert (command.returncode, stdout, stderr) == (2, "", f"purenn.draw: error: port {port}: Address already in use\n")


def resident(process: int) -> int:
    """The memory that a process has now, in bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="other interpreters give memory back when they like")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell a process's memory there")
def test_its_memory_stays_flat(tmp_path: Path, model: str) -> None:
    """40 bodies of 10 MB, 200 half requests, 200 nested bodies: as much memory as after the first few, to 8 MB."""
    with started(tmp_path, model, "--no-browser") as command:
        port = int(output_until_served(command)[-1].split(":")[2].split("/")[0])

        def trouble(times: int) -> None:
            head = POST.replace(b"{host}", b"127.0.0.1:%d" % port)
            for k in range(times):
                for body in [b"[" * 60_000, b"{"] * 5 + [bytes(10_000_000)]:
                    length = len(body) + (body == b"{")
                    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % length + body)
                        connection.shutdown(socket.SHUT_WR)
                        assert connection.recv(9) == b"HTTP/1.0 "

        trouble(3)
        before = resident(command.pid)
        trouble(40)
        assert resident(command.pid) < before + 8_000_000
