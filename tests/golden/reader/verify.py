"""Cross-checks: what a segment's index says must be what its rows add up to."""

from .base import Cursor, FormatError, signed64
from .events import CHANNEL, COMPLETE, ERROR, GAP, START, TOKEN, gap_count, parse_parts
from .index import FLAGS


def metadata(events, errors):
    """The members of an index entry that follow from the stream's rows in the segment."""
    real = [event for event in events if event.type != GAP]
    gaps = [gap_count(event, errors) for event in events if event.type == GAP]
    found = {"first_seq": events[0].seq, "events": len(real), "gap_records": len(gaps), "gap_events": sum(gaps),
             "token_count": 0, "start_seq": 0, "start": 0.0, "end": 0.0}
    last = events[-1]
    found["next_seq"] = last.seq + (gaps[-1] if last.type == GAP else 1)
    flags = {"has_events"} if real else set()
    for event in real:
        if event.type == START:
            found["start_seq"], found["start"] = event.seq, event.ts
            flags.add("start")
        elif event.type == TOKEN and CHANNEL not in parse_parts(event.parts, errors):
            found["token_count"] = signed64((event.number or 0) + 1)
            flags.add("token_count")
        elif event.type in (COMPLETE, ERROR):
            found["end"] = event.ts
            flags |= {"end", "completed" if event.type == COMPLETE else "error"}
            flags.discard("ends_in_error")
            if event.type == ERROR:
                flags.add("ends_in_error")
            elif event.number is not None:
                found["token_count"] = event.number
                flags.add("token_count")
    found["flags"] = sum(FLAGS[flag] for flag in flags)
    return found


def compare_index(index, segment, footer):
    """Totals, streams, metadata, links: FormatError at the first that differs."""
    def need(condition, what):
        if not condition:
            raise FormatError(segment.path, index.block.offset, "index: " + what)
    streams = segment.streams()
    need(footer.streams == index.stream_count == len(streams), "number of streams")
    need(footer.events == index.totals.events == segment.events, "number of events")
    links = {}
    for stream, block, first_seq in segment.links:
        links.setdefault(stream, {}).setdefault(block, first_seq)
    errors = Cursor(b"", segment.path, index.block.offset, "rows of a stream")
    totals = [0, 0]
    for number, (info, events) in enumerate(streams):
        said = index.streams[number]
        need(info.number == number, "numbers of streams")
        for key in ("incarnation", "ordinal", "namespace", "id"):
            need(said[key] == getattr(info, key), "%s of stream %d" % (key, number))
        for key, value in metadata(events, errors).items():
            need(said[key] == value, "%s of stream %d: %r, rows say %r" % (key, number, said[key], value))
        wanted = [(block, min(seq - events[0].seq, 2**32 - 1)) for block, seq in links[number].items()]
        need(said["links"] == wanted, "links of stream %d" % number)
        totals[0] += said["gap_records"]
        totals[1] += said["gap_events"]
    snaps = [(s.first_seq, s.last_seq, s.state[5], s.stream, s.block)
             for s in sorted(segment.snaps, key=lambda s: s[:3])]
    need([tuple(snap) for snap in index.snaps] == snaps, "list of snapshots")
    need(tuple(totals) == index.totals[1:], "gaps")
