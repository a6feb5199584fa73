"""Settings of gunicorn, for `make run` and for production: gunicorn -c deploy/gunicorn.conf.py app:app."""

import contextlib
import os
import socket

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker


def _addresses(port: str) -> list[str]:
    # browsers try both addresses of localhost; a machine without IPv6 has only the first
    found = [f"127.0.0.1:{port}"]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        found.append(f"[::1]:{port}")
    return found


bind = _addresses(os.environ.get("PORT", "8000"))
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 90
graceful_timeout = 20
keepalive = 5
# a process that grows with its caches is replaced now and then, not both at the same time
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - the heartbeat file only
preload_app = True
loglevel = "warning"
accesslog = None
control_socket_disable = True
proc_name = "lapor"


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Forget database connections that were opened before the fork: two processes cannot share one."""
    from app import app
    from lapor.core.db import db

    with app.app_context():
        db.engine.dispose(close=False)
