/* Connecting: a connection is opened to the first address, and to the second as well when that takes too long (Happy
 * Eyeballs, RFC 8305); the first to be there is taken.
 *
 * What races is TCP, and each round trip of a handshake takes as long as the first: so the second address is tried when
 * the whole has taken `second` for each of them, or at once when the first has failed. */
#ifndef MRSIM_MODEL_CONNECTING_H
#define MRSIM_MODEL_CONNECTING_H
#include "model/sim.h"

typedef enum { TLS_NONE, TLS_1_2, TLS_1_3 } Tls;
/* A member of the config of whoever connects. */
typedef struct {
    gint64 handshake;
    int tls; /* Tls */
    SimTime second;
} ConnectingConfig;

#define CONNECTING_PARAMS(Config)                                                                                      \
    {.name = "handshake",                                                                                              \
     .type = PARAM_COUNT,                                                                                              \
     .offset = PARAM_FIELD(Config, connecting.handshake, gint64),                                                      \
     .standard = "1",                                                                                                  \
     .most = 10,                                                                                                       \
     .help = "Round trips to open a TCP connection; 0: none is opened, and none is kept.",                             \
     .source = "RFC 9293"},                                                                                            \
        {.name = "tls",                                                                                                \
         .type = PARAM_CHOICE,                                                                                         \
         .offset = PARAM_FIELD(Config, connecting.tls, int),                                                           \
         .standard = "1.3",                                                                                            \
         .choices = "none 1.2 1.3",                                                                                    \
         .help = "What is agreed on after that: two round trips more with TLS 1.2, one with TLS 1.3.",                 \
         .source = "RFC 5246, 7.3 (2) and RFC 8446, 2 (1)"},                                                           \
    {                                                                                                                  \
        .name = "second-address", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, connecting.second, SimTime),   \
        .standard = "250ms", .most = 6e10,                                                                             \
        .help = "When a second address is tried as well, for each round trip of a handshake; 0s: it is never.",        \
        .source = "RFC 8305, 5: connection attempt delay"                                                              \
    }

/* Whose second address is to be tried, of all that one entity connects: most are there before, so nobody waits for each
 * of them alone. */
typedef struct Seconds Seconds;
Seconds *seconds_new(Sim *sim, const ConnectingConfig *config, Entity *me); /* while building */

/* The first member of the locals of every root call of an entity that connects. */
typedef struct {
    SimTime issued_at; /* of the request that it is; NOT_ISSUED: it is none */
    Step then;         /* with a reply that is OK or, when no address is left, the last failure */
    uint32_t access, second;
    uint16_t patience;
    uint8_t round_trips, n_trying;
} Connecting;
enum { NOT_ISSUED = -1 };

/* Round trips until the first request may be sent; 0: no connection is opened. */
uint8_t connecting_round_trips(const ConnectingConfig *config);
/* What is said in LOCALS(request, Connecting) but `second` and `n_trying` has been filled in.  `second`: NO_ADDRESS:
 * there is none. */
void connecting_begin(Sim *sim, Call *request, Seconds *seconds, uint32_t first, uint32_t second);
void connecting_check(const ConnectingConfig *config, Complaints *complaints);
#endif
