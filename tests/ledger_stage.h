/* LedgerStage: a ledger of a database with three replicas in the small world, and nothing else: the tests make the
 * writes, bring them to the replicas, and look at what is counted and told. */
#ifndef MRSIM_TESTS_LEDGER_STAGE_H
#define MRSIM_TESTS_LEDGER_STAGE_H
#include "model/ledger.h"
#include "model/observer.h"
#include "model/watcher.h"
#include "tests/small_world.h"

enum { MOST_TOLD = 128 };

/* What was told of a write. */
typedef struct {
    WriteFate fate; /* N_FATES: it has not ended */
    uint64_t by;
    bool superseded, overwritten;
    int where; /* of the last that was told */
} ToldWrite;

typedef struct {
    Arena *arena;
    Sim *sim;
    const Thing *database;
    const Thing *fault;
    Versions *versions;
    Ledger *ledger;
    ToldWrite told[MOST_TOLD]; /* by number; [0]: of those without one */
    SimTime skew[3];           /* of each replica's clock */
} LedgerStage;
extern LedgerStage stage;

void opened_early(int writer); /* in the warm-up */
void opened(int writer);       /* measuring */
void closed(void);
void at(double s); /* after the start of measurement */
guint64 count_of(const char *metric);
guint64 acknowledged(void);
Version write_at(guint replica, uint32_t item);
/* As a store does it. */
void arrives_at(guint replica, uint32_t item, Version version);
void outage(int region, bool begins);
/* Ends the run: "durable superseded overwritten lost stranded in-flight, waited divergent", and they add up. */
void classes_are(const char *expected);
#endif
