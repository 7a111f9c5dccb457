"""Child servers: ready when they answer, gone when the block or this process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.targets.launchers.process import LaunchError, Server, free_ports, running

WEB = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(os.getpid(), flush=True); signal.pause()"
)


def gone(pid: int) -> bool:
    """Tell whether no process of that number runs any more (a zombie counts as gone)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def printed(server: Server) -> list[int]:
    """Wait until the server's log holds a line and return its numbers."""
    while server.alive():
        text = server.log.read_text()
        if text.endswith("\n"):
            return [int(word) for word in text.split()]
    raise AssertionError(server.tail())


def test_free_ports_are_different_and_below_the_bound() -> None:
    """Servers that add to a port get room for it."""
    ports = free_ports(5, below=60000)
    assert len(set(ports)) == 5
    assert max(ports) < 60000


def test_a_server_is_ready_when_it_answers_and_gone_after(tmp_path: Path) -> None:
    """The block holds a server that answers; behind it nobody listens."""
    (port,) = free_ports(1)
    log = tmp_path / "log"
    with running("web", [*WEB, str(port)], log=log, cwd=tmp_path) as server:
        server.wait_ready(port, "/")
        assert server.alive()
    assert not server.alive()
    with pytest.raises(LaunchError):
        server.wait_ready(port, "/", seconds=0.05)


def test_a_server_that_ends_while_starting_shows_its_log(tmp_path: Path) -> None:
    """The reason is in the server's own words."""
    command = [sys.executable, "-c", "raise SystemExit('no such flag: --frob')"]
    with (
        running("frob", command, log=tmp_path / "log", cwd=tmp_path) as server,
        pytest.raises(LaunchError, match=r"frob ended while starting(.|\n)*no such flag: --frob"),
    ):
        server.wait_ready(free_ports(1)[0], "/")


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """Waiting has an end."""
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with (
        running("mute", command, log=tmp_path / "log", cwd=tmp_path) as server,
        pytest.raises(LaunchError, match=r"mute was not ready within 0\.2 seconds"),
    ):
        server.wait_ready(free_ports(1)[0], "/", seconds=0.2)


@pytest.mark.slow
def test_a_server_that_ignores_sigterm_goes_with_its_children(tmp_path: Path) -> None:
    """SIGKILL follows, for the whole group."""
    family = (
        "import subprocess, sys, os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"child = subprocess.Popen([sys.executable, '-c', {STUBBORN!r}], stdout=subprocess.PIPE);"
        "child.stdout.readline();"
        "print(os.getpid(), child.pid, flush=True); signal.pause()"
    )
    with running("x", [sys.executable, "-c", family], log=tmp_path / "log", cwd=tmp_path) as server:
        pids = printed(server)
        assert len(pids) == 2
    assert all(gone(pid) for pid in pids)


def test_a_server_that_ends_by_itself_is_started_again_as_often_as_it_may(tmp_path: Path) -> None:
    """What a crash takes away a supervisor brings back; one that only crashes is given up."""
    code = "import os; print(os.getpid(), flush=True); os.abort()"
    command = [sys.executable, "-c", code]
    with running("x", command, log=tmp_path / "log", cwd=tmp_path, restarts=2) as server:
        while server.alive():
            os.sched_yield()
    pids = [int(word) for word in (tmp_path / "log").read_text().split()]
    assert len(set(pids)) == 3


def test_a_server_that_is_stopped_is_not_started_again(tmp_path: Path) -> None:
    """The end of the block is the end, whatever may be left of restarts."""
    code = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
    command = [sys.executable, "-c", code]
    with running("x", command, log=tmp_path / "log", cwd=tmp_path, restarts=9) as server:
        (first,) = printed(server)
        os.kill(first, signal.SIGKILL)
        while len(pids := printed(server)) < 2:
            os.sched_yield()
    assert all(gone(pid) for pid in pids)
    assert len((tmp_path / "log").read_text().split()) == 2


def test_a_server_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Even SIGKILL of the launching process leaves nothing behind."""
    parent_code = (
        "import sys, signal; from pathlib import Path;"
        "from conformance.targets.launchers.process import Server;"
        f"log = Path({str(tmp_path / 'log')!r});"
        "s = Server('x', [sys.executable, '-c',"
        " 'import os, signal; print(os.getpid(), flush=True); signal.pause()'],"
        " log=log, cwd=log.parent, env={});\n"
        "while not log.read_text().endswith('\\n'): pass\n"
        "print(s._process.pid, log.read_text(), flush=True); signal.pause()"
    )
    parent = subprocess.Popen(  # noqa: S603  # this interpreter with the code above
        [sys.executable, "-c", parent_code],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.send_signal(signal.SIGKILL)
    while not all(gone(pid) for pid in pids):
        os.sched_yield()


def test_the_terminal_s_interrupt_is_ours_alone(tmp_path: Path) -> None:
    """Ctrl-C reaches a foreground group; the server is in another and lives through clean-up."""
    code = "import os, signal; print(os.getpgrp(), flush=True); signal.pause()"
    command = [sys.executable, "-c", code]
    with running("x", command, log=tmp_path / "log", cwd=tmp_path) as server:
        assert printed(server) != [os.getpgrp()]
