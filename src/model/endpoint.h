/* Endpoint: the name by which applications know a database with one writer, and who keeps it.
 *
 * For every region there is a name server for it, outside the regions or in it, which tells where to write and where to
 * read from there.  Its keeper
 * asks the database's members again and again who writes; when it hears of a promotion that it did not know, it waits
 * as long as re-pointing takes, and from then on tells the new writer.  It asks the readers beside it too: who does not
 * answer twice in a row is not told any more until he does.  So a promotion is of no use to an application before its
 * endpoint has been told of it, has been re-pointed, and has been looked up again.  Where the member here has no copy
 * to read from, because it is being made anew, reads are led to the writer.
 *
 * One look-up tells everything: first the address for writes, then the writer's, then those for reads; an application
 * gets the same readers each time it asks, so that its connections last (model/pool.h). */
#ifndef MRSIM_MODEL_ENDPOINT_H
#define MRSIM_MODEL_ENDPOINT_H
#include "model/sim.h"

/* Which of the addresses reads are sent to (EndpointConfig.reads): the nearest readers, the writer, or the writer for a
 * while after a write of the session. */
enum { READS_NEAREST, READS_WRITER, READS_AFTER_WRITE };

/* Where name servers are (EndpointConfig.at): one in a region is lost with it, and hears nothing from where the region
 * is cut off. */
enum { ENDPOINT_AT_EDGE, ENDPOINT_IN_REGION };

/* A member of the config of every database that has endpoints. */
typedef struct {
    SimTime ttl;
    Law repoint;
    gint64 handshake; /* round trips before the first statement on a new connection */
    int reads, at;
    SimTime writer_for;
} EndpointConfig;

/* `config` is the name of that member: `endpoint`. */
#define ENDPOINT_PARAMS(Config, ttl_text, ttl_source, repoint_law, repoint_source)                                     \
    {.name = "endpoint-ttl",                                                                                           \
     .type = PARAM_DURATION,                                                                                           \
     .offset = PARAM_FIELD(Config, endpoint.ttl, SimTime),                                                             \
     .standard = ttl_text,                                                                                             \
     .least = 1e6,                                                                                                     \
     .most = 8.64e13,                                                                                                  \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "How long an application keeps what the database's endpoint told it.",                                    \
     .source = ttl_source},                                                                                            \
        {.name = "repoint",                                                                                            \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, endpoint.repoint, Law),                                                         \
         .standard = repoint_law,                                                                                      \
         .most = 8.64e13,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "From hearing of a promotion until an endpoint leads to the new writer; longer by hand.",             \
         .source = repoint_source},                                                                                    \
        {.name = "handshake",                                                                                          \
         .type = PARAM_COUNT,                                                                                          \
         .offset = PARAM_FIELD(Config, endpoint.handshake, gint64),                                                    \
         .standard = "6",                                                                                              \
         .most = 100,                                                                                                  \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Round trips that open a connection, before its first statement.",                                    \
         .source = "PostgreSQL manual, Message Flow: TCP 1, SSLRequest 1, TLS 1.3 1, start-up and SCRAM 3"},           \
        {.name = "reads-at",                                                                                           \
         .type = PARAM_CHOICE,                                                                                         \
         .offset = PARAM_FIELD(Config, endpoint.reads, int),                                                           \
         .standard = "nearest",                                                                                        \
         .choices = "nearest writer after-write",                                                                      \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Where applications read: beside them, at the writer, or there for `writer-for` after a write of "    \
                 "theirs.",                                                                                            \
         .source = "assumed: each reads where it is"},                                                                 \
    {                                                                                                                  \
        .name = "writer-for", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, endpoint.writer_for, SimTime),     \
        .standard = "5s", .most = 8.64e13, .flags = PARAM_EVERYWHERE,                                                  \
        .help = "With reads-at = after-write: how long after a write a session reads at the writer.",                  \
        .source = "assumed"                                                                                            \
    }

/* The first of the addresses told. */
enum { ADDRESS_FOR_WRITES, ADDRESS_OF_WRITER, ADDRESS_FOR_READS, MOST_FOR_READS = MOST_ADDRESSES - ADDRESS_FOR_READS };

/* Questions per second that a keeper asks each of those it asks. Assumed. */
#define ENDPOINT_PACE 0.2
/* Of all keepers of a database together: for BOUND_PACE. */
double endpoints_pace(const World *world, guint n_members, gint64 n_readers);

/* For Component.build and connect; the thing's doors are its members, the replicas of model/replica.h.  `forwards`:
 * members take writes, and pass them on.  `writer`: the region that writes at first. */
void endpoints_build(Sim *sim, const Thing *thing, const EndpointConfig *rules, bool forwards);
void endpoints_connect(Sim *sim, const Thing *thing, int writer_region);
/* The rules of a name server made here. */
const EndpointConfig *endpoint_rules(const Entity *names);
/* Tells the observer what came of a write that an application sent itself, by the address that it was told. */
void endpoint_note_write(Sim *sim, const Entity *names, const Call *reply);
#endif
