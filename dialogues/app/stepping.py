"""Steps batches in a process of its own, so that stepping and talking each have a processor.

The writer thread hands a batch over and waits without holding up the event loop. Nothing else changes: one batch at
a time, one transaction each, acknowledged after the commit. The process ends when the one that made it does; if it
dies first, the server ends too, to be started afresh.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy.exc import IntegrityError, OperationalError

from dialogues.app.batch import Batch
from dialogues.app.languages import noted
from dialogues.app.outcome import Message, Outcome, Work
from dialogues.ports import Arrival, Stale

log = structlog.get_logger()


class NotWritten(Exception):
    """A batch could not be written; the stepping process has logged why. The text is the error's name."""


class _Request(Struct, array_like=True, gc=False):
    arrivals: list[Arrival]
    settled: list[int]
    catch_up: bool = False


class _Answer(Struct, array_like=True, gc=False):
    """`acknowledged` are (place in the request, seq); `error` is a name, "" when all was written."""

    acknowledged: list[tuple[int, int]] = []
    messages: list[Message] = []
    work: list[Work] = []
    waiting: int = 0
    versions: dict[int, int] = {}
    error: str = ""
    passing: bool = False


_encode = msgspec.msgpack.encode
_requests = msgspec.msgpack.Decoder(_Request)
_answers = msgspec.msgpack.Decoder(_Answer)


class SteppingProcess:
    """Stands in for a `Batch`: has it step in another process, forked before any thread is started."""

    def __init__(self, batch: Batch) -> None:
        """Fork. Nothing that two processes must not share, such as a connection, may be open."""
        self._pipe, other = Pipe()
        self._process = os.fork()
        if self._process == 0:
            self._pipe.close()
            _live(batch, other)
        other.close()

    def fileno(self) -> int:
        """Return the descriptor of this end of the pipe; the process ends when nobody holds it any more."""
        return self._pipe.fileno()

    def run(self, arrivals: Sequence[Arrival], settled: Sequence[int] = ()) -> Outcome:
        """Store and step these events; Stale when another try may succeed, NotWritten otherwise."""
        answer = self._ask(_Request(list(arrivals), list(settled)))
        acknowledged = [(arrivals[place], seq) for place, seq in answer.acknowledged]
        return Outcome(acknowledged, answer.messages, answer.work, answer.waiting, answer.versions)

    def catch_up(self) -> Outcome:
        """Step what was stored but never stepped."""
        answer = self._ask(_Request([], [], catch_up=True))
        return Outcome([], answer.messages, answer.work, answer.waiting, answer.versions)

    def _ask(self, request: _Request) -> _Answer:
        try:
            self._pipe.send_bytes(_encode(request))
            answer = _answers.decode(self._pipe.recv_bytes())
        except (EOFError, OSError):
            log.critical("stepping_process_died")
            os._exit(1)  # nothing acknowledged is lost; whoever started the server starts it again
        if answer.passing:
            raise Stale
        if answer.error:
            raise NotWritten(answer.error)
        return answer

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        os.waitpid(self._process, 0)


def _live(batch: Batch, pipe: Connection) -> None:
    """Step batches until the pipe is closed; never returns."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the serving process ends this one when it has finished
    try:
        while True:
            pipe.send_bytes(_encode(_step(batch, _requests.decode(pipe.recv_bytes()))))
    except (EOFError, OSError):
        os._exit(0)
    except BaseException:  # a forked process must not run on into its parent's code
        log.exception("stepping_failed")
        os._exit(1)


def _step(batch: Batch, request: _Request) -> _Answer:
    places = {id(arrival): place for place, arrival in enumerate(request.arrivals)}
    try:
        with noted(request.arrivals, batch.languages):
            outcome = batch.catch_up() if request.catch_up else batch.run(request.arrivals, request.settled)
    except (Stale, OperationalError, IntegrityError) as error:
        return _Answer(error=type(error).__name__, passing=True)
    except Exception as error:  # what cannot be written must not end the process; the sender is told
        log.exception("batch_failed")
        return _Answer(error=type(error).__name__)
    return _Answer(
        acknowledged=[(places[id(a)], seq) for a, seq in outcome.acknowledged if id(a) in places],
        messages=outcome.messages,
        work=outcome.work,
        waiting=outcome.waiting,
        versions=outcome.versions,
    )
