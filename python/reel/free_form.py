"""Free-form JSON objects of events (options, results) as dataclasses that keep every key.

Such an object has named fields, and whatever else it was given in ``extra``. It can be read both
ways: ``options.model`` and ``options["model"]``, ``options["temperature"]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any, Optional, TypeVar

Self = TypeVar("Self", bound="FreeForm")


@lru_cache(maxsize=None)
def _defaults(kind: type) -> dict[str, Any]:
    found = {}
    for one in fields(kind):
        if one.name != "extra":
            made = one.default_factory() if one.default_factory is not MISSING else one.default
            found[one.name] = made
    return found


class FreeForm(Mapping[str, Any]):
    """A mapping of the keys that were given, over a dataclass with a field ``extra``."""

    extra: dict[str, Any]

    @classmethod
    def from_dict(cls: type[Self], given: Mapping[str, Any]) -> Self:
        """Takes any keys; those that are no fields go to ``extra``. ``to_dict`` has their order."""
        names = _defaults(cls)
        known = {key: value for key, value in given.items() if key in names}
        extra = {key: value for key, value in given.items() if key not in names}
        made = cls(**known, extra=extra)  # type: ignore[call-arg]
        object.__setattr__(made, "_given", tuple(given))
        return made

    def to_dict(self) -> dict[str, Any]:
        """What is stored: the keys that were given, then fields that are not their default."""
        found = {}
        for key in self.__dict__.get("_given", ()):
            value = self._value(key)
            if value is not MISSING:
                found[key] = value
        for key, default in _defaults(type(self)).items():
            value = getattr(self, key)
            if key not in found and (value != default or type(value) is not type(default)):
                found[key] = value
        for key, value in self.extra.items():
            found.setdefault(key, value)
        return found

    def _value(self, key: str) -> Any:
        if key in _defaults(type(self)):
            return getattr(self, key)
        return self.extra.get(key, MISSING)

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name != "extra":
            extra = self.__dict__.get("extra")
            if extra is not None and name in extra:
                return extra[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}: it was not recorded")

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FreeForm):
            return type(self) is type(other) and self._all() == other._all()
        if isinstance(other, Mapping):
            return self.to_dict() == dict(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def _all(self) -> dict[str, Any]:
        return {**{key: getattr(self, key) for key in _defaults(type(self))}, **self.extra}


def as_dict(value: Any) -> Optional[dict[str, Any]]:
    """The JSON object that a value stands for: a mapping, one of reel's or somebody's dataclass."""
    if isinstance(value, FreeForm):
        return value.to_dict()
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(type(value), "__dataclass_fields__"):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return None
