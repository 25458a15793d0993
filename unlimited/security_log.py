"""The security log: one line per event at level INFO, with ids and names of routes, never an address or a name.

`security_event("role-granted", user=user, role="leader")` names who did it, in which request and from which network by
itself (`origin.py`). Call it after the change, inside its transaction: where that rolls back, the line says too much
and never too little.
"""

import ipaddress
import logging

from unlimited import origin

logger = logging.getLogger("security")


def security_event(event: str, *, user=None, **facts: object) -> None:
    """Write one line about `user`, or about what the actor did."""
    now = origin.current() or origin.Origin()
    known = {"actor": now.actor(), "user": origin.pseudonym(user), "request_id": now.request_id, "action": now.action}
    known |= {"network": truncated(now.address())} | facts
    logger.info(event, extra={"facts": {name: str(value) for name, value in known.items() if value not in ("", None)}})


def truncated(address: str) -> str:
    """Return the network of an IP address: /24 of IPv4, /48 of IPv6; empty where it is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
