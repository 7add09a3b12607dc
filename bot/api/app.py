"""The FastAPI application of `/api/v1`: jobs, applicants, stages, reviews, orders, results, reports, events.

It answers in terms of the HR system: applicants by its ids, jobs by its names. What happens in an interview is not
decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from bot.api.bodies import (
    ApplicantIn,
    ApplicantOut,
    Id,
    Invited,
    JobIn,
    JobOut,
    OrderIn,
    OrderOut,
    ReviewsIn,
    ReviewsOut,
    StageIn,
    Taken,
    problems,
)
from bot.api.guard import Guard, IdempotencyKey, Once, Refused, SizeLimit, tell_refusal
from bot.api.partner import partner_routes
from bot.api.rooms import Rooms
from ehr_connector.result import MEDIA_TYPE, encode_result
from storage.inbound import ApiKeys, Key

_ALWAYS = problems(400, 401, 403, 413, 422, 429)
_Path = Annotated[Id, Path()]


async def _tell_invalid(_: Request, error: Exception) -> JSONResponse:
    """Say which field is wrong; never what stood in it."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"code": "invalid", "message": f"{where}: {first['msg']}."}, 422)


def make_api(rooms: Rooms, keys: ApiKeys) -> FastAPI:
    """Return the application, to be mounted at `/api/v1`."""
    app = FastAPI(
        title="Colloquy",
        version="1",
        summary="Interviews for HR systems: jobs and applicants in, results out.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": "/api/v1"}],
        redirect_slashes=False,
    )
    app.add_exception_handler(Refused, tell_refusal)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_middleware(SizeLimit)
    guard, once = Guard(keys), Once(rooms.inbound)
    _add_jobs(app, rooms, guard)
    _add_applicants(app, rooms, guard, once)
    _add_orders(app, rooms, guard, once)
    _add_results(app, rooms, guard)
    _add_events(app, rooms)
    app.router.routes.extend(partner_routes(rooms))
    return app


def _needs(guard: Guard, scope: str) -> Any:
    return Depends(guard.needs(scope))


def _add_jobs(app: FastAPI, rooms: Rooms, guard: Guard) -> None:
    allowed = _needs(guard, "jobs")

    @app.get("/jobs", responses=_ALWAYS)
    def list_jobs(key: Key = allowed) -> list[JobOut]:
        """List the jobs this key has written, and which job pack each one uses."""
        return rooms.jobs(key.id)

    @app.put("/jobs/{job}", responses={**_ALWAYS, **problems(409)})
    def put_job(job: _Path, body: JobIn, key: Key = allowed) -> JobOut:
        """Write a job, in place of an earlier version."""
        return rooms.put_job(key.id, job, body)


def _add_applicants(app: FastAPI, rooms: Rooms, guard: Guard, once: Once) -> None:
    allowed, staged, reviewed = (_needs(guard, scope) for scope in ("applicants", "stages", "reviews"))
    known = {**_ALWAYS, **problems(404)}

    @app.post("/applicants", status_code=201, responses={**known, **problems(409)})
    async def invite(body: ApplicantIn, key: Key = allowed, idempotency_key: IdempotencyKey = "") -> Invited:
        """Invite an applicant; the same `external_id` again gives fresh links to the same interview."""
        work: Callable[[], Invited] = lambda: rooms.invite(key.id, body)  # noqa: E731  typed so
        return await once(key, idempotency_key, "/applicants", body, work, Invited)

    @app.get("/applicants/{applicant}", responses=known)
    def status(applicant: _Path, key: Key = allowed) -> ApplicantOut:
        """Say where an applicant stands, by your id or ours."""
        return rooms.status(key.id, applicant)

    @app.delete("/applicants/{applicant}", status_code=202, responses=known)
    async def erase(applicant: _Path, key: Key = allowed) -> ApplicantOut:
        """Erase everything of and about an applicant, because you have."""
        return await rooms.erase(key.id, applicant)

    @app.post("/applicants/{applicant}/stage", responses=known)
    def move(applicant: _Path, body: StageIn, key: Key = staged) -> Invited:
        """Say that an applicant reached a stage; with `invite`, get a fresh personal link."""
        return rooms.move(key.id, applicant, body)

    @app.post("/reviews", responses=_ALWAYS)
    def review(body: ReviewsIn, key: Key = reviewed) -> ReviewsOut:
        """Import performance reviews; one with an id that is known replaces it."""
        return rooms.reviews(key.id, body)


def _add_orders(app: FastAPI, rooms: Rooms, guard: Guard, once: Once) -> None:
    allowed = _needs(guard, "orders")
    known = {**_ALWAYS, **problems(404)}

    @app.post("/orders", status_code=201, responses={**known, **problems(409)})
    async def order(body: OrderIn, key: Key = allowed, idempotency_key: IdempotencyKey = "") -> OrderOut:
        """Order an interview for a candidate; the same id again returns the same order."""
        work: Callable[[], OrderOut] = lambda: rooms.order(key.id, body)  # noqa: E731  typed so
        return await once(key, idempotency_key, "/orders", body, work, OrderOut)

    @app.get("/orders/{order_id}", responses=known)
    def order_status(order_id: _Path, key: Key = allowed) -> OrderOut:
        """Return an order with its score, once the interview is over."""
        return rooms.order_status(key.id, order_id)

    @app.delete("/orders/{order_id}", responses=known)
    def cancel(order_id: _Path, key: Key = allowed) -> OrderOut:
        """Cancel an order: its links lead nowhere any more."""
        return rooms.cancel(key.id, order_id)


def _add_results(app: FastAPI, rooms: Rooms, guard: Guard) -> None:
    allowed = _needs(guard, "results")
    document = {
        "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
        "description": "The result document.",
    }
    pdf = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}

    @app.get(
        "/results/{applicant}",
        response_class=Response,
        responses={200: document, **_ALWAYS, **problems(404)},
    )
    def result(applicant: _Path, key: Key = allowed) -> Response:
        """Return the result document of an interview, as it stands."""
        return Response(encode_result(rooms.result(key.id, applicant)), media_type=MEDIA_TYPE)

    @app.get("/reports/{name}.pdf", response_class=Response, responses={200: pdf, **problems(404, 422)})
    async def report(
        name: _Path,
        until: Annotated[int, Query(ge=0, lt=1 << 40)],
        seal: Annotated[str, Query(max_length=64)],
    ) -> Response:
        """Return a report by the personal link of a message; it is good for a week."""
        printed = await rooms.report(name, until, seal)
        return Response(printed, media_type="application/pdf", headers={"Cache-Control": "no-store"})


def _add_events(app: FastAPI, rooms: Rooms) -> None:
    @app.post("/events/{connection}", responses=problems(400, 404, 413, 422))
    async def events(connection: _Path, request: Request) -> Taken:
        """Take in signed events of a connected HR system; its signature is the key."""
        body = await request.body()
        return Taken(taken=await rooms.events(connection, dict(request.headers), body))
