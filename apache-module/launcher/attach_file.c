#define _GNU_SOURCE /* O_PATH, getrandom */
#include "attach_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const unsigned long long MIB = 1024ULL * 1024;

static unsigned long long free_bytes(int folder)
{
    struct statvfs system;
    if (fstatvfs(folder, &system) != 0) {
        return ULLONG_MAX;
    }
    unsigned long long block = system.f_frsize;
    return block * system.f_bavail;
}

/* Opens the folder, and makes one of a random name in it. */
static bool make_in(const struct attach_jvm *jvm, const char *above, unsigned long long space,
                    struct attach_file *pfile, struct attach_failure *pfailure)
{
    uint64_t random = 0;
    while (*above == '/') {
        above++;
    }
    pfile->above = openat(jvm->root, above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (pfile->above < 0) {
        return attach_fail(pfailure, "failed", "the folder /%s: %s", above, strerror(errno));
    }
    unsigned long long available = free_bytes(pfile->above);
    if (available < space) {
        return attach_fail(pfailure, "no-space",
                           "the folder /%s has %llu MiB of free space, and the file may have %llu "
                           "MiB",
                           above, available / MIB, space / MIB);
    }
    if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
        return attach_fail(pfailure, "failed", "no random number: %s", strerror(errno));
    }
    (void)snprintf(pfile->made, sizeof(pfile->made), "jsgid-%016llx", (unsigned long long)random);
    int length =
        snprintf(pfile->path, sizeof(pfile->path), "/%s/%s/%s", above, pfile->made, pfile->name);
    if (length < 0 || (size_t)length >= sizeof(pfile->path) ||
        mkdirat(pfile->above, pfile->made, 0700) != 0) {
        pfile->made[0] = '\0';
        return attach_fail(pfailure, "failed", "a folder in /%s could not be made: %s", above,
                           strerror(errno));
    }
    pfile->folder =
        openat(pfile->above, pfile->made, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (pfile->folder < 0) {
        return attach_fail(pfailure, "failed", "the folder %s: %s", pfile->path, strerror(errno));
    }
    return true;
}

bool attach_file_prepare(const struct attach_jvm *jvm, const char *const *folders, const char *name,
                         unsigned long long space, struct attach_file *pfile,
                         struct attach_failure *pfailure)
{
    struct attach_failure first = {.kind = NULL, .sentence = ""};
    for (const char *const *above = folders; *above != NULL; above++) {
        *pfile = (struct attach_file){.above = -1, .folder = -1, .name = name};
        if (make_in(jvm, *above, space, pfile, pfailure)) {
            return true;
        }
        attach_file_remove(pfile);
        /* What is said is about the group's own folder: the others are only a way out. */
        if (first.kind == NULL) {
            first = *pfailure;
        }
    }
    *pfailure = first;
    return false;
}

/* Calls for each file of the folder; a JVM may write a dump in pieces. */
static void each_file(int folder, void (*call)(int folder, const char *name, void *context),
                      void *context)
{
    /* Another description: reading moves its position. */
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listed = copy < 0 ? NULL : fdopendir(copy);
    const struct dirent *entry;
    if (listed == NULL) {
        if (copy >= 0) {
            (void)close(copy);
        }
        return;
    }
    while ((entry = readdir(listed)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            call(folder, entry->d_name, context);
        }
    }
    (void)closedir(listed);
}

static void add_size(int folder, const char *name, void *context)
{
    struct stat seen;
    unsigned long long *psize = context;
    if (fstatat(folder, name, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(seen.st_mode)) {
        *psize += (unsigned long long)seen.st_size;
    }
}

bool attach_file_say_size(void *file)
{
    const struct attach_file *written = file;
    unsigned long long size = 0;
    if (written->folder >= 0) {
        each_file(written->folder, add_size, &size);
    }
    return attach_say_size("progress", size);
}

bool attach_file_pass_on(const struct attach_file *file, struct attach_failure *pfailure)
{
    static char bytes[ATTACH_FRAME];
    struct stat seen;
    ssize_t count = 0;
    int opened = openat(file->folder, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (opened < 0 || fstat(opened, &seen) != 0 || !S_ISREG(seen.st_mode)) {
        int reason = errno;
        if (opened >= 0) {
            (void)close(opened);
        }
        return attach_fail(pfailure, opened < 0 && reason == ENOENT ? "no-file" : "failed",
                           "the JVM wrote no file: %s",
                           opened < 0 ? strerror(reason) : "it is not a regular one");
    }
    bool is_read = attach_say_size("size", (unsigned long long)seen.st_size);
    while (is_read && (count = read(opened, bytes, sizeof(bytes))) > 0) {
        is_read = attach_say("file", bytes, (size_t)count);
    }
    int reason = errno;
    (void)close(opened);
    if (!is_read) {
        return attach_fail(pfailure, "called-off", "nobody listens any more");
    }
    return count == 0 ||
           attach_fail(pfailure, "failed", "the file could not be read: %s", strerror(reason));
}

static void remove_one(int folder, const char *name, void *context)
{
    (void)context;
    (void)unlinkat(folder, name, 0);
}

void attach_file_remove(struct attach_file *pfile)
{
    if (pfile->folder >= 0) {
        each_file(pfile->folder, remove_one, NULL);
        (void)close(pfile->folder);
    }
    if (pfile->above >= 0) {
        if (pfile->made[0] != '\0') {
            (void)unlinkat(pfile->above, pfile->made, AT_REMOVEDIR);
        }
        (void)close(pfile->above);
    }
    *pfile = (struct attach_file){.above = -1, .folder = -1};
}
