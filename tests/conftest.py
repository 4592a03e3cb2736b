"""No test, and nothing that a test runs in this process, may speak to another machine."""

from __future__ import annotations

import ipaddress
import sys


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_here(str(arguments[1][0])):
        raise PermissionError(f"a test spoke to {arguments[1][0]}; nothing may leave this machine")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0].removeprefix("::ffff:")).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(_stay_here)
