/* mrsim-streams: the interleavings of streams.h as endless raw bytes, for test batteries that read a stream of bits.
 *
 * Words are 64 bits, least significant byte first, on every machine; it ends when nobody reads any more. */
#include "tests/streams.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_names(FILE *file, int status)
{
    fputs("mrsim-streams INTERLEAVING | dieharder -a -g 200\nInterleavings:", file);
    for (gsize i = 0; i < n_interleavings; i++)
        fprintf(file, " %s", interleavings[i].name);
    fputc('\n', file);
    return status;
}

static void write_words(uint64_t (*draw)(uint64_t i))
{
    static unsigned char bytes[65536];
    for (uint64_t i = 0;;) {
        for (gsize at = 0; at < sizeof bytes; i++) {
            uint64_t word = draw(i);
            for (int k = 0; k < 8; k++)
                bytes[at++] = (unsigned char)(word >> 8 * k);
        }
        if (fwrite(bytes, 1, sizeof bytes, stdout) < sizeof bytes)
            return;
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return print_names(stdout, EXIT_SUCCESS);
    for (gsize i = 0; argc == 2 && i < n_interleavings; i++) {
        if (strcmp(argv[1], interleavings[i].name) != 0)
            continue;
        signal(SIGPIPE, SIG_IGN); /* the reader has had enough: not a failure */
        write_words(interleavings[i].draw);
        return EXIT_SUCCESS;
    }
    return print_names(stderr, EXIT_FAILURE);
}
