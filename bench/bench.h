/* Bench: the programs that `make bench` times.
 *
 * Each measurement is one run of mrsim-bench (or of a peer in bench/peers) and prints one line of name=value words;
 * bench/bench.sh runs them in turn, many times, and makes the table. CPU time is taken, not wall time, since a
 * measurement has one thread; only what comes after the set-up is counted. */
#ifndef MRSIM_BENCH_BENCH_H
#define MRSIM_BENCH_BENCH_H
#include "kernel/kernel.h"
#include "kernel/law.h"
#include "model/call.h"

double bench_cpu_seconds(void);
extern EventListKind bench_event_list; /* the default, or the one that was asked for */

/* The hold model (Vaucher & Duval 1975): `n_pending` events at any time, each of which, when it happens, schedules one
 * more after an increment drawn from `increment`, exponential or constant. n_events in all, after one mean increment
 * that is not counted. */
int bench_hold(uint32_t n_pending, double n_events, const Law *increment);
/* One server, Poisson arrivals at 0.9, exponential service at 1; each customer's time in the system is taken. */
int bench_mm1(double n_customers);
/* One replication of a scenario (a shipped one, or a file of tests/lab): requests per second, and what one costs. */
int bench_replication(const char *name, const char *const *sets);
/* Two replications: how many times faster on two cores than on one, by the clock on the wall. */
int bench_cores(const char *name, const char *const *sets);
/* Every delay that a bare model of the scenario needs, as it was drawn in one replication: a table of CSV. */
int bench_laws(const char *name, const char *const *sets);
/* What the events of the scenario are for, and how many of each a request costs. */
int bench_events(const char *name, const char *const *sets);

bool bench_is_request(const Call *call); /* the root call of a user's request */
#endif
