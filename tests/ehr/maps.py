"""Mappings that the tests use, written as an admin writes them."""

from __future__ import annotations

from typing import Any

import yaml

from ehr_connector.mapping.model import Connection
from ehr_connector.mapping.read import read_config

MAPPING = """
version: 1
records:
  application:
    model: applicant
    fields:
      name: candidate.name
      email: candidate.email
      phone: candidate.phone
      language: {from: candidate.language, choices: {zh: zh_CN, en: en_US}}
      total: {from: total.score, scale: {from: [0, 100], to: [0, 3]}}
  scores:
    model: score
    each: scores
    key: item.competency
    fields:
      applicant: {ref: application}
      competency: item.competency
      level: {from: item.level, scale: {from: [0, 10], to: [0, 100]}}
file: {record: application, name: 'report-{application}.pdf'}
note:
  record: application
  title: Colloquy
  lines: ["join('', ['Total: ', to_string(total.score)])", "map(&join(' ', [name, to_string(level)]), scores)", decision.reason]
stage:
  record: application
  rules:
    - {to: Interviewed, when: cause == 'finished', only_from: [New, Screening]}
    - {to: Second round, when: cause == 'decided', after: second_round, only_from: [Interviewed]}
    - {to: Hired, when: cause == 'decided', after: approve, only_from: [Interviewed]}
hire: application
onboarding:
  - {title: 社会保险, days: 3}
  - {title: 劳动合同, days: 1}
  - {title: Training, days: 7}
"""


def connection(system: str, **changes: Any) -> Connection:
    """Return the connection, with parts of the mapping changed; None takes one out."""
    mapping = yaml.safe_load(MAPPING)
    for part, value in changes.items():
        if value is None:
            mapping.pop(part)
        else:
            mapping[part] = value
    config = {"connections": [{"name": "there", "system": system, "mapping": mapping}]}
    return read_config(yaml.safe_dump(config, allow_unicode=True)).connections[0]
