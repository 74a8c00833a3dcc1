/* Ledger cells: where a ledger counts what became of a database's writes, and how long they took to other replicas.
 *
 * Each fate is counted per replica that had acknowledged the write; where it is not told by region, all count in one
 * cell. The cells of a way from one replica to another are made with the first write that goes it. */
#ifndef MRSIM_MODEL_LEDGER_CELLS_H
#define MRSIM_MODEL_LEDGER_CELLS_H
#include "model/ledger.h"
#include "model/watcher.h"

typedef struct {
    const Sim *sim;
    const Thing *database;
    guint n_replicas;
    const int *region;
    Cell *acknowledged[MOST_REPLICAS], **fate[N_FATES], *waited, *divergent, *conflicts;
    Cell **lag, **lag_timeline; /* origin × replica */
} LedgerCells;

/* `region` of each replica: must stay.  Without FATE_PARTIAL. */
void ledger_cells_init(LedgerCells *cells, const Sim *sim, const Thing *database, guint n_replicas, const int *region,
                       bool all_write);
/* From now on its writes may be partial. */
void ledger_cells_know_partial(LedgerCells *cells);
const char *ledger_cells_region(const LedgerCells *cells, guint replica);
/* A write acknowledged at that time by `from` is to be seen at `to`, which only reads the storage of another, or not.
 */
void ledger_cells_note_lag(LedgerCells *cells, guint from, guint to, bool is_reader, SimTime acknowledged_at);
#endif
