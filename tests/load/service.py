"""The program, serving: started, asked, watched and ended."""

import re
import signal
import subprocess
import threading
import time
import urllib.request
from http.client import HTTPConnection, HTTPException

READY_SECONDS = 60


class Service:
    """A service on a port of its own; what it logs goes to a file."""

    def __init__(self, program, log, *flags):
        self.log = open(log, "w+")
        command = [program, "serve", "--listen", "127.0.0.1:0", *flags]
        self.process = subprocess.Popen(command, stderr=self.log)
        self.port = self._port()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def _port(self):
        for _ in range(READY_SECONDS * 10):
            with open(self.log.name) as log:
                found = re.search(r"listen=127\.0\.0\.1:(\d+)", re.sub(r"\x1b\[[0-9;]*m", "", log.read()))
            if found:
                return int(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"load: the service does not start; see {self.log.name}")

    def memory_mib(self, kind="VmRSS"):
        """What it holds now, or with VmHWM the most that it ever held."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"^{kind}:\s+(\d+)", status.read(), re.M)[1]) / 1024

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def statuses(self):
        """How many requests for documents had which status."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode()
        found = re.findall(r'^dechaff_requests_total\{.*route="/v1/clean",status="(\w+)"\} (\d+)', lines, re.M)
        return {status: int(count) for status, count in found}

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)


class Watch:
    """Asks something again and again while other things go on, each time on a connection of its own."""

    def __init__(self, port, every, method, path, body=None, headers=None):
        self.answers = []
        self._ask = lambda: ask(port, method, path, body, headers or {})
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _run(self):
        while not self._over.wait(self._every):
            start = time.monotonic()
            status = self._ask()
            self.answers.append((status, (time.monotonic() - start) * 1000))

    def milliseconds(self, share, status=200):
        """The time that this share of the answers with a status took at most."""
        times = sorted(taken for known, taken in self.answers if known == status)
        return times[min(int(len(times) * share), len(times) - 1)] if times else float("inf")

    def statuses(self):
        return {status for status, _ in self.answers}


def ask(port, method, path, body=None, headers=None):
    """The status of an answer that came whole, or a word: `ended` where the service ended the connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except ConnectionError:
        return "ended"
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
