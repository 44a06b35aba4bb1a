"""wrk, asked to ask for mixed pages."""

import json
import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("mixed.lua")


def wrk(port, pages, connections, seconds, pause=0):
    """What came of so many callers in so many seconds, each of whom pauses so many seconds between two pages."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "60s", "-s", str(SCRIPT),
               f"http://127.0.0.1:{port}"]
    variables = {**os.environ, "LOAD_PAGES": str(pages), "LOAD_PAUSE_MS": f"{pause * 1000:.3f}"}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return json.loads(lines[0])
