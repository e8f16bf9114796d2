#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a source file with one thing wrong in it: mutate.py SOURCE OUT FIND REPLACE.

FIND must occur exactly once, so a mutation that no longer fits its source fails the build instead of proving nothing.
"""
import pathlib
import sys


def main() -> int:
    source, out, find, replace = sys.argv[1:]
    text = pathlib.Path(source).read_text()
    if text.count(find) != 1:
        print(f"{source}: '{find}' occurs {text.count(find)} times instead of once: fit the mutation to the source",
              file=sys.stderr)
        return 1
    pathlib.Path(out).write_text(text.replace(find, replace))
    return 0


if __name__ == "__main__":
    sys.exit(main())
