"""Crawls a local site with Scrapy while the service is killed and started again: every page must come out right."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGES = 200
# The service is killed when so many pages were served, and is gone for so many seconds.
KILLED_AT, GONE = 90, 2.0
TOWNS = ["Aldgate", "Brightwater", "Carrow", "Dunmore", "Eastleigh", "Farrow", "Glenside", "Hartwell"]
PROMO = "Sign up for our free newsletter and never miss a story!"


def paragraphs(number):
    town = f"{TOWNS[number % len(TOWNS)]} {number}"
    return [
        f"The council of {town} voted on Monday to build a second bridge over the river, ending a dispute of ten years.",
        f"“We could not wait any longer,” the mayor of {town} said after the vote, which was closer than expected.",
        "Engineers had warned in the spring that the old bridge, built in 1911, would not carry lorries for much longer.",
        f"Shopkeepers in {town} had feared for their customers, and asked that one lane stay open at all times.",
        "The cost is put at 34 million, of which the county pays a third; the rest is to come from a loan over 25 years.",
        "Opponents said that the money had been promised to two schools, and that they would go to court over it.",
        f"Work in {town} begins in March, and traffic will be led around the old town until the bridge opens.",
    ]


def page(number):
    texts = [f"<p>{text}</p>" for text in paragraphs(number)]
    texts.insert(3, f"<p>{PROMO}</p>")
    # Each page leads to the next ten: the crawl comes about step by step.
    others = range(number + 1, min(number + 11, PAGES))
    links = "".join(f'<li><a href="/{other}">Bridge {other}</a></li>' for other in others)
    return (
        f"<!doctype html><html lang=en><head><title>Bridge {number}</title></head><body>"
        f"<header><nav><ul>{links}</ul></nav></header>"
        f"<main><article><h1>Bridge {number}</h1>{''.join(texts)}</article></main>"
        "<footer><p>© 2026 The Courier. All rights reserved.</p></footer></body></html>"
    )


class Service:
    """The program, on a port that stays its own."""

    def __init__(self, *flags):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.flags = flags
        self.kills = 0
        self.start()

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DECHAFF_")}
        command = [os.environ["DECHAFF_BIN"], "serve", "--listen", self.address, *self.flags]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    def restart(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1
        time.sleep(GONE)
        self.start()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Site(ThreadingHTTPServer):
    """The pages; tells when it has served so many."""

    daemon_threads = True

    def __init__(self, at, then):
        super().__init__(("127.0.0.1", 0), Handler)
        self.served, self.at, self.then, self.lock = 0, at, then, threading.Lock()

    def count(self):
        with self.lock:
            self.served += 1
            if self.served == self.at:
                threading.Thread(target=self.then).start()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.strip("/")
        number = int(name) if name.isdigit() else PAGES
        body = page(number).encode() if number < PAGES else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if body:
            self.server.count()

    def log_message(self, *_):
        pass


class Crawl(unittest.TestCase):
    maxDiff = None

    def crawl(self, settings, flags=()):
        service = Service(*flags)
        self.addCleanup(service.stop)
        restarted = threading.Event()

        def restart():
            service.restart()
            restarted.set()

        site = Site(KILLED_AT, restart)
        self.addCleanup(site.server_close)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        self.addCleanup(site.shutdown)
        with tempfile.TemporaryDirectory() as folder:
            items = Path(folder, "items.jsonl")
            start = f"http://127.0.0.1:{site.server_address[1]}/0"
            command = [sys.executable, "-m", "scrapy", "runspider", "spider.py", "-a", f"start={start}", "-o", str(items)]
            settings = {"DECHAFF_URL": f"http://{service.address}", "LOG_LEVEL": "INFO", **settings}
            for name, value in settings.items():
                command += ["-s", f"{name}={value}"]
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(restarted.wait(30))
            self.assertEqual(service.kills, 1)
            self.check(items.read_text(encoding="utf-8"), start.removesuffix("0"), done.stderr)
        return done.stderr

    def check(self, items, address, told):
        items = [json.loads(line) for line in items.splitlines()]
        self.assertEqual(len(items), PAGES, told)
        by_url = {item["url"]: item for item in items}
        for number in range(PAGES):
            item = by_url[f"{address}{number}"]
            self.assertNotIn("dechaff_error", item)
            self.assertNotIn("html", item)
            self.assertEqual(item["article"], "\n\n".join(paragraphs(number)))
            self.assertEqual(item["title"], f"Bridge {number}")
            promo = next(removed for removed in item["removed"] if removed["text"] == PROMO)
            self.assertEqual(promo["label"], "call_to_action")
            self.assertTrue(promo["reasons"])

    def test_one_by_one(self):
        # One worker that nobody may wait for long: many are answered with 429 and come again.
        told = self.crawl({"DECHAFF_BACKOFF": 0.2}, ["--workers", "1", "--wait", "5ms"])
        self.assertIn("dechaff/status/429", told)
        self.assertIn("dechaff/failed_requests", told)

    def test_in_batches(self):
        told = self.crawl({"DECHAFF_BACKOFF": 0.2, "DECHAFF_BATCH": 16, "DECHAFF_BATCH_WAIT": 0.2})
        self.assertIn("'dechaff/cleaned': 200", told)


if __name__ == "__main__":
    unittest.main()
