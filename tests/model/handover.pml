/* The hand-over of chunks between recording threads, the writer and a reader, for SPIN.
 *
 * One stream hops between two threads. A frame is written in two stores (TORN, then whole), so that
 * whoever looks before it is committed sees it torn. SPIN interleaves whole stores and loads; that a
 * release store is not seen before what was stored ahead of it is the machine's part, and what would
 * happen without it is the mutation COMMIT_BEFORE_WRITE.
 *
 * Two configurations: two recording threads, or one and a READER. Correct as it stands; each mutation
 * (-DNAME) must fail: see spin.sh.
 */
#ifdef READER /* one thread and one chunk, which comes round often */
#define RECORDERS 1
#define CHUNKS 1
#define EVENTS 4
#else /* two threads; each may hold a chunk when one more is wanted */
#define RECORDERS 2
#define CHUNKS 3
#define EVENTS 4
#endif
#define FRAMES 2 /* a chunk holds */
#define NONE 9
#define TORN 99
#define AT(c, i) frame[(c) * FRAMES + (i)]

/* The arena. */
byte committed[CHUNKS], generation[CHUNKS];
byte frame[CHUNKS * FRAMES]; /* seq + 1 */
/* The queues. */
chan filled = [CHUNKS + 1] of { byte };
chan unused = [CHUNKS + 1] of { byte };
/* The stream: held by one thread at a time. */
bool held;
byte next, recorded; /* next seq; events whose record has returned */
byte written;        /* events below are in a segment */
byte done;           /* recording threads that have ended */

inline hand_over() {
  filled ! chunk;
#ifdef COMMIT_AFTER_HANDOVER
  committed[chunk] = used;
#endif
  chunk = NONE;
}

proctype recorder() {
  byte chunk = NONE, used, seq;
  do
  :: atomic { !held && next < EVENTS -> held = true; seq = next }
    if
    :: chunk != NONE && used == FRAMES -> hand_over()
    :: else
    fi;
    if
    :: chunk == NONE ->
      unused ? chunk;
      atomic { used = 0; committed[chunk] = 0 }
    :: else
    fi;
#ifdef COMMIT_BEFORE_WRITE
    committed[chunk] = used + 1;
#endif
    AT(chunk, used) = TORN;
    atomic { AT(chunk, used) = seq + 1; used++ }
#ifdef HOP_BEFORE_COMMIT
    atomic { recorded = seq + 1; next = seq + 1; held = false }
#endif
#ifdef COMMIT_AFTER_HANDOVER
    if
    :: used < FRAMES -> committed[chunk] = used
    :: else
    fi;
#else
    committed[chunk] = used;
#endif
#ifndef HOP_BEFORE_COMMIT
    atomic { recorded = seq + 1; next = seq + 1; held = false }
#endif
  :: atomic { !held && next == EVENTS } -> break
  od;
  if
  :: chunk != NONE -> hand_over()
  :: else
  fi;
  done++
}

/* What the writer knows. */
byte taken[CHUNKS];
bool delivered[CHUNKS], touched[CHUNKS];
bool have[EVENTS + 1];
byte front; /* events below are taken without a hole */

inline take(c) {
  k = committed[c];
  d_step { touched[c] = touched[c] || delivered[c] || taken[c] < k }
  do
  :: taken[c] < k ->
    d_step {
      assert(AT(c, taken[c]) != TORN && AT(c, taken[c]) != 0);
      have[AT(c, taken[c]) - 1] = true;
      taken[c]++;
      do
      :: have[front] -> front++
      :: else -> break
      od;
      skip
    }
  :: else -> break
  od
}

/* Does a row of the chunk wait behind a hole? */
inline waits(c) {
  d_step {
    i = 0;
    waiting = false;
    do
    :: i < taken[c] -> waiting = waiting || AT(c, i) > front; i++
    :: else -> break
    od;
    skip
  }
}

inline release() {
  c = 0;
  do
  :: c < CHUNKS && touched[c] ->
    waits(c);
#ifdef RELEASE_WAITING
    waiting = false;
#endif
    if
#ifdef RELEASE_NOT_ALL_TAKEN
    :: !waiting && delivered[c] ->
#else
#ifdef RELEASE_UNDELIVERED
    :: !waiting && taken[c] == committed[c] ->
#else
    :: !waiting && delivered[c] && taken[c] == committed[c] ->
#endif
#endif
      d_step { touched[c] = false; taken[c] = 0; delivered[c] = false }
#ifdef GENERATION_FIRST
      generation[c]++;
      committed[c] = 0;
#else
      committed[c] = 0;
      generation[c]++;
#endif
      unused ! c
    :: !waiting && !(delivered[c] && taken[c] == committed[c]) -> touched[c] = false
    :: waiting
    fi;
    c++
  :: c < CHUNKS && !touched[c] -> c++
  :: c == CHUNKS -> break
  od
}

proctype writer() {
  byte c, k, i;
  bool waiting;
  do
  :: filled ? c -> /* drain: some handles are noted before the chunks ahead of them are taken */
    delivered[c] = true;
    if
    :: take(c)
    :: skip
    fi
  :: c = 0;                                   /* sweep */
    do
    :: c < CHUNKS -> take(c); c++
    :: c == CHUNKS -> break
    od
  :: written < front || touched[0] || touched[CHUNKS / 2] || touched[CHUNKS - 1] -> /* write a batch */
#ifdef RELEASE_BEFORE_WRITE
    release();
    written = front
#else
    written = front;
    release()
#endif
  :: done == RECORDERS && written == EVENTS && len(unused) == CHUNKS -> break
  od
}

/* The process may be killed at any moment: every event whose record has returned is in a segment, or
 * whole and committed in the arena. */
#define IN(c, e) ((committed[c] > 0 && AT(c, 0) == e + 1) || (committed[c] > 1 && AT(c, 1) == e + 1))
#define THERE(e) \
  (e >= recorded || e < written || IN(0, e) || IN((CHUNKS / 2), e) || IN((CHUNKS - 1), e))
active proctype killed() {
end:
  atomic { !(THERE(0) && THERE(1) && THERE(2) && THERE(3)) -> assert(false) }
}

/* A reader of the live store: arena first, segments second. */
proctype reader() {
  byte least, c, k, g, i, end;
  byte copy[FRAMES];
  bool seen[EVENTS];
  least = recorded;
#ifdef SEGMENTS_FIRST
  end = written;
#endif
  do
  :: c < CHUNKS ->
    g = generation[c];
    k = committed[c];
    i = 0;
    do
    :: i < k -> copy[i] = AT(c, i); i++
    :: else -> break
    od;
    skip;
#ifndef NO_GENERATION_CHECK
    if
    :: generation[c] != g -> k = 0
    :: else
    fi;
#endif
    d_step {
      i = 0;
      do
      :: i < k ->
        assert(copy[i] != TORN && copy[i] != 0);
        seen[copy[i] - 1] = true;
        i++
      :: else -> break
      od;
      skip
    }
    c++
  :: c == CHUNKS -> break
  od;
#ifndef SEGMENTS_FIRST
  end = written;
#endif
  i = 0;
  do
  :: i < least -> assert(seen[i] || i < end); i++
  :: else -> break
  od
}

init {
  atomic {
    unused ! 0;
    run recorder();
    run writer();
#ifdef READER
    run reader()
#else
    unused ! 1;
    unused ! 2;
    run recorder()
#endif
  }
}
