"""A channel of one's own: hands in arrivals, shows what is stored. `python examples/custom_channel.py`

Here the "messenger" is a list in memory, and the candidate a script that presses or writes the next line.
"""

import asyncio
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory

from bot.house import House
from config.settings import Settings
from dialogues.app.batch import Batch
from dialogues.app.outcome import Message, Outcome
from dialogues.app.worker import Stored, Worker
from dialogues.core.events import Answered, Chosen, Event, Opened
from dialogues.ports import Arrival
from storage.ids import new_id

LINES = ["consent:yes", "details:right", "practice:no", "I sold coffee to offices for three years."]


class ListChannel:
    """Candidates who write into a list. Knows the worker by one function, and no database at all."""

    def __init__(self, submit: Callable[[Arrival], asyncio.Future[Stored]], conversation: int) -> None:
        self._submit = submit
        self._conversation = conversation
        self._turn = 0
        self.shown: list[str] = []

    async def send(self, name: str, event: Event) -> None:
        """Hand in an event under a name of its own: sent twice, it counts once. Returns when it is durable."""
        await self._submit(Arrival(self._conversation, "list", f"{self._conversation}:{name}", event))

    async def write(self, name: str, text: str) -> None:
        """Write a line; one with a colon is the value of a button."""
        pressed = ":" in text
        event = Chosen(time.time(), text, self._turn) if pressed else Answered(time.time(), text, self._turn)
        await self.send(name, event)

    def show(self, message: Message) -> None:
        """Show a message that was just stored; `turn` is what the candidate has seen from now on."""
        self._turn = message.turn
        self.shown.append(message.text)


async def talk(house: House, conversation: int) -> ListChannel:
    """Play the script through a worker; return the channel with what it has shown."""
    batch = Batch(house.record, house.packs, house.languages, new_id)
    channel: ListChannel

    def publish(outcome: Outcome) -> None:  # on the event loop, after the commit
        for message in outcome.messages:
            channel.show(message)

    worker = Worker(batch, house.record, publish)
    channel = ListChannel(worker.submit, conversation)
    worker.start()
    await channel.send("open", Opened(time.time(), "list"))
    for number, line in enumerate(LINES):
        await channel.write(str(number), line)
        await channel.write(str(number), line)  # the messenger repeats itself: nothing happens twice
    await worker.stop()
    return channel


def main() -> None:
    """Play the script on a database that is thrown away, and print what was shown."""
    with TemporaryDirectory() as folder:
        house = House(Settings(database_url=f"sqlite:///{folder}/example.db"))
        house.add_shipped_packs()
        pack = house.packs.active("sales-representative")
        profile = {"name": "Ada", "email": "ada@example.com"}
        _, conversation = house.applications.create(pack, "en", profile)
        for text in asyncio.run(talk(house, conversation)).shown:
            print(text, end="\n\n")


if __name__ == "__main__":
    main()
