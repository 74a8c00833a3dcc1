/* Awaited: the part of the observer that sees for whom writes waited while nobody made them.
 *
 * A stretch begins with the first write passed on to a writer that did not answer, and ends when that writer answers
 * one again, when there is another writer, or with the run.  What is told of it: how many such writes there were, from
 * the first to the last of them, whom they were meant for, and who could have helped and had not yet.  A stretch that
 * ends with another writer is told by others: it was a failover (model/recovery.h).  So is one shorter than ten
 * seconds: a lost message. */
#ifndef MRSIM_MODEL_AWAITED_H
#define MRSIM_MODEL_AWAITED_H
#include "model/sim.h"

typedef struct Awaited Awaited;
/* Who is to help: nobody may; a person has to decide; a majority has to agree; the promotion itself is under way; or
 * nobody has noticed yet. */
typedef enum { AWAITED_NOBODY, AWAITED_DECISION, AWAITED_PROMOTION, AWAITED_DETECTION } AwaitedWhat;
Awaited *awaited_new(Sim *sim, const Thing *database, bool nobody_may);
void awaited_unanswered(Awaited *awaited, const Sim *sim, int region);
void awaited_answered(Awaited *awaited, Sim *sim);
void awaited_another(Awaited *awaited); /* there is another writer */
void awaited_for(Awaited *awaited, AwaitedWhat what);
void awaited_finish(Awaited *awaited, Sim *sim);
#endif
