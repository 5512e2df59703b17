/* The session protocol, for Spin: one session with one batch, and the next session of its harvester, with up to F deaths at any steps
   of any processes, in every interleaving. A model, not the code: that is simulated and interleaved beside it.
   A step is one conditional write or one read: atomic in the store, in any order with all others. Time is chance: a deadline may pass at any moment.
   Bugs that check.sh seeds, to show that the model can fail, are marked by their names (-DNO_SEAL ...). */
#ifndef F
#define F 2
#endif
#ifndef CHECKS
#define CHECKS 1
#endif
/* The sweep comes for ever; here once more often than anything dies. */
#define SWEEPS (F + 1)

mtype = { pending, ongoing, aborting, finished, aborted };
mtype = { planned, committed, sealed };
mtype = { none, running, ended };

bool opened, sealing, told, closed, armed, waved, published, held;
mtype status = pending;
mtype execution = none;
mtype batch = planned;
mtype judgedAs;
byte conclusions, counted, tries, deaths, checks;
/* Whose the harvester is: 0 nobody's, 1 this session's, 2 its successor's. */
byte lease;

#define open (status == pending || status == ongoing || status == aborting)
#define OR_DIES :: atomic { deaths < F -> deaths++; goto dead }

inline free_harvester() {
#ifdef BLIND_RELEASE
  lease = 0
#else
  if :: lease == 1 -> lease = 0 :: else fi
#endif
}

proctype Finalizer() {
  mtype seen = pending;
  bool mine;
  if
  :: atomic { !opened || closed -> goto dead }
  :: atomic { opened && !closed }
  OR_DIES
  fi;
#ifdef CLEAN_UP_FIRST
  if :: atomic { free_harvester() } OR_DIES fi;
#endif
  if
  :: atomic { if :: open -> sealing = true :: else fi; seen = status }
  OR_DIES
  fi;
  do
  :: seen == pending || seen == ongoing || seen == aborting ->
    if
    :: atomic {
        mine = false;
        if
#ifndef NO_SEAL
        :: waved && batch == planned -> batch = sealed
#endif
        :: waved && batch == committed -> mine = true
        :: else
        fi
      }
    OR_DIES
    fi;
    if
    :: atomic {
        if
#ifdef NO_CONDITION
        :: true ->
#else
#ifdef NOT_RECOUNTED
        :: open ->
#else
        :: open && status != seen -> seen = status
        :: open && status == seen ->
#endif
#endif
          conclusions++; counted = mine; judgedAs = seen;
          status = (status == aborting -> aborted : finished);
          seen = status
#ifndef NO_CONDITION
        :: else -> seen = status
#endif
        fi
      }
    OR_DIES
    fi
  :: else -> break
  od;
#ifndef NOT_PUBLISHED
  if :: atomic { if :: waved && batch == committed -> published = true :: else fi } OR_DIES fi;
#endif
#ifdef CLOSED_FIRST
  if :: atomic { closed = true } OR_DIES fi;
#endif
  if :: atomic { told = true } OR_DIES fi;
  if :: atomic { free_harvester() } OR_DIES fi;
  if :: atomic { if :: execution == running -> execution = ended :: else fi; armed = false } OR_DIES fi;
  if :: atomic { closed = true } OR_DIES fi;
/* What a process that is over remembers makes no other state. */
dead: atomic { mine = false; seen = pending }
}

/* What it read may be long past: nothing but the commit's own condition protects what follows. */
proctype Worker() {
  if
  :: atomic { sealing || !open -> goto dead }
  :: atomic { !sealing && open }
  OR_DIES
  fi;
#ifdef PUBLISHED_FIRST
  if :: atomic { published = true } OR_DIES fi;
#endif
  if
#ifdef BLIND_COMMIT
  :: atomic { assert(judgedAs == 0); batch = committed }
#else
  :: atomic { batch == planned -> assert(judgedAs == 0); batch = committed }
  :: atomic { batch != planned -> goto dead }
#endif
  OR_DIES
  fi;
  if :: atomic { published = true } OR_DIES fi;
dead: skip
}

/* A task that died or whose answer was lost is called again, while the first call may still be at work. The finalizer it calls is not tried
   again here, as it would be by Step Functions: the watchers must make up for it. */
proctype Workflow() {
  atomic {
    if
#ifdef WAVE_UNFENCED
    :: open ->
#else
    :: open && !sealing && status != aborting ->
#endif
      assert(conclusions == 0 && judgedAs == 0); waved = true; status = ongoing
    :: else
    fi
  };
  do
  :: atomic { waved && tries < 2 && execution == running -> tries++; run Worker() }
  :: break
  od;
  atomic { if :: execution == running -> run Finalizer() :: else fi };
  execution = ended
}

proctype Start() {
  opened = true;
  if :: atomic { lease = 1; held = true } OR_DIES fi;
  if
  :: atomic { !open -> free_harvester(); goto dead }
  :: atomic { open }
  OR_DIES
  fi;
#ifndef WATCHED_LAST
  if :: atomic { armed = true } OR_DIES fi;
#endif
  if :: atomic { assert(armed || checks > 0 || !open); execution = running; run Workflow() } OR_DIES fi;
#ifdef WATCHED_LAST
  if :: atomic { armed = true } OR_DIES fi;
#endif
  if :: atomic { if :: status == pending -> status = ongoing :: else fi } OR_DIES fi;
dead: skip
}

/* One check after the other; each arms the next one before it acts. Which sessions are overdue is chance. */
proctype Monitor() {
end:
  do
  :: atomic { armed && checks < CHECKS -> armed = false; checks++ };
    if
    :: atomic { closed -> break }
    :: atomic { !closed -> armed = true }
    OR_DIES
    fi;
    if
    :: atomic { !closed -> run Finalizer() }
    :: true
    OR_DIES
    fi
  :: atomic { closed || checks == CHECKS -> break }
  od;
dead: skip
}

proctype Abort() {
  atomic { if :: opened && open -> status = aborting :: else fi }
}

/* The next session of the same harvester: it waits until the harvester is free, or the lease void. */
proctype Successor() {
end:
  atomic { held && (lease == 0 || closed) -> lease = 2; assert(!open) }
}

/* A sweep may find the session overdue while all others are at work; those that follow come when nothing moves any more. */
proctype Sweep() {
  byte round;
#ifdef EARLY
  atomic { if :: opened && !closed -> run Finalizer() :: true fi };
#endif
  do
  :: round < SWEEPS ->
    timeout;
    round++;
#ifndef NO_SWEEP
    atomic { if :: opened && !closed -> run Finalizer() :: else fi }
#endif
  :: else -> break
  od;
  timeout;
  assert(!opened || closed);
  assert(!opened || conclusions == 1);
  assert(!opened || told);
  assert(!opened || status == finished || status == aborted);
  assert(!opened || (status == aborted) == (judgedAs == aborting));
  assert(!waved || batch != planned);
  assert(counted == (waved && batch == committed));
  assert(published == (waved && batch == committed));
  assert(!held || lease == 2)
}

init {
  atomic { run Start(); run Monitor(); run Abort(); run Successor(); run Sweep() }
}
