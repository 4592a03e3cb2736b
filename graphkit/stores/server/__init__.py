"""A Neo4j Community server of one's own, from Maven artifacts: assembled, started and stopped without Docker."""

from graphkit.stores.server.home import Home, home_of, known_password
from graphkit.stores.server.lines import LINES, Line, line_of
from graphkit.stores.server.process import Status, start, status, stop

__all__ = ["LINES", "Home", "Line", "Status", "home_of", "known_password", "line_of", "start", "status", "stop"]
