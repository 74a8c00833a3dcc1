/* Ledger: the fate of every acknowledged write of a database, kept by the observer.  Replicas cannot read it.
 *
 * A write lives here from its acknowledgement until every replica has it, or it is lost.  It ends in exactly one
 * class, the first that fits: lost (acknowledged and gone for good); overwritten by a conflict (a write that did not
 * know it won); superseded in order (a later write that knew it came while it was not yet everywhere); durable, when
 * every member has it (a former writer is no member until it is told); at the end of the run also stranded (waits in a
 * dark region) or in flight.  The classes add up, by walking, and an item has versions only while one of its writes
 * lives here: checked in every run.  Which write won is remembered: the first, by number.
 *
 * A write knows those that were to be seen at its replica when it was made.  Two of an item of which neither knew the
 * other are in conflict, and the older loses, by their stamps.  Stamps are made by clocks that may be wrong: a write
 * whose stamp is older than that of one that it knew loses too, to a write that did not know it.  When things happened
 * is kept apart, by true instants.
 *
 * Receiving and seeing may be two things: a replica that applies what it receives in a queue has it from its reception
 * on, and shows it from its application on.  What the promoted replica has received is not lost.  A write is counted
 * once all can see it, for until then it can be overwritten by one that did not know it; at the end of the run, once
 * all have received it.
 *
 * Where several replicas must have a write before it is acknowledged, it lives here from its proposal on; a replica
 * that has a newer one has it too.  What nothing carries on to those that lack it is partial at the end. */
#ifndef MRSIM_MODEL_LEDGER_H
#define MRSIM_MODEL_LEDGER_H
#include "model/sim.h"
#include "model/versions.h"

enum { MOST_REPLICAS = 64, ALL_WRITE = -1 };
typedef struct Ledger Ledger;

/* `regions`: where the replicas are. `writer`: the one that may write, or ALL_WRITE.  A settled item is forgotten in
 * `versions`. */
Ledger *ledger_new(Sim *sim, const Thing *database, guint n_replicas, const int *regions, int writer,
                   Versions *versions);
void ledger_free(Ledger *ledger);
/* Before the run: for how much of the time each member lacks something that was acknowledged longer ago than that is to
 * be told (replication.alarm). */
void ledger_alarm(Ledger *ledger, SimTime bound);
/* Before the run: nobody reads or writes at this member: it has no figures of its own. */
void ledger_has_witness(Ledger *ledger, guint replica);
/* Before the run: stamps may be wrong, so a settled item is not forgotten before so long has passed: twice the most by
 * which a clock is wrong. */
void ledger_keep(Ledger *ledger, SimTime keeps);
/* Before the run: these (a bit per replica) only read the storage of another: a write is durable without them, and what
 * they lag is told apart. */
void ledger_readers(Ledger *ledger, uint64_t readers);
/* Acknowledged just now at `replica`; the version has its stamp. */
void ledger_write(Ledger *ledger, guint replica, uint32_t item, Version version);
/* `replica` has received it, and readers there do not see it yet.  false: it had it before, or the write is no more. */
bool ledger_receive(Ledger *ledger, guint replica, uint32_t item, Version version);
/* `replica` has it now, and readers there see it (or something newer). Twice is once. */
void ledger_arrive(Ledger *ledger, guint replica, uint32_t item, Version version);
/* Does a write of the item live here?  If none does, every replica has the same, and a change that still arrives tells
 * nothing new. */
bool ledger_open(const Ledger *ledger, uint32_t item);
/* Does this write live here? */
bool ledger_lives(const Ledger *ledger, uint32_t item, Version version);
/* May readers have seen a write before it was acknowledged? */
bool ledger_shows_early(const Ledger *ledger);
/* Was an acknowledged write missing in `found`?  *staleness: since when, at most. */
bool ledger_stale(const Ledger *ledger, uint32_t item, Version found, SimTime *staleness);
/* ... with regard to what had been acknowledged at `by`: a read cannot know what was acknowledged after it was asked.
 */
bool ledger_stale_by(const Ledger *ledger, uint32_t item, Version found, SimTime by, SimTime *staleness);

/* ---- writes that several replicas must have before they are acknowledged ---- */
/* `replica` gives it out now: nobody has it yet.  It counts from its acknowledgement on. */
void ledger_propose(Ledger *ledger, guint replica, uint32_t item, Version version);
void ledger_acknowledge(Ledger *ledger, uint32_t item, Version version);
/* The same where the members agree on what replaces what: `replica` claims to write it, which decides nothing yet. */
void ledger_claim(Ledger *ledger, guint replica, uint32_t item, Version version);
/* They have agreed: it replaces `base`, and knows that and all that is older, and nothing else. */
void ledger_choose(Ledger *ledger, uint32_t item, Version version, Version base);
/* `replica` has it, and so all that is older of the item. Twice is once. */
void ledger_catch_up(Ledger *ledger, guint replica, uint32_t item, Version version);
/* Who proposed it does no more for it: unless it is acknowledged it will not be, and it is not carried on, unless by a
 * hint. */
void ledger_rest(Ledger *ledger, uint32_t item, Version version, bool hinted);
/* `replica` has started again: it does no more for whatever it had proposed. */
void ledger_rest_all(Ledger *ledger, guint replica, bool hinted);

/* From now on `writer` decides; what it has not received is lost; the old writer is no member any more. */
void ledger_promote(Ledger *ledger, guint writer, guint old_writer);
/* The same with the old writer's consent, which made no more writes and shipped all that it had: nothing is lost, which
 * is checked, unless another was the writer. */
void ledger_hand_over(Ledger *ledger, guint writer, guint old_writer);
/* The replica is a member again, with a full copy. */
void ledger_rejoin(Ledger *ledger, guint replica);
/* A reader has what `from` has, and nothing else. */
void ledger_copy(Ledger *ledger, guint replica, guint from);
/* At the end of the run: what is left, counted by walking. */
void ledger_finish(Ledger *ledger);
#endif
