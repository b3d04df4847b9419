"""Starts a student's process of its own, where no sandbox is to be had."""

from __future__ import annotations

import json
import os
import socket
import sys

from . import serve, wire


def connect(text: str) -> socket.socket:
    """Return the channel to the judge: an inherited socket, or a port and a token."""
    port, _, token = text.partition(":")
    if not token:
        return socket.socket(fileno=int(port))
    channel = socket.create_connection(("127.0.0.1", int(port)))
    channel.sendall(token.encode())
    return channel


def main(channel_text: str, config_text: str) -> None:
    """Import what the exercises may use, take on the limits, answer calls."""
    channel = connect(channel_text)
    if sys.platform == "linux":
        from . import confine

        confine.die_with_parent()
    config = json.loads(config_text)
    for package in config["packages"]:
        __import__(package)
    # From here on only the standard library and what is imported already can be found.
    hidden = {*config["paths"], os.path.dirname(os.path.dirname(__file__))}
    sys.path[:] = [*(p for p in sys.path if p not in hidden), os.path.dirname(__file__)]
    if sys.platform != "win32":
        from . import limits

        # Only Linux counts memory in a way that can be limited.
        limits.apply(limits.in_use() if sys.platform == "linux" else {}, config["memory_mb"])
    serve.silence()
    judge = wire.Channel(channel)
    judge.send(wire.encode("ready"))
    serve.serve(judge)
