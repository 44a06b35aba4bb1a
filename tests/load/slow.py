"""Callers who send a byte a second: half of them of a head, half of them of a body."""

import selectors
import socket
import threading

HEAD = b"POST /v1/clean HTTP/1.1\r\nhost: a\r\ncontent-type: text/html\r\n"


class Callers:
    """They go on until this ends."""

    def __init__(self, port, count):
        self.sockets = []
        for number in range(count):
            opened = socket.create_connection(("127.0.0.1", port))
            opened.sendall(HEAD + (b"content-length: 100000\r\n\r\n" if number % 2 else b"x-slow: "))
            opened.setblocking(False)
            self.sockets.append(opened)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        for each in self.sockets:
            each.close()

    def _run(self):
        while not self._over.wait(1):
            for each in self.sockets:
                try:
                    each.send(b"a")
                except OSError:
                    pass

    def open(self):
        """How many of them are neither answered nor cut off."""
        with selectors.DefaultSelector() as selector:
            for each in self.sockets:
                selector.register(each, selectors.EVENT_READ)
            return len(self.sockets) - len(selector.select(0))
