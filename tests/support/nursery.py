"""Start `hoidap` as a process without importing it anew: a nursery has imported it once, and forks.

`command()` takes the place of `[python, "-m", "server"]`. What it starts is a small client that hands its arguments,
environment, folder and standard streams to the nursery; a child of the nursery becomes the command. Signals go through
to the child, its exit code or the signal that killed it come back, and it is killed when its client is.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PASSED_ON = (signal.SIGTERM, signal.SIGINT)


@functools.cache
def _address() -> str:
    """Start the nursery of this test process; return where it listens."""
    directory = tempfile.TemporaryDirectory(prefix="hoidap-nursery-")
    address = f"{directory.name}/socket"
    nursery = subprocess.Popen(
        [sys.executable, __file__, "nursery", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt of the tests reaches a command through its client only
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    def end() -> None:
        nursery.communicate()  # it ends when its input does
        directory.cleanup()

    atexit.register(end)
    while not Path(address).exists():
        assert nursery.poll() is None, "the nursery did not start"
        time.sleep(0.02)
    return address


def command(script: str = "") -> list[str]:
    """Return the beginning of a command line of `hoidap`. `script` replaces `-m server`."""
    return [sys.executable, "-I", "-S", __file__, "client", _address(), script]


def be_client(address: str, script: str, *arguments: str) -> None:
    """Have the nursery run a command on our streams; end as it ends."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    wanted = {"script": script, "arguments": arguments, "environment": dict(os.environ), "directory": os.getcwd()}  # noqa: PTH109 - as it is
    content = json.dumps(wanted).encode()
    socket.send_fds(connection, [len(content).to_bytes(4, "big")], [0, 1, 2])
    connection.sendall(content)
    for number in PASSED_ON:
        signal.signal(number, lambda number, _frame: connection.sendall(bytes([number])))
    answer = connection.recv(2)
    code = int.from_bytes(answer, "big", signed=True) if answer else 70  # the nursery itself is gone
    if code < 0:
        if -code in PASSED_ON:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def be_nursery(address: str) -> dict[str, Any]:
    """Fork at every request until our input ends; returns, with the request, only in a child."""
    import server  # noqa: F401 - what it all is about

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            os._exit(0)
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return _attend(connection)
        connection.close()


def _attend(connection: socket.socket) -> dict[str, Any]:
    """Fork the command and look after it; returns, with the request, only in the command itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(connection, 4, 3)
    wanted = json.loads(connection.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
    child = os.fork()
    if child == 0:
        connection.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        return wanted
    for stream in [*streams, 0]:
        os.close(stream)
    ended = os.pidfd_open(child)
    while ended not in select.select([ended, connection], [], [])[0]:
        number = connection.recv(1)
        os.kill(child, number[0] if number else signal.SIGKILL)
        if not number:
            break
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(BrokenPipeError):  # a client that was killed asks for nothing any more
        connection.send(code.to_bytes(2, "big", signed=True))
    os._exit(0)


def become(wanted: dict[str, Any]) -> None:
    """Run the command as a fresh interpreter would."""
    os.chdir(wanted["directory"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    if os.environ.get("PYTHONUNBUFFERED"):
        sys.stdout.reconfigure(write_through=True)
    sys.argv = [str(ROOT / "server.py"), *wanted["arguments"]]
    if wanted["script"]:
        exec(compile(wanted["script"], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - the test's own
    else:
        runpy.run_module("server", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if sys.argv[1] == "client":
        be_client(*sys.argv[2:])
    else:
        become(be_nursery(sys.argv[2]))
