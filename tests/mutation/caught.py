#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Passes if a broken `troupe` is found out: caught.py BINARY SCENARIO CHECK SEEDS.

Plays the scenario with seeds 1 to SEEDS until the named check fails.
"""
import json
import subprocess
import sys
import tempfile


def main() -> int:
    binary, scenario, check, seeds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    with tempfile.TemporaryDirectory() as out:
        for seed in range(1, seeds + 1):
            run = subprocess.run([binary, "lab", "run", scenario, "--seed", str(seed), "--json", "--out", out],
                                 capture_output=True, text=True, timeout=120, check=False)
            if run.returncode not in (0, 1):
                print(f"seed {seed}: exit code {run.returncode}: {run.stderr}")
                return 1
            failed = [each for each in json.loads(run.stdout)["checks"] if not each["passed"]]
            for each in failed:
                if each["name"] == check:
                    print(f"caught with seed {seed}: {check}: {each['detail']}")
                    return 0
    print(f"not caught by {check} with {seeds} seeds")
    return 1


if __name__ == "__main__":
    sys.exit(main())
