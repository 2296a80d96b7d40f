/*
 * The mechanism by which a HotSpot JVM takes diagnostic commands, the same from JDK 8 to 27: a
 * file asks for it, SIGQUIT has the JVM look for that file and listen on a socket in /tmp, and a
 * connection carries one command and its answer. All of it as the JVM's own user.
 */
#ifndef ATTACH_JVM_H
#define ATTACH_JVM_H

#include <sys/types.h>

#include "attach_say.h"

/* A JVM. Descriptors belong to this process only; -1: none. */
struct attach_jvm {
    pid_t pid;
    int process; /* its folder in /proc: stays that process's when the number is given again */
    int root;    /* the root of its file system */
    int socket;
};

/* The command and its arguments; the protocol has three, those that are NULL are empty. */
enum { ATTACH_ARGUMENTS = 3 };

/*
 * Finds the process and its root folder. What it holds, also after a failure, is for
 * attach_jvm_close.
 */
bool attach_jvm_open(pid_t pid, struct attach_jvm *pjvm, struct attach_failure *pfailure);

/*
 * Has the JVM listen, when it does not, and connects.
 */
bool attach_jvm_connect(struct attach_jvm *pjvm, const struct timespec *until,
                        struct attach_failure *pfailure);

/*
 * Sends a command.
 */
bool attach_jvm_send(const struct attach_jvm *jvm, const char *command, char *const *arguments,
                     const struct timespec *until, struct attach_failure *pfailure);

/*
 * Passes the answer on as frames "output", whatever the JVM says in it. Calls while_waiting each
 * second without an answer. Returns false with the kind "refused", and no sentence, when the
 * JVM said that it did not do it: why is in the output.
 */
bool attach_jvm_answer(const struct attach_jvm *jvm, const struct timespec *until,
                       bool (*while_waiting)(void *context), void *context,
                       struct attach_failure *pfailure);

void attach_jvm_close(struct attach_jvm *pjvm);

#endif
