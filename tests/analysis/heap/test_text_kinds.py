"""What a text likely is."""

import time

import pytest

from memdoctor.analysis.heap.strings.text_kinds import KINDS, kind_of

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4"


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("empty", [""]),
        ("number", ["0", "-1.5e3", "20240101"]),
        ("id", ["550e8400-e29b-41d4-a716-446655440000", "deadbeefdeadbeef01"]),
        ("base64", [PNG, f"data:image/png;base64,{PNG}", "-----BEGIN KEY-----\nabc", f"eyJ{PNG}.{PNG}.x"]),
        ("url", ["https://a.b/c?d=e#f", "postgres://user@host/db", "data:text/plain,hello"]),
        ("path", ["/srv/app/index.js", "C:\\a\\b.txt", "./x", "src/a/b.ts", "file:///a/b.js"]),
        ("binary", ["\x00\x01\x02abc", "\ufffd\ufffd"]),
        ("prompt", ["Human: hi", '[{"role": "user", "content": "x"}]', "You are a helpful assistant."]),
        ("prompt", ["The quick brown fox jumps over it. " * 20, "<|im_start|>"]),
        ("markup", ["<div class='a'>x</div>", "<!DOCTYPE html>", "<?xml version='1.0'?>", "<p>"]),
        ("json", ['{"a": 1}', "[1, 2]", "[]", '[{"a"', "{}", "[true]"]),
        ("source", ["const a = b => c;\nfunction d() {}", "(() => {\n  class A { x() { return 1 } }"]),
        ("source", ["// of somebody\nlet a", "'use strict'\n", "#!/bin/sh\nls", "import { a } from 'b';"]),
        (
            "text",
            ["hello", "and/or", "[object Object]", "[2024-01-01 10:10] x", "a < b", "user45", "/", "//"],
        ),
        (
            "text",
            ["text/html; charset=utf-8", "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256", "get size"],
        ),
    ],
)
def test_kinds(kind: str, texts: list[str]) -> None:
    assert kind in KINDS
    assert {text: kind_of(text) for text in texts} == dict.fromkeys(texts, kind)


PARTS = (
    '/ \\ a [ { " < a/ a. 1 1. 0x A1b \n "role" class ( => - \u4e00 import <a {" [1 data:a/b; a:// '
    "const\u2003"
)


@pytest.mark.parametrize("part", [*PARTS.split(" "), " ", "<a ", "a b ", '{ "', "Human: "])
def test_no_text_takes_long(part: str) -> None:
    texts = [(part * 1_000_000)[:1_000_000] + end for end in ("", "!", "\x00", "\n", '"')]
    start = time.perf_counter()
    for text in texts:
        kind_of(text)
    assert time.perf_counter() - start < 0.1
