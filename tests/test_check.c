/* CHECK: what a failed one prints, and the status it leaves. Each fails in a process of its own. */
#include "base/check.h"
#include "tests/child.h"
#include "tests/expect.h"
#include <string.h>
#include <unistd.h>

static void fail_in_a_replication(void)
{
    static const int64_t now = INT64_C(1200000000001);
    char *const command[] = {"mrsim", "run", "us-eu.ini", "--set", "shop.servers = 6", "-s1", NULL};
    check_set_command(6, command);
    check_scene =
        (CheckScene){.seed = 18446744073709551615u, .replication = 7, .now_ns = &now, .entity = "shop@us-east-1"};
    CHECK(1 + 1 == 3);
}

static void fail_outside_of_any(void)
{
    check_failed("x > 0", "file.c", 12);
}

static void hold(void)
{
    int n_looks = 0;
    CHECK(++n_looks == 1);
    _exit(n_looks);
}

static void a_failed_check_tells_how_to_repeat_it(void)
{
    g_autofree char *text = NULL;
    int status = child_status(fail_in_a_replication, &text);
    const char *rest = strchr(text, '\n');
    EXPECT_INT(status, 70);
    EXPECT(g_str_has_prefix(text, "mrsim: bug: CHECK(1 + 1 == 3) failed at ") && strstr(text, "test_check.c:"), "%s",
           text);
    EXPECT_TEXT(rest, "\n"
                      "  seed 18446744073709551615, replication 7\n"
                      "  simulated time 1200.000000001 s (1200000000001 ns)\n"
                      "  entity shop@us-east-1\n"
                      "  repeat with: mrsim run us-eu.ini --set 'shop.servers = 6' -s1\n");
}

static void what_is_not_known_is_left_out(void)
{
    g_autofree char *text = NULL;
    int status = child_status(fail_outside_of_any, &text);
    EXPECT_INT(status, 70);
    EXPECT_TEXT(text, "mrsim: bug: CHECK(x > 0) failed at file.c:12\n");
}

static void a_check_that_holds_says_nothing_and_looks_once(void)
{
    g_autofree char *text = NULL;
    int status = child_status(hold, &text);
    EXPECT_INT(status, 1);
    EXPECT_TEXT(text, "");
}

void suite_check(void);
void suite_check(void)
{
    CU_pSuite s = CU_add_suite("check", NULL, NULL);
    CU_add_test(s, "a failed CHECK tells how to repeat it", a_failed_check_tells_how_to_repeat_it);
    CU_add_test(s, "what is not known is left out", what_is_not_known_is_left_out);
    CU_add_test(s, "a CHECK that holds says nothing and looks once", a_check_that_holds_says_nothing_and_looks_once);
}
