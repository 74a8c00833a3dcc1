/* Quorum: how several members agree on the next version of an item, one vote at a time; pure: a question in, the answer
 * out.
 *
 * The versions of an item are a chain, and each link is agreed upon by itself: whatever replaces `base`.  For each link
 * a member keeps one vote.  In ballot 0 whoever wants to write proposes at once (one round trip): a member accepts what
 * comes first and refuses what comes second.  The proposer, and nobody else, counts ballot 0: the link is his when his
 * own member and enough others have accepted; until then he may withdraw.  Higher ballots are Paxos (Lamport, The
 * Part-Time Parliament, 1998): a majority promises to heed no lower ballot and says what it has accepted, and what may
 * have been chosen is proposed again.  Of ballot 0 that can only be the proposal of a member that did not promise, the
 * latest of his: who promises stops counting.  So two of three members always go on, and never two links from one base.
 *
 * A vote is kept until the next link is held; memory follows what is being written. */
#ifndef MRSIM_MODEL_QUORUM_H
#define MRSIM_MODEL_QUORUM_H
#include "model/sim.h"

typedef struct Votes Votes; /* of one member */
Votes *votes_new(void);
void votes_free(Votes *votes);
/* Answers the question, in place.  `held`: the newest version that this member holds, after it has caught up to the
 * base of the question. `old_before`: what was accepted before that is old. */
void votes_cast(Votes *votes, VotePort *vote, Version held, SimTime now, SimTime old_before);
/* Was it accepted here in ballot 0, and nothing promised since? */
bool votes_stand(const Votes *votes, uint32_t item, Version version);
/* The member holds this now: what was about older bases is over. */
void votes_over(Votes *votes, uint32_t item, Version held);
guint votes_kept(const Votes *votes);

/* For a coordinator in higher ballots: what must be proposed again.  `said`: bit per member that has promised; `owner`:
 * who proposed `version`. */
static inline bool vote_may_be_chosen(const VotePort *told, uint64_t said, guint owner)
{
    return told->version.at > 0 && (told->ballot > 0 || !(said >> owner & 1));
}

/* After a restart of `me`: those that it was asked for on this port, by whom `relayed` does not hold, learn of it by
 * their deadlines. O(calls in flight). */
void quorum_forsake(Sim *sim, const Entity *me);
#endif
