"""Keeps a warmed Python ready and forks a confined copy of it for each submission.

It runs in the sandbox, imports what the exercises may use, reads the visible cases, and from then
on only forks. It never sees a hidden case and never runs a student's code. It listens to the judge
alone: students' processes have no channel to it.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from typing import Any

# First, so that what the modules here make lies together: a process copies what it touches.
import numpy  # noqa: F401

from . import confine, landlock, limits, serve, wire
from .warming import a_folder_for, warm

#: Where a student's process has its channel, its only open file besides three empty ones.
_CHANNEL = 3


def main(control_text: str) -> None:
    """Warm up, say so, and fork on request until the judge goes away."""
    confine.die_with_parent()
    gc.disable()  # nothing to be found while packages are imported, and it looks often
    control = socket.socket(fileno=int(control_text))
    config = json.loads(control.recv(1 << 20))
    visible = {name: control.recv(1 << 20) for name in config["visible"]}
    for path in config["absent"]:
        if os.path.exists(path):
            raise SystemExit(f"{path} can be read in the sandbox")
    with a_folder_for(config["packages"]):
        for package in config["packages"]:
            __import__(package)
        warm(config["packages"], visible)
    if config["sealed"]:
        confine.make_read_only("/tmp")
    own = os.path.dirname(__file__)
    sys.path[:] = [*(p for p in sys.path if p not in config["paths"] + [os.path.dirname(own)]), own]
    zygote = Zygote(control, config)
    gc.collect()
    gc.freeze()
    gc.enable()
    control.send(b"ready")
    serve.silence()
    zygote.listen()


class Zygote:
    """Forks and buries."""

    def __init__(self, control: socket.socket, config: dict[str, Any]) -> None:
        self.control = control
        self.sealed = config["sealed"]
        self.account = config["account"]
        self.calls = confine.program(bytes.fromhex(config["calls"]))
        self.rules = None if self.sealed else landlock.rules(config["readable"], config["listed"])
        self.own = os.pidfd_open(os.getpid())
        self.used = limits.in_use()

    def listen(self) -> None:
        """Answer ``fork MEMORY`` with a process and ``status PID`` with how it ended."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self.control, 100, 1)
            if not message:
                return
            kind, number = message.decode().split()
            if kind == "fork":
                self.fork(descriptors[0], int(number))
            else:
                self.status(int(number))

    def fork(self, channel: int, memory_mb: int) -> None:
        """Make a process whose only open file is the channel."""
        if self.sealed:
            confine.unshare(confine.NEWPID)
        pid = confine.checked(confine.fork(), "fork")
        if pid == 0:
            try:
                self.confine(channel, memory_mb)
                judge = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, _CHANNEL)
                serve.serve(wire.Channel(judge))
            finally:
                os._exit(0)
        if self.sealed:
            confine.return_to(self.own, confine.NEWPID)
        os.close(channel)
        process = os.pidfd_open(pid)
        socket.send_fds(self.control, [f"forked {pid}".encode()], [process])
        os.close(process)

    def confine(self, channel: int, memory_mb: int) -> None:
        """Give up everything, in the order in which it is possible."""
        if self.sealed:
            confine.unshare(confine.NEWIPC | confine.NEWUTS)
        if self.account:
            confine.change_account(*self.account)
        serve.silence()
        confine.drop_capabilities()
        confine.die_with_parent()
        if self.rules is not None:
            landlock.apply(self.rules)
        os.dup2(channel, _CHANNEL)
        os.closerange(_CHANNEL + 1, 1 << 16)  # a zygote has a handful
        limits.apply(self.used, memory_mb)
        confine.refuse_calls(self.calls)

    def status(self, pid: int) -> None:
        """Wait for a process that the judge has killed and tell how it ended."""
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.control.send(f"status {status}".encode())
