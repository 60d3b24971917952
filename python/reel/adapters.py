"""Storage adapters: stores by name, for programs that are told in a configuration which to use."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Union

from .errors import InvalidArgumentError
from .stores import FileEventStore, InMemoryEventStore

__all__ = [
    "StorageAdapterConfig",
    "StorageAdapterFactory",
    "create_event_store",
    "get_registered_adapters",
    "register_storage_adapter",
    "unregister_storage_adapter",
]


@dataclass
class StorageAdapterConfig:
    """Which adapter, where, and its own ``options``; ``ttl`` in milliseconds."""

    type: str
    connection: Optional[str] = None
    prefix: str = "l0"
    ttl: int = 0
    options: dict[str, Any] = field(default_factory=dict)


StorageAdapterFactory = Callable[[StorageAdapterConfig], Union[Any, Awaitable[Any]]]


def _memory(config: StorageAdapterConfig) -> InMemoryEventStore:
    return InMemoryEventStore(config.prefix, config.ttl)


def _file(config: StorageAdapterConfig) -> FileEventStore:
    path = config.connection or "./l0-events"
    return FileEventStore(path, config.prefix, config.ttl, **config.options)


_factories: dict[str, StorageAdapterFactory] = {"memory": _memory, "file": _file}


def register_storage_adapter(adapter_type: str, factory: StorageAdapterFactory) -> None:
    """Register a factory, sync or async; it is given the configuration itself. One of that name is
    replaced."""
    if not isinstance(adapter_type, str) or not adapter_type:
        raise InvalidArgumentError(f"an adapter's name must be a str, not {adapter_type!r}")
    if not callable(factory):
        raise TypeError(f"a factory must be callable; a {type(factory).__name__} is not")
    _factories[adapter_type] = factory


def unregister_storage_adapter(adapter_type: str) -> bool:
    """True: it was there."""
    return _factories.pop(adapter_type, None) is not None


def get_registered_adapters() -> list[str]:
    """The names, in order of registration."""
    return list(_factories)


async def create_event_store(config: StorageAdapterConfig) -> Any:
    """Create a store; the factory is awaited if it is async."""
    factory = _factories.get(config.type)
    if factory is None:
        available = ", ".join(_factories) or "none"
        raise InvalidArgumentError(
            f'Unknown storage adapter type: "{config.type}". Available adapters: {available}'
        )
    made = factory(config)
    if inspect.isawaitable(made):
        made = await made
    if made is None:
        raise InvalidArgumentError(f'the adapter "{config.type}" answered None instead of a store')
    return made
