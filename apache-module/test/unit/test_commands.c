/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * The command table that httpd gets, against jsgid_directives.inc, both ways. A program of its own:
 * it holds the object of mod_jsgid_cmds, whose calls into httpd stay unresolved because nothing
 * here makes one.
 */
#include <stdio.h>
#include <string.h>

#include "mod_jsgid_private.h"

/* Data that mod_jsgid_cmds refers to. */
jsgid_server_t *jsgid_server;
module jsgid_module;

int main(void)
{
    const command_rec *command;
    int known[JSGID_D_COUNT] = {0};
    int failed = 0;
    int i;

    for (command = jsgid_commands; command->name != NULL; command++) {
        int found = strcmp(command->name, "<JsgiDaemonGroup") == 0;

        for (i = 0; i < JSGID_D_COUNT; i++) {
            if (strcmp(command->name, jsgid_directives[i].name) == 0) {
                known[i]++;
                found = command->cmd_data == &jsgid_directives[i];
            }
        }
        if (!found) {
            (void)printf("the command %s is not in the table of directives\n", command->name);
            failed = 1;
        }
    }
    for (i = 0; i < JSGID_D_COUNT; i++) {
        if (known[i] != 1) {
            (void)printf("the directive %s is registered %d times\n", jsgid_directives[i].name,
                         known[i]);
            failed = 1;
        }
    }
    (void)printf("commands: %d directives, %s\n", (int)JSGID_D_COUNT,
                 failed ? "failed" : "all registered once");
    return failed;
}
