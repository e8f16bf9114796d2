# SPDX-License-Identifier: BSD-3-Clause
"""Who may include whom (docs/architecture.md, "Layers")."""
import re

from sources import Finding

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "actors", "messages", "transport", "node", "tests", "tools", "docs",
    "README.md", "LICENSE", "NOTICE", "CHANGELOG.md", "CONTRIBUTING.md",
}
MAY_SEE = {
    "messages": {"messages"},
    "transport": {"messages", "transport"},
    "actors": {"messages", "actors"},
    "node": {"messages", "transport", "actors", "node"},
    "tools": {"messages", "transport", "actors", "node", "tools"},
}
LAYERS = {"messages", "transport", "actors", "node", "tools", "tests"}
CAF_SEAM = re.compile(r"^actors/.*(_actor\.[ch]pp|_interface\.hpp)$|^actors/runtime/shell/")
SHELL = re.compile(r"(_actor\.hpp|_interface\.hpp)$|^actors/runtime/shell/")


def top_level(sources):
    seen = set()
    for source in sources:
        name = source.path.split("/", 1)[0]
        if name in TOP_LEVEL or name.startswith(".") or name in seen:
            continue
        seen.add(name)
        yield Finding(source.path, 1, "top-level", f"'{name}' is not one of the fixed top-level names")


def layer_include(sources):
    for source in sources:
        if not source.is_cpp or source.folder not in MAY_SEE:
            continue
        allowed = MAY_SEE[source.folder] | ({"transport"} if source.under("actors/peer/") else set())
        for line, target, system in source.includes():
            layer = target.split("/", 1)[0]
            if not system and layer in LAYERS and layer not in allowed:
                where = "actors outside actors/peer" if source.folder == "actors" else source.folder
                yield Finding(source.path, line, "layer-include", f"{where} may not include {layer}/")


def caf_include(sources):
    for source in sources:
        if not source.is_cpp or source.under("node/", "tools/", "tests/") or CAF_SEAM.search(source.path):
            continue
        for line, target, system in source.includes():
            if target.startswith("caf/") or (not system and SHELL.search(target)):
                yield Finding(source.path, line, "caf-include", f"'{target}' brings CAF into a file that must not know it")


def crypto_include(sources):
    for source in sources:
        if not source.is_cpp or source.under("tests/", "tools/bench/"):
            continue
        if source.path.endswith(".cpp") and source.under("transport/", "messages/crypto/"):
            continue
        for line, target, _ in source.includes():
            if target.startswith(("openssl/", "sodium")):
                yield Finding(source.path, line, "crypto-include", f"'{target}' belongs into transport or messages/crypto .cpp")


def asio_include(sources):
    for source in sources:
        if not source.is_cpp or source.under("tests/"):
            continue
        if source.under("transport/") and source.path.endswith((".cpp", "_asio.hpp")):
            continue
        for line, target, _ in source.includes():
            if target.startswith(("boost/asio", "boost/beast")) or target.endswith("_asio.hpp"):
                yield Finding(source.path, line, "asio-include", f"'{target}' belongs into transport .cpp or *_asio.hpp")


def foreign_actor(sources):
    for source in sources:
        if not source.is_cpp or not source.under("actors/"):
            continue
        own = source.path.split("/")[1]
        for line, target, _ in source.includes():
            match = re.match(r"actors/([^/]+)/(?:.*/)?[^/]+_actor\.hpp$", target)
            if match and match.group(1) not in (own, "runtime"):
                yield Finding(source.path, line, "foreign-actor", f"include {match.group(1)}'s *_interface.hpp instead")


def lmdb_include(sources):
    for source in sources:
        if not source.is_cpp or source.path == "actors/store/lmdb_record_store.cpp":
            continue
        for line, target, _ in source.includes():
            if target == "lmdb.h":
                yield Finding(source.path, line, "lmdb-include", "lmdb.h belongs into actors/store/lmdb_record_store.cpp")


def erasure_include(sources):
    for source in sources:
        if not source.is_cpp or (source.path.endswith(".cpp") and source.under("messages/coding/")):
            continue
        for line, target, _ in source.includes():
            if target.startswith("isa-l"):
                yield Finding(source.path, line, "erasure-include", f"'{target}' belongs into messages/coding .cpp")


RULES = [top_level, layer_include, caf_include, crypto_include, asio_include, foreign_actor, lmdb_include, erasure_include]
