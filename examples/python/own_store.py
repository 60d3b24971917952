"""A store of one's own: the five methods of the protocol, over SQLite, and an adapter for it."""

import asyncio
import json
import sqlite3

from reel import EventSourcing
from reel.convert import event_from_dict, event_to_dict
from reel.eventsourcing import EventEnvelope, StorageAdapterConfig


class SqliteStore:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS events"
            " (stream TEXT, seq INTEGER, event TEXT, PRIMARY KEY (stream, seq))"
        )

    # An envelope comes with its stream's next seq; the primary key refuses any that is taken.
    async def append(self, stream_id, event):
        text = json.dumps(event_to_dict(event))
        with self.db:
            self.db.execute("INSERT INTO events VALUES (?, ?, ?)", (stream_id, event.seq, text))

    async def get_events(self, stream_id):
        rows = self.db.execute(
            "SELECT seq, event FROM events WHERE stream = ? ORDER BY seq", (stream_id,)
        )
        return [
            EventEnvelope(stream_id, seq, event_from_dict(json.loads(text))) for seq, text in rows
        ]

    async def exists(self, stream_id):
        return bool(await self.get_events(stream_id))

    async def delete(self, stream_id):
        with self.db:
            deleted = self.db.execute("DELETE FROM events WHERE stream = ?", (stream_id,))
        return deleted.rowcount > 0

    async def list_streams(self, prefix=None):
        rows = self.db.execute("SELECT stream FROM events GROUP BY stream ORDER BY min(rowid)")
        return [stream for (stream,) in rows if stream.startswith(prefix or "")]


async def main():
    EventSourcing.register_adapter("sqlite", lambda config: SqliteStore(config.connection))
    store = await EventSourcing.create(StorageAdapterConfig("sqlite", ":memory:"))

    # It works everywhere: recorders, replays, composites with reel's own stores.
    both = EventSourcing.composite([EventSourcing.memory(), store])
    recorder = EventSourcing.recorder(both, "chat-7")
    await recorder.record_start({"model": "m"})
    await recorder.record_token("Hello", 0)
    await recorder.record_complete("Hello", 1)

    result = await EventSourcing.replay("chat-7", store)
    async for envelope in result:
        print(envelope.seq, envelope.event.type.value)
    print(result.state.content, await store.list_streams("chat"))


asyncio.run(main())

# Output:
# 0 START
# 1 TOKEN
# 2 COMPLETE
# Hello ['chat-7']
