"""The signed webhook: the conformance suite, and the signature against the package of those who wrote the standard."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ehr_connector.faults import Misconfigured
from ehr_connector.http import refuse_internal
from ehr_connector.mapping.model import Connection
from ehr_connector.model import Capability, File, Ref, Write
from ehr_connector.webhook.adapter import Options, WebhookAdapter
from ehr_connector.webhook.signature import check_signature, headers_for, secret_bytes, sign
from tests.ehr.contract import AdapterContract, Remote
from tests.ehr.ledger import Pushing, a_result, approved
from tests.ehr.maps import connection
from tests.ehr.proxy import FaultProxy
from tests.ehr.receiver import Receiver, serving

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


class WebhookRemote(Remote):
    def __init__(self, receiver: Receiver, proxy: FaultProxy, mapped: Connection) -> None:
        self.receiver = receiver
        self.proxy = proxy
        self.connection = mapped
        self.contents: dict[str, bytes] = {}
        options = Options(url=f"{proxy.url}/hook", secrets=(SECRET,), internal=True, seconds=1.0, rate=1000)
        self.adapter = WebhookAdapter(options, self._publish)

    def _publish(self, file: File) -> str:
        self.contents[file.key] = file.content
        return f"https://files.example.org/{file.key}"

    async def records(self) -> list[dict[str, Any]]:
        return [
            values
            for key, values in self.receiver.records.items()
            if key.startswith("application.") and key not in self.receiver.deleted
        ]

    async def files(self) -> list[bytes]:
        return [self.contents[key] for key in self.receiver.files]

    async def notes(self) -> list[str]:
        return list(self.receiver.notes.values())

    async def stage(self) -> str:
        return self.receiver.stages["application.a_1"]

    async def move_by_hand(self, stage: str) -> None:
        self.receiver.stages = dict.fromkeys(self.receiver.stages, stage)

    async def delete_by_hand(self) -> None:
        self.receiver.deleted |= set(self.receiver.records)


class TestWebhook(AdapterContract):
    @pytest.fixture
    async def remote(self) -> AsyncIterator[WebhookRemote]:
        receiver = Receiver(SECRET)
        async with serving(receiver.app) as url:
            proxy = FaultProxy(url, slow_seconds=1.5)
            await proxy.start()
            made = WebhookRemote(receiver, proxy, connection("webhook"))
            yield made
            await made.adapter.close()
            await proxy.stop()
        assert receiver.unsigned == 0

    async def test_a_retry_has_the_same_id(self, remote: WebhookRemote, pushing: Pushing) -> None:
        remote.proxy.next("lost", "lost", "lost")
        await pushing.push()
        assert remote.receiver.repeated == 3

    async def test_messages_are_thin(self, remote: WebhookRemote) -> None:
        write = Write("application.a_1", "applicant", {"name": "x", "essay": "长" * 10_000})
        with pytest.raises(Misconfigured) as caught:
            await remote.adapter.upsert(write, None)
        assert (caught.value.code, caught.value.field) == ("too_large", "essay")

    async def test_hire_and_onboarding(self, remote: WebhookRemote, pushing: Pushing) -> None:
        await pushing.push()
        await pushing.push(cause="decided", result=approved(a_result()))
        kinds = [entry.split()[0] for entry in remote.receiver.order]
        assert kinds[-2:] == ["applicant.hired", "onboarding.started"]
        assert Capability.READ not in remote.adapter.capabilities

    async def test_the_order_of_an_application(self, remote: WebhookRemote, pushing: Pushing) -> None:
        await pushing.push()
        kinds = [entry.split()[0] for entry in remote.receiver.order]
        scores = kinds.count("record.upserted") - 1
        assert scores == len(a_result().scores) == 4
        assert kinds == ["record.upserted"] * (1 + scores) + ["file.ready", "note.added", "stage.moved"]

    async def test_an_endpoint_that_has_closed(self, remote: WebhookRemote) -> None:
        remote.receiver.deleted.add("")
        with pytest.raises(Misconfigured, match="endpoint_closed"):
            await remote.adapter.erase("a_1")


def test_our_signature_is_the_standards() -> None:
    body = json.dumps({"type": "ping", "data": {"name": "王"}}).encode()
    at = int(time.time())
    headers = headers_for([secret_bytes(SECRET)], "msg_1", at, body)
    assert Webhook(SECRET).verify(body, headers)
    assert Webhook(SECRET).sign("msg_1", datetime.fromtimestamp(at, UTC), body.decode()) == sign(
        secret_bytes(SECRET), "msg_1", at, body
    )
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)


def test_what_others_sign_is_verified() -> None:
    body, now = b'{"type":"x","data":{}}', time.time()
    signed = Webhook(SECRET).sign("msg_2", datetime.fromtimestamp(int(now), UTC), body.decode())
    headers = {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(now)),
        "webhook-signature": f"v1,AAAA {signed}",
    }
    keys = [secret_bytes(SECRET)]
    assert check_signature(keys, headers, body, now) == "msg_2"
    wrong = (
        ({**headers, "webhook-id": "msg_3"}, body, now),
        (headers, body + b" ", now),
        (headers, body, now + 301),
        ({**headers, "webhook-timestamp": "soon"}, body, now),
        ({**headers, "webhook-signature": "v1,ö"}, body, now),
        ({}, body, now),
    )
    for given, content, at in wrong:
        with pytest.raises(Misconfigured, match="bad_signature"):
            check_signature(keys, given, content, at)


def test_two_secrets_while_they_are_changed() -> None:
    old, new = SECRET, "whsec_" + base64.b64encode(b"n" * 32).decode()
    headers = headers_for([secret_bytes(new), secret_bytes(old)], "m", int(time.time()), b"{}")
    assert all(Webhook(secret).verify(b"{}", headers) == {} for secret in (old, new))


@pytest.mark.parametrize(
    "secret", ["whsec_", "short", "whsec_!!!", "whsec_" + base64.b64encode(b"x" * 65).decode()]
)
def test_a_bad_secret_is_refused(secret: str) -> None:
    with pytest.raises(Misconfigured, match="bad_secret"):
        secret_bytes(secret)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "http://169.254.169.254/", "http://[::1]/", "http://10.1.2.3"]
)
def test_addresses_inside_are_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="internal_address"):
        refuse_internal(address)


async def test_who_does_not_allow_them_reaches_nothing_inside() -> None:
    adapter = WebhookAdapter(Options(url="http://127.0.0.1:9/hook", secrets=(SECRET,)), lambda _: "")
    with pytest.raises(Misconfigured, match="internal_address"):
        await adapter.upsert(Write("k", "m", {}), Ref("m", "1"))
    await adapter.close()
