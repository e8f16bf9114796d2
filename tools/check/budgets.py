# SPDX-License-Identifier: BSD-3-Clause
"""Length of files and of functions. A file that grows past its budget is split by owner of state."""
import re

from sources import Finding

SOURCE_LINES_MAX = 400
TEST_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
TRANSPARENT = re.compile(r"\b(namespace|class|struct|union|enum|extern|concept|requires)\b")


def file_budget(sources):
    for source in sources:
        limit = TEST_LINES_MAX if source.under("tests/") else SOURCE_LINES_MAX
        count = len(source.lines())
        if source.is_source and count > limit:
            yield Finding(source.path, limit + 1, "file-budget", f"{count} lines, at most {limit}")


def functions(code):
    """(first line, last line) of each outermost braced body whose head has a parameter list."""
    depth = 0  # braces open inside the body being skipped
    is_function = False
    head, line, start = "", 1, 0
    for position, character in enumerate(code):
        if character == "\n":
            line += 1
        if depth:
            depth += {"{": 1, "}": -1}.get(character, 0)
            if depth == 0:
                if is_function:
                    yield start, line
                # `: a_{1}, b_{2} {` and `int x() requires (..) {}` go on with the same head.
                head = head + " " if re.match(r"\s*[,{]", code[position + 1 : position + 40]) else ""
        elif character == "{":
            bare = re.sub(r"^\s*#.*$", "", head, flags=re.MULTILINE)
            bare = re.sub(r"template\s*<[^{;]*?>\s*(?=\w)", "", bare)
            declares_scope = TRANSPARENT.search(bare.split("(")[0])
            if declares_scope and not bare.rstrip().endswith(("=", ",")):
                head = ""
            else:
                depth, start = 1, line
                is_function = "(" in bare and not bare.rstrip().endswith("=")
        elif character in ";}":
            head = ""
        else:
            head += character


def function_budget(sources):
    for source in sources:
        if not source.is_cpp:
            continue
        for first, last in functions(source.code):
            if last - first + 1 > FUNCTION_LINES_MAX:
                yield Finding(source.path, first, "function-budget", f"{last - first + 1} lines, at most {FUNCTION_LINES_MAX}")


RULES = [file_budget, function_budget]
