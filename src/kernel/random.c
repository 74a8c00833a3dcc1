#include "kernel/random.h"

#include "base/poison.h"

uint64_t key_of_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        hash = (hash ^ *c) * 0x100000001b3u;
    return mix64(hash);
}
