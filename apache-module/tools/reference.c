/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Prints the reference of directives as Markdown, from the table that the module is made of. */
#include <stdio.h>
#include <string.h>

#include "jsgid_directives.h"

static const char *const scopes[] = {"server",
                                     "`<JsgiDaemonGroup>`",
                                     "server, `<JsgiDaemonGroup>`",
                                     "server, virtual host",
                                     "server, virtual host, directory",
                                     "server, virtual host, directory, .htaccess (FileInfo)"};

/* A vertical bar would end the cell of a table. */
static void print_cell(const char *text)
{
    for (; *text != '\0'; text++) {
        (void)printf(*text == '|' ? "\\|" : "%c", *text);
    }
}

int main(void)
{
    int i;

    (void)printf(
        "# Directives of mod_jsgid\n\n"
        "Made from `apache-module/src/jsgid_directives.inc` by `make reference`; do not edit.\n\n"
        "`<JsgiDaemonGroup NAME>` … `</JsgiDaemonGroup>` defines a daemon group and holds its "
        "directives. Times are "
        "whole seconds; sizes are bytes, with K, M or G for KiB, MiB, GiB.\n\n"
        "| directive | where | default | bounds | meaning |\n| --- | --- | --- | --- | --- |\n");
    for (i = 0; i < JSGID_D_COUNT; i++) {
        const jsgid_directive_t *d = &jsgid_directives[i];

        (void)printf("| `%s` ", d->name);
        print_cell(d->words);
        /* A default outside the bounds means "not set"; the sentence says what happens then. */
        (void)printf(" | %s | %s | ", scopes[d->scope],
                     d->def == NULL || (d->min > 0 && strcmp(d->def, "0") == 0) ? "" : d->def);
        if (d->min < d->max && d->type != JSGID_TYPE_FLAG && d->type != JSGID_TYPE_FOLDER_FLAG) {
            (void)printf(d->type == JSGID_TYPE_OCTAL ? "%llo–%llo" : "%lld–%lld", (long long)d->min,
                         (long long)d->max);
        }
        (void)printf(" | ");
        print_cell(d->sentence);
        (void)printf(" |\n");
    }
    return 0;
}
