"""A mail server for tests: takes messages, refuses them, falls silent, or does something at a certain word."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Server(socketserver.ThreadingTCPServer):
    """`answers` says what to answer instead of “all well” to a word (RCPT, DATA, .); `on` is called when one comes."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[str] = []
        self.answers: dict[str, str] = {}
        self.on: dict[str, Callable[[], None]] = {}

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            self.server.on.get(word, lambda: None)()
            if word == "DATA":
                self.take()
            else:
                self.say(self.server.answers.get(word, "221 bye" if word == "QUIT" else "250 ok"))

    def take(self) -> None:
        if refusal := self.server.answers.get("DATA"):
            self.say(refusal)
            return
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            if not line:
                return  # whoever sent it is gone
            lines.append(line)
        answer = self.server.answers.get(".", "250 taken")
        if answer.startswith("250"):
            self.server.taken.append("".join(lines))
        self.say(answer)

    def say(self, answer: str) -> None:
        if answer == "silence":
            threading.Event().wait(5)
            return
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
