/*
 * What a monitor does, for the tests of launcher and keeper: listens, sends the launch message, and
 * takes what a keeper hands over. One at a time; a failure ends the test.
 */
#ifndef FAKE_MONITOR_H
#define FAKE_MONITOR_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { DEADLINE_MILLIS = 30000, USER = 54321, GROUP = 54322, LONGEST_LINE = 256 * 1024 };

/* Given on the command line. */
extern const char *launcher;

extern char folder[64]; /* of this test */
extern char management_path[128];
extern char listener_path[128];
extern int management_server;
extern int listener;

extern pid_t keeper;   /* the launcher */
extern int connection; /* to it */
/* What it has handed over. */
extern pid_t daemon_pid;
extern int management;
extern int output;
extern int adopted_listener;

extern char message[128 * 1024]; /* the launch message */
extern size_t message_size;
extern int attached[4]; /* to its first byte */
extern size_t attached_count;
extern void (*in_child)(void); /* done before the launcher is executed; or NULL */

extern char line[LONGEST_LINE]; /* the last one read, without its LF */

/* The folder and its two sockets. */
void set_up_monitor(void);
void tear_down_monitor(void);

int listen_at(const char *path);
bool lacks_root(const char *test);
void wait_readable(int descriptor);
long now_millis(void);

/* Appends to the launch message. */
void say(const char *key, const char *value);
void say_number(const char *key, long value);
/* uid and gid, as root. */
void say_user(void);

/* Starts the launcher; its standard error is FOLDER/stderr. */
void start_with(char *const *arguments);
void start(void);
/* Takes the launcher's connection and its token. */
void accept_launcher(void);
void send_bytes(const char *bytes, size_t size);
void send_message(void);
/* All of these. */
void launch(void);

/* Reads a line with the descriptors attached to its first byte. Returns their number. */
size_t read_line_with(int from, int *descriptors, size_t room);
void read_line(int from);
void expect_line(int from, const char *wanted);
void send_text(int to, const char *text);
/* A value of the present line, decoded in place. */
char *field(const char *name);

/* Takes what came with the present line, `started`. */
void take_started(const int *descriptors, size_t count);
void expect_started_keeper(void);

#endif
