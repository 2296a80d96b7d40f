/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_sendfile: answers with a file that the application has named (X-Sendfile).
 *
 * The daemon is done with the request when this runs, and its connection is free. The response is
 * made as httpd makes that of a static file: validators of the file unless the application gave its
 * own, conditional requests, ranges, and a file bucket, which EnableSendfile and EnableMMAP of the
 * request's scope are about.
 *
 * DIAGNOSTICS: a file that cannot be sent is logged here, once; the caller does not log again.
 */
#include "mod_jsgid_private.h"

#include <apr_date.h>
#include <errno.h>
#include <http_protocol.h>
#include <http_request.h>
#include <unistd.h>

#include "jsgid_sendfile.h"

/* The folders of JsgiSendfile, for messages. */
static const char *names_of(request_rec *r, const apr_array_header_t *folders)
{
    return apr_array_pstrcat(r->pool, folders, ' ');
}

/* Says why the file is not sent; the status to answer. */
static int refuse(request_rec *r, const jsgid_group_t *group, const apr_array_header_t *folders,
                  const char *path, const char *real, jsgid_sendfile_status_t status, int error)
{
    switch (status) {
    case JSGID_SENDFILE_MISSING:
        ap_log_rerror(APLOG_MARK, APLOG_ERR, error, r,
                      "JSGID0452: [group %s] X-Sendfile: %s%s cannot be found; a file below one of "
                      "%s (JsgiSendfile), which Apache's user can reach, would be right",
                      group->name,
                      group->text[JSGID_D_CHROOT] != NULL ? group->text[JSGID_D_CHROOT] : "", path,
                      names_of(r, folders));
        return HTTP_NOT_FOUND;
    case JSGID_SENDFILE_OUTSIDE:
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r,
            "JSGID0453: [group %s] X-Sendfile: %s is %s, which lies in none of %s; a file "
            "below one of these, or its folder in JsgiSendfile, would be right",
            group->name, path, real, names_of(r, folders));
        return HTTP_NOT_FOUND;
    case JSGID_SENDFILE_NO_FILE:
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0454: [group %s] X-Sendfile: %s is %s, which is no regular file; one "
                      "below one of %s would be right",
                      group->name, path, real, names_of(r, folders));
        return HTTP_NOT_FOUND;
    default:
        ap_log_rerror(APLOG_MARK, APLOG_ERR, error, r,
                      "JSGID0456: [group %s] X-Sendfile: where %s lies cannot be found out; /proc "
                      "must be there for Apache",
                      group->name, path);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
}

/*
 * The type that httpd would give to a file of that name. Asked with a copy of the request: the
 * modules which know types also set handlers and filters, and those are not wanted here.
 */
static void take_type_of_name(request_rec *r, const char *file)
{
    request_rec *typed = apr_pmemdup(r->pool, r, sizeof(*r));

    typed->filename = apr_pstrdup(r->pool, file);
    typed->path_info = apr_pstrdup(r->pool, "");
    typed->handler = NULL;
    typed->output_filters = NULL;
    typed->input_filters = NULL;
    typed->proto_output_filters = NULL;
    typed->proto_input_filters = NULL;
    typed->notes = apr_table_make(r->pool, 2);
    typed->headers_out = apr_table_make(r->pool, 2);
    typed->subprocess_env = apr_table_copy(r->pool, r->subprocess_env);
    /* Not the mount of this request: its type checker would answer. */
    typed->request_config = ap_create_request_config(r->pool);
    ap_set_core_module_config(typed->request_config, ap_get_core_module_config(r->request_config));
    if (ap_run_type_checker(typed) != OK || typed->content_type == NULL) {
        return;
    }
    ap_set_content_type(r, typed->content_type);
    if (apr_table_get(r->headers_out, "Content-Encoding") == NULL) {
        r->content_encoding = typed->content_encoding;
    }
    if (apr_table_get(r->headers_out, "Content-Language") == NULL) {
        r->content_languages = typed->content_languages;
    }
}

/* Validators: the application's where it gave some. */
static void set_validators(request_rec *r, apr_file_t *file)
{
    const char *modified = apr_table_get(r->headers_out, "Last-Modified");
    apr_time_t time = modified != NULL ? apr_date_parse_http(modified) : APR_DATE_BAD;

    if (time != APR_DATE_BAD) {
        r->mtime = time;
    } else {
        r->mtime = r->finfo.mtime;
        ap_set_last_modified(r);
    }
    if (apr_table_get(r->headers_out, "ETag") == NULL) {
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 101)
        ap_set_etag_fd(r, file);
#else
        (void)file;
        ap_set_etag(r);
#endif
    }
}

/* Hands the file to the output filters. */
static int pass_file(request_rec *r, const jsgid_group_t *group, apr_file_t *file)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);
    apr_bucket_brigade *out = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    int is_get = r->method_number == M_GET;
    int status;
    apr_status_t rv;

    set_validators(r, file);
    ap_set_accept_ranges(r);
    ap_set_content_length(r, r->finfo.size);
    /* What was asked for with another method is done already: no condition can undo it. */
    status = is_get ? ap_meets_conditions(r) : OK;
    if (status == HTTP_NOT_MODIFIED) {
        r->status = status;
        r->status_line = NULL;
    } else if (status != OK) {
        return status;
    } else {
        apr_bucket *b = apr_brigade_insert_file(out, file, 0, r->finfo.size, r->pool);

#if APR_HAS_MMAP
        if (core->enable_mmap == ENABLE_MMAP_OFF) {
            (void)apr_bucket_file_enable_mmap(b, 0);
        }
#else
        (void)b;
#endif
    }
    APR_BRIGADE_INSERT_TAIL(out, apr_bucket_eos_create(r->connection->bucket_alloc));
    rv = ap_pass_brigade(r->output_filters, out);
    /* A filter that has answered in its own way, as that of ranges with 416, says so with that
     * error.
     */
    if (rv != APR_SUCCESS && rv != AP_FILTER_ERROR && !r->connection->aborted) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, rv, r,
                      "JSGID0457: [group %s] the file could not be sent to its end", group->name);
    }
    return OK;
}

int jsgid_sendfile(request_rec *r, const jsgid_group_t *group, const apr_array_header_t *folders,
                   const char *value)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);
    jsgid_sendfile_status_t status;
    const char *path;
    const char *real = NULL;
    apr_file_t *file = NULL;
    apr_status_t rv;
    int fd = -1;

    if (folders == NULL || folders->nelts == 0) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0450: [group %s] the application wants %s to be sent (X-Sendfile), and "
                      "no folder is allowed for that at %s; JsgiSendfile DIR, with the folder of "
                      "such files, would be right",
                      group->name, value, r->uri);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    path = jsgid_sendfile_path(value, r->pool);
    if (path == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0451: [group %s] X-Sendfile: \"%s\" is no percent-encoded absolute "
                      "path; /FOLDER/FILE, with %%25 for %% itself, would be right",
                      group->name, value);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    status = jsgid_sendfile_find(group->text[JSGID_D_CHROOT], path, folders, r->pool, &fd, &real);
    if (status != JSGID_SENDFILE_OK) {
        return refuse(r, group, folders, path, real, status, errno);
    }
    /* The file that is open, not one that has its name by now. */
    rv = apr_file_open(&file, apr_psprintf(r->pool, "/proc/self/fd/%d", fd),
                       APR_READ | APR_BINARY | AP_SENDFILE_ENABLED(core->enable_sendfile),
                       APR_OS_DEFAULT, r->pool);
    (void)close(fd);
    if (rv == APR_SUCCESS) {
        rv = apr_file_info_get(&r->finfo, APR_FINFO_NORM, file);
    }
    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, r,
                      "JSGID0455: [group %s] X-Sendfile: %s cannot be opened; one that Apache's "
                      "user may read would be right",
                      group->name, real);
        return HTTP_NOT_FOUND;
    }
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "JSGID0458: [group %s] X-Sendfile: sends %s",
                  group->name, real);
    if (r->content_type == NULL) {
        take_type_of_name(r, real);
    }
    return pass_file(r, group, file);
}
