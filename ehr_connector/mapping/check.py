"""Holds a mapping against what the system says it has: unknown fields, bad choices, stages that write e-mails."""

from __future__ import annotations

from collections.abc import Iterator

from ehr_connector.mapping.model import Connection, Mapping, Record, Rule, rule_of
from ehr_connector.model import Capability, Description, FieldInfo, StageInfo

Said = tuple[str, str]
"""A dotted path in the connection, and what is wrong there and how to mend it."""
_NUMBERS = frozenset({"integer", "float", "monetary"})


def models_of(mapping: Mapping) -> tuple[str, ...]:
    """Return the models a mapping writes to or looks into."""
    looked = (
        rule.lookup.model
        for record in mapping.records.values()
        for entry in record.fields.values()
        if (rule := rule_of(entry)).lookup is not None
    )
    return tuple(dict.fromkeys((*(record.model for record in mapping.records.values()), *looked)))


def check_mapping(
    connection: Connection, described: Description, capabilities: frozenset[Capability]
) -> Iterator[Said]:
    """Say everything about a mapping that the system would refuse, or that would reach a candidate unasked."""
    mapping = connection.mapping
    yield from _unable(mapping, capabilities)
    if mapping.stage is not None and described.stages:
        yield from _stages(mapping, {stage.name: stage for stage in described.stages})
    if described.stages:
        known = ", ".join(stage.name for stage in described.stages)
        for stage in connection.intake.stages:
            if stage not in {one.name for one in described.stages}:
                yield "intake.stages", f"there is no stage “{stage}”; there are: {known}"
    yield from _ungated(mapping, {stage.name: stage for stage in described.stages})
    if described.open_ended:
        return
    for name, record in mapping.records.items():
        yield from _record(record, described, f"mapping.records.{name}")


def _unable(mapping: Mapping, able: frozenset[Capability]) -> Iterator[Said]:
    wanted = {
        "file": (mapping.file, Capability.FILE),
        "note": (mapping.note, Capability.NOTE),
        "stage": (mapping.stage, Capability.STAGE),
        "hire": (mapping.hire, Capability.HIRE),
        "onboarding": (mapping.onboarding, Capability.ONBOARD),
    }
    for part, (given, capability) in wanted.items():
        if given and capability not in able:
            yield f"mapping.{part}", f"this system cannot do that ({capability}); take the part out"


def _stages(mapping: Mapping, stages: dict[str, StageInfo]) -> Iterator[Said]:
    assert mapping.stage is not None
    for number, rule in enumerate(mapping.stage.rules):
        path = f"mapping.stage.rules.{number}"
        for named in (rule.to, *rule.only_from):
            if named not in stages:
                yield path, f"there is no stage “{named}”; there are: {', '.join(stages)}"
        writes = stages[rule.to].writes if rule.to in stages else ""
        if writes and mapping.stage.emails == "forbid":
            yield (
                path,
                f"the stage “{rule.to}” sends the candidate the e-mail “{writes}” by itself; "
                "remove its template there, or write emails: allow here if that is wanted",
            )


def _ungated(mapping: Mapping, stages: dict[str, StageInfo]) -> Iterator[Said]:
    """Hiring and declining are a person's: such a rule has to name the decision it comes after."""
    for number, rule in enumerate(mapping.stage.rules if mapping.stage else ()):
        final = rule.to in stages and stages[rule.to].final
        if final and rule.after is None:
            yield (
                f"mapping.stage.rules.{number}",
                f"“{rule.to}” hires or declines, which only a person may: add after: approve (or decline)",
            )


def _record(record: Record, described: Description, path: str) -> Iterator[Said]:
    fields = described.models.get(record.model)
    if fields is None:
        there = ", ".join(sorted(described.models)) or "none of those mapped"
        yield (
            f"{path}.model",
            f"there is no model “{record.model}” (or no right to see it); there are: {there}",
        )
        return
    for name, entry in record.fields.items():
        info = fields.get(name)
        if info is None:
            near = [other for other in sorted(fields) if name.split("_")[0] in other][:5]
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            yield f"{path}.fields.{name}", f"“{record.model}” has no field “{name}”{hint}"
        else:
            yield from _field(rule_of(entry), info, f"{path}.fields.{name}")
    missing = [name for name, info in fields.items() if info.required and name not in record.fields]
    for name in missing:
        yield f"{path}.fields", f"“{record.model}” insists on the field “{name}”; give it a value"


def _field(rule: Rule, info: FieldInfo, path: str) -> Iterator[Said]:
    if info.readonly:
        yield path, f"“{info.name}” cannot be written there"
    if info.choices:
        given = (
            rule.choices.values()
            if rule.choices is not None
            else [rule.value]
            if rule.value is not None
            else []
        )
        for value in given:
            if str(value) not in info.choices and value not in info.choices.values():
                known = ", ".join(info.choices)
                yield path, f"“{value}” is none of the choices of “{info.name}”: {known}"
    if info.relation and rule.ref is None and rule.lookup is None:
        yield path, f"“{info.name}” points to {info.relation}: use ref, or lookup: {{model: {info.relation}}}"
    if info.kind in _NUMBERS and isinstance(rule.value, str):
        yield path, f"“{info.name}” is a number"
