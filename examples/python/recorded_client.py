"""A client of OpenAI or Anthropic whose streams are recorded on their way.

    client = RecordedClient(AsyncOpenAI(), store)
    async for chunk in client.chat(model="gpt-4o", messages=[...]): ...

    client = RecordedClient(AsyncAnthropic(), store)
    async for event in client.chat(model="claude-...", max_tokens=100, messages=[...]): ...

Run as a program it needs neither: it plays a capture of a server's answer (a file of server-sent
events, or a few chunks that stand below) to a client that only looks like one.
"""

import asyncio
import json
import sys

import reel
from reel import EventSourcing


class RecordedClient:
    def __init__(self, client, store):
        self.client = client
        self.store = store

    def chat(self, *, stream_id=None, **arguments):
        """An async iterator over the chunks; `stream_id` is where they are recorded."""
        recorder = EventSourcing.recorder(self.store, stream_id)
        create = (
            self.client.messages.create
            if hasattr(self.client, "messages")
            else self.client.chat.completions.create
        )
        stream = create(stream=True, **arguments)  # a coroutine; tee awaits it
        return reel.tee(stream, recorder, options=arguments)


class Played:
    """What a server once answered, in the place of a client."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.messages = self

    async def create(self, **_):
        async def stream():
            for chunk in self.chunks:
                yield chunk

        return stream()


CHUNKS = [
    {"type": "message_start", "message": {"id": "msg_1", "model": "claude", "usage": {}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": " you"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
    {"type": "message_stop"},
]


def captured(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("data: {"):
                yield json.loads(line[len("data: ") :])


async def main(chunks):
    store = EventSourcing.memory()
    client = RecordedClient(Played(chunks), store)
    passed_on = 0
    async for _ in client.chat(stream_id="chat-7", model="claude"):
        passed_on += 1
    state = await EventSourcing.replayer(store).replay_to_state("chat-7")
    print(f"{passed_on} chunks, {state.token_count} tokens: {state.content}")


asyncio.run(main(captured(sys.argv[1]) if len(sys.argv) > 1 else CHUNKS))

# Output:
# 7 chunks, 2 tokens: Hello you
