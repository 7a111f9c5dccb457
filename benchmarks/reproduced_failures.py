"""Are the results of reproducing scripts those of the suite? Draws tests of records and compares.

    python -m benchmarks.reproduced_failures RECORD... [--count 50] [--seed 24] [--verdict FAIL]

Each record is of a server that a launcher starts (moto, seaweedfs, reference, …): the server is
started again, and for each drawn test its script is run in a bare interpreter (``python3 -I``, in
an empty folder). Exit code 1 stands for FAIL and WARN, 0 for PASS and VARIANT. No script may hold
a key of the server. Ends with 1 where one result differs.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from conformance.catalog.load import load
from conformance.record.outcome import observed
from conformance.record.reader import read
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.facts import script_of
from conformance.targets.launchers.registry import launched

EXIT_OF = {"FAIL": 1, "WARN": 1, "PASS": 0, "VARIANT": 0, "DISPUTED": 0}


def main() -> int:
    """Draw, run, compare; return 1 where a result differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=24)
    parser.add_argument("--verdict", default="FAIL")
    parser.add_argument("--only", default="", help="one test instead of a draw")
    parser.add_argument(
        "--python", default=sys.executable, help="interpreter that runs the scripts; any will do"
    )
    parser.add_argument("--show", action="store_true", help="print what the scripts print")
    given = parser.parse_args()
    catalog = load()
    drawn: list[tuple[Path, str]] = []
    for path in given.records:
        held = [one for one in read(path).tests if observed(one) == given.verdict]
        drawn += [(path, one.id) for one in held]
    generator = random.Random(given.seed)  # noqa: S311 - a draw that can be repeated
    chosen = generator.sample(drawn, min(given.count, len(drawn)))
    if given.only:
        chosen = [one for one in drawn if one[1] == given.only]
    equal = 0
    for path in given.records:
        record = read(path)
        lines = {one.id: one for one in record.tests}
        tests = [name for place, name in chosen if place == path]
        if not tests:
            continue
        with launched(record.run.target) as server:
            for name in tests:
                wanted = EXIT_OF[str(observed(lines[name]))]
                try:
                    text = script_of(catalog, name, record)
                except CannotReproduceError as error:
                    print(f"{record.run.target}  {name}: {error}")
                    continue
                secret = {server.main.secret_key, server.main.access_key}
                if any(len(one) > 8 and one in text for one in secret):
                    print(f"{record.run.target}  {name}: a key stands in the script")
                    continue
                got, said = run(text, server, given.python)
                equal += got == wanted
                if got != wanted or given.show:
                    print(f"{record.run.target}  {name}: exit {got}, the suite said {wanted}")
                    print("    suite: " + lines[name].reason)
                    print(
                        "    "
                        + said.strip().replace("\n", "\n    ")[-(6000 if given.show else 900) :]
                    )
                sys.stdout.flush()
    print(f"{equal} of {len(chosen)} equal")
    return 0 if equal == len(chosen) else 1


def run(text: str, server: object, python: str) -> tuple[int, str]:
    """Run a script with the keys of a server; return its exit code and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reproduce.py"
        path.write_text(text, encoding="utf-8")
        main, alt = server.main, server.alt  # type: ignore[attr-defined] # a Running
        keys = {"AWS_ACCESS_KEY_ID": main.access_key, "AWS_SECRET_ACCESS_KEY": main.secret_key}
        if alt is not None:
            keys["S3_CONFORMANCE_ALT_ACCESS_KEY"] = alt.access_key
            keys["S3_CONFORMANCE_ALT_SECRET_KEY"] = alt.secret_key
        command = [python, "-I", str(path), "--region", server.region]  # type: ignore[attr-defined]
        if server.endpoint_url:  # type: ignore[attr-defined]
            command += ["--endpoint", server.endpoint_url]  # type: ignore[attr-defined]
        if server.tls_endpoint_url:  # type: ignore[attr-defined]
            command += ["--tls-endpoint", server.tls_endpoint_url]  # type: ignore[attr-defined]
        if server.ca_file:  # type: ignore[attr-defined]
            command += ["--ca-file", str(server.ca_file)]  # type: ignore[attr-defined]
        environ = {"PATH": os.environ["PATH"], **keys}
        ended = subprocess.run(  # noqa: S603 - a script of ours
            command,
            capture_output=True,
            text=True,
            cwd=folder,
            env=environ,
            check=False,
            timeout=300,
        )
        return ended.returncode, ended.stdout + ended.stderr


if __name__ == "__main__":
    sys.exit(main())
