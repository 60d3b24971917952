"""Stores by name."""

import asyncio

import pytest
from conftest import run

import reel
from reel import EventSourcing
from reel.eventsourcing import StorageAdapterConfig


def test_adapters(tmp_path):
    async def scenario():
        made = []

        def factory(config):
            made.append(config)
            return EventSourcing.memory()

        async def slow_factory(config):
            await asyncio.sleep(0)
            return factory(config)

        config = StorageAdapterConfig(type="own", options={"a": 1})
        try:
            EventSourcing.register_adapter("own", factory)
            EventSourcing.register_adapter("slow", slow_factory)
            assert EventSourcing.list_adapters() == ["memory", "file", "own", "slow"]
            await EventSourcing.create(config)
            assert made == [config] and made[0] is config
            store = await EventSourcing.create(StorageAdapterConfig(type="slow"))
            assert await store.list_streams() == []
            EventSourcing.register_adapter("own", lambda config: None)
            with pytest.raises(reel.InvalidArgumentError, match="None"):
                await EventSourcing.create(config)
        finally:
            assert EventSourcing.unregister_adapter("own") is True
            assert EventSourcing.unregister_adapter("slow") is True
        assert EventSourcing.unregister_adapter("own") is False
        with pytest.raises(ValueError) as caught:
            await EventSourcing.create(StorageAdapterConfig(type="Memory"))
        assert str(caught.value) == (
            'Unknown storage adapter type: "Memory". Available adapters: memory, file'
        )
        file = await EventSourcing.create(
            StorageAdapterConfig("file", str(tmp_path / "e"), options={"sync_interval_ms": 100})
        )
        await EventSourcing.recorder(file, "a").record_token("x", 0)
        assert (tmp_path / "e").is_dir()
        for bad in ("", None):
            with pytest.raises(ValueError):
                EventSourcing.register_adapter(bad, factory)
        with pytest.raises(TypeError):
            EventSourcing.register_adapter("x", "not callable")

    run(scenario())
