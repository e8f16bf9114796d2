#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Each header compiles alone: it includes what it uses. One that has nothing before it in some .cpp is proved by
that file's build; every other is compiled by itself, with the flags its layer is built with."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

from sources import Finding, load

LAYERS = ("messages", "transport", "actors", "node", "tools", "tests")
KEPT = ("-I", "-D", "-std=")


def flags_of(database, root):
    """The include paths, definitions and standard of each layer, from the compile commands of its sources."""
    flags = {}
    for entry in json.loads(database.read_text()):
        path = os.path.relpath(entry["file"], root)
        words = shlex.split(entry["command"])
        kept = flags.setdefault(path.split("/")[0], [])
        for word, following in zip(words, words[1:] + [""]):
            found = [word, following] if word == "-isystem" else [word] if word.startswith(KEPT) else []
            if found and " ".join(found) not in kept:
                kept.append(" ".join(found))
    return {layer: [word for pair in kept for word in pair.split(" ")] for layer, kept in flags.items()}


def compile_alone(compiler, root, path, flags):
    command = [compiler, "-fsyntax-only", "-w", "-x", "c++", *flags, "-I", str(root), "-"]
    done = subprocess.run(command, input=f'#include "{path}"\n', text=True, cwd=root, stderr=subprocess.PIPE)
    errors = [line for line in done.stderr.splitlines() if " error: " in line]
    return None if done.returncode == 0 else Finding(path, 1, "self-contained", errors[0] if errors else done.stderr[:200])


def proved_by_build(sources):
    """Headers with nothing before them in some .cpp: its first include, the first include of that one, and so on."""
    first = {source.path: next(source.includes(), (0, "", True)) for source in sources if source.is_cpp}
    proved = set()
    for path in [path for path in first if path.endswith(".cpp")]:
        _, target, system = first[path]
        while not system and target not in proved:
            proved.add(target)
            _, target, system = first.get(target, (0, "", True))
    return proved


def findings(root, compiler, flags, jobs):
    sources = load(root)
    proved = proved_by_build(sources)
    headers = (source for source in sources if source.path.endswith(".hpp") and source.folder in LAYERS)
    paths = [header.path for header in headers if header.path not in proved]
    default = flags.get("actors", ["-std=c++20"])
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = [pool.submit(compile_alone, compiler, root, path, flags.get(path.split("/")[0], default)) for path in paths]
        return len(paths), [run.result() for run in runs if run.result()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="folder with compile_commands.json")
    parser.add_argument("--compiler", default="c++")
    arguments = parser.parse_args()
    flags = flags_of(arguments.build / "compile_commands.json", arguments.root)
    count, found = findings(arguments.root, arguments.compiler, flags, os.cpu_count() or 2)
    for finding in found:
        print(finding)
    print(f"{count} headers compiled, {len(found)} findings", file=sys.stderr)
    return 1 if found or not count else 0


if __name__ == "__main__":
    sys.exit(main())
