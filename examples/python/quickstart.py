"""Record a stream, replay it, look at what it came to. Without arguments in a temporary folder."""

import asyncio
import sys
import tempfile

from reel import EventSourcing


async def main(folder):
    store = EventSourcing.file(folder)

    # Each await is done at once, and survives kill -9.
    recorder = EventSourcing.recorder(store, "chat-7")
    await recorder.record_start({"model": "gpt-4", "temperature": 0.7})
    for index, token in enumerate(["Hello", ",", " world"]):
        await recorder.record_token(token, index)
    await recorder.record_tokens(["!", " How", " are you?"])  # many at once
    await recorder.record_complete("Hello, world! How are you?", 6)

    # Replay it, event by event, here or in any other process.
    result = await EventSourcing.replay("chat-7", store)
    async for envelope in result:
        if envelope.event.type == "TOKEN":
            print(envelope.event.value, end="|")
    print(f"\nTokens: {result.state.token_count}")

    meta = await EventSourcing.metadata("chat-7", store)
    print(meta.status, meta.event_count, "events,", meta.options["temperature"])


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else folder))

# Output:
# Hello|,| world|!| How| are you?|
# Tokens: 6
# completed 8 events, 0.7
