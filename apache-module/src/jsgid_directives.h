/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_DIRECTIVES_H
#define JSGID_DIRECTIVES_H

#include <apr.h>

/** The table of jsgid_directives.inc as enum and rows. Knows nothing of httpd. */

typedef enum {
#define JSGID_DIRECTIVE(id, name, scope, type, def, min, max, key, words, sentence) JSGID_D_##id,
#include "jsgid_directives.inc"
#undef JSGID_DIRECTIVE
    JSGID_D_COUNT
} jsgid_directive_id_t;

typedef enum {
    JSGID_SCOPE_SERVER,
    JSGID_SCOPE_GROUP,
    JSGID_SCOPE_EITHER,
    JSGID_SCOPE_HOST,
    JSGID_SCOPE_FOLDER,
    JSGID_SCOPE_OVERRIDE
} jsgid_scope_t;

typedef enum {
    JSGID_TYPE_NUMBER,
    JSGID_TYPE_SECONDS,
    JSGID_TYPE_SIZE,
    JSGID_TYPE_OCTAL,
    JSGID_TYPE_FLAG,
    JSGID_TYPE_CHOICE,
    JSGID_TYPE_SIZES,
    JSGID_TYPE_STICKY,
    JSGID_TYPE_PATH,
    JSGID_TYPE_PATHS,
    JSGID_TYPE_RUNTIME,
    JSGID_TYPE_USER,
    JSGID_TYPE_GROUP,
    JSGID_TYPE_GROUPS,
    JSGID_TYPE_OPTIONS,
    JSGID_TYPE_ENVIRONMENT,
    JSGID_TYPE_SERVLET_OPTION,
    JSGID_TYPE_LISTEN,
    JSGID_TYPE_TEXT,
    JSGID_TYPE_MOUNT,
    JSGID_TYPE_DELEGATE,
    JSGID_TYPE_FOLDER_FLAG,
    JSGID_TYPE_FOLDER_PATHS
} jsgid_type_t;

typedef struct {
    jsgid_directive_id_t id;
    const char *name;
    jsgid_scope_t scope;
    jsgid_type_t type;
    const char *def;
    apr_int64_t min;
    apr_int64_t max;
    const char *key;
    const char *words;
    const char *sentence;
} jsgid_directive_t;

/** The rows, by id. */
extern const jsgid_directive_t jsgid_directives[JSGID_D_COUNT];

/** 1 when the directive is a number (of any unit), a pair of sizes, a flag or a choice. */
int jsgid_directive_is_numeric(const jsgid_directive_t *directive);

#endif
