# SPDX-License-Identifier: BSD-3-Clause
"""The files a check looks at, and their text with comments and literals blanked so that a rule sees only code."""
import pathlib
import re
import subprocess
from dataclasses import dataclass, field

FIXTURES = "tests/support/fixtures/"
CPP = (".cpp", ".hpp")
SCRIPTS = (".py", ".sh", ".mjs", ".js", ".ts", ".go", ".cmake", ".fbs")


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


@dataclass
class Source:
    path: str
    text: str
    code: str = field(init=False)

    def __post_init__(self):
        self.code = blank(self.text) if self.is_cpp else self.text

    @property
    def is_cpp(self):
        return self.path.endswith(CPP)

    @property
    def is_source(self):
        name = self.path.rsplit("/", 1)[-1]
        return self.path.endswith(CPP + SCRIPTS) or name == "CMakeLists.txt" or self.text.startswith("#!")

    @property
    def folder(self):
        return self.path.split("/", 1)[0] if "/" in self.path else ""

    def under(self, *prefixes):
        return self.path.startswith(prefixes)

    def lines(self):
        return self.text.splitlines()

    def find(self, pattern):
        """(line number, match) for each match in the blanked code."""
        for match in re.finditer(pattern, self.code):
            yield self.code.count("\n", 0, match.start()) + 1, match

    def includes(self):
        """(line number, target, is_system) of each include; literals are intact here."""
        for number, line in enumerate(self.lines(), 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                yield number, match.group(2), match.group(1) == "<"


TOKEN = re.compile(
    r'R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"'  # raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f_])'(?:\\.|[^'\\\n])+'"  # not the separator of 1'000
    r"|//[^\n]*"
    r"|/\*.*?\*/",
    re.DOTALL,
)


def blank(text):
    """Replaces comments and literals by spaces; lines and columns stay."""
    return TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def tracked(root):
    """Paths below root that git tracks, or every file when root is no checkout of its own (a fixture)."""
    if (root / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE).stdout.decode()
        return sorted({path for path in listing.split("\0") if path and (root / path).is_file()})
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def load(root):
    """Every readable text file of the tree but the fixtures, which break the rules on purpose."""
    root = pathlib.Path(root)
    found = []
    for path in tracked(root):
        if path.startswith(FIXTURES) or path.startswith("tests/fuzz/corpus/"):
            continue
        try:
            found.append(Source(path, (root / path).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found
