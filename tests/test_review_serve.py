"""The served page, asked by anybody for anything: only the page itself gets in, and what was answered with 200 is in the files."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posterscan.batch.lock import only_one
from posterscan.batch.tables import write_tidy
from posterscan.files import read_result
from posterscan.places import FolderPlace
from posterscan.review.document import LARGEST_BYTES
from review_pages import Server, files_of, now, serving, table_data, true_card, words_of, write_folder

OURS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
        "x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin"}
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tables, one of them with a name that has to be quoted, and files beside them that are nobody's business."""
    (tmp_path / "geheim.jpg").write_bytes(b"secret")
    folder = write_folder(tmp_path / "uit", {"tafel-1": table_data(), "één & twee": table_data("tafel-2", [true_card(0)])})
    (folder / "notes.json").write_text('{"secret": 1}', encoding="utf-8")
    for name in ("notes/rectified.jpg", "tafel-1/other.jpg", "geheim.jpg", "tafel-1/cards/c00.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"secret")
    write_tidy(FolderPlace(folder), [("tafel-1.json", read_result(folder / "tafel-1.json"))])
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


def ask(server: Server, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
    """path: after the token; one that begins with `!` is taken as it is. Headers that are None are left out."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    own: dict[str, str | None] = {"Host": server.host}
    if method == "POST":
        own |= {"Origin": f"http://{server.host}", "Content-Type": "application/json"}
    own |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    try:
        target = path[1:] if path.startswith("!") else server.path + path
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in own.items():
            if value is not None:
                connection.putheader(name, value)
        if content is not None:
            connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        assert OURS.items() <= headers.items()
        assert "content-security-policy" in headers
        return answer.status, headers, answer.read()
    finally:
        connection.close()


def post(server: Server, document: Any, **headers: str | None) -> Answer:
    return ask(server, "POST", "corrections", document, **headers)


def raw(server: Server, request: bytes) -> bytes:
    """All that comes back on a plain connection; request goes out in one piece."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


def test_the_token_opens_page_and_pictures_and_nothing_else_does(server: Server, folder: Path) -> None:
    status, headers, page = ask(server, "GET", "")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert b'"served":true' in page
    for name in ("tafel-1/rectified.jpg", "tafel-1/cards/c03.jpg"):
        assert ask(server, "GET", name)[::2] == (200, (folder / name).read_bytes())
    quoted = "%C3%A9%C3%A9n%20%26%20twee/rectified.jpg"
    assert quoted.encode() in page
    assert ask(server, "GET", quoted)[::2] == (200, (folder / "één & twee/rectified.jpg").read_bytes())
    token = server.path.strip("/")
    others = ["!/", f"!/{token}", "!/" + token[:-1] + "/", "!/" + token[:-1] + ("A" if token[-1] != "A" else "B") + "/",
              "!/x/tafel-1/rectified.jpg", "!/x/nothing-here", "!//", f"!//{token}/", "!/corrections"]
    answers = [ask(server, "GET", other) for other in others] + [ask(server, "POST", "!/x/corrections", words_of(folder))]
    assert {(status, body) for status, _, body in answers} == {(404, b"")}
    assert len({tuple(sorted((n, v) for n, v in headers.items() if n != "date")) for _, headers, _ in answers}) == 1


TRICKS = ["../geheim.jpg", "%2e%2e/geheim.jpg", "..%2fgeheim.jpg", "tafel-1/../geheim.jpg", "tafel-1/cards/../../geheim.jpg",
          "tafel-1/cards/..%2f..%2f..%2fgeheim.jpg", "tafel-1/cards/%2e%2e/rectified.jpg", "tafel-1%2Frectified.jpg",
          "tafel-1//rectified.jpg", "/tafel-1/rectified.jpg", "//etc/passwd", "/etc/passwd", "tafel-1/rectified.jpg%00",
          "tafel-1/rectified.jpg%00.jpg", "%00", "tafel-1.json", "index.json", "notes.json", "notes/rectified.jpg", "geheim.jpg",
          "tafel-1/other.jpg", "tafel-1/cards/c00.json", "tafel-1/cards/c99.jpg", "tafel-1/cards/", "tafel-1", "cards.csv",
          ".posterscan/lock", "%74afel-1/rectified.jpg", "tafel-1\\rectified.jpg", "%ff%fe/rectified.jpg",
          "%ED%B2%80/rectified.jpg", "C:/x.jpg", "page.html"]


def test_no_path_leads_to_anything_but_pictures_of_results(server: Server) -> None:
    assert {trick: ask(server, "GET", trick)[::2] for trick in TRICKS} == dict.fromkeys(TRICKS, (404, b""))


def test_only_asked_for_by_its_own_name(server: Server) -> None:
    assert ask(server, "GET", "", Host=f"localhost:{server.port}")[0] == 200
    others = ["evil.example", f"evil.example:{server.port}", "127.0.0.1", "localhost", f"127.0.0.1:{server.port + 1}",
              f"127.0.0.1.evil.example:{server.port}", f"[::1]:{server.port}", "", f"127.0.0.1:{server.port}, evil.example"]
    for host in others:
        status, _, body = ask(server, "GET", "", Host=host)
        assert (status // 100, b"<html" in body) == (4, False), host
    path, good = server.path.encode(), server.host.encode()
    for request in (b"GET " + path + b" HTTP/1.1\r\n\r\n", b"GET " + path + b" HTTP/1.0\r\n\r\n",
                    b"GET " + path + b" HTTP/1.1\r\nHost: " + good + b"\r\nHost: evil.example\r\n\r\n",
                    b"GET http://evil.example" + path + b" HTTP/1.1\r\nHost: " + good + b"\r\n\r\n"):
        answer = raw(server, request)
        assert answer.startswith(b"HTTP/1.1 4"), request
        assert b"<html" not in answer


def test_only_the_page_itself_may_post_and_no_other_page_may_read(server: Server, folder: Path) -> None:
    before, document = files_of(folder), words_of(folder, ("c00", "text", "Fout"))
    port = server.port
    for origin in (None, "null", "", f"https://{server.host}", "http://evil.example", f"http://127.0.0.1:{port + 1}",
                   f"http://localhost:{port}", f"http://{server.host}/", f"http://{server.host}.evil.example", "http://127.0.0.1"):
        assert post(server, document, Origin=origin)[::2] == (403, b""), origin
    for kind in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
        assert post(server, document, Content_Type=kind)[0] == 415, kind
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET"):
        assert ask(server, method, "corrections", Origin="http://evil.example")[0] == 405, method
    assert ask(server, "POST", "", document)[0] == 405
    assert ask(server, "HEAD", "")[0] == 405
    assert files_of(folder) == before
    preflight = ask(server, "OPTIONS", "corrections", Origin="http://evil.example", Access_Control_Request_Method="POST",
                    Access_Control_Request_Headers="content-type")
    answers = [preflight, post(server, document, Origin="http://evil.example"), ask(server, "GET", "", Origin="http://evil.example"),
               post(server, words_of(folder))]
    assert [status for status, _, _ in answers] == [405, 403, 200, 200]
    assert not [name for _, headers, _ in answers for name in headers if name.startswith("access-control")]


def test_what_is_posted_is_in_the_result_at_once_and_in_the_tidy_tables_soon(server: Server, folder: Path) -> None:
    status, _, body = post(server, words_of(folder, ("c00", "text", "Koren"), ("c01", "stickers", 3)))
    assert (status, json.loads(body)) == (200, {"changes": 2, "differences": [], "orphans": []})
    assert (now(folder).cards[0].text.value, now(folder).cards[1].stickers.count) == ("Koren", 3)
    assert json.loads(post(server, words_of(folder, ("c00", "text", "Koren"), ("c01", "stickers", 3)))[2])["changes"] == 0
    other = json.loads(post(server, words_of(folder, ("c00", "text", "Kool"), by="Bo", session="s2"))[2])
    assert [(d["table"], d["card"], d["field"], d["value"], d["by"], d["at"][:10]) for d in other["differences"]] == [
        ("tafel-1", "c00", "text.value", "Kool", "Bo", "2026-11-24")]
    assert [(d["here"], d["here_by"]) for d in other["differences"]] == [("Koren", "An")]
    assert "Koren" not in (folder / "cards.csv").read_text(encoding="utf-8-sig")
    until = time.monotonic() + 20
    while "Koren" not in (folder / "cards.csv").read_text(encoding="utf-8-sig"):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert b"Koren" in ask(server, "GET", "")[2]


def test_documents_that_do_not_belong_are_refused_and_change_nothing(server: Server, folder: Path) -> None:
    before, good = files_of(folder), words_of(folder, ("c00", "text", "Koren"))
    nobody = words_of(folder, ("c00", "text", "Koren"), ("c99", "text", "x"))
    for document in (nobody, words_of(folder, ("c00", "text", 7)), good | {"schema": "x"}, good | {"more": 1}, b"", b"{",
                     b"[" * 100_000, b'"\xff"', words_of(folder, ("c00", "polygon_mm", [[0, 0]] * 4)),
                     words_of(folder, name="../geheim")):
        status, headers, body = post(server, document)
        error = json.loads(body)["error"]
        assert (status, set(error), headers["content-type"]) == (400, {"nl", "en"}, "application/json")
        assert "kan niet worden overgenomen" in error["nl"]
    assert files_of(folder) == before
    assert post(server, good)[0] == 200


def test_more_than_the_limit_is_cut_off(server: Server, folder: Path) -> None:
    head = (f"POST {server.path}corrections HTTP/1.1\r\nHost: {server.host}\r\nOrigin: http://{server.host}\r\n"
            "Content-Type: application/json\r\n").encode()
    assert raw(server, head + b"Content-Length: %d\r\n\r\n{" % (LARGEST_BYTES + 1)).startswith(b"HTTP/1.1 413")
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            connection.sendall(chunk * (2 * LARGEST_BYTES >> 20))
    assert post(server, words_of(folder, ("c00", "text", "Koren")))[0] == 200


def test_posts_at_once_are_all_taken(server: Server, folder: Path) -> None:
    documents = [words_of(folder, (f"c{n:02}", "text", f"van {n}"), session=f"s{n}", by=f"p{n}") for n in range(8)]
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda d=document: answers.append(post(server, d))) for document in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _, _ in answers] == [200] * 8
    assert [card.text.value for card in now(folder).cards] == [f"van {n}" for n in range(8)]


def test_while_another_process_writes_it_asks_to_try_again(server: Server, folder: Path) -> None:
    document = words_of(folder, ("c00", "text", "Koren"))
    with only_one(FolderPlace(folder), 0, lambda _: None):
        status, _, body = post(server, document)
        assert (status, set(json.loads(body)["error"])) == (409, {"nl", "en"})
        assert now(folder).cards[0].text.value != "Koren"
    assert post(server, document)[0] == 200


def test_a_disk_that_takes_nothing_is_told_and_the_result_stays(folder: Path) -> None:
    before = files_of(folder)  # no file of the process may hold more than a kilobyte: as on a full disk, also for root
    with serving(folder, first="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))") as server:
        status, _, body = post(server, words_of(folder, ("c00", "text", "Koren")))
        assert (status, "tafel-1.json kan niet worden geschreven" in json.loads(body)["error"]["nl"]) == (507, True)
        assert server.stop()[0] == 130
    assert files_of(folder) == before


def test_it_stops_by_itself_once_nobody_with_the_token_asks(folder: Path) -> None:
    with serving(folder, "--idle-minutes", "0.03") as server:
        assert post(server, words_of(folder, ("c00", "text", "Koren")))[0] == 200
        start = time.monotonic()
        while server.process.poll() is None:
            assert time.monotonic() - start < 30
            try:
                ask(server, "GET", "!/x/")
            except OSError:
                continue
            time.sleep(0.05)
        code, out, err = server.ends()
    assert (code, out) == (0, "")
    assert "Gestopt; alle correcties staan in de resultaten." in err
    assert time.monotonic() - start > 1.5
    assert "Koren" in (folder / "cards.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_all_that_was_answered_is_kept(folder: Path, how: signal.Signals) -> None:
    taken: dict[str, str] = {}
    with serving(folder) as server:
        for n in range(1000):
            text = f"tekst {n}"
            if n == 5:
                threading.Timer(0.05, server.process.send_signal, [how]).start()
            try:
                status = post(server, words_of(folder, (f"c{n % 8:02}", "text", text), session=f"s{n % 8}"))[0]
            except (OSError, http.client.HTTPException):
                break
            if status == 200:
                taken[f"c{n % 8:02}"] = text
        code, out, _ = server.ends()
    assert (code, out) == (130, "")
    assert len(taken) >= 5
    texts = {card.id: card.text.value for card in now(folder).cards}
    rows = (folder / "cards.csv").read_text(encoding="utf-8-sig")
    for card, text in taken.items():
        assert texts[card] == text
        assert text in rows


@pytest.mark.parametrize("what", ["port", "nothing"])
def test_what_cannot_be_served_is_said_at_once(folder: Path, tmp_path: Path, what: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        arguments = [str(folder), "--port", str(taken.getsockname()[1])] if what == "port" else [str(tmp_path)]
        done = subprocess.run([sys.executable, "-m", "posterscan", "review", *arguments, "--serve", "--no-browser", "--lang", "en"],
                              capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert ("is not free" if what == "port" else "There are no results in this folder") in done.stderr
