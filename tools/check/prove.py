#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Proves each rule: tests/support/fixtures/check/<rule>/<case> is a tiny tree that exactly that rule must report; a case below
`clean` must pass every rule. A rule without a fixture fails as well."""
import argparse
import pathlib
import sys

import check
import headers


def reported(case, compiler):
    _, alone = headers.findings(case, compiler, {}, 1)
    return {finding.rule for finding in check.findings(case) + alone}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="c++")
    compiler = parser.parse_args().compiler
    fixtures = pathlib.Path(__file__).resolve().parents[2] / "tests/support/fixtures/check"
    rules = {rule.__name__.replace("_", "-") for rule in check.RULES} | {"self-contained"}
    failures = [f"{rule}: no fixture" for rule in sorted(rules) if not (fixtures / rule).is_dir()]
    count = 0
    for case in sorted(path for rule in fixtures.iterdir() for path in rule.iterdir()):
        expected = set() if case.parent.name == "clean" else {case.parent.name}
        got = reported(case, compiler)
        count += 1
        if got != expected:
            failures.append(f"{case.parent.name}/{case.name}: reported {sorted(got)}, expected {sorted(expected)}")
    for failure in failures:
        print(failure)
    print(f"{count} fixtures, {len(rules)} rules, {len(failures)} failures", file=sys.stderr)
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
