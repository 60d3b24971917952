"""reel below L0: the package `l0` records and replays as before, into a folder of reel's.

Without the package `l0` this program says so, and shows the same through reel alone.
"""

import asyncio
import tempfile

from reel import EventSourcing

try:
    from l0.eventsourcing import EventSourcing as L0EventSourcing
    from l0.eventsourcing import StorageAdapterConfig
except ImportError:
    L0EventSourcing = None


async def store_of_l0(folder):
    import reel.l0_adapter

    reel.l0_adapter.register()
    store = await L0EventSourcing.create(StorageAdapterConfig(type="reel", connection=folder))
    return store, L0EventSourcing


async def main(folder):
    if L0EventSourcing is None:
        store, api = EventSourcing.file(folder), EventSourcing
    else:
        store, api = await store_of_l0(folder)
    recorder = api.recorder(store, "chat-7")
    await recorder.record_start({"model": "m"})
    await recorder.record_token("Hello", 0)
    await recorder.record_complete("Hello", 1)
    state = await api.replayer(store).replay_to_state("chat-7")
    print(state.content, state.token_count, state.completed)


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(folder))

# Output:
# Hello 1 True
