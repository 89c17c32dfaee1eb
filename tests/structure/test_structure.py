#!/usr/bin/env python3
"""Holds the sources against the house rules: includes go one way, each third-party library is seen by one room, the process ends in
one place. The rooms' order is read from the top-level CMakeLists.txt, so there is one place that says it.

usage: test_structure.py [PROJECT]
"""
import pathlib
import re
import sys

PROJECT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])

# Which room a public header belongs to.
HEADER_ROOM = {"status": "base", "bytes": "base", "text": "base", "random": "base", "outcome": "base",
               "formula": "data", "table": "data", "features": "data", "splits": "data", "audit": "data",
               "metrics": "metrics", "isa": "nn", "network": "nn", "optimize": "nn", "learn": "learn", "sweep": "sweep",
               "store": "store", "study": "engine", "trainers": "engine", "scheduler": "engine", "engine": "engine",
               "mpi_carrier": "mpi", "report": "report"}
LIBRARY_ROOM = {"yaml.h": "sweep", "hdf5.h": "store", "hdf5_hl.h": "store", "mpi.h": "mpi", "cblas.h": "nn"}
# Where a process may end: the program's only place; where the fork server and a trainer, processes of their own, have done their work;
# MPI's last resort. trainer_fault.c is compiled into test programs only, to end badly.
FAULTS = "src/engine/trainer_fault.c"
ENDS = {r"\b_?exit\s*\(": {"src/cli/main.c", "src/engine/trainers.c", "src/engine/fork_server_children.c",
                             "src/store/rehearse.c", FAULTS},
        r"\babort\s*\(": {FAULTS}, r"\bMPI_Abort\s*\(": {"src/mpi/carrier.c"}}


def rooms():
    """room → the rooms that it may use, itself included."""
    text = (PROJECT / "CMakeLists.txt").read_text()
    found = {}
    for name, uses in re.findall(r"tcs_room\((\w+)(?:\s+USES\s+([\w ]+?))?(?:\s+LIBRARIES[^)]*)?\)", text):
        found[name] = {name} | set(uses.split())
    found["cli"] = set(found) | {"cli"}
    return found


def strip_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', lambda m: m.group() if m.group().endswith('.h"') else '""', text)


def check_includes(path, room, allowed, mistakes):
    for line, text in enumerate(strip_comments(path.read_text()).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', text)
        if not match:
            continue
        name, where = match.group(2), f"{path.relative_to(PROJECT)}:{line}"
        if name.startswith("tcsweep/"):
            owner = HEADER_ROOM.get(name[len("tcsweep/"):-2])
            if owner is None:
                mistakes.append(f"{where}: {name} belongs to no room: add it to HEADER_ROOM")
            elif owner not in allowed:
                mistakes.append(f"{where}: {room} may not use {owner} ({name})")
        elif match.group(1) == '"' and not (PROJECT / "src" / room / name).exists() and name != "tcsweep_commit.h":
            mistakes.append(f"{where}: private header of elsewhere: {name}")
        elif name in LIBRARY_ROOM and LIBRARY_ROOM[name] != room:
            mistakes.append(f"{where}: only {LIBRARY_ROOM[name]} may see {name}")


def check_ends(path, mistakes):
    name = str(path.relative_to(PROJECT))
    for line, text in enumerate(strip_comments(path.read_text()).splitlines(), 1):
        for pattern, places in ENDS.items():
            if re.search(pattern, text) and name not in places:
                mistakes.append(f"{name}:{line}: ends the process: {text.strip()}")


def check_size(path, mistakes):
    n_lines = len(path.read_text().splitlines())
    if n_lines > 400:
        mistakes.append(f"{path.relative_to(PROJECT)}: {n_lines} lines; one idea a file, 400 lines at most")


def main():
    allowed, mistakes = rooms(), []
    if len(allowed) < 10:
        sys.exit(f"only {len(allowed)} rooms found in CMakeLists.txt")
    sources = sorted(p for p in (PROJECT / "src").rglob("*.[ch]"))
    for path in sources:
        room = path.relative_to(PROJECT / "src").parts[0]
        if room not in allowed:
            mistakes.append(f"{path.relative_to(PROJECT)}: {room} is no room of CMakeLists.txt")
            continue
        check_includes(path, room, allowed[room], mistakes)
        check_ends(path, mistakes)
        check_size(path, mistakes)
    for path in sorted((PROJECT / "include/tcsweep").glob("*.h")):
        room = HEADER_ROOM.get(path.stem)
        check_includes(path, room, allowed.get(room, set()), mistakes)
        check_size(path, mistakes)
    for mistake in mistakes:
        print(mistake)
    print(f"{len(sources)} sources, {len(mistakes)} mistakes")
    sys.exit(1 if mistakes or not sources else 0)


if __name__ == "__main__":
    main()
