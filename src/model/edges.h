/* Edges: cities where a packet to an anycast address enters the network of the regions (models/edges.csv), with their
 * way on: one or two hubs and the legs to them, like those of places.  Read by the atlas. */
#ifndef MRSIM_MODEL_EDGES_H
#define MRSIM_MODEL_EDGES_H
#include "base/sphere.h"
#include "model/atlas.h"

struct AtlasEdge {
    const char *code;    /* FRA: what a [link] may call it */
    const char *title;   /* Frankfurt am Main */
    const char *country; /* DE */
    Position position;
    const char *excluded; /* why it serves nobody; NULL: it serves */
    guint n_hubs;
    struct {
        int region;
        double leg_ns; /* round trip to it: 1 ms + 1.6·f */
    } hub[2];          /* indices of atlas regions */
};

/* In the arena, as many as `n` tells; NULL with diagnostics.  The regions of the atlas must be known. */
AtlasEdge *edges_load(Arena *arena, const char *folder, const Atlas *atlas, guint *n, Diagnostics *diagnostics);
#endif
