/* Record: what a name says, to whom, and from when on; and what it believes of the health of its alternatives.
 *
 * All records of a scenario are data of one authority.  A record names balancers, accelerators and services, or other
 * records.  It is changed by edits: each makes a new edition, which every name server gets after a time of its own; who
 * asks is answered from the newest edition that has reached the one he asks, so two askers may be told different
 * things for a while.
 *
 * A plain alternative is healthy while the record's health check calls its region healthy and, where targets are asked,
 * while its own name server does; a record is healthy while one of its alternatives is. */
#ifndef MRSIM_MODEL_RECORD_H
#define MRSIM_MODEL_RECORD_H
#include "model/sim.h"

typedef struct Record Record;

/* What lies behind an alternative. */
typedef struct {
    Record *record;      /* NULL: it is no record */
    Entity *name_server; /* to be asked for addresses and health; NULL: its doors are its addresses */
    bool well;           /* as that name server tells */
} Target;

typedef struct {
    const References *edit; /* whose doing it is; NULL: the scenario's own text */
    bool back;              /* it takes that edit back */
    guint before;           /* the edition in force when it was made */
    SimTime accepted;
    guint n;
    bool is_nested;            /* some alternative is a record */
    Alternative *answer, *all; /* as believed; with all of them healthy */
    Target *target;
} Edition;

/* The first member of every [dns]'s config. */
typedef struct {
    const Policy *policy;
    References answers;
    Reference health;
    bool alias;          /* plain answers are aliases */
    bool evaluates;      /* what is an alias is healthy only while its target is */
    int region;          /* where it stands for a record above it; ANYWHERE: where its first answer does */
    RecordTraits traits; /* what it says about itself to that */
    Law propagation;     /* from an accepted edit until a name server has it */
} RecordConfig;

/* The first member of the state of a [dns]'s door. */
struct Record {
    Entity *me;
    const RecordConfig *config;
    guint n_editions, room, n_judges;
    Edition *edition;
    bool *fit;            /* per region, as the health check tells; [0]: what it tells about no region */
    Entity *const *judge; /* of the health check */
    const Place *place;   /* of `region`; NULL: not said */
    unsigned patience;
};

bool is_record(const Thing *thing);
void record_init(Sim *sim, Entity *me);    /* in build */
void record_connect(Sim *sim, Entity *me); /* in connect: finds what its answers name */
void record_start(Sim *sim, Entity *me);   /* in start: asks for verdicts */
/* A call on PORT_VERDICT; not yet answered when this returns. */
void record_heed(Sim *sim, Record *record, const Call *call);
/* A change that was accepted: new answers, or (`on` false) that those which an edit replaced be as before.  What is
 * done already is not done again: whoever was not heard asks twice. */
void record_edit(Sim *sim, Record *record, const ControlPort *control);
/* What it says to `asker` now, with what is believed; valid until the next call of any of these. */
const Edition *record_edition(Sim *sim, Record *record, const Entity *asker);
/* For Component.check of a record, and of an edit of it (`answers`: the new ones). */
void record_check(const Thing *record, const References *answers, const World *world, Complaints *complaints);
#endif
