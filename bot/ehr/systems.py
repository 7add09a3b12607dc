"""Which systems there are, and how a connection's adapter is made from its options."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import msgspec

from ehr_connector.adapter import Adapter
from ehr_connector.mapping.model import Connection
from ehr_connector.mapping.read import Mistake, WrongConfig
from ehr_connector.model import File

_LINK_SECONDS = 7 * 24 * 3600
Publish = Callable[[File], str]


def _odoo(options: Any, _: Publish) -> Adapter:
    from ehr_connector.odoo.adapter import OdooAdapter, Options

    return OdooAdapter(msgspec.convert(options, Options))


def _webhook(options: Any, publish: Publish) -> Adapter:
    from ehr_connector.webhook.adapter import Options, WebhookAdapter

    return WebhookAdapter(msgspec.convert(options, Options), publish)


def _filedrop(options: Any, _: Publish) -> Adapter:
    from ehr_connector.filedrop.adapter import FileDropAdapter, Options

    return FileDropAdapter(msgspec.convert(options, Options))


def _feishu(options: Any, publish: Publish) -> Adapter:
    from ehr_connector.feishu.adapter import FeishuAdapter, Options

    return FeishuAdapter(msgspec.convert(options, Options), publish)


def _partner(options: Any, publish: Publish) -> Adapter:
    from ehr_connector.partner.adapter import Options, PartnerAdapter

    return PartnerAdapter(msgspec.convert(options, Options), publish)


SYSTEMS: dict[str, Callable[[Any, Publish], Adapter]] = {
    "odoo": _odoo,
    "webhook": _webhook,
    "filedrop": _filedrop,
    "feishu": _feishu,
    "partner": _partner,
}


def make_adapter(connection: Connection, publish: Publish) -> Adapter:
    """Return a connection's adapter; WrongConfig names an unknown system or option."""
    make = SYSTEMS.get(connection.system)
    if make is None:
        known = ", ".join(SYSTEMS)
        said = f"“{connection.system}” is no system we know; there are: {known}"
        raise WrongConfig([Mistake("system", 0, said)])
    try:
        return make(connection.options, publish)
    except msgspec.ValidationError as error:
        raise WrongConfig([Mistake(f"{connection.name}.options", 0, str(error))]) from None


class ReportLinks:
    """Personal links to reports, good for a week: what a message carries in place of a file."""

    def __init__(self, address: str, secret: bytes) -> None:
        self._address = address
        self._secret = hashlib.blake2b(secret, digest_size=32, person=b"report-links").digest()

    def publish(self, file: File) -> str:
        """Return the link under which the file's application's report can be fetched."""
        application = file.key.split(".")[1]
        until = int(time.time()) + _LINK_SECONDS
        return f"{self._address}/api/v1/reports/{application}.pdf?until={until}&seal={self._seal(application, until)}"

    def _seal(self, application: str, until: int) -> str:
        signed = f"{application}.{until}".encode()
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()[:40]

    def opens(self, application: str, until: int, seal: str) -> bool:
        """Say whether a link is ours and still good."""
        return until > time.time() and hmac.compare_digest(self._seal(application, until), seal)
