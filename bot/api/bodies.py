"""The documents of the API. Sizes and characters are limited here, so that nothing behind has to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_LINE = r"^[^\x00-\x1f\x7f]*$"
_WORDS = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
"""A line with something in it besides blanks, which are taken off."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_WORDS, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=200, pattern=_LINE, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.:@-]+$")]
Scale = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class Body(BaseModel):
    """A document: unknown fields are refused, so that a misspelt one does not vanish."""

    model_config = ConfigDict(extra="forbid")


class JobIn(Body):
    """A job as the HR system names it. `pack` is the name of our job pack; without it the title decides."""

    title: Name
    pack: Text = ""
    open: bool = True


class JobOut(Body):
    """A job; `pack` is empty when no job pack of ours fits, and nobody can be invited for it."""

    id: str
    title: str
    pack: str
    open: bool


class ApplicantIn(Body):
    """An applicant. `job` is a job's id here, its title, or the name of a job pack."""

    external_id: Id
    job: Name
    name: Name
    email: Text = ""
    phone: Text = ""
    language: Annotated[str, StringConstraints(max_length=10, pattern=r"^[a-zA-Z-]*$")] = ""


class Invited(Body):
    """An application and its personal links, one for each channel that is switched on."""

    application: str
    external_id: str
    links: dict[str, str]


class ApplicantOut(Body):
    """Where an application stands."""

    application: str
    external_id: str
    job: str
    status: Literal["invited", "running", "finished", "refused", "erased"]
    decision: str


class StageIn(Body):
    """An applicant reached a stage over there. `invite` asks for a fresh personal link."""

    stage: Name
    invite: bool = False


class CompetencyIn(Body):
    """A competency of the job pack, on the review's scale."""

    id: Id
    rating: Scale


class ReviewIn(Body):
    """A performance review of somebody we interviewed, from 0 to `best`."""

    id: Id
    application: Id
    period: Text = ""
    rating: Scale
    best: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 5
    competencies: Annotated[list[CompetencyIn], Field(max_length=50)] = []


class ReviewsIn(Body):
    """Reviews, at most 500 at once."""

    reviews: Annotated[list[ReviewIn], Field(min_length=1, max_length=500)]


class ReviewsOut(Body):
    """How many were kept, and which name an application we do not know, or a rating above the best."""

    kept: int
    unknown: list[str]


class OrderIn(Body):
    """An interview ordered for a candidate. The order's id is the idempotency key: a repeated one changes nothing."""

    id: Id
    job: Name
    name: Name
    email: Text = ""
    phone: Text = ""
    language: Annotated[str, StringConstraints(max_length=10, pattern=r"^[a-zA-Z-]*$")] = ""


class OrderOut(Body):
    """An order and, when the interview is over, its score of 100 and what it consists of."""

    id: str
    application: str
    status: Literal["open", "completed", "cancelled"]
    links: dict[str, str]
    score: float | None = None
    scores: dict[str, float] = {}


class Taken(Body):
    """How many events of a request were new."""

    taken: int


class Problem(Body):
    """What went wrong and the way out, in one sentence; `code` is stable."""

    code: str
    message: str


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes these errors."""
    return {code: {"model": Problem} for code in codes}
