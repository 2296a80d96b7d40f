/*
 * The pure parts of launcher and keeper, without processes or clocks.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "keeper_command.h"
#include "keeper_policy.h"
#include "keeper_ring.h"
#include "launcher_line.h"

/* ---- the ring ---- */

static struct keeper_ring ring;
static char content[KEEPER_RING_SIZE];

static void set_up_ring(void)
{
    memset(&ring, 0, sizeof(ring));
}

START_TEST(ring_gives_back_what_was_put)
{
    keeper_ring_put(&ring, "one ", 4);
    keeper_ring_put(&ring, "two", 3);
    ck_assert_uint_eq(keeper_ring_copy(&ring, content), 7);
    ck_assert_mem_eq(content, "one two", 7);
    ck_assert_uint_eq(ring.lost, 0);
}
END_TEST

START_TEST(full_ring_drops_the_oldest_bytes_and_counts_them)
{
    static char model[3 * KEEPER_RING_SIZE];
    static const size_t pieces[] = {1, 7, 4096, 60000, 65535, 3};
    size_t total = 0;
    for (size_t i = 0; i < sizeof(model); i++) {
        model[i] = (char)(i * 31 + i / 256);
    }
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        keeper_ring_put(&ring, model + total, pieces[i]);
        total += pieces[i];
        size_t kept = total < KEEPER_RING_SIZE ? total : KEEPER_RING_SIZE;
        ck_assert_uint_eq(keeper_ring_copy(&ring, content), kept);
        ck_assert_mem_eq(content, model + total - kept, kept);
        ck_assert_uint_eq(ring.lost, total - kept);
    }
}
END_TEST

START_TEST(ring_takes_more_than_its_size_at_once)
{
    static char model[KEEPER_RING_SIZE + 5];
    memset(model, 'x', 5);
    memset(model + 5, 'y', KEEPER_RING_SIZE);
    keeper_ring_put(&ring, "before", 6);
    keeper_ring_put(&ring, model, sizeof(model));
    ck_assert_uint_eq(keeper_ring_copy(&ring, content), KEEPER_RING_SIZE);
    ck_assert_mem_eq(content, model + 5, KEEPER_RING_SIZE);
    ck_assert_uint_eq(ring.lost, 11);
}
END_TEST

START_TEST(cleared_ring_is_empty)
{
    keeper_ring_put(&ring, content, sizeof(content));
    keeper_ring_put(&ring, "more", 4);
    keeper_ring_clear(&ring);
    ck_assert_uint_eq(keeper_ring_copy(&ring, content), 0);
    ck_assert_uint_eq(ring.lost, 0);
}
END_TEST

/* ---- commands ---- */

static const struct {
    const char *line;
    int signal; /* 0: not a command */
    bool is_for_all;
} commands[] = {
    {"signal name=TERM scope=daemon", SIGTERM, false},
    {"signal name=KILL scope=all", SIGKILL, true},
    {"signal name=QUIT scope=daemon", SIGQUIT, false},
    {"signal name=STOP scope=all", SIGSTOP, true},
    {"signal scope=all name=CONT", SIGCONT, true},
    {"signal name=TERM later=field scope=daemon x", SIGTERM, false},
    {"signal  name=TERM scope=daemon", SIGTERM, false},
    {"", 0, false},
    {" ", 0, false},
    {"signal", 0, false},
    {"signal name=TERM", 0, false},
    {"signal scope=all", 0, false},
    {"signal name=HUP scope=all", 0, false},
    {"signal name=9 scope=all", 0, false},
    {"signal name= scope=all", 0, false},
    {"signal name scope=all", 0, false},
    {"signal name=TERM scope=everybody", 0, false},
    {"signal name=TERM scope=", 0, false},
    {"signal name=TERMINATE scope=all", 0, false},
    {"signals name=TERM scope=all", 0, false},
    {"xsignal name=TERM scope=all", 0, false},
};

START_TEST(only_the_commands_of_the_contract_are_read)
{
    struct keeper_command command;
    bool is_command = keeper_command_read(commands[_i].line, &command);
    ck_assert_msg(is_command == (commands[_i].signal != 0), "%s", commands[_i].line);
    if (is_command) {
        ck_assert_int_eq(command.signal, commands[_i].signal);
        ck_assert_int_eq(command.is_for_all, commands[_i].is_for_all);
    }
}
END_TEST

/* ---- lines ---- */

static const struct {
    const char *value;
    const char *written;
} values[] = {
    {"", ""},
    {"a b%c\n\t\x7f", "a%20b%25c%0A%09%7F"},
    {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"},
    {"\xFF", "\xEF\xBF\xBD"},
    {"\xC3(", "\xEF\xBF\xBD("}, /* a sequence that is not finished */
    {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* longer than needed */
    {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
    {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
};

START_TEST(value_is_written_as_utf8_without_space_or_control)
{
    char bytes[64];
    struct launcher_line line = {.bytes = bytes, .size = 0, .room = sizeof(bytes)};
    launcher_line_put_value(&line, values[_i].value, strlen(values[_i].value));
    ck_assert_uint_eq(line.size, strlen(values[_i].written));
    ck_assert_mem_eq(bytes, values[_i].written, line.size);
}
END_TEST

START_TEST(what_does_not_fit_is_cut_between_characters)
{
    char bytes[8];
    struct launcher_line line = {.bytes = bytes, .size = 0, .room = sizeof(bytes)};
    launcher_line_put(&line, "n=%d", 12345);
    launcher_line_put_value(&line, "\n", 1);
    ck_assert_uint_eq(line.size, 7);
    launcher_line_put(&line, "%s", "abc");
    ck_assert_mem_eq(bytes, "n=12345a", 8);
}
END_TEST

START_TEST(piece_ends_with_a_line_or_else_with_a_character)
{
    ck_assert_uint_eq(launcher_line_piece("ab\ncd", 5, 10), 5);
    ck_assert_uint_eq(launcher_line_piece("ab\ncdef", 7, 5), 3);
    ck_assert_uint_eq(launcher_line_piece("abcdefg", 7, 5), 5);
    ck_assert_uint_eq(launcher_line_piece("abcd\xE2\x82\xAC", 7, 5), 4);
    ck_assert_uint_eq(launcher_line_piece("abcd\xE2\x82\xAC", 7, 6), 4);
    ck_assert_uint_eq(launcher_line_piece("\x80\x80\x80\x80\x80\x80\x80", 7, 5), 5);
}
END_TEST

/* ---- decisions ---- */

enum { NOW = 1000000, ALONE = 5000 };

static const struct {
    const char *what;
    struct keeper_situation situation; /* alone_millis is ALONE everywhere */
    enum keeper_action action;
    int64_t again;
} decisions[] = {
    {"a monitor is there",
     {KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     KEEPER_NEVER},
    {"a monitor is there and Apache is gone",
     {NOW - 29999, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     NOW + 1},
    {"a monitor is there that does not end its daemon although Apache is gone",
     {NOW - 30000, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_TERMINATE,
     KEEPER_NEVER},
    {"no monitor",
     {KEEPER_NEVER, NOW - 299999, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     NOW + 1},
    {"no monitor for 300 s",
     {KEEPER_NEVER, NOW - 300000, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_TERMINATE,
     KEEPER_NEVER},
    {"neither monitor nor Apache",
     {NOW - 9000, NOW, KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_TERMINATE,
     KEEPER_NEVER},
    {"told to end",
     {NOW - 9000, NOW - 9000, KEEPER_NEVER, NOW - 5999, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     NOW + 1},
    {"told to end, and a monitor came",
     {KEEPER_NEVER, KEEPER_NEVER, KEEPER_NEVER, NOW - 5999, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     NOW + 1},
    {"did not end",
     {NOW - 9000, NOW - 9000, KEEPER_NEVER, NOW - 6000, KEEPER_NEVER, ALONE},
     KEEPER_KILL,
     KEEPER_NEVER},
    {"killed",
     {NOW - 9000, NOW - 9000, KEEPER_NEVER, NOW - 8000, NOW - 4999, ALONE},
     KEEPER_WAIT,
     NOW + 1},
    {"killed and stuck in the kernel",
     {NOW - 9000, NOW - 9000, KEEPER_NEVER, NOW - 8000, NOW - 5000, ALONE},
     KEEPER_LEAVE,
     KEEPER_NEVER},
    {"ended, and a monitor is there",
     {NOW - 9000, KEEPER_NEVER, NOW - 90000, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     KEEPER_NEVER},
    {"ended, and nobody is left to tell",
     {NOW - 9000, NOW, NOW, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_LEAVE,
     KEEPER_NEVER},
    {"ended a minute ago, and the monitor has just gone",
     {KEEPER_NEVER, NOW - 1, NOW - 60000, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_WAIT,
     NOW + 59999},
    {"ended, and no monitor for a minute",
     {KEEPER_NEVER, NOW - 90000, NOW - 60000, KEEPER_NEVER, KEEPER_NEVER, ALONE},
     KEEPER_LEAVE,
     KEEPER_NEVER},
    {"ended after it was told to",
     {KEEPER_NEVER, NOW - 90000, NOW - 59999, NOW - 80000, NOW - 70000, ALONE},
     KEEPER_WAIT,
     NOW + 1},
};

START_TEST(keeper_decides_by_who_is_left)
{
    int64_t again = 0;
    enum keeper_action action = keeper_decide(&decisions[_i].situation, NOW, &again);
    ck_assert_msg(action == decisions[_i].action, "%s: %d", decisions[_i].what, (int)action);
    ck_assert_msg(again == decisions[_i].again, "%s: again at %lld", decisions[_i].what,
                  (long long)again);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parts of jsgid-launch");
    TCase *rings = tcase_create("ring");
    TCase *texts = tcase_create("lines and commands");
    TCase *policy = tcase_create("decisions");
    tcase_add_checked_fixture(rings, set_up_ring, NULL);
    tcase_add_test(rings, ring_gives_back_what_was_put);
    tcase_add_test(rings, full_ring_drops_the_oldest_bytes_and_counts_them);
    tcase_add_test(rings, ring_takes_more_than_its_size_at_once);
    tcase_add_test(rings, cleared_ring_is_empty);
    suite_add_tcase(suite, rings);
    tcase_add_loop_test(texts, only_the_commands_of_the_contract_are_read, 0,
                        (int)(sizeof(commands) / sizeof(commands[0])));
    tcase_add_loop_test(texts, value_is_written_as_utf8_without_space_or_control, 0,
                        (int)(sizeof(values) / sizeof(values[0])));
    tcase_add_test(texts, what_does_not_fit_is_cut_between_characters);
    tcase_add_test(texts, piece_ends_with_a_line_or_else_with_a_character);
    suite_add_tcase(suite, texts);
    tcase_add_loop_test(policy, keeper_decides_by_who_is_left, 0,
                        (int)(sizeof(decisions) / sizeof(decisions[0])));
    suite_add_tcase(suite, policy);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
