"""The house rules that no other tool checks: names, sizes, what must not stand in a file, what must agree."""

from __future__ import annotations

import ast
import importlib
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.__main__ import main
from config.settings import Settings
from dialogues.app.languages import Language, load_languages
from dialogues.core.events import Outcome
from dialogues.core.tongue import Command
from scoring.model import Abstention
from scoring.rubric.model import Element

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "config", "dialogues", "ehr_connector", "scoring", "storage")
LANGUAGES = load_languages()

LONGEST_FUNCTION, LONGEST_MODULE = 50, 400
FORBIDDEN_FOLDERS = {"utils", "common", "helpers", "services", "managers"}
MAKE_TARGETS = {"help", "setup", "demo", "run", "test", "check", "bench", "docs"}

# In two pieces each, so that this file does not name what it looks for.
HOSTS = [("py", "pi.org"), ("python", "hosted.org"), ("registry.npm", "js"), ("deb.deb", "ian.org")]
REGISTRY = re.compile("|".join(re.escape(first + second) for first, second in HOSTS))
MACHINE_PATH = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:wo" + "rk|ro" + "ot|fa" + r"rm)/", re.MULTILINE)


@cache
def files() -> tuple[str, ...]:
    """Return the names of all files of the repository, those not yet added among them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def texts() -> Iterator[tuple[str, str]]:
    """Return (name, text) of every file that is one."""
    for name in files():
        body = (ROOT / name).read_bytes()
        if b"\0" not in body:
            yield name, body.decode("utf-8")


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Return (name, text, tree) of every module of the application."""
    for name in files():
        if name.endswith(".py") and name.split("/")[0] in PACKAGES:
            text = (ROOT / name).read_text("utf-8")
            yield name, text, ast.parse(text)


def places(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for name, text in texts():
        found += [f"{name}:{text.count(chr(10), 0, match.start()) + 1}" for match in pattern.finditer(text)]
    return found


def test_no_folder_has_a_name_that_says_nothing() -> None:
    folders = {part for name in files() for part in name.split("/")[:-1]}
    assert folders & FORBIDDEN_FOLDERS == set()


def test_package_names_lead_into_this_repository() -> None:
    for package in PACKAGES:
        found = importlib.import_module(package).__file__
        assert found is not None
        assert Path(found).is_relative_to(ROOT), f"{package} is {found}"


def test_package_names_lead_here_from_any_folder(tmp_path: Path) -> None:
    names = ", ".join(PACKAGES)
    ask = f"import {names}; print(*(one.__file__ for one in ({names})), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    strays = [place for place in done.stdout.split("\n") if place and not Path(place).is_relative_to(ROOT)]
    assert strays == [], "another package of this name comes first"


def test_no_file_names_a_package_registry() -> None:
    assert places(REGISTRY) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert places(MACHINE_PATH) == []


def test_no_lock_file_with_addresses() -> None:
    assert [name for name in files() if name.endswith("uv.lock")] == []


@pytest.mark.parametrize("name", ["run", "dev"])
def test_requirements_have_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", text) == []
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())
    assert len(entries) > 20
    loose = [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert loose == []


def test_functions_are_short() -> None:
    long = []
    for name, _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in name:
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{name}:{node.lineno} {node.name}: {lines} lines")
    assert long == [], f"a function has {LONGEST_FUNCTION} lines at most"


def test_modules_are_short() -> None:
    long = [f"{name}: {text.count(chr(10))} lines" for name, text, _ in modules()]
    long = [one for one in long if int(one.split()[-2]) > LONGEST_MODULE]
    assert long == [], f"a module has {LONGEST_MODULE} lines at most; find its real parts"


def test_every_module_says_why_it_exists() -> None:
    silent = [name for name, text, tree in modules() if text.strip() and ast.get_docstring(tree) is None]
    assert silent == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = {"Exception", "BaseException"}
    return any(one is None or (isinstance(one, ast.Name) and one.id in broad) for one in caught)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_every_broad_except_has_its_reason_beside_it() -> None:
    bare = []
    for name, text, tree in modules():
        lines = text.splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node):
                head = lines[node.lineno - 1 : node.body[0].lineno - 1] or [lines[node.lineno - 1]]
                if not any(re.search(r"#\s*(?!noqa)\w[^#]{9,}", line) for line in head):
                    bare.append(f"{name}:{node.lineno}")
    assert bare == []


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^  make (\w+) ", done.stdout, re.MULTILINE))
    assert listed >= MAKE_TARGETS
    phony = re.search(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony is not None
    assert listed == set(phony[1].split())


def test_every_setting_is_in_the_example_and_in_the_manual() -> None:
    settings = {f"COLLOQUY_{name.upper()}" for name in Settings.model_fields}
    example = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^(COLLOQUY_\w+)=", example, re.MULTILINE)) == settings
    manual = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert (
        settings - {f"COLLOQUY_{name}" for name in re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE)}
        == set()
    )


def test_the_example_settings_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"COLLOQUY_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    defaults = Settings()
    (tmp_path / ".env").write_bytes((ROOT / ".env.example").read_bytes())
    assert Settings() == defaults


def manuals() -> list[str]:
    return [name for name in files() if name.endswith(".md")]


def test_every_link_of_the_documents_leads_somewhere() -> None:
    lost = []
    for name in manuals():
        text = re.sub(r"(?s)```.*?```", "", (ROOT / name).read_text("utf-8"))
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            place = (ROOT / name).parent / target
            if "://" not in target and not place.exists():
                lost.append(f"{name}: {target}")
    assert lost == []


def test_every_command_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    wrong = []
    for name in manuals():
        text = (ROOT / name).read_text("utf-8")
        shown = "\n".join([*re.findall(r"(?s)```sh\n(.*?)```", text), *re.findall(r"`([^`\n]+)`", text)])
        wrong += [f"{name}: make {t}" for t in re.findall(r"(?m)^make ([a-z]+)", shown) if t not in targets]
        wrong += [
            f"{name}: colloquy {c}"
            for c in re.findall(r"(?m)(?:^|bin/)colloquy ([a-z][a-z-]*)", shown)
            if c not in main.commands
        ]
    assert wrong == []


# The phrases that candidates read.


def _phrase_patterns(node: ast.expr, prefix: str = "") -> Iterator[str]:
    """Return a regular expression for each name that an expression can give; an unknown one gives none."""
    match node:
        case ast.Constant(value=str(name)):
            yield re.escape(prefix + name)
        case ast.JoinedStr(values=parts):
            pieces = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in parts)
            yield re.escape(prefix) + "".join(pieces)
        case ast.IfExp(body=yes, orelse=no):
            yield from _phrase_patterns(yes, prefix)
            yield from _phrase_patterns(no, prefix)


def _patterns_of_call(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else named.get("phrase")
    if name == "button" and len(call.args) == 1:
        yield from _phrase_patterns(call.args[0], "button.")
    elif name == "button" and len(call.args) == 2:
        yield from _phrase_patterns(call.args[1])
    elif name in {"line", "Line", "phrase", "_phrase"} and first is not None:
        yield from _phrase_patterns(first)


@cache
def patterns() -> dict[str, str]:
    """Return the pattern of every phrase that the code names -> where."""
    found: dict[str, str] = {}
    for name, _, tree in modules():
        if name.startswith(("dialogues/", "bot/webchat/", "bot/wiring")):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    found |= dict.fromkeys(_patterns_of_call(node), f"{name}:{node.lineno}")
    return found


def phrases_by_value() -> set[str]:
    """Return the phrases whose names the code puts together from a value."""
    names = {f"command.{command}" for command in Command}
    names |= {f"help.{command}" for command in Command if command is not Command.HELP}
    names |= {f"follow.{element}" for element in (*Element, "more")}
    names |= {f"why.reason.{reason}" for reason in (*Abstention, "unscored", "skipped")}
    names |= {f"decision.{outcome}" for outcome in Outcome if outcome is not Outcome.HOLD}
    names |= {f"link.{problem}" for problem in ("unknown", "expired", "revoked")}
    names |= {f"odd.{reading}" for reading in ("wordless", "too_long", "insult", "injection", "foreign")}
    names |= {f"details.{field}" for field in ("name", "email", "phone")}
    names |= {f"details.ask_{field}" for field in ("name", "contact", "correction")}
    names |= {f"button.survey:{mark}" for mark in range(1, 6)}
    names |= {"human.feedback", "draft.hello", "draft.hello_nameless"}
    names |= {f"feedback.{praise}" for praise in ("strength", "solid")}
    return names | {"why.easy", "why.medium", "why.hard"}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_phrase_that_the_code_names_exists(language: Language) -> None:
    known = set(language.catalog.phrases)
    missing = [
        f"{place}: {pattern}"
        for pattern, place in patterns().items()
        if not any(re.fullmatch(pattern, phrase) for phrase in known)
    ]
    assert missing == []
    assert phrases_by_value() - known == set()


def test_enough_phrases_were_found_in_the_code() -> None:
    assert len(patterns()) > 80


def test_no_phrase_is_there_that_nobody_says() -> None:
    said = phrases_by_value()
    unsaid = [
        phrase
        for phrase in LANGUAGES["en"].catalog.phrases
        if phrase not in said and not any(re.fullmatch(pattern, phrase) for pattern in patterns())
    ]
    assert unsaid == []


def _arguments(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_all_languages_have_the_same_phrases_with_the_same_arguments() -> None:
    english = LANGUAGES["en"].catalog
    for code, language in LANGUAGES.items():
        assert set(language.catalog.phrases) == set(english.phrases), code
        assert language.catalog.adverse == english.adverse, code
        for phrase, variants in language.catalog.phrases.items():
            assert _arguments(variants) == _arguments(english.phrases[phrase]), f"{code}: {phrase}"


def test_all_languages_know_the_same_commands_and_cues() -> None:
    english = LANGUAGES["en"].tongue
    for code, language in LANGUAGES.items():
        assert set(language.tongue.commands.values()) == set(Command), code
        assert set(language.tongue.cues) == set(english.cues), code


@pytest.mark.parametrize("folder", ["bot/hr/texts", "scoring/report/texts"])
def test_the_texts_for_hr_are_the_same_in_all_languages(folder: str) -> None:
    read = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / folder).glob("*.yaml")}
    assert set(read) >= {"en", "zh"}
    for code, labels in read.items():
        assert set(labels) == set(read["en"]), code


def _misread(value: object, place: str) -> Iterator[str]:
    """Return where YAML read a word such as on, off, yes or no as true or false."""
    if isinstance(value, dict):
        yield from (f"{place}: the key {key}" for key in value if isinstance(key, bool))
        for key, inner in value.items():
            yield from _misread(inner, f"{place}, {key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _misread(inner, place)
    elif isinstance(value, bool):
        yield f"{place}: a word was read as {value}; put it in quotes"


def test_no_word_of_a_language_is_read_as_true_or_false() -> None:
    found: list[str] = []
    for name in files():
        if re.fullmatch(r"(dialogues/phrases|scoring/lexicon|.*/texts|docs/.*)/\w+\.yaml", name):
            found += _misread(yaml.safe_load((ROOT / name).read_text("utf-8")), name)
    assert found == []


def test_models_are_looked_into_at_import() -> None:
    """A decoder of a model is made where modules are imported, by one thread: msgspec crashes when two do it at once."""
    late = re.compile(r"\.decode\([^\n]*type=(?:list\[)?_?[A-Z]")
    found = [f"{name}: {match.group()}" for name, text, _ in modules() for match in late.finditer(text)]
    assert found == []
