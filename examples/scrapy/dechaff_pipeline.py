"""An item pipeline for Scrapy that has pages cleaned by a dechaff service.

An item comes with a page's HTML and leaves with the article and the paragraphs that were taken out of it. Requests go
through Scrapy's own downloader: connections are kept and reused, nothing waits but the item. A service that is busy, is
restarted or takes too long is asked again, after the time that it names and one that doubles; an item that cannot be
cleaned leaves with the reason instead of the article. None is dropped.

In the project's settings (needs Scrapy 2.14 and its asyncio reactor, which is the default):

    ITEM_PIPELINES = {"dechaff_pipeline.DechaffPipeline": 300}
    DOWNLOAD_SLOTS = {"dechaff": {"concurrency": 8, "delay": 0}}

and, where the defaults below do not fit, any of them as DECHAFF_ and its name in capitals.
"""

import asyncio
import gzip
import json
import random
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from itemadapter import ItemAdapter
from scrapy import Request

# Statuses after which the same request may succeed: too early for the deadline of a body, busy, behind a proxy that
# lost it, not ready, past the deadline of a document.
AGAIN = {408, 429, 502, 503, 504}


@dataclass
class Settings:
    """Each may be set as DECHAFF_ and its name in capitals."""

    # Where the service is, and its key where it asks for one.
    url: str = "http://127.0.0.1:8080"
    key: str = ""
    # Options of the service, such as {"mode": "precision", "keep": "advertising"}.
    options: dict | None = None
    # Fields of an item: what is read, and what is written.
    html_field: str = "html"
    url_field: str = "url"
    article_field: str = "article"
    removed_field: str = "removed"
    title_field: str = "title"
    error_field: str = "dechaff_error"
    # Whether the item keeps its HTML.
    keep_html: bool = True
    # Bodies of at least so many bytes are sent compressed.
    gzip_from: int = 1024
    # Documents in a request: above 1 they are sent as NDJSON, when so many are there or the first has waited so long.
    batch: int = 1
    batch_wait: float = 0.5
    # Seconds that a request may take; how often one is tried; the first wait in seconds, and the longest.
    timeout: float = 60.0
    attempts: int = 12
    backoff: float = 0.5
    backoff_max: float = 30.0
    # The downloader's slot, for DOWNLOAD_SLOTS.
    slot: str = "dechaff"

    @classmethod
    def read(cls, settings):
        """Values of a project, brought to the types of the defaults: those of a command line are strings."""
        read = {bool: settings.getbool, int: settings.getint, float: settings.getfloat, dict | None: settings.getdict}
        names = {field.name: (f"DECHAFF_{field.name.upper()}", field.type) for field in fields(cls)}
        chosen = {name: read.get(kind, settings.get)(key) for name, (key, kind) in names.items() if key in settings}
        return cls(**chosen)


class DechaffPipeline:
    """Cleans the HTML of items."""

    def __init__(self, crawler):
        self.crawler = crawler
        self.settings = Settings.read(crawler.settings)
        self.options = {**(self.settings.options or {}), "paragraphs": "removed"}
        self.waiting = []
        self.timer = None
        # The loop holds tasks weakly.
        self.tasks = set()

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    async def process_item(self, item):
        names = self.settings
        fields = ItemAdapter(item)
        document = {"html": fields[names.html_field]}
        if fields.get(names.url_field):
            document["url"] = fields[names.url_field]
        answer = await (self.clean_in_batch(document) if names.batch > 1 else self.clean(document))
        error = answer.get("error")
        if error:
            fields[names.error_field] = error
            self.crawler.stats.inc_value(f"dechaff/errors/{error.get('code')}")
        else:
            fields[names.article_field] = answer["text"]
            fields[names.removed_field] = [
                {name: paragraph[name] for name in ("text", "label", "reasons")} for paragraph in answer["paragraphs"]
            ]
            if answer["title"] and not fields.get(names.title_field):
                fields[names.title_field] = answer["title"]
            self.crawler.stats.inc_value("dechaff/cleaned")
        if not names.keep_html:
            del fields[names.html_field]
        return item

    async def clean(self, document):
        """The answer to a document, or {"error": the problem}."""
        body = json.dumps({**document, "options": self.options}).encode()
        problem, attempt = None, 0
        while attempt < self.settings.attempts:
            status, answer, after = await self.post("/v1/clean", "application/json", body)
            if status == 200 and (read := read_object(answer)):
                return read
            problem = problem_of(status, answer)
            if status and status != 200 and status not in AGAIN:
                break
            await self.wait(attempt, after)
            attempt += 1
        return {"error": problem}

    async def clean_in_batch(self, document):
        answer = asyncio.get_running_loop().create_future()
        self.waiting.append((document, answer))
        if len(self.waiting) >= self.settings.batch:
            self.send_waiting()
        elif self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(self.settings.batch_wait, self.send_waiting)
        return await answer

    def send_waiting(self):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        batch, self.waiting = self.waiting, []
        if batch:
            task = asyncio.ensure_future(self.clean_batch(batch))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def clean_batch(self, batch):
        """Sends documents until each has an answer; those that have none after a stream broke off are sent again."""
        open_ones, problems, attempt = dict(enumerate(batch)), {}, 0
        try:
            path = "/v1/clean/batch?" + urlencode({name: write(value) for name, value in self.options.items()})
            while open_ones and attempt < self.settings.attempts:
                lines = [json.dumps({"id": number, **document}) for number, (document, _) in open_ones.items()]
                body = "\n".join(lines).encode() + b"\n"
                status, answers, after = await self.post(path, "application/x-ndjson", body)
                before = len(open_ones)
                for line in answers.splitlines() if status == 200 else ():
                    answer = read_object(line)
                    number = answer.get("id") if answer else None
                    if number not in open_ones:
                        continue
                    if answer.get("error", {}).get("status") in AGAIN:
                        problems[number] = answer["error"]
                    else:
                        open_ones.pop(number)[1].set_result(answer)
                if status != 200:
                    problems.update(dict.fromkeys(open_ones, problem_of(status, answers)))
                    if status and status not in AGAIN:
                        break
                if open_ones:
                    await self.wait(attempt, after)
                    # What came a step forward has not failed.
                    attempt = attempt + 1 if len(open_ones) == before else 0
        finally:
            for number, (_, answer) in open_ones.items():
                if not answer.done():
                    answer.set_result({"error": problems.get(number, problem_of(None, b""))})

    async def post(self, path, media_type, body):
        """The status, body and Retry-After of an answer; no status where there is none."""
        headers = {"Content-Type": media_type, "Accept": media_type}
        if self.settings.key:
            headers["Authorization"] = f"Bearer {self.settings.key}"
        if len(body) >= self.settings.gzip_from:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 1)
        request = Request(
            self.settings.url.rstrip("/") + path,
            method="POST",
            headers=headers,
            body=body,
            # What the project does with pages must not be done with these requests.
            meta={
                "download_slot": self.settings.slot,
                "download_timeout": self.settings.timeout,
                "download_fail_on_dataloss": False,
                "allow_offsite": True,
                "autothrottle_dont_adjust_delay": True,
                "dont_cache": True,
                "dont_merge_cookies": True,
                "dont_obey_robotstxt": True,
                "dont_redirect": True,
                "dont_retry": True,
                "handle_httpstatus_all": True,
                "proxy": None,
            },
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever the download handler's library raises
            self.crawler.stats.inc_value(f"dechaff/failed_requests/{type(error).__name__}")
            return None, str(error).encode(), None
        if response.status != 200:
            self.crawler.stats.inc_value(f"dechaff/status/{response.status}")
        return response.status, response.body, response.headers.get("Retry-After")

    async def wait(self, attempt, after):
        """Waits longer with each attempt, and at least the seconds that the service asks for; never all items as one."""
        longest = min(self.settings.backoff * 2 ** min(attempt, 16), self.settings.backoff_max)
        seconds = longest * random.uniform(0.5, 1)
        if after and after.isdigit():
            seconds += min(float(after), self.settings.backoff_max)
        await asyncio.sleep(seconds)


def write(value):
    """A value of an option as a query parameter has it."""
    return ",".join(value) if isinstance(value, list | tuple) else value


def read_object(text):
    """A JSON object; None where the text is none, as after a connection that broke off."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def problem_of(status, body):
    """What an answer that is no article says."""
    told = read_object(body) or {"detail": body[:200].decode("utf-8", "replace")}
    return {"status": status, "code": "unreachable" if status is None else "unknown", **told}
