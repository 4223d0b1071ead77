"""`python -m tests.fuzz --minutes N [--target NAME…] [--seed S] [--keep FOLDER]`: 1 if there are faults."""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.engine import ROOT, Fuzzer, report
from tests.fuzz.targets import all_targets

MEMORY = 6 * 2**30  # bytes of addresses for the whole: better a MemoryError than a machine that swaps


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Foreign input for everything.")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--target", nargs="+", metavar="NAME", help="only these; a beginning names several")
    parser.add_argument("--seed", type=int, help="the same inputs again")
    parser.add_argument("--keep", type=Path, default=ROOT / ".fuzz", help="folder for the inputs of faults")
    arguments = parser.parse_args(argv)
    targets = all_targets(real=True)
    if arguments.target:
        names = [target.name for target in targets]
        targets = [target for target in targets if target.name.startswith(tuple(arguments.target))]
        if not targets:
            parser.error(f"the targets are {', '.join(names)}")
    if MEMORY > 0 and sys.platform != "darwin":  # macOS refuses such a limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    os.environ["FEEDREADER_CONFIG"] = os.devnull
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    fuzzer = Fuzzer(seed, say=lambda text: print(text, file=sys.stderr, flush=True), keep=arguments.keep)
    fuzzer.run(targets, arguments.minutes * 60)
    print("\n".join(report(fuzzer)).encode("utf-8", "backslashreplace").decode())
    return 1 if fuzzer.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
