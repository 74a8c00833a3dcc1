/* Stock: conditional writes on a number that replicates: "take one, if there is one left".
 *
 * The number is a value of the item (Version.value): the replica that is asked decides by what it holds, and the value
 * travels with the version and is overwritten with it.  Where two replicas decide before they have heard of each other
 * the later value wins, and what the other took is forgotten: sold, and still there.  A refused write is an answered
 * request: it was told "sold out", and nothing was written.
 *
 * Here, unseen by the replicas, is counted what was promised to buyers: units acknowledged beyond the stock.  Memory
 * follows the items that were sold at least once, and so do the versions, whose values are kept: only where a stock is
 * said. */
#ifndef MRSIM_MODEL_STOCK_H
#define MRSIM_MODEL_STOCK_H
#include "model/sim.h"

typedef struct Stock Stock;
Stock *stock_new(Sim *sim, const Thing *database, gint64 units);
void stock_free(Stock *stock);
int32_t stock_units(const Stock *stock);                 /* of each item, when the run begins */
void stock_sells(Sim *sim, Stock *stock, uint32_t item); /* acknowledged to a buyer */
void stock_refuses(Sim *sim, const Stock *stock);        /* a buyer was told that nothing is left */
#endif
