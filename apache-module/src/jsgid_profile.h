/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_PROFILE_H
#define JSGID_PROFILE_H

#include <apr_pools.h>
#include <apr_tables.h>

/**
 * JDK profiles: one file, and a chain of folders. The format, its defaults, and what is an error
 * and what a warning are in jdk-profiles/FORMAT.md; the examples in jdk-profiles/conformance keep
 * this reader, the Java one and the shell one equal. Knows APR only.
 */

typedef enum {
    JSGID_PROFILE_USABLE,
    JSGID_PROFILE_MISSING, /**< its home, or bin/java below it, is not there */
    JSGID_PROFILE_BROKEN   /**< the file has an error; reason tells it */
} jsgid_profile_state_t;

typedef struct {
    const char *name;         /**< file name without .conf */
    const char *file;         /**< path of the profile file */
    const char *home;         /**< folder of the JDK */
    const char *version;      /**< full version; NULL when nothing tells it */
    const char *vendor;       /**< NULL when nothing tells it */
    const char *java_options; /**< as written; NULL when none */
    int feature;              /**< feature version; 0 when broken */
    int priority;
    int enabled;
    jsgid_profile_state_t state;
    const char *reason;           /**< why it is missing or broken, else NULL */
    apr_array_header_t *warnings; /**< of const char *: keys that are not known */
} jsgid_profile_t;

/** Reads one profile file. Never NULL: what is wrong is in state and reason. */
jsgid_profile_t *jsgid_profile_read(apr_pool_t *pool, const char *file);

/** The profile's text instead of a file: for tests and for the reader itself. Does not look at
 * home. */
void jsgid_profile_parse(apr_pool_t *pool, jsgid_profile_t *profile, const char *text,
                         apr_size_t length);

/**
 * Reads folders (array of const char *), later ones replacing earlier ones by file name; masks are
 * left out. Returns an array of jsgid_profile_t *, in the order of their names. A folder that is
 * not there has none.
 */
apr_array_header_t *jsgid_profiles_read(apr_pool_t *pool, const apr_array_header_t *folders);

/** 1 when a name can be a profile's: 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter. */
int jsgid_profile_name_is_valid(const char *name);

/** What the default file of the folders says (FORMAT.md, "The default"), as written; NULL when
 * there is no default. */
const char *jsgid_default_runtime(apr_pool_t *pool, const apr_array_header_t *folders);

/** Feature version of a JAVA_VERSION such as 17.0.15, 1.8.0_452 or 25-ea; 0 when it tells none. */
int jsgid_feature_of_version(const char *version);

/** Compares versions part by part as numbers; below 0, 0, above 0. NULL is the lowest. */
int jsgid_version_compare(const char *a, const char *b);

#endif
