"""Starts the product as it is served, with the free scorer when asked. A process of its own, settings as usual."""

from __future__ import annotations

import argparse


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--free", action="store_true", help="score for nothing, within the batch")
    given = parser.parse_args()
    # late: a scoring process imports this module, and must not carry the server with it
    from bot.house import House
    from bot.logs import set_up_logging
    from bot.serving import run_server
    from config.settings import Settings

    set_up_logging("console")
    run_server(House(Settings()), free_scorer=given.free)


if __name__ == "__main__":
    main()
