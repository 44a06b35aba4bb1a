"""A PySpark job that has the pages of Parquet and WARC files cleaned by `dechaff batch`.

    spark-submit dechaff_job.py --output OUT [--dechaff PROGRAM] FILES...

FILES are files, folders or globs, wherever Spark and PyArrow can read. A row of Parquet is a page (columns `url`, `html`
and `date`, or what the flags name), and so is every response of a WARC file that is HTML or text. Each partition is piped
through a `dechaff batch` of its own, of one thread, on the worker that holds it; the program is sent along.

In OUT every page is once, with an `id` that says from which record it came:

    OUT/pages/part=N/table=articles/date=2026-11-01/   cleaned articles, and the paragraphs that were taken out of them
    OUT/pages/part=N/table=problems/date=2026-11-01/   pages that could not be cleaned, and why
    OUT/plan, OUT/done                                 which files make up part N, and which parts are whole

`spark.read.parquet("OUT/pages").where("table = 'articles'")` reads the articles of all parts. The job may be run again at
any time: files that are in a part that is whole are passed over, a part that is not is made again from the same files,
and new files make new parts. One job at a time may write to OUT. A file is known by its path.
"""

import argparse
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import tempfile
import threading
import zlib
from collections import deque
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import chain

import brotli
import pyarrow
from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecordType
from pyarrow.fs import FileSystem
from pyspark import SparkFiles
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

PARQUET = re.compile(r"\.parquet$")
WARC = re.compile(r"\.warc(\.gz|\.zst)?$")
# What of a WARC file is a page.
MEDIA_TYPES = {"text/html", "application/xhtml+xml", "text/plain"}
# Bytes of a record above which it is not read, and that a body may unfold to.
LARGEST = 64 << 20
# A page that the program dies of so many times in a row is a problem of the page.
DEATHS = 3
# Rows and characters of answers that are handed to Spark at once.
ROWS, CHARACTERS = 500, 8_000_000

ARTICLE = pyarrow.schema(
    [
        ("id", pyarrow.string()),
        ("url", pyarrow.string()),
        ("title", pyarrow.string()),
        ("byline", pyarrow.string()),
        ("published", pyarrow.string()),
        ("site", pyarrow.string()),
        ("language", pyarrow.string()),
        ("text", pyarrow.string()),
        ("removed", pyarrow.list_(pyarrow.struct([("text", pyarrow.string()), ("label", pyarrow.string())]))),
        ("warnings", pyarrow.list_(pyarrow.string())),
        ("code", pyarrow.string()),
        ("detail", pyarrow.string()),
        ("table", pyarrow.string()),
        ("date", pyarrow.date32()),
    ]
)
COLUMNS = (
    "id string, url string, title string, byline string, published string, site string, language string, text string, "
    "removed array<struct<text: string, label: string>>, warnings array<string>, code string, detail string, "
    "table string, date date"
)


@dataclass
class Page:
    """A page; without HTML where it has a problem before it is cleaned."""

    id: str
    url: str | None
    date: date | None
    html: str | None
    problem: dict | None = None

    def line(self, number):
        members = {"id": number, "html": self.html, "url": self.url}
        told = {name: value for name, value in members.items() if value is not None}
        return json.dumps(told, ensure_ascii=False).encode() + b"\n"


class Cleaner:
    """Pipes pages through the program, and starts it again where it dies."""

    def __init__(self, command, environment, seconds):
        self.command = command
        self.environment = environment
        # Where the program's time on the CPU is added up.
        self.seconds = seconds
        # Pages that have no answer yet, in the order in which they are sent.
        self.open_ones = deque()
        self.sent = 0
        self.answered = 0

    def clean(self, pages):
        """Each page with its answer, in order."""
        pages, deaths, is_over = iter(pages), 0, False
        while not is_over:
            before = self.answered
            with tempfile.TemporaryFile() as errors:
                process = subprocess.Popen(
                    self.command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
                )
                feeder = Feeder(self, process, pages)
                try:
                    yield from self.answers(process.stdout)
                    feeder.join()
                except BaseException:
                    process.kill()
                    raise
                finally:
                    process.stdout.close()
                    before_it = seconds_of_children()
                    process.wait()
                    self.seconds.add(seconds_of_children() - before_it)
                if feeder.error:
                    raise feeder.error
                is_over = process.returncode in (0, 3)
                if not is_over and process.returncode >= 0:
                    errors.seek(0)
                    raise RuntimeError(errors.read().decode("utf-8", "replace"))
            deaths = deaths + 1 if self.answered == before else 1
            if not is_over and deaths == DEATHS:
                yield self.give_up(process.returncode)
                deaths = 0
        if self.open_ones:
            raise RuntimeError(f"{len(self.open_ones)} pages have no answer")

    def answers(self, lines):
        for line in lines:
            # The last line of a program that died.
            if not line.endswith(b"\n"):
                return
            answer = json.loads(line)
            if answer["id"] != self.answered:
                raise RuntimeError(f"answer {answer['id']} came in the place of {self.answered}")
            self.answered += 1
            yield self.open_ones.popleft(), answer

    def give_up(self, code):
        if not self.open_ones:
            raise RuntimeError(f"{self.command[0]} died {DEATHS} times before it had a page (exit code {code})")
        self.answered += 1
        detail = f"the program died of it {DEATHS} times (exit code {code})"
        return self.open_ones.popleft(), {"error": {"code": "died", "detail": detail}}


class Feeder(threading.Thread):
    """Hands a program the pages that have no answer, then those that come; ends with them, or with the program."""

    def __init__(self, cleaner, process, pages):
        super().__init__(daemon=True)
        self.cleaner, self.process, self.pages = cleaner, process, pages
        self.again = list(enumerate(cleaner.open_ones, cleaner.answered))
        self.error = None
        self.start()

    def run(self):
        try:
            with self.process.stdin as stdin:
                for number, page in chain(self.again, self.new()):
                    stdin.write(page.line(number))
        except BrokenPipeError:
            pass  # whoever reads the answers sees that the program is gone
        except BaseException as error:
            self.error = error

    def new(self):
        for page in self.pages:
            self.cleaner.open_ones.append(page)
            self.cleaner.sent += 1
            yield self.cleaner.sent - 1, page


def seconds_of_children():
    """On the CPU, of the children that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Reads:
    """A stream that keeps the error of a read, so that it is not taken for one of what was read."""

    def __init__(self, stream):
        self.stream = stream
        self.position = 0
        self.error = None

    def tell(self):
        return self.position

    def read(self, size=-1):
        try:
            read = self.stream.read(size)
        except Exception as error:
            self.error = error
            raise
        self.position += len(read)
        return read


def text_of(body, charset):
    """A page's HTML as text: in the charset that the server declares, where it can be read so, else in its own."""
    if charset:
        try:
            return body.decode(map_encoding_to_html5(charset))
        except (LookupError, UnicodeDecodeError):
            pass
    return bytes_to_str(body, detect_encoding(body, from_html_meta=True), errors="replace")


def pages_of_rows(batches):
    for batch in batches:
        for row in batch.to_pylist():
            html = row["html"]
            yield Page(row["id"], row["url"], row["date"], text_of(html, None) if isinstance(html, bytes) else html)


def pages_of_files(batches):
    for batch in batches:
        for path in batch.column("path").to_pylist():
            yield from pages_of_file(path)


def address(path):
    """A path as Spark writes it, as PyArrow reads it."""
    return re.sub(r"^file:/(?=[^/])", "file:///", re.sub(r"^s3[an]:", "s3:", path))


def pages_of_file(path):
    """The pages of a WARC file; where it is broken, the rest of it is one page with a problem."""
    system, name = FileSystem.from_uri(address(path))
    with system.open_input_stream(name, compression=None) as stream:
        reads = Reads(stream)
        try:
            for record in ArchiveIterator(reads, record_types=WarcRecordType.response, parse_http=False):
                page = page_of_record(record, path) if record.is_http else None
                if page:
                    yield page
        except Exception as error:
            if reads.error:
                raise
            yield Page(path, None, None, None, {"code": "broken-file", "detail": str(error)})


def page_of_record(record, path):
    """A record's page; nothing where it holds none, a problem where it cannot be read."""
    day = record.record_date and record.record_date.date()
    page = Page(record.record_id or f"{path}#{record.stream_pos}", record.headers.get("WARC-Target-URI"), day, None)
    length = record.content_length
    if length <= LARGEST:
        # Only then it shows whether the record is whole.
        record.freeze()
    try:
        there = record.content_length
        record.parse_http(auto_decode="none")
        if record.http_content_type not in MEDIA_TYPES or (record.http_headers.status_code or 0) // 100 != 2:
            return None
        if length > LARGEST or there < length:
            raise ValueError(f"the record has {length} bytes, of which {there} are there and {LARGEST} are read at most")
        page.html = text_of(decoded(record.reader.read(), record.http_headers), record.http_charset)
    except Exception as error:
        page.problem = {"code": "broken-record", "detail": str(error)}
    return page


def decoded(body, headers):
    """A body without its encodings. One that is not known is left: what it encodes is no text."""
    codings = [headers.get(name) or "" for name in ("Content-Encoding", "Transfer-Encoding")]
    for coding in reversed(",".join(codings).lower().split(",")):
        match coding.strip():
            case "chunked":
                body = ChunkedReader(BytesIO(body)).read()
            case "gzip" | "x-gzip" | "deflate":
                # Told apart by their first bytes; bounded, whatever they unfold to.
                body = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, LARGEST)
            case "br":
                body = brotli.decompress(body)
    return body


def row_of(page, answer):
    error = page.problem or answer.get("error")
    row = {"id": page.id, "url": page.url, "date": page.date, "table": "problems" if error else "articles"}
    if error:
        return {**row, "code": error["code"], "detail": error.get("detail")}
    told = {name: answer[name] for name in ("title", "byline", "published", "site", "language", "text")}
    removed = [{"text": each["text"], "label": each["label"]} for each in answer["paragraphs"] if not each["kept"]]
    return {**row, **told, "removed": removed, "warnings": [warning["code"] for warning in answer["warnings"]]}


def batches_of(rows):
    waiting, characters = [], 0
    for row in rows:
        waiting.append(row)
        characters += len(row.get("text") or "") + sum(len(each["text"]) for each in row.get("removed") or ())
        if len(waiting) >= ROWS or characters >= CHARACTERS:
            yield pyarrow.RecordBatch.from_pylist(waiting, ARTICLE)
            waiting, characters = [], 0
    if waiting:
        yield pyarrow.RecordBatch.from_pylist(waiting, ARTICLE)


def cleaned(pages, program, flags, seconds):
    """What a worker does with a partition."""

    def clean(batches):
        command = [SparkFiles.get(program), "batch", "--threads", "1", *flags]
        environment = {"DECHAFF_PARAGRAPHS": "removed", **os.environ}
        answered = Cleaner(command, environment, seconds).clean(pages(batches))
        return batches_of(row_of(page, answer) for page, answer in answered)

    return clean


class Job:
    def __init__(self, spark, flags):
        self.spark = spark
        self.flags = flags
        self.seconds = spark.sparkContext.accumulator(0.0)
        program = shutil.which(flags.dechaff)
        if program is None:
            raise SystemExit(f"dechaff_job: there is no program {flags.dechaff}; --dechaff names it")
        spark.sparkContext.addFile(program)
        self.program = os.path.basename(program)

    def run(self):
        self.plan_new()
        done = {row.part for row in self.table("done", "part int")}
        for part, files in sorted(self.planned().items()):
            if part not in done:
                self.make(part, files)
                self.append("done", [(part,)], "part int")
        pages = self.spark.read.parquet(f"{self.flags.output}/pages") if self.planned() else None
        counts = {row.table: row["count"] for row in pages.groupBy("table").count().collect()} if pages else {}
        articles, problems = counts.get("articles", 0), counts.get("problems", 0)
        print(f"{articles} articles, {problems} problems; {self.seconds.value:.2f} s of CPU in the program, this time")

    def plan_new(self):
        """Files that are in no part make up new ones."""
        planned = self.planned()
        known = {path for files in planned.values() for path in files}
        files = self.spark.read.format("binaryFile").option("recursiveFileLookup", True).load(self.flags.files)
        new = sorted({row.path for row in files.select("path").collect()} - known)
        for path in new:
            if not PARQUET.search(path) and not WARC.search(path):
                raise SystemExit(f"dechaff_job: {path} ends neither as Parquet nor as WARC")
        first, size = max(planned, default=-1) + 1, self.flags.files_in_part
        rows = [(first + number // size, path) for number, path in enumerate(new)]
        if rows:
            self.append("plan", rows, "part int, path string")

    def planned(self):
        parts = {}
        for row in self.table("plan", "part int, path string"):
            parts.setdefault(row.part, []).append(row.path)
        return parts

    def make(self, part, files):
        parquet = [path for path in files if PARQUET.search(path)]
        warc = [path for path in files if WARC.search(path)]
        made = None
        if parquet:
            made = self.clean(self.rows(parquet), pages_of_rows)
        if warc:
            # A file is a partition: its records can only be read one after the other.
            paths = self.spark.sparkContext.parallelize([(path,) for path in warc], len(warc))
            of_warc = self.clean(self.spark.createDataFrame(paths, "path string"), pages_of_files)
            made = made.unionAll(of_warc) if made else of_warc
        # As long as the whole is not written, none of it is seen; what an earlier run left of the part goes.
        made.write.mode("overwrite").partitionBy("table", "date").parquet(f"{self.flags.output}/pages/part={part}")

    def rows(self, paths):
        read = self.spark.read.parquet(*paths)
        day = F.lit(None)
        if self.flags.date_column in read.columns:
            day = F.col(self.flags.date_column).try_cast("date")
        place = F.concat("_metadata.file_path", F.lit("#"), F.col("_metadata.row_index").cast("string"))
        url, html = F.col(self.flags.url_column), F.col(self.flags.html_column)
        return read.select(place.alias("id"), url.alias("url"), html.alias("html"), day.cast("date").alias("date"))

    def clean(self, records, pages):
        return records.mapInArrow(cleaned(pages, self.program, shlex.split(self.flags.flags), self.seconds), COLUMNS)

    def table(self, name, columns):
        """The rows of a small table of the job's own; none where it has not been written yet."""
        try:
            return self.spark.read.schema(columns).parquet(f"{self.flags.output}/{name}").collect()
        except AnalysisException as error:
            if error.getCondition() != "PATH_NOT_FOUND":
                raise
            return []

    def append(self, name, rows, columns):
        table = self.spark.createDataFrame(rows, columns)
        # One file, which is there or is not.
        table.coalesce(1).write.mode("append").parquet(f"{self.flags.output}/{name}")


def read_flags():
    parser = argparse.ArgumentParser(description="Has the pages of Parquet and WARC files cleaned by `dechaff batch`.")
    parser.add_argument("files", nargs="+", help="files, folders or globs of Parquet and WARC files")
    parser.add_argument("--output", required=True, help="folder for the articles and the problems")
    parser.add_argument("--dechaff", default="dechaff", help="the program; it is sent to the workers")
    parser.add_argument("--flags", default="", help="for the program, as in --flags='--mode precision'")
    parser.add_argument("--url-column", default="url", help="column of Parquet files with the page's address")
    parser.add_argument("--html-column", default="html", help="column with the page: text, or bytes in any charset")
    parser.add_argument("--date-column", default="date", help="column with the day, where there is one")
    parser.add_argument("--files-in-part", type=int, default=500, help="files after which what is done is kept")
    return parser.parse_args()


def main():
    flags = read_flags()
    # Pages are large: so many of them at once, not the default of 10,000.
    settings = {"spark.sql.execution.arrow.maxRecordsPerBatch": 64}
    Job(SparkSession.builder.appName("dechaff").config(map=settings).getOrCreate(), flags).run()


if __name__ == "__main__":
    main()
