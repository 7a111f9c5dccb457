"""How much memory a run takes on endless answers, beside one on honest answers.

    python benchmarks/hostile_memory.py [--answers 50]

Two runs in processes of their own, against the reference behind a proxy: one with honest answers,
one in which every third request is answered by a body without end, until so many were. Prints JSON:
the peak resident set of both in MiB, and their quotient. Exit code 1 when that is above 1.2. Linux
only, as the peak is read from the operating system's account of a process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

MOST = 1.2
SELECT = "list-parts/** or upload-part/**"


def _serve(pipe: Connection, kind: str, answers: int) -> None:
    """Serve the reference behind a proxy, in a process of its own, until the pipe closes."""
    from hostile.proxy import Proxy, Request, State  # noqa: PLC0415
    from hostile.zoo import DOES  # noqa: PLC0415  # tests are not a package of ours

    from conformance import ReferenceServer  # noqa: PLC0415

    endless = ("endless_body", "endless_chunked")

    def hits(request: Request, state: State) -> bool:
        late = kind == "endless" and state.seen > 20 and state.hits < answers
        return late and not request.is_list_buckets and state.seen % 3 == 0

    def does(turn: Any) -> object:  # noqa: ANN401  # the proxy's Turn
        return DOES[endless[turn.state.hits % 2]](turn)

    with ReferenceServer() as server, Proxy(server.endpoint_url, does, hits) as proxy:
        pipe.send((proxy.url, server.access_key, server.secret_key))
        pipe.recv()
        pipe.send(proxy.state.hits)


def _run(pipe: Connection, url: str, access_key: str, secret_key: str) -> None:
    """Run the tests in a process of its own, and send its peak."""
    import conformance  # noqa: PLC0415  # its memory is what is measured

    record = conformance.run(
        url, select=SELECT, access_key=access_key, secret_key=secret_key, properties="off"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((peak, record.end.requests if record.end is not None else 0))


def measure(kind: str, answers: int) -> dict[str, float]:
    """Return what a run of one kind took."""
    spawned = multiprocessing.get_context("spawn")
    here, there = spawned.Pipe()
    server = spawned.Process(target=_serve, args=(there, kind, answers))
    server.start()
    ours, theirs = spawned.Pipe()
    run = spawned.Process(target=_run, args=(theirs, *here.recv()))
    run.start()
    peak, requests = ours.recv()
    run.join()
    here.send("end")
    hits = here.recv()
    server.join()
    return {"peak_mib": round(peak, 1), "requests": requests, "endless_answers": hits}


def main() -> int:
    """Measure both, print the figures, and compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--answers", type=int, default=50)
    answers = parser.parse_args().answers
    clean, endless = measure("clean", 0), measure("endless", answers)
    quotient = endless["peak_mib"] / clean["peak_mib"]
    print(
        json.dumps({"clean": clean, "endless": endless, "quotient": round(quotient, 3)}, indent=2)
    )
    return 0 if quotient <= MOST else 1


if __name__ == "__main__":
    raise SystemExit(main())
