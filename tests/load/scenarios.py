"""What must hold of the service under load, each a function: it says what it saw, and what of it must not be."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException

import slow
from service import Service, Watch, ask
from wrk import wrk

HTML = {"content-type": "text/html; charset=utf-8"}
TEXT = {"content-type": "text/plain; charset=utf-8"}
SENTENCE = "The city council voted on Monday to build a second bridge over the river.\n\n"

# How far memory may grow in a soak once it has settled, and beside how much.
GROWTH, SLACK_MIB = 1.15, 8
# The most that the service may ever hold while it is attacked.
ATTACKED_MIB = 512
# The largest documents that are taken are no attack; what they cost is told, for those who say how much there is.
LARGEST = "the largest text, of 140,000 paragraphs, for both workers"
PROBE_MS = 50


def capacity(run):
    """As much as the service can do: callers who ask again as soon as they have their answers."""
    # However little that is, nobody is refused here.
    with Service(run.program, run.log("capacity"), *run.flags, "--wait", "60s") as service:
        seen = wrk(service.port, run.pages, connections=8, seconds=run.seconds(0.05))
        run.must(seen["refused"] + seen["broken"] + seen["late"] == 0, f"capacity: not every page was answered: {seen}")
        run.capacity = seen["answers"] / seen["seconds"]
        run.say("capacity", f"{run.capacity:.0f} pages/s", f"{run.capacity * run.page_bytes / 1e6:.1f} MB/s")


def soak(run):
    """Four fifths of what it can do, for long: no error, times that hold, memory that does not grow."""
    callers = 32
    pause = callers / (0.8 * run.capacity) - 2 / run.capacity
    with Service(run.program, run.log("soak"), *run.flags) as service:
        memory, over = [], threading.Event()

        def measure():
            while not over.wait(2):
                memory.append(service.memory_mib())

        thread = threading.Thread(target=measure)
        thread.start()
        seen = wrk(service.port, run.pages, connections=callers, seconds=run.seconds(1), pause=pause)
        over.set()
        thread.join()
    third = len(memory) // 3
    settled, last = max(memory[third : 2 * third]), max(memory[-third:])
    rate = seen["answers"] / seen["seconds"]
    run.say("soak", f"{rate:.0f} pages/s ({rate / run.capacity:.0%} of capacity)", f"{seen['answers']} pages",
            f"median {seen['p50_ms']:.0f} ms", f"p99 {seen['p99_ms']:.0f} ms", f"longest {seen['longest_ms']:.0f} ms",
            f"memory {settled:.0f} MiB in the second third, {last:.0f} in the last")
    run.must(seen["refused"] + seen["broken"] + seen["late"] == 0, f"soak: not every page was answered: {seen}")
    run.must(last <= settled * GROWTH + SLACK_MIB, "soak: memory grows")
    run.must_in_time(seen["p99_ms"] < 10 * seen["p50_ms"], "soak: p99 is over ten times the median")


def overload(run):
    """Five times what it can do: the rest is refused, in time, and probes are answered throughout."""
    callers = 800
    pause = max(callers / (5 * run.capacity) - 0.6, 0.05)
    body = (run.pages / "2.html").read_bytes()
    with Service(run.program, run.log("overload"), *run.flags) as service:
        port = service.port
        with Watch(port, 0.05, "GET", "/livez") as alive, Watch(port, 0.05, "GET", "/readyz") as ready, \
                Watch(port, 0.01, "POST", "/v1/clean", body, HTML) as single:
            seen = wrk(port, run.pages, connections=callers, seconds=run.seconds(0.1), pause=pause)
        statuses = service.statuses()
        memory = service.memory_mib("VmHWM")
    accepted, refused = statuses.get("200", 0), statuses.get("429", 0)
    asked = (accepted + refused) / seen["seconds"]
    probes = max(alive.milliseconds(1), ready.milliseconds(1))
    run.say("overload", f"{asked:.0f} pages/s asked ({asked / run.capacity:.1f} times the capacity)",
            f"{accepted / seen['seconds']:.0f} pages/s cleaned",
            f"the accepted: median {single.milliseconds(0.5):.0f} ms, p99 {single.milliseconds(0.99):.0f} ms",
            f"probes: p99 {max(alive.milliseconds(0.99), ready.milliseconds(0.99)):.0f} ms, longest {probes:.0f} ms",
            f"at most {memory:.0f} MiB")
    # Callers who are left with an answer under way when the load ends are gone.
    others = set(statuses) - {"200", "429", "gone"}
    clear = not others and seen["broken"] + seen["late"] == 0
    run.must(clear, f"overload: answers besides 200 and 429: {statuses} {seen}")
    run.must(refused > 0 and accepted > 0, f"overload: {statuses} is no overload")
    run.must(alive.statuses() | ready.statuses() == {200}, "overload: a probe was not answered well")
    run.must(single.milliseconds(0.99) < 30_000, "overload: accepted documents are answered past the deadline")
    run.must_in_time(probes < PROBE_MS, f"overload: a probe took {probes:.0f} ms")


def slow_callers(run):
    """A thousand callers who send a byte a second cost their sockets alone, and keep nobody out."""
    callers, seconds = 1000, 25
    body = (run.pages / "2.html").read_bytes()
    with Service(run.program, run.log("slow"), *run.flags) as service:
        ask(service.port, "POST", "/v1/clean", body, HTML)
        before, work = service.memory_mib(), service.processor_seconds()
        with slow.Callers(service.port, callers) as waiting:
            time.sleep(seconds / 2)
            opened = waiting.open()
            used = service.processor_seconds() - work
            memory = service.memory_mib() - before
            with Watch(service.port, 0.2, "POST", "/v1/clean", body, HTML) as single:
                time.sleep(seconds / 2)
    run.say("slow", f"{opened} callers", f"{memory * 1024 / callers:.0f} KiB a caller",
            f"{used / (seconds / 2):.1%} of a core", f"a page in {single.milliseconds(0.5):.0f} ms beside them")
    run.must(opened == callers, f"slow: {callers - opened} were cut off too early")
    run.must(memory * 1024 / callers < 64, "slow: a caller costs more than a socket's buffers")
    run.must(used < 0.2 * seconds / 2, "slow: callers who do nothing cost work")
    run.must(single.statuses() == {200}, f"slow: others are kept out: {single.statuses()}")


def closing(run):
    """SIGTERM while all are busy: who was let in is answered."""
    callers, rounds = 48, 5
    body = (run.pages / "2.html").read_bytes()
    flags = ["--drain", "500ms", "--wait", "60s", "--shutdown", "60s"]
    answered = lost = unheard = 0
    for number in range(rounds):
        with Service(run.program, run.log(f"closing-{number}"), *run.flags, *flags) as service:
            with ThreadPoolExecutor(callers) as pool:
                work = [pool.submit(until_closed, service.port, body) for _ in range(callers)]
                time.sleep(1.5)
                service.terminate()
                for each in work:
                    a, l, u = each.result()
                    answered, lost, unheard = answered + a, lost + l, unheard + u
            run.must(service.process.wait(30) == 0, "closing: the service did not end in order")
    run.say("closing", f"{rounds} times under {callers} callers", f"{answered} answers", f"{lost} lost",
            f"{unheard} asked on connections that had just been ended")
    run.must(answered > 0 and lost == 0, f"closing: {lost} accepted requests were lost")


def until_closed(port, body):
    """Asks on one connection after another until there is nobody to ask: answers, lost ones, and requests that met a
    connection which the service had ended while nothing was asked on it, of which any caller must be aware."""
    answered = lost = unheard = 0
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.connect()
        except OSError:
            return answered, lost, unheard
        connection.auto_open = 0
        used = False
        try:
            while connection.sock:
                connection.request("POST", "/v1/clean", body, HTML)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    answered += 1
                else:
                    lost += 1
                used = True
        except (OSError, HTTPException):
            lost, unheard = (lost, unheard + 1) if used else (lost + 1, unheard)
        finally:
            connection.close()


def attacks(run):
    """Bodies and heads that are made to cost much, many at once: refused or answered, in bounds."""
    bomb = gzip.compress(bytes(1 << 30), 9)
    twice = gzip.compress(bomb, 9)
    packed = {**HTML, "content-encoding": "gzip"}
    answered = {200, 429, 504}
    for name, count, headers, body, fine in [
        ("a gigabyte of nothing in a megabyte of gzip", 64, packed, bomb, {413, 429}),
        ("the same, packed twice", 64, {**HTML, "content-encoding": "gzip, gzip"}, twice, {413, 429}),
        ("a megabyte of nesting", 64, HTML, b"<div>" * ((1 << 20) // 5), answered),
        ("a megabyte of tables in tables", 64, HTML, b"<table><tr><td>" * ((1 << 20) // 15), answered),
        ("a body without an end", 64, HTML, None, {413, 429, "ended"}),
        ("a head of a megabyte", 64, {**HTML, "x": "a" * (1 << 20)}, b"a", {431, "ended"}),
        ("a megabyte of short paragraphs", 64, TEXT, (SENTENCE.encode() * 14_000)[: 1 << 20], answered),
        (LARGEST, 2, TEXT, (SENTENCE.encode() * 140_000)[: 10 << 20], answered),
    ]:
        with Service(run.program, run.log("attacks"), *run.flags) as service:
            start = time.monotonic()
            with Watch(service.port, 0.1, "GET", "/livez") as alive, ThreadPoolExecutor(count) as pool:
                each = lambda _: ask(service.port, "POST", "/v1/clean", body or endless(), headers)
                statuses = list(pool.map(each, range(count)))
            seconds, memory = time.monotonic() - start, service.memory_mib("VmHWM")
        counts = ", ".join(f"{statuses.count(status)} times {status}" for status in sorted(set(statuses), key=str))
        run.say("attacks", f"{name}: {counts}", f"{seconds:.1f} s", f"at most {memory:.0f} MiB")
        run.must(set(statuses) <= fine, f"attacks: {name} was answered otherwise")
        run.must(memory < ATTACKED_MIB or name == LARGEST, f"attacks: {name} cost {memory:.0f} MiB")
        run.must(alive.statuses() <= {200}, f"attacks: {name}: a probe was not answered well")


def endless():
    """Pieces of a body that has no end."""
    while True:
        yield b"<p>again" * 8192


ALL = {
    "capacity": capacity,
    "soak": soak,
    "overload": overload,
    "slow": slow_callers,
    "closing": closing,
    "attacks": attacks,
}
