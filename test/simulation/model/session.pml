/* The session protocol of one session, for Spin: any F deaths at any step of any process, every interleaving.
   A model, not the code: the code is interleaved and simulated beside it. Times are chance: a deadline may pass at any moment.
   Mutants: -DNO_SEAL -DNO_CONDITION -DCLEAN_UP_FIRST -DWATCH_LAST -DNO_SWEEP -DBLIND_COMMIT -DPUBLISH_FIRST -DNOT_RECOUNTED */
#ifndef F
#define F 2
#endif
#define SWEEPS (F + 1)
#ifndef CHECKS
#define CHECKS 0
#endif
#ifndef BATCHES
#define BATCHES 1
#endif

mtype = { pending, ongoing, aborting, finished, aborted };
mtype = { planned, committed, sealed };
mtype = { none, running, ended };

bool opened, sealing, concluded, told, closed, lease, armed, waved;
mtype status = pending;
mtype execution = none;
mtype batch[BATCHES] = planned;
bool published[BATCHES];
byte conclusions, counted, tries[BATCHES], workers, deaths, checks;
mtype judgedAs;

#define open (status == pending || status == ongoing || status == aborting)
#define MAY_DIE if :: atomic { deaths < F -> deaths++ }; goto dead :: skip fi

/* Each step is one conditional write, or one read: atomic in the store, interleaved with everything else. */
inline finalize(b, seen, mine) {
  MAY_DIE;
  if :: !opened || closed -> goto dead :: else fi;
#ifdef CLEAN_UP_FIRST
  lease = false;
#endif
  atomic { if :: open -> sealing = true; seen = status :: else -> seen = status fi };
  MAY_DIE;
count:
  if
  :: seen == pending || seen == ongoing || seen == aborting ->
    mine = 0;
    b = 0;
    do
    :: b < BATCHES ->
#ifdef NO_SEAL
      atomic { if :: waved && batch[b] == committed -> mine++ :: else fi };
#else
      atomic { if :: waved && batch[b] == planned -> batch[b] = sealed :: waved && batch[b] == committed -> mine++ :: else fi };
#endif
      MAY_DIE;
      b++
    :: else -> break
    od;
    atomic {
      if
#ifdef NO_CONDITION
      :: true ->
#else
      :: open && status != seen && sealing ->
#ifdef NOT_RECOUNTED
        goto decide;
#endif
        seen = status; goto count
      :: open && status == seen ->
#endif
decide:
        conclusions++; counted = mine; judgedAs = seen;
        status = (status == aborting -> aborted : finished); concluded = true
#ifndef NO_CONDITION
      :: else
#endif
      fi
    };
    MAY_DIE
  :: else
  fi;
  b = 0;
  do
  :: b < BATCHES -> if :: waved && batch[b] == committed -> published[b] = true :: else fi; MAY_DIE; b++
  :: else -> break
  od;
  atomic { told = true; lease = false };
  MAY_DIE;
  armed = false;
  MAY_DIE;
  closed = true
}

proctype Finalizer() {
  byte b, mine; mtype seen;
  finalize(b, seen, mine);
/* What a process that is over remembers makes no other state. */
dead: atomic { b = 0; mine = 0; seen = 0 }
}

/* Read once, perhaps long ago: nothing but the commit's own condition protects what follows. */
proctype Worker(byte n) {
  bool own;
  if :: sealing || !open -> goto dead :: else fi;
  MAY_DIE;
#ifdef PUBLISH_FIRST
  published[n] = true;
  MAY_DIE;
#endif
#ifdef BLIND_COMMIT
  atomic { assert(!concluded); batch[n] = committed; own = true };
#else
  atomic { if :: batch[n] == planned -> assert(!concluded); batch[n] = committed; own = true :: else fi };
#endif
  MAY_DIE;
  if :: own -> published[n] = true :: else fi;
dead:
  atomic { own = false; n = 0; workers-- }
}

/* A task that died or whose answer was lost is called again, while the first call may still be at work. */
proctype Workflow() {
  byte n;
  atomic { if :: open && !sealing && status != aborting -> waved = true; status = ongoing :: else fi };
  do
  :: n < BATCHES && waved && tries[n] < 2 -> atomic { tries[n]++; workers++; run Worker(n) }
  :: n < BATCHES && (!waved || tries[n] > 0) -> n++
  :: n == BATCHES -> break
  od;
  if :: workers == 0 :: true fi;
  atomic { if :: execution == running -> run Finalizer() :: else fi };
  atomic { n = 0; execution = ended }
}

proctype Start() {
  opened = true;
  MAY_DIE;
  lease = true;
  MAY_DIE;
#ifndef WATCH_LAST
  armed = true;
  MAY_DIE;
#endif
  atomic { execution = running; assert(armed || checks > 0 || !open); run Workflow() };
  MAY_DIE;
#ifdef WATCH_LAST
  armed = true;
#endif
  atomic { if :: status == pending -> status = ongoing :: else fi };
dead: skip
}

proctype Monitor() {
  do
  :: atomic { armed && checks < CHECKS -> armed = false; checks++ };
    if
    :: closed -> break
    :: else ->
      armed = true;
      MAY_DIE;
      if :: atomic { !closed -> run Finalizer() } :: true fi
    fi
  :: closed || checks == CHECKS -> break
  od;
dead: skip
}

proctype Abort() {
  atomic { if :: opened && open -> status = aborting :: else fi }
}

/* Comes for ever; here once more often than there are deaths. In the end every deadline is past. */
proctype Sweep() {
  byte b, mine, round; mtype seen;
  do
  :: round < SWEEPS ->
    timeout;
    round++;
    if :: opened && !closed -> run Finalizer() :: else fi
  :: else -> break
  od;
  timeout;
  assert(!opened || closed);
  assert(!opened || conclusions == 1);
  assert(!opened || told);
  assert(!lease);
  assert(!opened || status == finished || status == aborted);
  b = 0; mine = 0;
  do
  :: b < BATCHES ->
    if :: waved && batch[b] == committed -> mine++; assert(published[b]) :: else fi;
    if :: published[b] -> assert(batch[b] == committed) :: else fi;
    if :: waved -> assert(batch[b] != planned) :: else fi;
    b++
  :: else -> break
  od;
  assert(!opened || counted == mine);
  assert(!opened || (status == aborted) == (judgedAs == aborting))
}

init {
  atomic {
    run Start(); run Monitor(); run Abort();
#ifndef NO_SWEEP
    run Sweep()
#else
    run Judge()
#endif
  }
}

#ifdef NO_SWEEP
proctype Judge() { timeout; assert(!opened || closed) }
#endif
