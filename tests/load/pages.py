"""The pages of the load: made of the repository's own documents, mixed as a crawler meets them. The same every time."""

import json
import random
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# How many there are, and the sizes of pages in KiB: half have less than the median, and they are cut at both ends.
PAGES = 120
MEDIAN_KIB, SPREAD = 50, 0.8
SMALLEST_KIB, LARGEST_KIB = 4, 300

PROMOS = [
    '<div class="newsletter-box"><h4>Our newsletter</h4><p>Sign up and never miss a story!</p><input></div>',
    '<aside class="ad"><span>Advertisement</span><a href="https://shop.example/">Shoes from 20 euros</a></aside>',
    '<div class="related"><h3>Read more</h3><ul><li><a href="/a">Ten bridges to see</a></li><li><a href="/b">The mayor'
    "’s plan</a></li></ul></div>",
]


def write(folder):
    """Writes the pages into a folder, with an index of their names; the bytes of all of them."""
    chance = random.Random(1)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    articles = own_articles()
    names, size = [], 0
    for number in range(PAGES):
        paragraphs = chance.choice(articles)
        if number % 10 == 0:
            name, body = f"{number}.txt", "\n\n".join(paragraphs * 3)
        else:
            name, body = f"{number}.html", page(chance, paragraphs)
        if number % 10 == 1:
            name, body = f"{number}.json", json.dumps({"html": body, "url": f"https://news.example/{number}"})
        encoded = body.encode()
        (folder / name).write_bytes(encoded)
        names.append(name)
        size += len(encoded)
    (folder / "index").write_text("\n".join(names) + "\n")
    return size


def own_articles():
    """The paragraphs of the pasted documents among the fixtures, a list an article."""
    articles = []
    for path in sorted((REPOSITORY / "tests/fixtures").glob("*/*.txt")):
        text = path.read_text().split("\n=====\n")[0]
        articles.append([paragraph for paragraph in text.split("\n\n") if paragraph.strip()])
    return articles


def page(chance, paragraphs):
    """A page around an article, with about as much script, style and navigation as pages have."""
    wanted = chance.lognormvariate(0, SPREAD) * MEDIAN_KIB * 1024
    wanted = min(max(wanted, SMALLEST_KIB * 1024), LARGEST_KIB * 1024)
    sections = range(chance.randint(10, 60))
    links = "".join(f'<li class="menu-item"><a href="/section/{n}">Section {n}</a></li>' for n in sections)
    out = [
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>", paragraphs[0][:80], "</title>",
        "<style>", ".a-b{margin:0;padding:0 1em}\n" * int(wanted // 150), "</style>",
        "<script>", "window.q=window.q||[];q.push(['<p>',1]);\n" * int(wanted // 100), "</script></head><body>",
        f'<header><nav><ul class="menu">{links}</ul></nav></header><main><article><h1>{paragraphs[0][:80]}</h1>',
    ]
    size = sum(map(len, out))
    while size < wanted:
        for number, paragraph in enumerate(paragraphs):
            promo = chance.choice(PROMOS) if number % 4 == 3 else ""
            piece = f'<div class="block" data-n="{number}"><p class="text">{paragraph}</p></div>{promo}\n'
            out.append(piece)
            size += len(piece)
    out.append(f"</article></main><footer><ul>{links}</ul><p>© 2024 The Daily. All rights reserved.</p></footer>")
    return "".join(out)
