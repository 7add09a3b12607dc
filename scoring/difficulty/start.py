"""Where an estimate begins: what is believed of somebody before the first answer. Pure.

Two beginnings, on purpose kept apart. The prior of the *job* is the same for every candidate and enters the level.
A hint from the *person's* papers moves only the choice of the first questions and is forgotten as answers come:
nobody's level may be higher for a better résumé.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from scoring.difficulty.estimate import PRIOR_SD
from scoring.difficulty.model import Ability

_FURTHEST = 1.0


class JobLevel(StrEnum):
    """Whom the job looks for; questions keep one scale of difficulty over all jobs."""

    ENTRY = "entry"
    EXPERIENCED = "experienced"
    SENIOR = "senior"


class Prior(Struct, frozen=True, gc=False):
    """What is believed of all candidates of a job: Normal(mean, sd) in logits."""

    mean: float = 0.0
    sd: float = PRIOR_SD


_PRIORS = {
    JobLevel.ENTRY: Prior(-0.5),
    JobLevel.EXPERIENCED: Prior(),
    JobLevel.SENIOR: Prior(0.5),
}


def job_prior(level: JobLevel) -> Prior:
    """Return where candidates of such a job stand before they have answered."""
    return _PRIORS[level]


class Hint(Struct, frozen=True, gc=False):
    """What papers suggest of a competency, in logits from the job's prior; `error` says how loosely it is held."""

    shift: float
    error: float = 1.5


def lean(ability: Ability, prior: Prior, hint: Hint | None) -> Ability:
    """Return the ability to choose the next question by: the estimate, leaning to the hint while little is known.

    The hint counts as one more observation of Normal(prior.mean + shift, error), the shift held within one logit.
    """
    if hint is None:
        return ability
    suggested = prior.mean + min(max(hint.shift, -_FURTHEST), _FURTHEST)
    known, loose = ability.standard_error**-2, hint.error**-2
    theta = (known * ability.theta + loose * suggested) / (known + loose)
    return Ability(round(theta, 6), ability.standard_error)
