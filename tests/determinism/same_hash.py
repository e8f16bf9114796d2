#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Passes if runs of one seed have one trace hash: same_hash.py SCENARIO_DIR BINARY...

Every binary plays every scenario with two seeds, each time from another directory and with another environment; with
one binary each run is repeated in three processes. Exit code 77 if a binary is missing.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SEEDS = (1, 7)
PROCESSES = 3


def trace_hash(binary: str, scenario: pathlib.Path, seed: int, turn: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, TROUPE_DETERMINISM_TURN="x" * turn * 997, LC_ALL="C" if turn % 2 else "C.UTF-8",
                           TZ=f"UTC+{turn}")
        run = subprocess.run([binary, "lab", "run", str(scenario), "--seed", str(seed), "--json", "--out", folder],
                             capture_output=True, text=True, timeout=120, cwd=folder, env=environment, check=False)
        if run.returncode not in (0, 1):
            raise SystemExit(f"{scenario.name}, seed {seed}: exit code {run.returncode}: {run.stderr}")
        return json.loads(run.stdout)["trace_hash"]


def main() -> int:
    scenarios = sorted(pathlib.Path(sys.argv[1]).glob("*.toml"))
    binaries = sys.argv[2:]
    for binary in binaries:
        if not os.access(binary, os.X_OK):
            print(f"{binary} is not there: skipped")
            return 77
    runs = binaries if len(binaries) > 1 else binaries * PROCESSES
    seen = set()
    for scenario in scenarios:
        for seed in SEEDS:
            hashes = {trace_hash(binary, scenario, seed, turn) for turn, binary in enumerate(runs)}
            if len(hashes) != 1:
                print(f"{scenario.name}, seed {seed}: {len(hashes)} different hashes: {' '.join(sorted(hashes))}")
                return 1
            seen |= hashes
    if len(seen) != len(scenarios) * len(SEEDS):
        print(f"only {len(seen)} different hashes of {len(scenarios) * len(SEEDS)} scenarios and seeds")
        return 1
    print(f"{len(scenarios)} scenarios with {len(SEEDS)} seeds: one hash each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
