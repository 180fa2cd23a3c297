"""HTTP servers on 127.0.0.1 for tests: requests come in as values and answers go out, or the connection breaks.

A server also takes what a client sends to a proxy. A client whose proxies it is cannot reach any other host, and what
it asked for there is remembered.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=dict)


def answer(content: object, status: int = 200, headers: Headers | None = None) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json", **(headers or {})})


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was made."""

    method: str
    path: str
    """Without the query, and as it was sent: what was escaped still is."""
    query: Mapping[str, list[str]]
    token: str | None
    body: bytes

    def json(self) -> Any:
        """The body, where it is JSON."""
        return json.loads(self.body)


Handle = Callable[[Request], Answer]
"""Answers a request."""


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next requests of a kind."""

    method: str
    path: str
    """An expression that is looked for in the path."""
    answer: Answer | None = None
    """What is answered; nothing means that the connection breaks."""
    act: Callable[[], object] | None = None
    """What happens at that moment; the request is then handled."""
    is_late: bool = False
    """Whether the request is handled, and only its answer lost."""
    times: int = 1

    def fits(self, request: Request) -> bool:
        """Whether it befalls a request."""
        return self.times > 0 and self.method == request.method and re.search(self.path, request.path) is not None


@dataclass(frozen=True, slots=True)
class Log:
    """What went on, and what is to go wrong; several servers may share one."""

    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    """The first that fits a request befalls it."""
    strays: list[str] = field(default_factory=list)
    """What was asked of other hosts."""
    errors: list[str] = field(default_factory=list)
    """What went wrong in a server itself."""


class Loopback:
    """A server, in a thread of its own."""

    def __init__(self, handle: Handle, log: Log) -> None:
        self._handle = handle
        self.log = log
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        for connection in list(self._server.open):
            _break(connection)
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def respond(self, request: Request) -> Answer | None:
        """The answer to a request; nothing where the connection is to break."""
        self.log.requests.append(request)
        fault = next((each for each in self.log.faults if each.fits(request)), None)
        if fault is None:
            return self._handle(request)
        fault.times -= 1
        if fault.act is not None:
            fault.act()
        if fault.act is not None or fault.is_late:
            given = self._handle(request)
            return None if fault.is_late else given
        return fault.answer


class _Server(ThreadingHTTPServer):
    """Knows the connections that are open: clients keep them, and threads wait for their next request."""

    def __init__(self, owner: Loopback) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        self.open: set[socket.socket] = set()

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            self.owner.log.errors.append(traceback.format_exc())


def _break(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    """Reads requests, and sends what is answered."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _respond(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        if parts.netloc:
            self.server.owner.log.strays.append(self.path)
            self._send(Answer(404))
            return
        login = self.headers.get("Authorization")
        token = login.removeprefix("Bearer ") if login else None
        query = parse_qs(parts.query, keep_blank_values=True)
        given = self.server.owner.respond(Request(self.command, parts.path, query, token, body))
        if given is None:
            self.close_connection = True
            _break(self.connection)
        else:
            self._send(given)

    def _send(self, given: Answer) -> None:
        self.send_response(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.body)

    do_GET = do_HEAD = do_POST = do_PUT = _respond  # noqa: N815 - so `http.server` looks for them

    def do_CONNECT(self) -> None:
        """Opens no way to anywhere."""
        self.server.owner.log.strays.append(self.path)
        self._send(Answer(403))
