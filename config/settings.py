"""Settings from the environment (or `.env`), prefix `COLLOQUY_`. Read in `bot.house` and `bot.wiring`, nowhere else."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationInfo, field_validator
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
    ehr_config: str = ""
    asr_model: str = ""
    asr_base_url: str = ""
    asr_api_key: SecretStr = SecretStr("")
    tts_model: str = ""
    tts_base_url: str = ""
    tts_api_key: SecretStr = SecretStr("")
    tts_voice: str = "alloy"
    log_format: str = "console"
    embeddings: bool = False
    scoring_processes: int = Field(default=1, ge=1, le=64)
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = Field(default="", validate_default=True)
    llm_timeout: float = Field(default=20.0, ge=1, le=25)
    llm_at_once: int = Field(default=8, ge=1, le=256)
    llm_calls_per_day: int = Field(default=5_000, ge=0)
    llm_tokens_per_day: int = Field(default=10_000_000, ge=0)
    llm_calls_per_interview: int = Field(default=60, ge=0)

    telegram_token: SecretStr = SecretStr("")
    telegram_api_base: str = ""
    telegram_mode: str = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_rate: float = Field(default=30.0, gt=0)
    telegram_chat_rate: float = Field(default=1.0, gt=0)

    @field_validator("telegram_mode")
    @classmethod
    def _known_mode(cls, value: str) -> str:
        if value not in ("polling", "webhook"):
            raise ValueError("must be polling or webhook")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_of_telegram(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("at most 256 letters, digits, _ and -; make one with: openssl rand -hex 32")
        return value

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

    @field_validator("llm_base_url", "asr_base_url", "tts_base_url", "telegram_api_base")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must be an address such as https://api.example.com")
        return value.rstrip("/")

    @field_validator("llm_model")
    @classmethod
    def _a_model_for_the_address(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("llm_base_url") and not value.strip():
            raise ValueError("name the model to ask at COLLOQUY_LLM_BASE_URL, for example qwen-plus")
        return value.strip()

    @property
    def address(self) -> str:
        """Where people reach this server."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def telegram_bot(self) -> int:
        """The bot's number, which is the first part of its token; 0 when that is none."""
        found = re.fullmatch(r"([0-9]{3,16}):[A-Za-z0-9_-]{3,}", self.telegram_token.get_secret_value())
        return int(found[1]) if found is not None else 0

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
