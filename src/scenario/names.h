/* Names: where a name sends its users, in the long run and while all is well, as far as its rules say it before
 * anything runs: down the tree of its records, by weights, by order, or to the nearest. */
#ifndef MRSIM_SCENARIO_NAMES_H
#define MRSIM_SCENARIO_NAMES_H
#include "model/component.h"
#include "model/ports.h"

/* Where the users of all populations live, and how far the regions are from there; nothing is drawn. */
typedef struct Homes Homes;
Homes *homes_new(const World *world, Arena *arena);
void homes_free(Homes *homes);

/* A share of those who ask goes on to this thing, there (ANYWHERE: it is not known where). */
typedef void (*SendTo)(void *whose, Reference to, double share);
/* From a name or an accelerator on, for the users of a population (NULL: for somebody, nobody knows where): every
 * record on the way is told, and every answer.  Where a rule does not say who is sent where, only answers that are all
 * of one thing are told. */
void name_shares(const Homes *homes, const Thing *clients, const Thing *name, SendTo send, void *whose);
/* Requests for it go where its answers say. */
bool is_name(const Thing *thing);
/* Something takes an answer of it out when that fails: a health check, there or further down, or a target that is
 * asked. */
bool is_checked(const Thing *name);
/* How many answers it chooses among. */
guint name_answers(const World *world, const Thing *name);
#endif
