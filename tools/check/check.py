#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The style and layer check: prints `path:line: rule: text` for each finding and exits 1 if there is one."""
import argparse
import pathlib
import sys

import budgets
import layers
import sources
import style

RULES = layers.RULES + style.RULES + budgets.RULES


def findings(root):
    tree = sources.load(root)
    return [finding for rule in RULES for finding in rule(tree)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    found = findings(parser.parse_args().root)
    for finding in found:
        print(finding)
    print(f"{len(found)} findings by {len(RULES)} rules", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
