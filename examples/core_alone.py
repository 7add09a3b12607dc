"""The core alone: a question, an answer, a follow-up. No database, no server, no clock. `python examples/core_alone.py`"""

from pathlib import Path

from dialogues.app.languages import load_languages
from dialogues.app.packs import parse_pack
from dialogues.core.catalog import render_say
from dialogues.core.effects import Say
from dialogues.core.events import Answered, CandidateEvent, Chosen, Opened
from dialogues.core.interview import Interview
from dialogues.core.scene import World
from dialogues.core.step import step

pack = parse_pack(Path("config/packs/sales-representative.yaml").read_text("utf-8"))
languages = load_languages()
world = World(pack=pack, tongues={code: languages[code].tongue for code in pack.languages})
profile = {"name": "Ada", "email": "ada@example.com"}
state = Interview("a_1", pack.name, pack.version, "en", seed=1, known=tuple(profile))

events: list[CandidateEvent] = [Opened(0, "example")]
events += [Chosen(1, value) for value in ("consent:yes", "details:right", "practice:no")]
events += [Answered(2, text) for text in ("I sold coffee to offices for three years.", "/pause", "continue")]
for event in events:
    print(">>", event)
    state, effects = step(state, event, world)
    for effect in effects:
        said = isinstance(effect, Say) and render_say(languages[effect.language].catalog, effect, profile)
        print("<<", said or effect)
