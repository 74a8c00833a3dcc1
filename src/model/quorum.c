#include "model/quorum.h"
#include "base/index.h"
#include "base/poison.h"

enum { NONE = INDEX_NONE };

typedef struct {
    Version base, accepted; /* accepted.at 0: nothing */
    SimTime since;          /* it was accepted */
    uint32_t item, ballot, promised;
    uint32_t next; /* free record */
} Vote;

struct Votes {
    Index index;   /* item -> vote */
    GArray *votes; /* Vote */
    uint32_t spare;
    guint kept;
};

Votes *votes_new(void)
{
    Votes *votes = g_new0(Votes, 1);
    index_init(&votes->index);
    votes->votes = g_array_new(FALSE, TRUE, sizeof(Vote));
    votes->spare = NONE;
    return votes;
}

void votes_free(Votes *votes)
{
    index_clear(&votes->index);
    g_array_free(votes->votes, TRUE);
    g_free(votes);
}

guint votes_kept(const Votes *votes)
{
    return votes->kept;
}

static Vote *at(const Votes *votes, uint32_t id)
{
    return &g_array_index(votes->votes, Vote, id);
}

static bool same(Version a, Version b)
{
    return a.at == b.at && a.region == b.region;
}

static Vote *find(const Votes *votes, uint32_t item)
{
    uint32_t id = index_get(&votes->index, item);
    return id == NONE ? NULL : at(votes, id);
}

static Vote *make(Votes *votes, uint32_t item)
{
    uint32_t id = votes->spare;
    if (id == NONE) {
        id = votes->votes->len;
        g_array_set_size(votes->votes, id + 1);
    } else {
        votes->spare = at(votes, id)->next;
    }
    index_set(&votes->index, item, id);
    votes->kept++;
    return at(votes, id);
}

static void drop(Votes *votes, uint32_t item)
{
    uint32_t id = index_get(&votes->index, item);
    if (id == NONE)
        return;
    index_remove(&votes->index, item);
    at(votes, id)->next = votes->spare;
    votes->spare = id;
    votes->kept--;
}

/* The vote about the link after `base`. */
static Vote *vote_on(Votes *votes, uint32_t item, Version base)
{
    Vote *vote = find(votes, item);
    if (vote && same(vote->base, base))
        return vote;
    if (!vote)
        vote = make(votes, item);
    *vote = (Vote){.item = item, .base = base};
    return vote;
}

/* In ballot 0 the same proposer may replace what he has proposed before: he has withdrawn that. */
static bool accepts(const Vote *mine, const VotePort *asked)
{
    if (asked->ballot > 0)
        return asked->ballot >= mine->promised;
    if (mine->promised > 0)
        return false;
    return mine->accepted.at == 0 ||
           (mine->accepted.region == asked->version.region && mine->accepted.at <= asked->version.at);
}

static bool decide(Votes *votes, const VotePort *asked, Version held, SimTime now)
{
    if (!same(asked->base, held))
        return false;
    Vote *mine = vote_on(votes, asked->item, held);
    if (asked->ask == VOTE_PREPARE) {
        if (asked->ballot <= mine->promised)
            return false;
        mine->promised = asked->ballot;
        return true;
    }
    if (!accepts(mine, asked))
        return false;
    mine->accepted = asked->version;
    mine->ballot = mine->promised = asked->ballot;
    mine->since = now;
    return true;
}

static void withdraw(Votes *votes, const VotePort *asked)
{
    Vote *mine = find(votes, asked->item);
    if (!mine || !same(mine->accepted, asked->version) || mine->ballot > 0)
        return;
    mine->accepted = (Version){.at = 0};
    if (mine->promised == 0)
        drop(votes, asked->item);
}

void votes_cast(Votes *votes, VotePort *vote, Version held, SimTime now, SimTime old_before)
{
    vote->yes = true;
    if (vote->ask == VOTE_WITHDRAW)
        withdraw(votes, vote);
    else if (vote->ask != VOTE_LOOK)
        vote->yes = decide(votes, vote, held, now);
    const Vote *mine = find(votes, vote->item);
    vote->base = held;
    vote->version = (Version){.at = 0};
    vote->ballot = vote->promised = 0;
    vote->old = false;
    if (!mine || !same(mine->base, held))
        return;
    vote->version = mine->accepted;
    vote->ballot = mine->ballot;
    vote->promised = mine->promised;
    vote->old = mine->accepted.at > 0 && mine->since < old_before;
}

bool votes_stand(const Votes *votes, uint32_t item, Version version)
{
    const Vote *mine = find(votes, item);
    return mine && same(mine->accepted, version) && mine->ballot == 0 && mine->promised == 0;
}

void votes_over(Votes *votes, uint32_t item, Version held)
{
    const Vote *mine = find(votes, item);
    if (mine && version_newer(held, mine->base))
        drop(votes, item);
}

/* ---- a restart ---- */

typedef struct {
    Sim *sim;
    const Entity *me;
    Line line;
} Askers;

static void find_asker(void *whose, const Call *call)
{
    Askers *askers = whose;
    if (call->callee == askers->me && call->caller && call->state == CALL_AT && call->port == PORT_STORE &&
        !call->store.relayed)
        line_push(askers->sim, &askers->line, (Call *)(gpointer)(guintptr)call);
}

void quorum_forsake(Sim *sim, const Entity *me)
{
    Askers askers = {.sim = sim, .me = me};
    calls_walk(sim, find_asker, &askers);
    line_forsake(sim, &askers.line);
}
