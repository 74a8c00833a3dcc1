/* CallPool: the records of all calls of a replication, and the two hooks by which the kernel moves them. For
 * model/sim.c only. */
#ifndef MRSIM_MODEL_CALL_POOL_H
#define MRSIM_MODEL_CALL_POOL_H
#include "kernel/kernel.h"
#include <stdint.h>

typedef struct CallPool CallPool;
CallPool *call_pool_new(void);
void call_pool_free(CallPool *pool);
uint32_t
call_pool_capacity(const CallPool *pool);      /* records ever made: grows with the most in flight, with nothing else */
void call_happens(void *whose, uint32_t what); /* `whose` is a Sim */
void call_expired(void *whose, Timeout *timeout);
#endif
