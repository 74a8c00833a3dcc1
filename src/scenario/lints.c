#include "scenario/loader.h"

void lints_check(Loader *loader, const Scenario *scenario)
{
    (void)loader;
    (void)scenario;
}
