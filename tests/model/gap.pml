/* How a dropped event is declared, for SPIN: in the stream's mapped slot at once, by a GAP record
 * later, and by the writer when the stream ends in it; then the slot goes to another stream. The
 * process may be killed between any two stores: what is in the arena and in segments by then must
 * account for every event that was answered, each once.
 *
 * A drop is answered after gap_count counts it. GAPs and events are frames of `first .. last` in the
 * order of seq; all of the arena's stay there until they are written.
 *
 * Correct as it stands; each mutation (-DNAME) must fail: see spin.sh.
 */
#define EVENTS 4
#define OPEN 99

byte incarnation = 1;       /* of the slot; 0: free */
byte gap_first, gap_count;  /* in the slot */
byte closed_at = OPEN;
byte frames_end;            /* committed frames hold the seqs below, without a hole */
byte written;               /* and so do segments below this */
byte answered;              /* seqs the recorder knows of */
bool gap_pending;
bool reused;

/* What recovery finds now. */
#define ACCOUNTED \
  (answered <= frames_end || answered <= written || \
   (gap_count > 0 && gap_first <= (frames_end > written -> frames_end : written) && \
    answered <= gap_first + gap_count))
/* Nothing is made up: a declared gap does not reach beyond what was offered. */
#define HONEST (gap_count == 0 || gap_first + gap_count <= answered + 1)

byte offered;

proctype recorder() {
  do
  :: offered < EVENTS ->
    if
    :: true -> /* no room: dropped */
      offered++;
      if
      :: !gap_pending -> gap_first = answered
      :: else
      fi;
      gap_pending = true;
#ifdef ANSWER_BEFORE_COUNT
      answered++;
      gap_count++
#else
      gap_count++;
      answered++
#endif
    :: true -> /* room */
      if
      :: gap_pending ->
#ifdef FORGET_BEFORE_COMMIT
        gap_count = 0;
        frames_end = answered;
#else
        frames_end = answered; /* the GAP's frame is committed */
        gap_count = 0;
#endif
        gap_pending = false
      :: else
      fi;
      offered++;
      frames_end = answered + 1; /* and the event's */
      answered++
    fi
  :: offered == EVENTS -> break
  od;
  closed_at = answered
}

proctype writer() {
  do
  :: written < frames_end -> written = frames_end
  :: closed_at != OPEN && written < closed_at && gap_count > 0 && written == gap_first ->
    written = gap_first + gap_count /* the GAP that the stream owes */
#ifdef FREE_UNWRITTEN
  :: closed_at != OPEN ->
#else
  :: closed_at != OPEN && written >= closed_at ->
#endif
    assert(written == answered);
    incarnation = 0;
    break
  od;
  /* Another stream takes the slot. */
  atomic { reused = true; gap_count = 0 }
}

active proctype killed() {
end:
  atomic { !reused && !(ACCOUNTED && HONEST) -> assert(false) }
}

init {
  atomic {
    run recorder();
    run writer()
  }
}
