# SPDX-License-Identifier: BSD-3-Clause
"""Form of a file, and calls that have no place where they stand (docs/architecture.md, "Determinism")."""
import os
import re

from sources import Finding

SLEEP = r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(|(?<![\w.>])sleep\s*\("
RANDOM = r"\b(?:s?rand|drand48)\s*\(|\brandom_device\b"
CLOCK = r"\b(?:system|steady|high_resolution)_clock::now\b"
DISTRIBUTION = r"\bstd::(?:\w+_distribution|shuffle|sample)\b|\brandom_shuffle\b"
ENDLESS = r"\bcaf::infinite\b"
DETACHED = r"\bcaf::detached\b|\bspawn<[^>]*\bdetached\b"
UNORDERED = r"\bunordered_(?:multi)?(?:map|set)\b"
# Spelled with classes so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:w[o]rk|r[o]ot)/")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
PRODUCTION_CLOCK = ("actors/runtime/shell/clock.cpp",)


def banned_call(sources):
    def report(source, pattern, why):
        for line, match in source.find(pattern):
            yield Finding(source.path, line, "banned-call", f"{match.group(0).strip(' (')}: {why}")

    for source in sources:
        if not source.is_cpp:
            continue
        if not source.under("tests/system/"):
            yield from report(source, SLEEP, "nothing sleeps outside tests/system")
        yield from report(source, RANDOM, "draw from random_stream")
        yield from report(source, DISTRIBUTION, "differs between libraries: draw from random_stream")
        yield from report(source, DETACHED, "only the store actor owns a thread") if "store_actor" not in source.path else ()
        if not source.under("tests/"):
            yield from report(source, ENDLESS, "every request has a finite timeout")
        wall = source.under("node/", "tools/", "tests/system/", "tests/interop/", *PRODUCTION_CLOCK)
        if not (wall or (source.under("transport/") and not source.under("transport/sim/"))):
            yield from report(source, CLOCK, "time is an argument, or comes from node_context")


def unordered_container(sources):
    """Its order depends on addresses and on the library: no machine may let that reach an effect."""
    for source in sources:
        pure = source.under("actors/") and not re.search(r"_actor\.[ch]pp$|^actors/runtime/shell/", source.path)
        if source.is_cpp and (pure or source.under("transport/sim/")):
            for line, match in source.find(UNORDERED):
                yield Finding(source.path, line, "unordered-container", f"{match.group(0)}: use the ordered one here")


def spdx(sources):
    for source in sources:
        if not source.is_source:
            continue
        head = source.lines()[:2]
        if head and head[0].startswith("#!"):
            head = head[1:]
        if not head or not re.match(r"(//|#) SPDX-License-Identifier: BSD-3-Clause$", head[0]):
            yield Finding(source.path, 1, "spdx", "the first line names the licence: SPDX-License-Identifier: BSD-3-Clause")


def pragma_once(sources):
    for source in sources:
        if source.path.endswith(".hpp") and not re.search(r"^#pragma once$", source.text, re.MULTILINE):
            yield Finding(source.path, 1, "pragma-once", "a header starts with #pragma once")


def unfinished(sources):
    for source in sources:
        for number, line in enumerate(source.lines() if source.is_source else (), 1):
            if UNFINISHED.search(line):
                yield Finding(source.path, number, "unfinished", "finish it, or write it into an issue")


def machine_path(sources):
    for source in sources:
        for number, line in enumerate(source.lines(), 1):
            if MACHINE_PATH.search(line):
                yield Finding(source.path, number, "machine-path", "a path of one machine")


def doc_link(sources):
    known = {source.path for source in sources}
    folders = {os.path.dirname(path) for path in known}
    for path in list(folders):
        while path:
            folders.add(path)
            path = os.path.dirname(path)
    for source in sources:
        if not source.path.endswith(".md"):
            continue
        text = re.sub(r"```.*?```", lambda match: "\n" * match.group(0).count("\n"), source.text, flags=re.DOTALL)
        for match in re.finditer(r"\[[^\]\n]*\]\(([^)\s]+)\)", text):
            target = match.group(1).split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            resolved = os.path.normpath(os.path.join(os.path.dirname(source.path), target))
            if resolved not in known and resolved not in folders:
                line = text.count("\n", 0, match.start()) + 1
                yield Finding(source.path, line, "doc-link", f"'{match.group(1)}' leads nowhere")


def doc_path(sources):
    """A source file that a page of docs/ names in backticks exists."""
    known = {source.path for source in sources}
    for source in sources:
        if not source.under("docs/") or not source.path.endswith(".md"):
            continue
        for number, line in enumerate(source.lines(), 1):
            for match in re.finditer(r"`((?:actors|messages|transport|node|tools|tests)/[\w./-]+\.(?:[ch]pp|fbs|py|cmake))`", line):
                if match.group(1) not in known:
                    yield Finding(source.path, number, "doc-path", f"'{match.group(1)}' does not exist")


RULES = [banned_call, unordered_container, spdx, pragma_once, unfinished, machine_path, doc_link, doc_path]
