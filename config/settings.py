"""Settings from the environment (or `.env`), prefix `COLLOQUY_`. Read in `bot.wiring` and nowhere else."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings, with the defaults of the embedded mode."""

    model_config = SettingsConfigDict(env_prefix="COLLOQUY_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///var/colloquy.db"
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=1, le=65535)
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    data_keys: SecretStr = SecretStr("")
    hr_users: str = ""
    log_format: str = "console"
    scoring_processes: int = Field(default=1, ge=1, le=64)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"“{value}” is not a time zone; write one such as Asia/Shanghai") from None
        return value

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in ("console", "json"):
            raise ValueError("must be console or json")
        return value

    @property
    def address(self) -> str:
        """Where people reach this server."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def hr_people(self) -> list[tuple[str, str, str]]:
        """Return (channel, handle, role) of the first people of HR; ValueError says what is wrong."""
        people = []
        for part in filter(None, (piece.strip() for piece in self.hr_users.split(","))):
            fields = part.split(":")
            if len(fields) != 3 or fields[2] not in ROLES:
                known = ", ".join(ROLES)
                raise ValueError(
                    f"COLLOQUY_HR_USERS: “{part}” must be channel:name:role, with role one of {known}"
                )
            people.append((fields[0], fields[1], fields[2]))
        return people


ROLES = ("owner", "recruiter", "manager", "auditor", "reader")
"""Owner, recruiter, hiring manager, auditor, read-only."""
