/* Links: what lies on the way between two places besides its length.
 *
 * A link joins two places (a cable, a peering, a pair of tunnels) or any two of several (a transit gateway).  It adds
 * jitter and a hop to each exchange, loses messages that are then sent again, and carries so many bytes per second:
 * each direction is one line, first come first served, where a message is on its way when all before it are.
 *
 * It has carriers: one line, or tunnels of which one is used at a time; behind them those of its backup.  A carrier
 * that is cut carries nothing, but who sends does not know: until its hold timer has run out, messages go into a black
 * hole.  Then the next carrier is used, and the first again some time after it is whole.  There are no events for
 * this: what holds at an instant follows from the instants of the changes.
 *
 * A plain [link] is on the way of whatever passes between its ends.  The others are connections of one's own networks:
 * what services say to each other and to databases elsewhere passes there (docs/models/network.md). */
#ifndef MRSIM_MODEL_LINKS_H
#define MRSIM_MODEL_LINKS_H
#include "base/arena.h"
#include "model/component.h"

/* ---- before anything runs ---- */
bool link_is_private(const Thing *link); /* any but a plain [link] */
/* What a link may name as its end: a region, or a place of clients by its own name or by its country (else NULL). */
typedef struct {
    const char *name, *country;
} LinkEnd;
/* Things of kind link, in the order of the world. (g_ptr_array_unref) */
GPtrArray *links_of(const World *world);
/* The last plain one, or the last connection, that joins them in this direction; NULL: none.  A connection that stands
 * in for another counts only as that one's backup. */
const Thing *links_find(const World *world, const GPtrArray *links, LinkEnd from, LinkEnd to, bool private);
bool link_joins(const World *world, const Thing *link, LinkEnd from, LinkEnd to);
bool link_is_struck(const World *world, const Thing *link); /* by some fault, some time */
/* Somebody's connections: then services of two regions need one between them. */
bool links_are_private(const World *world);

/* For Component.check of all of them: the ends, the timers, the backup. */
void link_check(const Thing *thing, const World *world, Complaints *complaints);

#define LINK_ENDS                                                                                                      \
    {.name = "from",                                                                                                   \
     .type = PARAM_PLACE,                                                                                              \
     .offset = PARAM_FIELD(LinkConfig, from, const char *),                                                            \
     .choices = "clients",                                                                                             \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "One end: a region; of a plain link also a place where clients are."},                                    \
    {                                                                                                                  \
        .name = "to", .type = PARAM_PLACE, .offset = PARAM_FIELD(LinkConfig, to, const char *), .choices = "clients",  \
        .flags = PARAM_EVERYWHERE, .help = "The other end."                                                            \
    }
#define LINK_RTT                                                                                                       \
    {                                                                                                                  \
        .name = "rtt", .type = PARAM_LAW_OF_DURATION, .offset = PARAM_FIELD(LinkConfig, rtt, Law), .standard = "",     \
        .most = 3.6e12, .flags = PARAM_EVERYWHERE, .help = "The round trip between them; absent: as measured."         \
    }
#define LINK_LOSES(jitter_law, jitter_source, loss_share, loss_source)                                                 \
    {.name = "jitter",                                                                                                 \
     .type = PARAM_LAW_OF_DURATION,                                                                                    \
     .offset = PARAM_FIELD(LinkConfig, jitter, Law),                                                                   \
     .standard = jitter_law,                                                                                           \
     .most = 3.6e12,                                                                                                   \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "Added to the round trip of each exchange.",                                                              \
     .source = jitter_source},                                                                                         \
        {.name = "loss",                                                                                               \
         .type = PARAM_SHARE,                                                                                          \
         .offset = PARAM_FIELD(LinkConfig, loss, double),                                                              \
         .standard = loss_share,                                                                                       \
         .most = 1,                                                                                                    \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Share of messages that are lost, each way, and sent again; look-ups are not sent again.",            \
         .source = loss_source},                                                                                       \
    {                                                                                                                  \
        .name = "retransmit", .type = PARAM_DURATION, .offset = PARAM_FIELD(LinkConfig, retransmit, SimTime),          \
        .standard = "200ms", .least = 1e6, .most = 1.2e11, .flags = PARAM_EVERYWHERE,                                  \
        .help = "What is lost is sent again so long after its round trip, then after twice that, and so on.",          \
        .source = "Linux TCP_RTO_MIN; RFC 6298, 5.5"                                                                   \
    }
#define LINK_BANDWIDTH(standard_bandwidth, help_text, bandwidth_source)                                                \
    {                                                                                                                  \
        .name = "bandwidth", .type = PARAM_BANDWIDTH, .offset = PARAM_FIELD(LinkConfig, bandwidth, double),            \
        .standard = standard_bandwidth, .least = 125, .flags = PARAM_EVERYWHERE, .help = help_text,                    \
        .source = bandwidth_source                                                                                     \
    }
#define LINK_RESTORE(standard_time)                                                                                    \
    {                                                                                                                  \
        .name = "restore", .type = PARAM_DURATION, .offset = PARAM_FIELD(LinkConfig, restore, SimTime),                \
        .standard = standard_time, .most = 8.64e13, .flags = PARAM_EVERYWHERE,                                         \
        .help = "From its being whole again until it is used again, once it was given up.", .source = "assumed"        \
    }

/* ---- while running ---- */
typedef struct Links Links;
typedef struct Link Link;
/* A link as a message from one of its ends to another sees it. */
typedef struct {
    Link *link; /* NULL: there is none */
    uint8_t from, to;
} LinkWay;

Links *links_new(Arena *arena, const World *world, uint64_t chance);
/* The way from here to there over a link that joins them; none where a plain link only says a distance. */
LinkWay links_way(const Links *links, const Thing *link, LinkEnd from, LinkEnd to);
bool links_any(const Links *links); /* is there one that does more than that? */

enum { LINK_LOST = UINT8_MAX };
typedef struct {
    SimTime now, trip, access; /* the round trip of this exchange as the path has it, and the asker's last mile */
    uint64_t key;              /* of the exchange */
    uint32_t bytes;
    uint16_t n;    /* so many messages there, with the answers in between: a handshake; else 1 */
    bool answer;   /* it goes back */
    bool opens;    /* the first one opens a connection */
    bool datagram; /* nobody sends it again when it is lost */
    bool queued;   /* link_queue has kept room for it on `carrier` */
} Message;
/* How long until it is there.  *carrier: what it travels on; LINK_LOST: it will not arrive. */
SimTime link_carry(const LinkWay *way, const Message *message, uint8_t *carrier);
/* What carries it, where that is not what is preferred: the name of the link that stands in; NULL: it is. */
const char *link_stands_in(const LinkWay *way, uint8_t carrier);
/* How long the message must wait before it is its turn; room is kept for it from then on. */
SimTime link_queue(const LinkWay *way, uint32_t bytes, SimTime now, uint8_t *carrier);
/* Was what it travelled on whole, without a change, since then? */
bool link_held(const LinkWay *way, uint8_t carrier, SimTime since);
/* The median of the round trip, where that of the path is `trip`, with the faults that were under way at that instant
 * (the last change of each direction is remembered). */
double link_typical(const LinkWay *way, double trip, SimTime at);

/* ---- faults: of several on one link, all must be over ---- */
typedef struct {
    double factor; /* of the time on the way */
    SimTime added; /* to each message */
    double loss;   /* of messages, more than there is already */
} LinkPace;
/* tunnels 0: all there are. one_way: only what goes from its `from` to its `to`. */
void links_cut(Links *links, const Thing *link, guint tunnels, bool one_way, bool up, SimTime now);
/* By which fault; `pace` NULL: it is over. */
void links_slow(Links *links, const Thing *link, const Thing *fault, const LinkPace *pace, bool one_way, SimTime now);
#endif
