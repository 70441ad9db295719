"""Downloads from a server on this machine that misbehaves in every way it can."""

import errno
import hashlib
import io
import os
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from minigrad.datasets import cache
from minigrad.errors import DownloadError

CONTENT = np.random.default_rng(3).bytes(200_000)  # a few blocks
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """The path says how to behave."""

    def do_GET(self):
        self.server.requests.append(self.path)
        getattr(self, self.path.strip("/"))()

    def answer(self, body, length=None):
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def good(self):
        self.answer(CONTENT, len(CONTENT))

    def no_length(self):
        self.answer(CONTENT)

    def moved(self):
        self.send_response(302)
        self.send_header("Location", "/good")
        self.end_headers()

    def truncated(self):
        self.answer(CONTENT[:-1], len(CONTENT) - 1)

    def empty(self):
        self.answer(b"", 0)

    def wrong(self):
        self.answer(CONTENT[::-1], len(CONTENT))

    def oversize(self):
        self.answer(CONTENT + b"!", len(CONTENT) + 1)

    def endless(self):
        self.answer(b"")
        try:
            while True:
                self.wfile.write(CONTENT)
        except OSError:  # the client has had enough
            self.server.client_left.set()

    def missing(self):
        self.send_error(404)

    def interrupted(self):
        self.answer(CONTENT[:100_000], len(CONTENT))  # and the connection closes

    def reset(self):
        self.answer(CONTENT[:100_000], len(CONTENT))
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())  # with that option: no farewell, but a reset

    def no_http(self):
        self.wfile.write(b"220 this is a mail server\r\n")

    def silent(self):
        self.server.client_left.wait(10)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a reset connection is what the test wants

    def url(self, behavior):
        return f"http://127.0.0.1:{self.server_address[1]}/{behavior}"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with Server(("127.0.0.1", 0), Handler) as server:
        server.requests, server.client_left = [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.client_left.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("behavior", ["good", "no_length", "moved"])
def test_good_download(server, tmp_path, behavior):
    target = tmp_path / "new" / "folder" / "digits.npz"
    assert cache.get_file(target, server.url(behavior), size=len(CONTENT), sha256=DIGEST.upper()) == target
    assert target.read_bytes() == CONTENT
    assert os.listdir(target.parent) == ["digits.npz"]


def test_new_file_has_the_usual_permissions(server, tmp_path):
    (tmp_path / "usual").touch()
    cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
    assert (tmp_path / "digits.npz").stat().st_mode == (tmp_path / "usual").stat().st_mode


BAD = {
    "truncated": "it ended after 199999 of 200000 bytes",
    "empty": "it ended after 0 of 200000 bytes",
    "interrupted": r"can't (use what|download) http://127.0.0.1.*(100000|IncompleteRead)",
    "reset": r"can't download .*reset",
    "wrong": "its SHA-256 is .*, expected " + DIGEST,
    "oversize": "more than the 200000 bytes expected",
    "endless": "more than the 200000 bytes expected",
    "missing": "404",
    "no_http": "can't download .*220 this is a mail server",
    "silent": "timed out",
}


@pytest.mark.parametrize("behavior", BAD)
def test_bad_download_leaves_nothing_behind(server, tmp_path, monkeypatch, behavior):
    monkeypatch.setattr(cache, "TIMEOUT", 0.3)
    with pytest.raises(DownloadError, match=BAD[behavior] + r".*\. Ask a friend\.$"):
        cache.get_file(
            tmp_path / "digits.npz",
            server.url(behavior),
            size=len(CONTENT),
            sha256=DIGEST,
            advice="Ask a friend.",
        )
    assert os.listdir(tmp_path) == []
    if behavior == "endless":  # it doesn't read on, to the end of the disk
        assert server.client_left.wait(10)


@pytest.mark.parametrize("behavior", [*BAD, "good"])
def test_download_replaces_a_file_only_by_a_good_one(server, tmp_path, monkeypatch, behavior):
    monkeypatch.setattr(cache, "TIMEOUT", 0.3)
    target = tmp_path / "digits.npz"
    target.write_bytes(b"what was there")
    if behavior == "good":
        cache.download(server.url(behavior), target, size=len(CONTENT), sha256=DIGEST)
    else:
        with pytest.raises(DownloadError):
            cache.download(server.url(behavior), target, size=len(CONTENT), sha256=DIGEST)
    assert target.read_bytes() == (CONTENT if behavior == "good" else b"what was there")
    assert os.listdir(tmp_path) == ["digits.npz"]


def test_a_file_that_is_there_is_not_downloaded(server, tmp_path):
    (tmp_path / "digits.npz").write_bytes(b"mine")
    cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
    assert (tmp_path / "digits.npz").read_bytes() == b"mine"
    assert server.requests == []


def test_refused_connection(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as bound:  # bound but not listening: nobody else can answer there
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/digits.npz"
        with pytest.raises(DownloadError, match=r"can't download http://127.*refused"):
            cache.get_file(tmp_path / "digits.npz", url, size=1, sha256="")
    assert os.listdir(tmp_path) == []


def test_ctrl_c_leaves_nothing_behind(tmp_path, monkeypatch):
    def stopped(url, size, name):
        yield b"some bytes"
        assert len(os.listdir(tmp_path)) == 1  # the part lies in the same folder
        raise KeyboardInterrupt

    monkeypatch.setattr(cache, "_blocks", stopped)
    with pytest.raises(KeyboardInterrupt):
        cache.get_file(tmp_path / "digits.npz", "http://127.0.0.1/", size=1, sha256="")
    assert os.listdir(tmp_path) == []


def test_read_only_folder(server, tmp_path, monkeypatch):
    """Simulated: for root no folder is read-only."""

    def refuse(self, *args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        with pytest.raises(DownloadError, match=r"can't write digits.npz in .*Permission denied.*KERAS_HOME"):
            cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
        patch.setattr(Path, "mkdir", refuse)
        with pytest.raises(DownloadError, match="KERAS_HOME"):
            cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
    assert server.requests == []  # told before anything is fetched
    assert os.listdir(tmp_path) == []


def test_folder_that_is_a_file(server, tmp_path):
    (tmp_path / "datasets").write_bytes(b"a file")
    with pytest.raises(DownloadError, match=r"can't write .*KERAS_HOME"):
        cache.get_file(
            tmp_path / "datasets" / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST
        )
    assert (tmp_path / "datasets").read_bytes() == b"a file"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_full_disk(server, tmp_path, monkeypatch):
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, mode: real(Path("/dev/full"), "wb", buffering=0))
    with pytest.raises(DownloadError, match=r"can't write digits.npz in .*No space left"):
        cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
    assert os.listdir(tmp_path) == []


def test_failed_replacement(server, tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(errno.EACCES, "in use", str(target))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(DownloadError, match="in use"):
        cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
    assert os.listdir(tmp_path) == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("watched", [True, False, None])
def test_progress_is_shown_on_a_terminal_alone(server, tmp_path, monkeypatch, watched):
    stream = {True: Terminal(), False: io.StringIO(), None: None}[watched]  # None: no console at all
    monkeypatch.setattr(sys, "stderr", stream)
    cache.get_file(tmp_path / "digits.npz", server.url("good"), size=len(CONTENT), sha256=DIGEST)
    if watched:
        assert "digits.npz" in stream.getvalue()
        assert "100%" in stream.getvalue()
    elif stream is not None:
        assert stream.getvalue() == ""


def test_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert cache.cache_folder() == tmp_path / ".keras" / "datasets"
    monkeypatch.setenv("KERAS_HOME", "")
    assert cache.cache_folder() == tmp_path / ".keras" / "datasets"
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert cache.cache_folder() == tmp_path / "elsewhere" / "datasets"
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    assert cache.cache_folder() == tmp_path / "keras" / "datasets"
    assert not (tmp_path / "keras").exists()


def test_no_home_folder(monkeypatch):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # what it does for an unknown user
    with pytest.raises(FileNotFoundError, match="set KERAS_HOME"):
        cache.cache_folder()


def test_locate(tmp_path, monkeypatch):
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(here)

    assert cache.locate("a.npz") == folder / "a.npz"  # nowhere yet: where it will be kept
    (here / "a.npz").touch()
    assert cache.locate("a.npz").resolve() == here / "a.npz"
    (folder / "a.npz").touch()
    assert cache.locate("a.npz") == folder / "a.npz"  # the cache comes first
    assert cache.locate(tmp_path / "b.npz") == tmp_path / "b.npz"
    assert cache.locate("~/b.npz") == tmp_path / "b.npz"
    with pytest.raises(ValueError, match="path is empty"):
        cache.locate("")
    with pytest.raises(TypeError):
        cache.locate(3)
