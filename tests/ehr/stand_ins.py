"""Feishu Hire and Kombo as far as we use them, with state and the limits their documents name."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_TOKEN_SECONDS = 7200
_A_SECOND = 50
STAGES = {"1": "New", "2": "Interviewed", "3": "Talent pool", "4": "Second round", "5": "Hired"}


class Feishu:
    """Answers inside with a code; tokens live two hours; fifty requests a second; a talent may be there twice."""

    def __init__(self) -> None:
        self.token = ""
        self.expires = 0.0
        self.talents: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, dict[str, Any]] = {}
        self.exams: dict[str, dict[str, Any]] = {}
        self.marked: set[str] = set()
        self.stages: dict[str, str] = {}
        self.bodies: list[tuple[str, bytes]] = []
        self.calls: list[float] = []
        self._ids = (str(7_000_000_000_000_000_000 + n) for n in itertools.count())
        hire = "/open-apis/hire/v1"
        self.app = Starlette(
            routes=[
                Route("/open-apis/auth/v3/tenant_access_token/internal", self.log_in, methods=["POST"]),
                Route(f"{hire}/talents/batch_get_id", self._checked(self.batch), methods=["POST"]),
                Route(f"{hire}/talents/combined_create", self._checked(self.create), methods=["POST"]),
                Route(f"{hire}/talents/combined_update", self._checked(self.change), methods=["POST"]),
                Route(f"{hire}/talents/{{id}}", self._checked(self.talent)),
                Route(f"{hire}/notes", self._checked(self.note), methods=["GET", "POST"]),
                Route(f"{hire}/job_processes", self._checked(self.processes)),
                Route(f"{hire}/jobs/{{id}}", self._checked(self.job)),
                Route(f"{hire}/applications/{{id}}", self._checked(self.application)),
                Route(
                    f"{hire}/applications/{{id}}/transfer_stage",
                    self._checked(self.transfer),
                    methods=["POST"],
                ),
                Route(
                    f"{hire}/eco_exams/{{id}}/login_info", self._checked(self.login_info), methods=["POST"]
                ),
                Route(
                    f"{hire}/eco_exams/{{id}}/update_result",
                    self._checked(self.update_result),
                    methods=["POST"],
                ),
            ]
        )

    async def log_in(self, request: Request) -> Response:
        body = await request.json()
        if body != {"app_id": "cli_1", "app_secret": "s"}:
            return JSONResponse({"code": 10014, "msg": "app secret invalid"})
        self.token, self.expires = f"t-{next(self._ids)}", time.time() + _TOKEN_SECONDS
        return JSONResponse(
            {"code": 0, "msg": "ok", "tenant_access_token": self.token, "expire": _TOKEN_SECONDS}
        )

    def _checked(self, answer: Any) -> Any:
        async def checked(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.token}" or time.time() > self.expires:
                return JSONResponse({"code": 99991663, "msg": "token invalid"}, 400)
            now = time.monotonic()
            self.calls = [moment for moment in self.calls if moment > now - 1] + [now]
            if len(self.calls) > _A_SECOND:
                return JSONResponse({"code": 99991400, "msg": "limit"}, 429, {"x-ogw-ratelimit-reset": "1"})
            raw = await request.body()
            self.bodies.append((request.url.path, raw))
            found = answer(request, json.loads(raw) if raw else {})
            code, payload = found if isinstance(found, tuple) else (0, found)
            return JSONResponse({"code": code, "msg": "", "data": payload}, 400 if code else 200)

        return checked

    def batch(self, _: Request, body: dict[str, Any]) -> Any:
        emails, numbers = body.get("email_list", []), body.get("mobile_number_list", [])
        found = [
            {"talent_id": name}
            for name, basic in self.talents.items()
            if basic.get("email") in emails or str(basic.get("mobile", "")).removeprefix("+86") in numbers
        ]
        return {"talent_list": found}

    def create(self, _: Request, body: dict[str, Any]) -> Any:
        name = next(self._ids)
        self.talents[name] = body["basic_info"]
        return {"talent_id": name}

    def change(self, _: Request, body: dict[str, Any]) -> Any:
        if body["talent_id"] not in self.talents:
            return 1002002, {}
        self.talents[body["talent_id"]].update(body["basic_info"])
        return {"talent_id": body["talent_id"]}

    def talent(self, request: Request, _: dict[str, Any]) -> Any:
        name = request.path_params["id"]
        return (
            {"talent": {"id": name, "basic_info": self.talents[name]}}
            if name in self.talents
            else (1002002, {})
        )

    def note(self, request: Request, body: dict[str, Any]) -> Any:
        if request.method == "GET":
            mine = request.query_params["talent_id"]
            return {"items": [{"id": k, **v} for k, v in self.notes.items() if v["talent_id"] == mine]}
        name = next(self._ids)
        self.notes[name] = body
        return {"note": {"id": name, **body}}

    def processes(self, _: Request, __: dict[str, Any]) -> Any:
        stages = [
            {"id": name, "zh_name": title, "type": 6 if title == "Hired" else 1}
            for name, title in STAGES.items()
        ]
        return {"items": [{"id": "1", "stage_list": stages}], "has_more": False}

    def application(self, request: Request, _: dict[str, Any]) -> Any:
        name = request.path_params["id"]
        if name not in self.stages:
            return 1002102, {}
        stage = self.stages[name]
        who = {"talent_id": next(iter(self.talents), ""), "job_id": "J1"}
        return {"application": {"id": name, **who, "stage": {"id": stage, "zh_name": STAGES[stage]}}}

    def job(self, request: Request, _: dict[str, Any]) -> Any:
        return {"job": {"id": request.path_params["id"], "title": "Sales"}}

    def transfer(self, request: Request, body: dict[str, Any]) -> Any:
        self.stages[request.path_params["id"]] = body["stage_id"]
        return {}

    def login_info(self, request: Request, body: dict[str, Any]) -> Any:
        self.exams.setdefault(request.path_params["id"], {})["link"] = body["exam_login_info"]["exam_url"]
        return {}

    def update_result(self, request: Request, body: dict[str, Any]) -> Any:
        name = request.path_params["id"]
        if name not in self.exams:
            return 1002003, {}
        if name in self.marked:
            return 1002801, {}
        assert 0 <= float(body.get("result", 0)) <= 100
        self.exams[name].update(body)  # a repeat overwrites
        return {}


class Kombo:
    """Orders of one integration; the status leaves OPEN once, the same result may come again."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any] | None] = {}
        self.app = Starlette(routes=[Route("/assessment/orders/{id}/result", self.put, methods=["PUT"])])

    async def put(self, request: Request) -> Response:
        if (
            request.headers.get("authorization") != "Bearer k"
            or request.headers.get("x-integration-id") != "greenhouse:1"
        ):
            return JSONResponse({"status": "error"}, 401)
        name, body = request.path_params["id"], await request.json()
        if name not in self.orders:
            return JSONResponse({"status": "error"}, 404)
        old = self.orders[name]
        if old is not None and old["status"] != body["status"]:
            return JSONResponse({"status": "error"}, 400)
        assert body["status"] in ("OPEN", "COMPLETED", "CANCELLED")
        assert 0 <= body["score"] <= body["max_score"]
        assert all(part["type"] == "TEXT" for part in body["attributes"])
        self.orders[name] = body
        return JSONResponse({"status": "success", "data": {}})
