"""An application for a real gunicorn: one address breaks, all others answer as Django would have named their route."""

from unlimited.logs import REQUEST, ROUTE


def application(environ, start_response):
    environ[ROUTE], environ[REQUEST] = "events:participant", "0123abcd"
    if "break" in environ["PATH_INFO"]:
        raise RuntimeError(environ["PATH_INFO"])
    start_response("200 OK", [])
    return [b""]
