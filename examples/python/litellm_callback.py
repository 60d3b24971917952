"""LiteLLM, proxy or SDK, with every call recorded. In the proxy's config.yaml:

    litellm_settings:
      callbacks: litellm_callback.recorder

and beside it this file; in a program: `litellm.callbacks = [recorder]`. Streams of the proxy are
recorded chunk by chunk, on their way; everything else when it ends.
What recording cannot do never disturbs a call: it is logged.

Run as a program it needs no LiteLLM: it does to the callback what the proxy does.
"""

import asyncio
import logging
import os
import sys
import tempfile

import reel
from reel import EventSourcing

try:
    from litellm.integrations.custom_logger import CustomLogger
except ImportError:  # to be read and run without it
    CustomLogger = object

log = logging.getLogger(__name__)
KEPT = ("model", "temperature", "max_tokens", "user", "metadata")


class ReelRecorder(CustomLogger):
    def __init__(self, path=None):
        super().__init__()
        self.on_their_way = set()  # ids of calls whose chunks are recorded
        self.store = EventSourcing.file(path or os.environ.get("REEL_STORE", "./litellm-events"))

    def recorder_for(self, data):
        call_id = str(data.get("litellm_call_id") or "")
        usable = call_id if call_id.replace("-", "").replace("_", "").isalnum() else None
        return EventSourcing.recorder(self.store, usable)

    @staticmethod
    def options_of(data):
        return {key: jsonable(data[key]) for key in KEPT if data.get(key) is not None}

    async def async_post_call_streaming_iterator_hook(
        self, user_api_key_dict, response, request_data
    ):
        recorder = self.recorder_for(request_data)
        self.on_their_way.add(request_data.get("litellm_call_id"))
        async for chunk in reel.tee(
            response,
            recorder,
            options=self.options_of(request_data),
            on_record_error=lambda error: log.warning("not recorded: %s", error),
        ):
            yield chunk

    def was_recorded(self, kwargs):
        call_id = kwargs.get("litellm_call_id")
        seen = call_id in self.on_their_way
        self.on_their_way.discard(call_id)
        return seen

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        if self.was_recorded(kwargs):
            return
        try:
            recorder = self.recorder_for(kwargs)
            response_obj = kwargs.get("complete_streaming_response") or response_obj
            text = response_obj.choices[0].message.content or ""
            await recorder.record_start(self.options_of(kwargs))
            await recorder.record_token(text, 0)
            await recorder.record_complete(text, 1)
        except Exception as error:
            log.warning("not recorded: %s", error)

    async def async_log_failure_event(self, kwargs, response_obj, start_time, end_time):
        if self.was_recorded(kwargs):
            return
        try:
            recorder = self.recorder_for(kwargs)
            await recorder.record_start(self.options_of(kwargs))
            await recorder.record_error(kwargs.get("exception") or RuntimeError("unknown"))
        except Exception as error:
            log.warning("not recorded: %s", error)


def jsonable(value):
    """Metadata of the proxy holds objects: they are kept as text."""
    if isinstance(value, dict):
        return {str(key): jsonable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(one) for one in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


async def play(folder):
    from types import SimpleNamespace as Object

    callback = ReelRecorder(folder)

    async def response():
        for text, reason in (("Hel", None), ("lo", None), (None, "stop")):
            yield {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "model": "m",
                "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}],
            }

    data = {"litellm_call_id": "call-1", "model": "m", "metadata": {"team": object}}
    hook = callback.async_post_call_streaming_iterator_hook(None, response(), data)
    chunks = [one async for one in hook]
    await callback.async_log_success_event(data, None, None, None)  # changes nothing any more
    answer = Object(choices=[Object(message=Object(content="All at once"))])
    whole = {"litellm_call_id": "call-2", "model": "m"}
    await callback.async_log_success_event(whole, answer, None, None)
    failed = {"litellm_call_id": "call-3", "model": "m", "exception": TimeoutError("late")}
    await callback.async_log_failure_event(failed, None, None, None)

    print(len(chunks), "chunks")
    for stream_id in await callback.store.list_streams("call-"):
        state = await EventSourcing.replayer(callback.store).replay_to_state(stream_id)
        error = state.error and f"{state.error.name}: {state.error.message}"
        print(stream_id, repr(state.content), "completed" if state.completed else error)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sys.argv[1] if len(sys.argv) > 1 else folder))
else:
    recorder = ReelRecorder()

# Output:
# 3 chunks
# call-1 'Hello' completed
# call-2 'All at once' completed
# call-3 '' TimeoutError: late
