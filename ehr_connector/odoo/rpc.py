"""Two ways to call a method of Odoo: JSON-RPC (11 to 18) and JSON-2 (19 and later). Their errors become faults.

What Odoo says about an error may quote a record, so nothing of it leaves this module but the name of a field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from ehr_connector.faults import EhrFault, Expired, Gone, Misconfigured, Passing, Unsure
from ehr_connector.http import Line

_LOST_RACE = re.compile(r"could not serialize|duplicate key|deadlock|concurrent update|TransactionRollback")
_NAMED = re.compile(r"""['"`]([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)['"`]""")
_BY_PLACE = ("vals", "vals_list", "fields_list")
"""Arguments that models name in their own way; here they go by their place."""


class Rpc(Protocol):
    """Calls methods. `ids` None calls it on the model."""

    async def call(self, model: str, method: str, ids: list[int] | None = None, /, **named: Any) -> Any: ...

    async def version(self) -> str: ...

    async def log_in(self) -> None: ...


class JsonRpc:
    """`/jsonrpc` with a login and a password or, from 14 on, an API key in its place."""

    def __init__(self, line: Line, database: str, login: str, secret: str) -> None:
        self._line = line
        self._database = database
        self._login = login
        self._secret = secret
        self._uid = 0

    async def version(self) -> str:
        found = await self._post("common", "version", [], "version")
        return str(found.get("server_serie") or found.get("server_version") or "")

    async def log_in(self) -> None:
        uid = await self._post("common", "login", [self._database, self._login, self._secret], "login")
        if not isinstance(uid, int) or isinstance(uid, bool):
            raise Expired("login_refused", field="login")
        self._uid = uid

    async def call(self, model: str, method: str, ids: list[int] | None = None, /, **named: Any) -> Any:
        if not self._uid:
            await self.log_in()
        args: list[Any] = [] if ids is None else [ids]
        args += [named.pop(name) for name in _BY_PLACE if name in named]
        given = [self._database, self._uid, self._secret, model, method, args, named]
        return await self._post("object", "execute_kw", given, f"{model}.{method}")

    async def _post(self, service: str, method: str, args: list[Any], endpoint: str) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "id": 1}
        body |= {"params": {"service": service, "method": method, "args": args}}
        answer = await self._line.request("POST", "/jsonrpc", endpoint=endpoint, json=body)
        found = read_json(answer.headers, answer.content)
        if "error" in found:
            error = found["error"]
            raise fault_of(str(error.get("data", {}).get("name", "")), _words(error), endpoint)
        return found.get("result")


class Json2:
    """`/json/2/<model>/<method>` with an API key."""

    def __init__(self, line: Line, database: str, key: str) -> None:
        self._line = line
        self._headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": database}

    async def version(self) -> str:
        answer = await self._line.request("GET", "/web/version", headers=self._headers)
        return str(read_json(answer.headers, answer.content).get("version", ""))

    async def log_in(self) -> None:
        await self.call("res.users", "context_get")

    async def call(self, model: str, method: str, ids: list[int] | None = None, /, **named: Any) -> Any:
        body = named if ids is None else {"ids": ids, **named}
        path = f"/json/2/{model}/{method}"
        answer = await self._line.request(
            "POST",
            path,
            endpoint=f"{model}.{method}",
            headers=self._headers,
            json=body,
            accept=frozenset({400, 403, 404, 409, 422, 500}),
        )
        found = read_json(answer.headers, answer.content)
        if isinstance(found, dict) and "jsonrpc" in found:
            raise Misconfigured("no_such_interface", field="protocol")  # how Odoo 11 says that
        if not answer.is_success:
            raise fault_of(str(found.get("name", "")), _words(found), f"{model}.{method}")
        return found


def read_json(headers: Mapping[str, str], content: bytes) -> Any:
    """Return an answer's JSON. An older Odoo answers what it does not know with 200 and a page for signing in."""
    import json

    if "json" not in headers.get("content-type", ""):
        raise Misconfigured("no_such_interface", field="protocol")
    try:
        return json.loads(content)
    except ValueError:
        raise Unsure("cut") from None


def _words(error: Mapping[str, Any]) -> str:
    """Return what an error says, only to be looked through here."""
    inner = error.get("data") or {}
    return f"{error.get('message', '')} {inner.get('message', '')} {inner.get('debug', '')} {error.get('debug', '')}"


def fault_of(name: str, words: str, endpoint: str) -> EhrFault:
    """Return the fault that an error of Odoo's stands for."""
    short = name.rpartition(".")[2]
    if _LOST_RACE.search(f"{name} {words}"):
        return Passing("lost_race")
    match short:
        case "AccessDenied" | "SessionExpiredException" | "Unauthorized":
            return Expired("login_expired")
        case "MissingError":
            return Gone("gone")
        case "AccessError" | "Forbidden":
            return Misconfigured("no_right", field=endpoint)
        case "OperationalError" | "InterfaceError":
            return Passing("server_error")
        case "UserError" | "ValidationError" | "ValueError" | "KeyError" | "TypeError" | "AttributeError":
            return Misconfigured("refused_value", field=named_field(words) or endpoint)
        case "IntegrityError" | "NotNullViolation" | "ParseError" | "except_orm" | "NotFound":
            return Misconfigured("refused_value", field=named_field(words) or endpoint)
    return Unsure("server_error")


def named_field(words: str) -> str:
    """Return the identifier an error names, "" when it names none; never a value."""
    found = _NAMED.search(words)
    return found[1] if found else ""
