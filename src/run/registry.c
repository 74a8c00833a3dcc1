/* Registry: every component and policy there is, one line each.  A new one is added here and nowhere else. */
#include "run/run.h"

/* X(name): the descriptor `name_component` at the foot of its file. */
#define COMPONENTS(X)                                                                                                  \
    X(scenario)                                                                                                        \
    X(region)                                                                                                          \
    X(link)                                                                                                            \
    X(vpc_peering)                                                                                                     \
    X(transit_gateway)                                                                                                 \
    X(vpn)                                                                                                             \
    X(direct_connect)                                                                                                  \
    X(browser)                                                                                                         \
    X(route53)                                                                                                         \
    X(route53_check)                                                                                                   \
    X(calculated_check)                                                                                                \
    X(alarm_check)                                                                                                     \
    X(routing_control)                                                                                                 \
    X(global_accelerator)                                                                                              \
    X(alb)                                                                                                             \
    X(nlb)                                                                                                             \
    X(service)                                                                                                         \
    X(aurora)                                                                                                          \
    X(aurora_global)                                                                                                   \
    X(dynamodb_global_table)                                                                                           \
    X(dynamodb_mrsc)                                                                                                   \
    X(rds_read_replica)                                                                                                \
    X(quorum_store)                                                                                                    \
    X(outage)                                                                                                          \
    X(pause_replication)                                                                                               \
    X(partition)                                                                                                       \
    X(crash)                                                                                                           \
    X(clock_skew)                                                                                                      \
    X(link_down)                                                                                                       \
    X(slow_link)                                                                                                       \
    X(record_edit)                                                                                                     \
    X(switch)                                                                                                          \
    X(dial)                                                                                                            \
    X(zonal_shift)                                                                                                     \
    X(deregister)                                                                                                      \
    X(switchover)                                                                                                      \
    X(failover)

#define POLICIES(X)                                                                                                    \
    X(simple)                                                                                                          \
    X(weighted)                                                                                                        \
    X(latency)                                                                                                         \
    X(failover)                                                                                                        \
    X(geolocation)                                                                                                     \
    X(geoproximity)                                                                                                    \
    X(ip_based)                                                                                                        \
    X(multivalue)                                                                                                      \
    X(round_robin)                                                                                                     \
    X(least_outstanding)                                                                                               \
    X(weighted_random)                                                                                                 \
    X(power_of_two)

#define DECLARE_COMPONENT(name) extern const Component name##_component;
#define LIST_COMPONENT(name)    &name##_component,
#define DECLARE_POLICY(name)    extern const Policy name##_policy;
#define LIST_POLICY(name)       &name##_policy,

COMPONENTS(DECLARE_COMPONENT)
POLICIES(DECLARE_POLICY)

static const Component *const components[] = {COMPONENTS(LIST_COMPONENT) NULL};
static const Policy *const policies[] = {POLICIES(LIST_POLICY) NULL};

const Registry registry = {.component = components, .policy = policies};
