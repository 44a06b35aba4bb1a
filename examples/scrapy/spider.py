"""Follows every link of a site and yields each page for the pipeline: `scrapy runspider spider.py -a start=URL`."""

import scrapy


class Pages(scrapy.Spider):
    name = "pages"
    custom_settings = {
        "ITEM_PIPELINES": {"dechaff_pipeline.DechaffPipeline": 300},
        "DOWNLOAD_SLOTS": {"dechaff": {"concurrency": 8, "delay": 0}},
        "DECHAFF_KEEP_HTML": False,
    }

    def __init__(self, start, **arguments):
        super().__init__(**arguments)
        self.start_urls = [start]

    def parse(self, response):
        if response.css("article"):
            yield {"url": response.url, "html": response.text}
        yield from response.follow_all(css="nav a")
