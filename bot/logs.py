"""JSON lines with ids only: never a name, a number, a chat id or a typed word."""

import logging
import sys
from typing import TextIO

import structlog


def to_stream(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Sends our own log lines to a stream, and keeps the libraries' request lines (they carry the token) out of it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    for chatty in ("httpx", "httpcore", "telegram", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
