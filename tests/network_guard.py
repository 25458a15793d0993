"""No test may leave the machine: a connection or a name look-up outside loopback fails the test that made it."""

import ipaddress
import socket

import pytest

LOCAL_NAMES = {"localhost", "", None}


def is_loopback(host) -> bool:
    """Whether `host`, a name or an address, is this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host) -> None:
    # Not an Exception: code under test may swallow those, and then nobody would learn of it.
    pytest.fail(f"a test reached for the network: {host!r}", pytrace=True)


def install() -> None:
    """Guard every socket of this process."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self, address):
        if isinstance(address, tuple) and not is_loopback(address[0]):
            _refuse(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        if isinstance(address, tuple) and not is_loopback(address[0]):
            _refuse(address)
        return connect_ex(self, address)

    def guarded_look_up(host, *args, **kwargs):
        if not is_loopback(host):
            _refuse(host)
        return look_up(host, *args, **kwargs)

    socket.socket.connect, socket.socket.connect_ex = guarded_connect, guarded_connect_ex
    socket.getaddrinfo = guarded_look_up
