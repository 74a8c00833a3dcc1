/* Pbs: what Bailis et al. (Probabilistically Bounded Staleness, VLDB 2012) say of three replicas, found without mrsim.
 *
 * Their model, WARS: for every operation and replica i four times are drawn, independently: W[i] until a write is
 * there, A[i] until its acknowledgement is back, R[i] until a read is there, S[i] until its response is back.  A write
 * is acknowledged at w, the W-th smallest of W + A; a read ends at the R-th smallest of R + S; one that begins t later
 * sees the write iff w + t + R[j] >= W[j] for one of the first R replicas j by R + S.
 *
 * Latencies are integrated (pbs_latency) and, to see both agree, drawn; staleness is drawn.  The generator
 * (xoshiro256++) and the formulas are this file's own, with libm.  Times are in ms. */
#ifndef MRSIM_TESTS_PBS_H
#define MRSIM_TESTS_PBS_H
#include <glib.h>
#include <stdbool.h>

enum { PBS_REPLICAS = 3 };

/* With probability `share` Pareto, else exponential. */
typedef struct {
    double share, min, shape; /* Pareto */
    double rate;              /* exponential: per ms */
} PbsLaw;

typedef struct {
    const char *name;
    PbsLaw write, other; /* W; A, R and S */
    double remote_ms;    /* one way to a replica that is not the coordinator's */
} PbsModel;

extern const PbsModel pbs_ssd, pbs_wan, pbs_quick_writes, pbs_slow_writes;

/* The p-quantile of the time until k replicas have acknowledged a write, or responded to a read. */
double pbs_latency(const PbsModel *model, bool write, int k, double p);

/* Who coordinates the read: the one that coordinated the write, or any of the three. */
typedef enum { PBS_SAME, PBS_ANY, PBS_N_WHO } PbsWho;
typedef struct PbsDrawn PbsDrawn;
/* At least so many trials of the model, in two threads; kept until the program ends. */
const PbsDrawn *pbs_drawn(const PbsModel *model, guint64 trials);
/* Share of the reads that do not see a write acknowledged t before they began. */
double pbs_stale(const PbsDrawn *drawn, PbsWho who, int r, int w, double t);
/* The p-quantile of how long after a write's acknowledgement a read must begin to see it; 0: at once. */
double pbs_visible(const PbsDrawn *drawn, PbsWho who, int r, int w, double p);
double pbs_drawn_latency(const PbsDrawn *drawn, bool write, int k, double p);
#endif
