/*
 * A file that a JVM writes on command (a heap dump, a recording): in a folder of its own below
 * the group's temporary folder or another one with more room, read from there as the group's user,
 * and removed whatever happens.
 */
#ifndef ATTACH_FILE_H
#define ATTACH_FILE_H

#include "attach_jvm.h"

struct attach_file {
    int above;        /* the folder that was named; -1: none */
    int folder;       /* the one that was made in it; -1: none */
    char made[32];    /* its name */
    char path[4096];  /* of the file, as the JVM sees it */
    const char *name; /* of the file in the folder */
};

/*
 * Makes the folder, in the first of those folders that has the room. The paths are ones inside the
 * JVM's root; the list ends with NULL.
 *
 * space: bytes that must be free, or 0
 */
bool attach_file_prepare(const struct attach_jvm *jvm, const char *const *folders, const char *name,
                         unsigned long long space, struct attach_file *pfile,
                         struct attach_failure *pfailure);

/*
 * Says how large it has become, 0 without a file: a frame "progress". For attach_jvm_answer.
 */
bool attach_file_say_size(void *file);

/*
 * Passes the file on: a frame "size" and then frames "file".
 */
bool attach_file_pass_on(const struct attach_file *file, struct attach_failure *pfailure);

/*
 * Removes the file and its folder, when there are such.
 */
void attach_file_remove(struct attach_file *pfile);

#endif
