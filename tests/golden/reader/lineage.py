"""Lineage: which segments a merged one's events came from (FORMAT.md, "Lineage block")."""

from .base import Cursor


def read_lineage(data, streams, file, offset):
    """For each stream its [(number of a segment, the seq after what that one held)]."""
    cursor = Cursor(data, file, offset, "lineage")
    numbers, number = [], 0
    for _ in range(cursor.varint()):
        step = cursor.varint()
        cursor.need(step > 0, "numbers that do not ascend")
        number += step
        numbers.append(number)
    lineage, first = [], 0
    for _ in range(streams):
        entries, count, place = [], cursor.varint(), 0
        end = cursor.varint() if count else 0
        for i in range(count):
            step = cursor.varint()
            if i == 0:
                first += (step >> 1) ^ -(step & 1)
                place = first
            else:
                place += step + 1
            cursor.need(0 <= place < len(numbers), "a number that is not named")
            seq = end - cursor.varint()
            cursor.need(seq >= (entries[-1][1] if entries else 0), "seqs that fall")
            entries.append((numbers[place], seq))
        lineage.append(entries)
    cursor.done()
    return lineage


def check_lineage(data, streams, own_number, file, offset):
    """What came from other segments is all there is."""
    errors = Cursor(b"", file, offset, "lineage")
    for entries, (info, events) in zip(read_lineage(data, len(streams), file, offset), streams):
        errors.need(all(number < own_number for number, _ in entries), "a later segment, stream %r" % info.id)
        if events:
            errors.need(entries and entries[-1][1] > events[-1].seq, "events from nowhere, stream %r" % info.id)
