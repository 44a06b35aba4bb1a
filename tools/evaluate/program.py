"""Runs what is evaluated: the program, or its stand-in whose scores were fitted without a document's site."""
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FIT = Path(__file__).resolve().parent.parent / "fit"


class Failed(Exception):
    """The program cannot be run, or did not end well."""


class Program:
    """`BIN batch`, in a mode."""

    def __init__(self, command, mode="balanced", known=None):
        self.command = [*command, "batch"]
        if mode != "balanced":
            self.command += ["--mode", mode]
        # Digests of the documents that it can clean; None where it can clean all.
        self.known = known

    @classmethod
    def binary(cls, path, mode):
        if not Path(path).is_file():
            raise Failed(f"there is no program {path}: build it with `cargo build --release`, or name another by --bin")
        return cls([str(Path(path).resolve())], mode)

    @classmethod
    def crossvalidated(cls):
        try:
            known = json.loads((FIT / "out/folds.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise Failed(f"no cross-validated scores: run tools/fit/fit.py first ({error})") from error
        return cls([sys.executable, str(FIT / "crossvalidated")], known=known)

    def knows(self, record):
        """Whether it can clean the document: the cross-validated scores know no document that is newer than their fit."""
        if self.known is None:
            return True
        source = record["html"] if "html" in record else record["text"]
        return hashlib.sha256(source.encode()).hexdigest() in self.known

    def clean(self, records, keep):
        """Cleans the records, which are made as they are asked for. Returns {id: what `keep` takes of its answer}, without
        those that were answered with an error, and the ids that the program does not know."""
        answers, errors, unknown = {}, [], []
        # A variable of the shell's must not change what is measured.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DECHAFF_")}
        with (
            subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process,
            ThreadPoolExecutor(1) as feeder,
        ):
            fed = feeder.submit(self._feed, process.stdin, records, unknown)
            for line in process.stdout:
                answer = json.loads(line)
                if "error" in answer:
                    errors.append(answer["error"])
                else:
                    answers[answer["id"]] = keep(answer)
            fed.result()
        # 3: it came to its end, and some documents were answered with an error.
        if process.returncode not in (0, 3):
            raise Failed(f"{' '.join(self.command)} ended with {process.returncode}")
        if errors and not answers:
            raise Failed(f"{' '.join(self.command)} answered no document; of the first it said: {errors[0]}")
        return answers, unknown

    def _feed(self, pipe, records, unknown):
        try:
            for record in records:
                if self.knows(record):
                    pipe.write(json.dumps(record).encode() + b"\n")
                else:
                    unknown.append(record["id"])
            pipe.close()
        except BrokenPipeError:
            # The program ended early; its exit status says so.
            pass
        finally:
            # However the feeding ended, the program must see the end of its input.
            try:
                pipe.close()
            except BrokenPipeError:
                pass
