"""One OpenAI-compatible endpoint, asked with the official client. The only module that asks it.

Whatever goes wrong comes out as `Unread` with a code: no error of the client's is passed on or logged, because its
text may hold the key or the candidate's words. The caller sets the deadline.
"""

from __future__ import annotations

from typing import Any

import openai
from msgspec import Struct
from openai.types.chat import ChatCompletion

from scoring.compatible import TooMuch, make_client
from scoring.llm.dialect import Dialect, Form, relaxed
from scoring.llm.prompt import Message
from scoring.llm.reading import Trouble, Unread

_MOST_TOKENS = 10**7
_UNKNOWN_PAUSE, _LONGEST_PAUSE = 30.0, 900.0
# A wrong key, a wrong model or a wrong address do not mend themselves in seconds.
_MISCONFIGURED_PAUSE = 300.0


class Said(Struct, frozen=True):
    """What the model said. `tokens` is what it cost, prompt and reply; `cut` when it ran into the limit."""

    text: str
    tokens: int
    cut: bool


class Endpoint:
    """Asks one model at one address. `model` is its name there; `form` is how it turned out to be asked."""

    def __init__(self, base_url: str, key: str, model: str, timeout: float) -> None:
        self.model = model
        self._dialect = Dialect()
        self._known = False
        self._client = make_client(base_url, key, timeout)

    def __repr__(self) -> str:
        return f"Endpoint(model={self.model!r})"

    @property
    def form(self) -> Form:
        """How the form of replies is asked for at present."""
        return self._dialect.form

    async def ask(self, asked: list[Message], schema: dict[str, Any], most_tokens: int) -> Said:
        """Return what the model says to these messages; Unread says why there is nothing.

        A refused way of asking costs no tokens and is followed by a simpler one.
        """
        dialect = self._dialect
        while True:
            try:
                completion = await self._send(asked, dialect.fields(schema, most_tokens))
            except _Refusal as refusal:
                simpler = relaxed(dialect, refusal.complaint) if self._may_relax(refusal, dialect) else None
                if simpler is None:
                    raise refusal.unread from None
                dialect = simpler
                continue
            self._dialect, self._known = dialect, True
            return _said(completion, asked)

    def _may_relax(self, refusal: _Refusal, dialect: Dialect) -> bool:
        """Say whether another way of asking may help: some servers fail where they should refuse a schema."""
        failed = refusal.unread.trouble is Trouble.SERVER_ERROR and dialect.form is Form.JSON_SCHEMA
        return refusal.of_form or (failed and not self._known)

    async def _send(self, asked: list[Message], fields: dict[str, Any]) -> ChatCompletion:
        try:
            return await self._client.chat.completions.create(
                model=self.model,
                messages=asked,  # type: ignore[arg-type]  # roles are right by construction
                extra_body=fields,
            )
        except openai.APITimeoutError:
            raise Unread(Trouble.TIMEOUT) from None
        except openai.APIStatusError as error:
            raise _refusal(error) from None
        except openai.APIConnectionError:
            raise Unread(Trouble.UNREACHABLE) from None
        except (openai.OpenAIError, TooMuch, ValueError):  # ValueError: a body that is no JSON
            raise Unread(Trouble.SERVER_ERROR) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


class _Refusal(Exception):
    """A status other than success. `of_form`: the request itself was refused, another form may do."""

    def __init__(self, unread: Unread, complaint: str = "", *, of_form: bool = False) -> None:
        super().__init__(unread.trouble.value)
        self.unread = unread
        self.complaint = complaint
        self.of_form = of_form


def _refusal(error: openai.APIStatusError) -> _Refusal:
    status, complaint = error.status_code, str(error.body or "")[:2000].lower()
    if status == 429:
        return _Refusal(Unread(Trouble.RATE_LIMITED, pause=_pause(error.response.headers.get("retry-after"))))
    if status in (408, 409) or status >= 500:
        return _Refusal(Unread(Trouble.SERVER_ERROR), complaint)
    if status in (400, 422) and "content_filter" in complaint:
        return _Refusal(Unread(Trouble.REFUSED))
    if status == 413 or "context_length" in complaint or "maximum context" in complaint:
        return _Refusal(Unread(Trouble.TOO_LONG))
    unread = Unread(Trouble.MISCONFIGURED, pause=_MISCONFIGURED_PAUSE)
    return _Refusal(unread, complaint, of_form=status in (400, 415, 422, 501))


def _pause(retry_after: str | None) -> float:
    """Return the seconds of rest that a busy endpoint asks for, within reason."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return _UNKNOWN_PAUSE
    return min(max(seconds, 1.0), _LONGEST_PAUSE) if seconds == seconds else _UNKNOWN_PAUSE  # noqa: PLR0124  not a number


def _said(completion: ChatCompletion, asked: list[Message]) -> Said:
    """Return the text of a completion, whatever a server that calls itself compatible has left out of it."""
    usage = getattr(completion, "usage", None)
    counted = getattr(usage, "total_tokens", None)
    choices = getattr(completion, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message, finished = getattr(choice, "message", None), getattr(choice, "finish_reason", None)
    text = getattr(message, "content", None)
    tokens = counted if isinstance(counted, int) and 0 < counted < _MOST_TOKENS else _estimate(asked, text)
    if getattr(message, "refusal", None) or finished == "content_filter":
        raise Unread(Trouble.REFUSED, tokens=tokens)
    return Said(text if isinstance(text, str) else "", tokens, finished == "length")


def _estimate(asked: list[Message], text: object) -> int:
    """Return about how many tokens were used where the server does not say: one for two characters."""
    written = text if isinstance(text, str) else ""
    return (sum(len(message["content"]) for message in asked) + len(written)) // 2
