"""Has 20,000 pages cleaned on worker processes of which two are killed, and the job itself once: each page must come out
once, as an article or as a problem."""

import gzip
import io
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import brotli
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
from fastwarc.warc import WarcRecord, WarcRecordType
from fastwarc.stream_io import GzipWriter

import dechaff_job

HERE = Path(__file__).resolve().parent
# Parquet files and pages in each, WARC files and pages in each.
ROW_FILES, ROWS = 16, 1125
WARC_FILES, RECORDS = 4, 500
PAGES = ROW_FILES * ROWS + WARC_FILES * RECORDS
# Seconds after which something that is waited for will not come: machines with much else to do are slow.
PATIENCE = 1800
TOWNS = ["Aldgate", "Brightwater", "Carrow", "Dunmore", "Eastleigh", "Farrow", "Glenside", "Hartwell"]
PROMO = "Sign up for our free newsletter and never miss a story!"
# What is no page, with the code of the problem that it is; in WARC files all are of the second kind.
BINARY = "%PDF-1.7 binary"
BAD = [(None, "malformed-json"), (BINARY, "not-text")]


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


def html(number):
    texts = [f"<p>{text}</p>" for text in paragraphs(number)]
    texts.insert(3, f"<p>{PROMO}</p>")
    links = "".join(f'<li><a href="/{other}">Bridge {other}</a></li>' for other in range(number + 1, number + 11))
    return (
        f"<!doctype html><html lang=en><head><title>Bridge {number}</title></head><body>"
        f"<header><nav><ul>{links}</ul></nav></header>"
        f"<main><article><h1>Bridge {number}</h1>{''.join(texts)}</article></main>"
        "<footer><p>© 2026 The Courier. All rights reserved.</p></footer></body></html>"
    )


def url(number):
    return f"https://courier.example/{number}"


def day(number):
    return date(2026, 11, 1) + timedelta(days=number % 5)


def problem(number):
    """The page that is none and the code of its problem, for one in fifty."""
    return BAD[number // 50 % len(BAD)] if number % 50 == 7 else None


def write_rows(path, numbers):
    pages = [problem(number)[0] if problem(number) else html(number) for number in numbers]
    columns = {"url": [url(number) for number in numbers], "html": pages, "date": [day(number) for number in numbers]}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def record(number, body, content_type="text/html"):
    made = WarcRecord()
    made.init_headers(WarcRecordType.response, f"uuid:{number}".encode())
    made.headers["WARC-Target-URI"] = url(number)
    made.headers["WARC-Date"] = datetime.combine(day(number), datetime.min.time()).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    made.headers["Content-Type"] = "application/http; msgtype=response"
    made.set_bytes_content(head.encode() + body)
    return made


def write_records(path, records):
    with open(path, "wb") as file:
        for each in records:
            # Each record is a member of its own, as in all WARC files.
            member = io.BytesIO()
            writer = GzipWriter(member)
            each.write(writer)
            writer.close()
            file.write(member.getvalue())


def processes(session):
    """Command line and parent of every process of a session."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = Path(folder, "stat").read_text().rpartition(")")[2].split()
                command = Path(folder, "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found[int(folder.name)] = (command, int(fields[1]))
    return found


def cleaning(session):
    """The executors that have a program at work."""
    found = processes(session)
    executors = set()
    for command, parent in found.values():
        if " batch --threads 1" in command:
            while parent in found and "CoarseGrainedExecutorBackend" not in found[parent][0]:
                parent = found[parent][1]
            executors.add(parent)
    return executors & found.keys()


class Job:
    """A run of the job, on two workers that start a process each."""

    def __init__(self, folder):
        self.output = Path(folder, "output")
        self.log = tempfile.NamedTemporaryFile()
        command = [
            str(Path(sys.executable).with_name("spark-submit")),
            "--master=local-cluster[2,1,1024]",
            "--conf=spark.ui.enabled=false",
            # A partition a file, so that there are some.
            "--conf=spark.sql.files.maxPartitionBytes=1m",
            "dechaff_job.py",
            f"--dechaff={os.environ['DECHAFF_BIN']}",
            f"--output={self.output}",
            "--files-in-part=10",
            str(Path(folder, "input")),
        ]
        environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_HOSTNAME": "localhost"}
        self.process = subprocess.Popen(
            command, cwd=HERE, env=environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def wait_for(self, what):
        """Waits until something is true, and not for ever."""
        end = time.monotonic() + PATIENCE
        while not (told := what()):
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the job has ended or hangs\n{self.told()}")
            time.sleep(0.02)
        return told

    def files(self, pattern):
        return len(list(self.output.glob(pattern)))

    def kill_worker(self, part, tasks):
        """Kills a worker process at its work, after so many tasks of a part."""
        self.wait_for(lambda: self.files(f"pages/part={part}/_temporary/0/task_*") >= tasks)
        worker = random.choice(list(self.wait_for(lambda: cleaning(self.process.pid))))
        os.kill(worker, signal.SIGKILL)
        return worker

    def kill(self):
        """Kills the whole job, driver and workers."""
        for process in processes(self.process.pid):
            os.kill(process, signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.wait_for(lambda: self.process.poll() == 0)
        return self.told()

    def told(self):
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")


class Crawl(unittest.TestCase):
    maxDiff = None

    def test_every_page_comes_out_once(self):
        with tempfile.TemporaryDirectory() as folder:
            self.write_input(Path(folder, "input"))
            job = Job(folder)
            self.addCleanup(lambda: job.process.poll() is None and job.kill())
            killed = {job.kill_worker(0, 2), job.kill_worker(0, 5)}
            self.assertEqual(len(killed), 2)
            # The job itself, in the middle of the second part.
            job.wait_for(lambda: job.files("done/*.parquet") == 1)
            job.wait_for(lambda: job.files("pages/part=1/_temporary/0/task_*") >= 2)
            job.kill()
            self.assertGreaterEqual(job.told().count("Lost executor"), 2)

            job = Job(folder)
            told = job.end()
            bad = sum(problem(number) is not None for number in range(PAGES))
            self.assertIn(f"{PAGES - bad} articles, {bad} problems", told)
            self.check(job.output)
            before = self.written(job.output)
            self.assertIn(f"{PAGES - bad} articles, {bad} problems; 0.00 s", Job(folder).end())
            self.assertEqual(self.written(job.output), before)

    def write_input(self, folder):
        folder.mkdir()
        for file in range(ROW_FILES):
            write_rows(folder / f"{file:02}.parquet", range(file * ROWS, (file + 1) * ROWS))
        for file in range(WARC_FILES):
            first = ROW_FILES * ROWS + file * RECORDS
            numbers = range(first, first + RECORDS)
            records = [record(number, (BINARY if problem(number) else html(number)).encode()) for number in numbers]
            write_records(folder / f"{file}.warc.gz", records)

    def check(self, output):
        rows = pyarrow.dataset.dataset(output / "pages", partitioning="hive", format="parquet").to_table().to_pylist()
        self.assertEqual(len(rows), PAGES)
        self.assertEqual(len({row["id"] for row in rows}), PAGES)
        by_url = {row["url"]: row for row in rows}
        for number in range(PAGES):
            row, bad = by_url[url(number)], problem(number)
            self.assertEqual(str(row["date"]), str(day(number)))
            self.assertEqual(row["table"], "problems" if bad else "articles")
            if bad:
                wanted = bad[1] if number < ROW_FILES * ROWS else "not-text"
                self.assertEqual((row["code"], row["text"]), (wanted, None))
            else:
                self.assertEqual(row["text"], "\n\n".join(paragraphs(number)))
                self.assertEqual((row["title"], row["code"]), (f"Bridge {number}", None))
                self.assertIn({"text": PROMO, "label": "call_to_action"}, row["removed"])

    def written(self, output):
        return {path: path.stat().st_mtime_ns for path in output.glob("pages/**/*") if path.is_file()}


class Seconds(SimpleNamespace):
    total = 0.0

    def add(self, seconds):
        self.total += seconds


def program(folder, text):
    path = Path(folder, "program")
    path.write_text(f"#!{sys.executable}\nimport json, os, signal, sys\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return [str(path)]


def clean(command, texts):
    pages = [dechaff_job.Page(str(number), None, None, text) for number, text in enumerate(texts)]
    answered = dechaff_job.Cleaner(command, dict(os.environ), Seconds()).clean(pages)
    return [(page.html, answer.get("text"), answer.get("error", {}).get("code")) for page, answer in answered]


class Cleaning(unittest.TestCase):
    """Without Spark: what becomes of pages when the program or a file fails."""

    # Answers every page but those that it dies of.
    MORTAL = """
for line in sys.stdin:
    page = json.loads(line)
    if "deadly" in page["html"]:
        os.kill(os.getpid(), signal.SIGKILL)
    print(json.dumps({"id": page["id"], "text": page["html"].upper()}), flush=True)
"""

    def test_a_page_that_the_program_dies_of_is_a_problem(self):
        texts = ["deadly" if number in (0, 40, 41, 99) else f"rain {number}" for number in range(100)]
        with tempfile.TemporaryDirectory() as folder:
            answers = clean(program(folder, self.MORTAL), texts)
        wanted = [(text, None, "died") if text == "deadly" else (text, text.upper(), None) for text in texts]
        self.assertEqual(answers, wanted)

    def test_a_program_that_is_killed_is_started_again(self):
        once = """
if not os.path.exists(sys.argv[0] + ".killed"):
    for number in range(3):
        sys.stdin.readline()
    open(sys.argv[0] + ".killed", "w").close()
    print('{"id": 0, "te', end="", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
        with tempfile.TemporaryDirectory() as folder:
            answers = clean(program(folder, once + self.MORTAL), ["rain", "hail"] * 500)
        self.assertEqual(answers, [("rain", "RAIN", None), ("hail", "HAIL", None)] * 500)

    def test_a_program_that_refuses_its_flags_ends_the_job(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(RuntimeError, "no such flag"):
            clean(program(folder, "sys.exit('no such flag')"), ["rain"])
        with self.assertRaisesRegex(RuntimeError, "unexpected argument"):
            clean([os.environ["DECHAFF_BIN"], "batch", "--unheard"], ["rain"])

    def test_an_error_of_the_pages_ends_the_job(self):
        def pages():
            yield dechaff_job.Page("0", None, None, "rain")
            raise OSError("the network is gone")

        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(OSError, "the network is gone"):
            list(dechaff_job.Cleaner(program(folder, self.MORTAL), dict(os.environ), Seconds()).clean(pages()))


class Files(unittest.TestCase):
    def test_pages_of_a_file_are_read_in_their_charsets(self):
        text = "<p>Дождь шёл весь день, и река вышла из берегов у старого моста."
        meta = "<meta charset=windows-1251>"
        records = [
            record(0, text.encode("cp1251"), "text/html; charset=windows-1251"),
            record(1, (meta + text).encode("cp1251")),
            record(2, text.encode(), "text/html; charset=utf-8"),
            record(3, text.encode(), "text/html; charset=ascii"),
            record(4, b"\x89PNG", "image/png"),
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.warc.gz")
            write_records(path, records)
            pages = list(dechaff_job.pages_of_file(f"file:{path}"))
        self.assertEqual([page.html for page in pages], [text, meta + text, text, text])
        self.assertEqual([page.url for page in pages], [url(number) for number in range(4)])
        self.assertEqual([page.date for page in pages], [day(number) for number in range(4)])

    def test_a_broken_file_gives_what_it_has_and_a_problem(self):
        whole = [record(number, html(number).encode()) for number in range(9)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.warc.gz")
            write_records(path, whole)
            bytes = path.read_bytes()
            third = len(bytes) // 3
            path.write_bytes(bytes[:-200])
            cut = list(dechaff_job.pages_of_file(str(path)))
            path.write_bytes(bytes[:third] + bytes[third + 40 :])
            torn = list(dechaff_job.pages_of_file(str(path)))
        self.assertEqual([page.url for page in cut], [url(number) for number in range(9)])
        self.assertEqual([page.html for page in cut], [*(html(number) for number in range(8)), None])
        self.assertEqual(cut[-1].problem["code"], "broken-record")
        self.assertEqual([page.url for page in torn], [url(0), url(1), url(2), None])
        self.assertEqual((torn[-1].id, torn[-1].problem["code"]), (str(path), "broken-file"))

    def test_a_record_that_cannot_be_read_is_a_problem_of_its_own(self):
        page = "<p>Rain fell on the town all day.".encode()
        for body, wanted in [
            (b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(page), page.decode()),
            (b"Content-Encoding: br\r\n\r\n" + brotli.compress(page), page.decode()),
            (b"Transfer-Encoding: chunked\r\n\r\n21\r\n" + page + b"\r\n0\r\n\r\n", page.decode()),
            (b"Content-Encoding: gzip\r\n\r\n" + page, "broken-record"),
            (b"Content-Encoding: br\r\n\r\n" + page, "broken-record"),
            (b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + page, "broken-record"),
        ]:
            records = [record(number, page) for number in range(3)]
            records[1].set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + body)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "a.warc.gz")
                write_records(path, records)
                pages = list(dechaff_job.pages_of_file(str(path)))
            self.assertEqual([page.html or page.problem["code"] for page in pages], [page.decode(), wanted, page.decode()])

    def test_what_is_no_page_is_passed_over(self):
        records = [record(number, b"<p>Rain fell.") for number in range(5)]
        for number, head in enumerate([b"HTTP/1.1 404 Gone\r\nContent-Type: text/html", b"HTTP/1.1 x\r\n", b"no HTTP", b""]):
            records[number].set_bytes_content(head + b"\r\n\r\n<p>Nothing here.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.warc.gz")
            write_records(path, records)
            pages = list(dechaff_job.pages_of_file(str(path)))
        self.assertEqual([page.url for page in pages], [url(4)])

    def test_paths_are_read_as_spark_writes_them(self):
        for path, wanted in [
            ("file:/a/b.warc", "file:///a/b.warc"),
            ("file:///a/b.warc", "file:///a/b.warc"),
            ("s3a://crawl/b.warc", "s3://crawl/b.warc"),
            ("hdfs://name/b.warc", "hdfs://name/b.warc"),
        ]:
            self.assertEqual(dechaff_job.address(path), wanted)


if __name__ == "__main__":
    unittest.main()
