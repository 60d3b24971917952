#!/usr/bin/env python3
"""Writes the JSONL files that make_stores.sh records: make_inputs.py FOLDER. Always the same bytes."""

import json
import os
import random
import sys
import uuid

T0 = 1705619139921.5


def line(stream, seq, type_, ts, namespace=None, **members):
    row = {"stream_id": stream, "seq": seq, "event": dict(type=type_, ts=ts, **members)}
    if namespace:
        row["namespace"] = namespace
    return json.dumps(row, ensure_ascii=False)


def events():
    """All types and awkward values, as text where the spelling matters."""
    bodies = r'''
{"type":"START","ts":0}
{"type":"START","ts":-0.0,"options":null}
{"type":"START","ts":1e300,"options":{ "b" : 1.0, "a":[1.10, 1e5,"\u00e9\/"] , "n":null}}
{"type":"TOKEN","ts":1e22,"value":"","index":0}
{"type":"TOKEN","ts":1.5e-7,"value":"a\u0000b\b\f\n\r\t\"\\\/\u007f\u0001\u001f\u2028","index":-9223372036854775808}
{"type":"TOKEN","ts":123456789012345680000.0,"value":"\ud83d\ude00é","index":9223372036854775807,"channel":"reasoning"}
{"type":"TOKEN","ts":5e-324,"value":"x","index":1,"channel":"","call":0}
{"type":"TOKEN","ts":-1.7976931348623157e308,"value":"x","index":2,"channel":null,"call":null}
{"type":"TOKEN","ts":0.1,"value":"x","index":2,"call":-5}
{"type":"TOKEN","ts":0.0001,"value":"x","index":2,"call":9223372036854775807,"logprob":-0.5,"zz":{"a": 1}},"env":[1, 2],"e2":null
{"type":"TOKEN","ts":0.00012345,"value":"tool","index":3,"channel":"tool#1","call":1}
{"type":"TOKEN","ts":100000,"value":"tool","index":4,"channel":"tool#1","call":1}
{"type":"CHECKPOINT","ts":1e15,"at":0,"content":""}
{"type":"CHECKPOINT","ts":1e16,"at":3,"content":"q","foo":1}
{"type":"CHECKPOINT","ts":9007199254740991,"at":-3,"content":"\ufffd\ufeff"}
{"type":"GUARDRAIL","ts":1e17}
{"type":"GUARDRAIL","ts":1234567.125,"at":null,"result":null,"check_type":null}
{"type":"GUARDRAIL","ts":1234567.12525,"at":5,"result":{"violations":[{"rule":"x"}]},"check_type":"full"}
{"type":"GUARDRAIL","ts":1234567.000244140625,"at":5,"result":{"violations":[]},"check_type":""}
{"type":"DRIFT","ts":1e6}
{"type":"DRIFT","ts":4503599627370497.5,"at":4,"result":{"detected":true}}
{"type":"DRIFT","ts":-1e6,"at":null,"result":null}
{"type":"RETRY","ts":-1705619139921.994,"reason":"r","attempt":1}
{"type":"RETRY","ts":1e6,"reason":"","attempt":2,"counts_toward_limit":true,"delay":1.50}
{"type":"RETRY","ts":1e6,"reason":"r","attempt":-2,"counts_toward_limit":false,"delay":-0}
{"type":"RETRY","ts":1e6,"reason":"r","attempt":7,"counts_toward_limit":null,"delay":null}
{"type":"RETRY","ts":1e6,"reason":"r","attempt":7,"delay":1E+2}
{"type":"FALLBACK","ts":1e6,"to":1}
{"type":"FALLBACK","ts":1e6,"to":-1,"from":-9223372036854775808,"reason":"bad"}
{"type":"FALLBACK","ts":1e6,"to":-1,"from":null,"reason":null}
{"type":"CONTINUATION","ts":1e6,"checkpoint":"abc","at":9}
{"type":"COMPLETE","ts":1e6,"content":"abc","token_count":9007199254740993}
{"type":"ERROR","ts":1e6}
{"type":"ERROR","ts":1e6,"error":{"name":"E","message":"m","code":"c","stack":"s\n","metadata":{"k":[1.0,18446744073709551615]}},"failure_type":"network","recovery_strategy":"retry","policy":"p"}
{"type":"ERROR","ts":1e6,"error":null,"failure_type":null,"recovery_strategy":null,"policy":null,"more":"\u00e9"}
{"type":"FUTURE","ts":1e6,"x":{"y": [1, 2]}, "value":"t","index":3},"k":"v"
{"type":"FUTURE","ts":12.5}
{"x":1,"type":"","ts":12.5,"type2":"\n"}
{"type":"GAP","ts":12.5,"count":3}
{"type":"TOKEN","ts":12.5,"value":"a text of more than two hundred and fifty-two bytes: LONG","index":6}
'''.replace("LONG", "0123456789" * 30).strip().split("\n")
    rows = []
    for seq, body in enumerate(bodies):
        event, more = body, ""
        if "},\"env\"" in body or "},\"k\"" in body:
            event, _, more = body.rpartition("},")
            event, more = event + "}", "," + more
        rows.append('{"stream_id":"odd","seq":%d,"event":%s%s}' % (seq, event, more))
    rows.append(line("odd", len(rows) + 10, "TOKEN", 13, value="after a gap", index=6))
    rows.append(line("late", 7, "TOKEN", 13, value="first seq is 7", index=6))
    rows.append(line("u\0\né\u202e", 0, "TOKEN", T0, value="", index=0))
    rows.append(line("odd", 0, "TOKEN", T0, "ns 2", value="", index=0))
    rows.append(line("odd", 35, "COMPLETE", T0, "é", content="x", token_count=-1))
    return rows


def long(count=17000):
    """More than 8192 seqs in one stream, with everything that snapshots keep, and elided contents."""
    rng, rows, text, index, kept = random.Random(1), [], "", 0, 0
    words = [" the", " a", " word", "s", ".", "\n", " é", " snapshot", " of", " state"]

    def add(type_, **members):
        rows.append(line("long", len(rows), type_, T0 + len(rows) * 12.125 + len(rows) % 7 / 1000, **members))
    add("START", options={"model": "m"})
    while len(rows) < count:
        pick = rng.random()
        if pick < 0.0006:
            add("CHECKPOINT", at=index, content=text)
        elif pick < 0.0013:
            add("GUARDRAIL", at=index, result={"violations": [{"rule": "r%d" % len(rows)}] if rng.random() < 0.5 else []})
        elif pick < 0.0018:
            add("RETRY", reason="r", attempt=1)
        elif pick < 0.0020:
            add("FALLBACK", to=1, **{"from": 0})
        elif pick < 0.0022:
            add("DRIFT", at=index, result={"detected": rng.random() < 0.5})
        elif pick < 0.0024:
            add("ERROR", error={"name": "E", "message": "m%d" % len(rows)})
        elif pick < 0.03:
            add("TOKEN", value=rng.choice(words), index=index, channel="reasoning")
        else:
            word = words[index * index % 97 % len(words)]
            text += word
            add("TOKEN", value=word, index=index)
            index += 1
    add("COMPLETE", content=text, token_count=index)
    return rows


def many():
    """More than 128 streams: UUIDs of version 7 and 4, other names of all lengths, three namespaces."""
    rng, rows = random.Random(2), []
    for number in range(420):
        if number % 3 == 0:
            high = int(T0) + number << 16 | 7 << 12 | rng.getrandbits(12)
            stream = str(uuid.UUID(int=high << 64 | 2 << 62 | rng.getrandbits(62)))
        elif number % 3 == 1:
            stream = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        else:
            stream = ("chat-%d-" % number + "x" * 300)[:max(8, number)]
        if number == 17:
            stream = "018D1E2F-6800-77D3-82C7-78BAE577D0EE"
        namespace = (None, "tenant-3", "é")[number * number % 7 % 3]
        ts = T0 + number
        rows.append(line(stream, 0, "START" if number % 5 else "TOKEN", ts, namespace,
                         **({} if number % 5 else {"value": "x", "index": 4})))
        if number % 4:
            rows.append(line(stream, 1, "TOKEN", ts + rng.random() * 100, namespace, value="hi", index=number))
        if number % 7 == 1:
            rows.append(line(stream, 2, "COMPLETE", ts + 1.125, namespace, content="hi", token_count=number % 3))
        if number % 7 == 3:
            rows.append(line(stream, 2, "ERROR", ts + 1 / 3, namespace, error={"name": "E", "message": "m"}))
        if number % 9 == 5:
            rows.append(line(stream, 100, "COMPLETE", ts + 9, namespace, content="", token_count=0))
    return rows


def big():
    """Events above 512 KiB: text of several pieces, parts alone, both; and contents that repeat them."""
    text, more = "a text in pieces, " * 70000, "abc " * 140000
    rows = [line("big", 0, "START", T0, options={"prompt": text}),
            line("big", 1, "TOKEN", T0 + 1, value=more, index=0),
            line("big", 2, "CHECKPOINT", T0 + 2, at=1, content=more),
            line("big", 3, "TOKEN", T0 + 3, value=text, index=1, channel="reasoning", note=more),
            line("big", 4, "TOKEN", T0 + 4, value="!", index=2),
            line("big", 5, "COMPLETE", T0 + 5, content=more + "!", token_count=3),
            line("big", 6, "CHECKPOINT", T0 + 6, at=1, content=text),
            line("big", 7, "COMPLETE", T0 + 7, content=text, token_count=3)]
    return rows


def elided():
    """Contents that equal the text so far, and some that do not; two streams in turn; words."""
    rows, texts = [], {"a": "", "b": ""}
    seqs = {"a": 0, "b": 0}

    def add(stream, type_, **members):
        rows.append(line(stream, seqs[stream], type_, T0 + len(rows), **members))
        seqs[stream] += 1
    for number in range(200):
        stream = "ab"[number % 2]
        token = " token %d" % (number % 11)
        add(stream, "TOKEN", value=token, index=number // 2)
        texts[stream] += token
        if number % 13 == 0:
            add(stream, "TOKEN", value="thought", index=number // 2, channel="reasoning")
        if number % 17 == 0:
            add(stream, "CHECKPOINT", at=number // 2, content=texts[stream])
        if number % 41 == 0:
            add(stream, "RETRY", reason="a reason that comes again", attempt=1, counts_toward_limit=False)
            add(stream, "CONTINUATION", checkpoint=texts[stream], at=number // 2)
        if number == 120:
            texts[stream] = texts[stream][:300]
            add(stream, "CONTINUATION", checkpoint=texts[stream], at=3)
    for stream in "ab":
        add(stream, "COMPLETE", content=texts[stream], token_count=100)
        add(stream, "COMPLETE", content=texts[stream] + "?", token_count=100)
    return rows


def parts_of_a_day():
    """What make_stores.sh records one after another: four files of streams that go on and on."""
    files = []
    for part in range(4):
        rows = []
        for stream in range(6):
            for seq in range(part * 10, part * 10 + 10):
                kind = "START" if seq == 0 else "COMPLETE" if seq == 39 else "TOKEN"
                members = {"START": {}, "COMPLETE": {"content": "bye", "token_count": 38},
                           "TOKEN": {"value": "t%d" % (seq % 4), "index": seq - 1}}[kind]
                rows.append(line("day-%d" % stream, seq, kind, T0 + seq * 1000 + stream, **members))
        files.append(rows)
    return files


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    files = {"events": events(), "long": long(), "many": many(), "big": big(), "elided": elided()}
    files.update(("day%d" % n, rows) for n, rows in enumerate(parts_of_a_day()))
    for name, rows in files.items():
        with open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
