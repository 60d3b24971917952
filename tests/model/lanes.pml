/* How lanes agree who has a stream, for SPIN: one stream, N lanes, each a process that opens the
 * stream, records an event and closes it, and its writer. Memory is sequentially consistent here;
 * in the program the stores and loads that this rests on are.
 *
 * Never do two lanes hold the stream, and who opens it knows of every event that there is.
 *
 * Lane 0 is there first and alone, as it thinks: it looks at the others only once one of them has
 * counted itself in. Correct as it stands; each mutation (-DNAME) must fail: see spin.sh.
 */
#ifndef N
#define N 2
#endif
#ifndef OPENINGS
#define OPENINGS 4
#endif
#define NOBODY 99

mtype = { none, opening, open, closed };

mtype slot[N] = none;    /* the stream's slot in each stream table: closed_at in words */
byte closed_at[N];       /* of a closed one */
byte written_to[N];      /* written_seq: events below are in a segment */
byte unlisted[N];        /* so far the stream goes in a segment that is in no catalog */
bool filter[N];          /* says: it may be in such a segment */
byte listed[N];          /* so far it goes in segments that the catalog lists */
byte arrivals;           /* lane 0's */

byte events;             /* recorded so far, by anybody */
byte holder = NOBODY;
byte openings;

/* What lane `self` finds in lane `m`, a step at a time. */
inline look(m) {
  state = slot[m];
  if
  :: state == open || state == opening -> given_way = true
  :: state == closed ->
    found = closed_at[m];
    if
    :: written_to[m] < found -> given_way = true
    :: else -> known = (found > known -> found : known)
    fi
  :: else
  fi;
#ifdef LIST_FIRST
  known = (listed[m] > known -> listed[m] : known);
  maybe = filter[m];
#else
  maybe = filter[m];
  known = (listed[m] > known -> listed[m] : known);
#endif
  if
  :: maybe -> known = (unlisted[m] > known -> unlisted[m] : known)
  :: else
  fi
}

proctype lane(byte self) {
  byte m, known, found, before;
  bool given_way, maybe, again;
  mtype state;
  if
  :: self != 0 ->
#ifndef UNANNOUNCED
    arrivals++
#else
    skip
#endif
  :: else
  fi;
  do
  :: openings < OPENINGS ->
    openings++;
    given_way = false;
    /* Its own slot may still be there; what it wrote it knows. */
    atomic {
      again = (slot[self] == closed);
      before = closed_at[self];
      known = (again -> before : 0);
      known = (listed[self] > known -> listed[self] : known);
      known = (unlisted[self] > known -> unlisted[self] : known);
#ifndef LOOK_FIRST
      slot[self] = opening
#endif
    }
    if
    :: self == 0 && arrivals == 0
    :: else ->
      m = 0;
      do
      :: m < N ->
        if
        :: m != self -> look(m)
        :: else
        fi;
        m++
      :: else -> break
      od
    fi;
    if
    :: given_way ->
      if
      :: again -> slot[self] = closed
      :: else -> slot[self] = none
      fi
    :: else ->
      slot[self] = open;
      assert(holder == NOBODY);
      holder = self;
      assert(known == events); /* goes on where the stream ends */
      events++;
      holder = NOBODY;
      closed_at[self] = events;
      slot[self] = closed
    fi
  :: else -> break
  od
}

proctype writer(byte self) {
  byte taken;
end:
  do
  :: atomic {
       slot[self] == closed && written_to[self] < closed_at[self] -> taken = closed_at[self]
     }
    filter[self] = true;
    unlisted[self] = taken;
    written_to[self] = taken
    /* The slot is given up: under the lock that opening takes, too. */
#ifdef FREE_UNWRITTEN
  :: atomic { slot[self] == closed -> slot[self] = none }
#else
  :: atomic { slot[self] == closed && written_to[self] >= closed_at[self] -> slot[self] = none }
#endif
    /* The segment is sealed. */
  :: unlisted[self] > listed[self] ->
#ifdef CLEAR_FIRST
    filter[self] = false;
    listed[self] = unlisted[self]
#else
    listed[self] = unlisted[self];
    filter[self] = false
#endif
  od
}

init {
  byte i;
  atomic {
    i = 0;
    do
    :: i < N -> run lane(i); run writer(i); i++
    :: else -> break
    od
  }
}
