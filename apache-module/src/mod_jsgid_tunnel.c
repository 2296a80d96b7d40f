/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_tunnel: a request's connection becomes another protocol's.
 *
 * httpd 2.4 has nothing that would call a module when an idle connection has something to read, so
 * a request which stays with its connection holds a worker (a process, with prefork) for as long.
 * Two ways:
 *
 *   - Where a connection is plain TCP, and nothing sits between socket and request but httpd's own
 * reading and counting, the socket itself is taken over: a second descriptor of it goes to the
 * tunnels of this process (jsgid_tunnels), and httpd closes its own without a shutdown, which ends
 * the request and frees the worker. All such connections of a process cost one thread.
 *   - Where filters must run (TLS, HTTP/2, another module's), bytes go through them here, and the
 * worker waits for them. httpd lets no other thread do that while it also counts, closes and logs
 * the connection.
 *
 * At the end of this process tunnels of the first kind are what requests are to httpd: a graceful
 * end waits for them, any other cuts them.
 *
 * DIAGNOSTICS: the end of a tunnel is logged (info), as is what kept it from beginning (error).
 */
/* F_DUPFD_CLOEXEC with -std=gnu11 needs none; poll's POLLRDHUP does. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "mod_jsgid_tunnel.h"

#include <ap_mpm.h>
#include <errno.h>
#include <fcntl.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <scoreboard.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <util_filter.h>

#include "jsgid_tunnels.h"
#include "mod_jsgid_relay.h"

/* What a client has sent before it got the answer, as far as it is taken from httpd's filters. */
#define EARLY_MAX (256 * 1024)
/* A piece that the client's socket takes whole when poll says that it can be written. */
#define PIECE 8192
/* How often a worker that waits looks whether httpd has closed the client's socket under it. */
#define LOOK_MILLIS 1000
/* Without a descriptor of the client's to poll: longest wait between two looks. */
#define BLIND_MILLIS 20
/* How often a process that ends gracefully looks whether its tunnels have ended. */
#define END_LOOK_MILLIS 100
/* A client that has vanished without a word is noticed after about seven minutes. */
#define KEEPALIVE_IDLE_SECONDS 300
#define KEEPALIVE_INTERVAL_SECONDS 30
#define KEEPALIVE_PROBES 4

/* What a connection has as its configuration when its socket was taken over. */
static char taken_over;

static jsgid_tunnels_t *tunnels;
static int is_graceful;

/* ---- the process ---- */

/* 1 when this process ends in its own time; it has served its last request. */
static int ends_gracefully(void)
{
    int is_threaded = 0;
    sigset_t blocked;

    (void)ap_mpm_query(AP_MPMQ_IS_THREADED, &is_threaded);
    if (is_threaded) {
        return is_graceful;
    }
    /* prefork says the same to modules for both ends; the one that is not graceful comes from the
       handler of a signal, which is blocked in there. */
    return pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 && !sigismember(&blocked, SIGTERM) &&
           !sigismember(&blocked, SIGHUP);
}

/* prefork counts a process by what it did last, which would be waiting for a request. */
static void say_finishing(void)
{
    apr_proc_t self;
    int slot;

    memset(&self, 0, sizeof(self));
    self.pid = getpid();
    slot = ap_find_child_by_pid(&self);
    if (slot >= 0) {
        (void)ap_update_child_status_from_indexes(slot, 0, SERVER_GRACEFUL, NULL);
    }
}

/* The end of the process: waits for tunnels when it is a graceful one, until the parent says
 * otherwise (SIGTERM: a stop, or GracefulShutdownTimeout is over). */
static apr_status_t process_ends(void *data)
{
    jsgid_tunnels_t *all = tunnels;
    sigset_t stop;

    (void)data;
    tunnels = NULL;
    if (all == NULL) {
        return APR_SUCCESS;
    }
    if (jsgid_tunnels_count(all) > 0 && ends_gracefully()) {
        (void)sigemptyset(&stop);
        (void)sigaddset(&stop, SIGTERM);
        (void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
        say_finishing();
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, ap_server_conf,
                     "JSGID0465: this process ends when its %u upgraded connections have",
                     jsgid_tunnels_count(all));
        while (jsgid_tunnels_count(all) > 0) {
            struct timespec pause = {0, END_LOOK_MILLIS * 1000000L};

            if (sigtimedwait(&stop, NULL, &pause) == SIGTERM) {
                break;
            }
        }
    }
    jsgid_tunnels_destroy(all);
    return APR_SUCCESS;
}

void jsgid_tunnel_child_init(apr_pool_t *pool, server_rec *s)
{
    tunnels = jsgid_tunnels_create();
    if (tunnels == NULL) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, errno, s,
                     "JSGID0466: upgraded connections will each hold a worker, for there is no "
                     "descriptor to wait for them with");
        return;
    }
    /* Before the pools of connections go: these descriptors are nobody else's. */
    apr_pool_pre_cleanup_register(pool, NULL, process_ends);
}

void jsgid_tunnel_child_stopping(apr_pool_t *pool, int graceful)
{
    (void)pool;
    is_graceful = graceful;
}

int jsgid_tunnel_pre_close(conn_rec *c)
{
    if (ap_get_module_config(c->conn_config, &jsgid_module) != NULL) {
        /* The connection lives on with another descriptor: no word to the client, no shutdown. */
        c->aborted = 1;
    }
    return OK;
}

/* ---- the answer ---- */

int jsgid_tunnel_is_wanted(request_rec *r, int has_body)
{
    const char *upgrade = apr_table_get(r->headers_in, "Upgrade");
    const char *connection = apr_table_get(r->headers_in, "Connection");

    return !has_body && upgrade != NULL && *upgrade != '\0' && connection != NULL &&
           r->proto_num >= HTTP_VERSION(1, 1) && r->main == NULL &&
           ap_find_token(r->pool, connection, "upgrade");
}

static void send_answer(request_rec *r)
{
    conn_rec *c = r->connection;

    /* From here on no filter of HTTP's has a part in it. */
    ap_remove_input_filter_byhandle(c->input_filters, "reqtimeout");
    ap_remove_output_filter_byhandle(c->output_filters, "SSL/TLS Coalescing Filter");
    r->input_filters = c->input_filters;
    r->proto_input_filters = c->input_filters;
    r->output_filters = c->output_filters;
    r->proto_output_filters = c->output_filters;
    c->keepalive = AP_CONN_CLOSE;

    apr_table_unset(r->headers_out, "Content-Length");
    apr_table_setn(r->headers_out, "Connection", "Upgrade");
    r->status = HTTP_SWITCHING_PROTOCOLS;
    r->status_line = NULL;
    ap_send_interim_response(r, 1);
    r->eos_sent = 1; /* httpd has nothing to add */
    r->sent_bodyct = 1;
}

/* ---- the socket is taken over ---- */

static int has_only(const ap_filter_t *filters, const char *const *names)
{
    for (; filters != NULL; filters = filters->next) {
        const char *const *name = names;

        while (*name != NULL && strcasecmp(filters->frec->name, *name) != 0) {
            name++;
        }
        if (*name == NULL) {
            return 0;
        }
    }
    return 1;
}

/* 1 when nothing looks at or changes the bytes between the socket and the request. */
static int is_plain(const conn_rec *c)
{
    static const char *const in[] = {"core_in", "reqtimeout", "log_input_output", "jsgid_input",
                                     NULL};
    static const char *const out[] = {"core", "log_input_output", NULL};

    return c->master == NULL && has_only(c->input_filters, in) && has_only(c->output_filters, out);
}

/*
 * What the client has sent that httpd has read already; *pis_all is 0 when there may be more.
 * Errors and the end show again at the socket.
 */
static char *take_early(request_rec *r, apr_size_t *plength, int *pis_all)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_off_t length = 0;
    char *bytes = NULL;
    apr_size_t size;

    *pis_all = 0;
    while (length < EARLY_MAX) {
        apr_bucket_brigade *piece = apr_brigade_create(r->pool, r->connection->bucket_alloc);
        apr_status_t rv = ap_get_brigade(r->connection->input_filters, piece, AP_MODE_READBYTES,
                                         APR_NONBLOCK_READ, PIECE);
        apr_off_t more = 0;

        if (rv == APR_SUCCESS) {
            rv = apr_brigade_length(piece, 1, &more);
        }
        if (rv != APR_SUCCESS || more == 0) {
            *pis_all = 1;
            break;
        }
        length += more;
        APR_BRIGADE_CONCAT(bb, piece);
    }
    if (apr_brigade_pflatten(bb, &bytes, &size, r->pool) != APR_SUCCESS) {
        size = 0;
    }
    *plength = size;
    apr_brigade_destroy(bb);
    return bytes;
}

/* What is logged at the end; outlives the request. */
typedef struct {
    server_rec *server;
    const char *group; /* the configuration's, as the server */
    char client[64];
    char protocol[64];
} ended_t;

static void log_end(server_rec *s, const ended_t *ended, const jsgid_tunnel_end_t *end)
{
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, s,
                 "JSGID0461: [group %s] [client %s] the connection that became %s has ended after "
                 "%" APR_INT64_T_FMT ".%03d s: %s; %" APR_UINT64_T_FMT
                 " bytes came from the client, and %" APR_UINT64_T_FMT " from the application",
                 ended->group, ended->client, ended->protocol, (apr_int64_t)(end->millis / 1000),
                 (int)(end->millis % 1000), end->why, (apr_uint64_t)end->from_client,
                 (apr_uint64_t)end->from_daemon);
}

static void tunnel_ended(void *baton, const jsgid_tunnel_end_t *end)
{
    ended_t *ended = baton;

    log_end(ended->server, ended, end);
    free(ended);
}

static void describe(ended_t *ended, const jsgid_tunnel_request_t *tunnel, const char *protocol)
{
    request_rec *r = tunnel->r;

    ended->server = r->server;
    ended->group = tunnel->group;
    (void)apr_snprintf(ended->client, sizeof(ended->client), "%s:%d", r->useragent_ip,
                       (int)r->useragent_addr->port);
    (void)apr_snprintf(ended->protocol, sizeof(ended->protocol), "%s", protocol);
}

/* A client that is idle for days is no trouble; one that is no more should not be kept for ever. */
static void keep_alive(int fd)
{
    static const int on = 1;
    static const int idle = KEEPALIVE_IDLE_SECONDS;
    static const int interval = KEEPALIVE_INTERVAL_SECONDS;
    static const int probes = KEEPALIVE_PROBES;

    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

/* Takes the client's socket over; 0 when it could not, and nothing has changed. */
static int hand_over(const jsgid_tunnel_request_t *tunnel, int client, const char *early,
                     apr_size_t early_length, const char *protocol)
{
    request_rec *r = tunnel->r;
    jsgid_tunnel_spec_t spec;
    ended_t *ended = calloc(1, sizeof(*ended));
    int error;

    if (ended == NULL) {
        return 0;
    }
    describe(ended, tunnel, protocol);
    memset(&spec, 0, sizeof(spec));
    spec.client = fcntl(client, F_DUPFD_CLOEXEC, 3);
    spec.daemon = fcntl(tunnel->fd, F_DUPFD_CLOEXEC, 3);
    spec.to_daemon = early;
    spec.to_daemon_length = early_length;
    spec.to_client = tunnel->early;
    spec.to_client_length = tunnel->early_length;
    spec.client_seconds = (int)apr_time_sec(tunnel->client_timeout);
    spec.daemon_seconds = (int)apr_time_sec(tunnel->daemon_timeout);
    spec.ended = tunnel_ended;
    spec.baton = ended;
    error = spec.client < 0 || spec.daemon < 0 ? errno : jsgid_tunnels_add(tunnels, &spec);
    if (error != 0) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, error, r,
                      "JSGID0462: [group %s] an upgraded connection holds a worker, since its "
                      "socket could not be taken over",
                      tunnel->group);
        if (spec.client >= 0) {
            (void)close(spec.client);
        }
        if (spec.daemon >= 0) {
            (void)close(spec.daemon);
        }
        free(ended);
        return 0;
    }
    ap_set_module_config(r->connection->conn_config, &jsgid_module, &taken_over);
    return 1;
}

/* ---- through httpd's filters ---- */

typedef struct {
    const jsgid_tunnel_request_t *tunnel;
    request_rec *r;
    conn_rec *c;
    int client;    /* tells by poll when the client has sent something; -1: nothing does */
    int is_socket; /* and whether it takes something */
    apr_bucket_brigade *in;
    apr_bucket_brigade *out;
    const char *up; /* to the daemon, not yet taken */
    apr_size_t up_length;
    apr_time_t up_since;
    const char *down; /* to the client */
    apr_size_t down_length;
    apr_time_t down_since;
    char up_buffer[PIECE];
    char down_buffer[PIECE];
    int is_client_at_end;
    int is_daemon_told;
    int is_daemon_deaf;
    int blind_wait;
    const char *why; /* it has ended; NULL: not yet */
    apr_uint64_t from_client;
    apr_uint64_t from_daemon;
} filtered_t;

static void find_client(filtered_t *f)
{
    apr_socket_t *socket = NULL;

    f->client = -1;
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 129)
    {
        apr_pollfd_t pollfd;
        apr_os_file_t file;

        memset(&pollfd, 0, sizeof(pollfd));
        if (ap_get_pollfd_from_conn(f->c, &pollfd, NULL) != APR_SUCCESS) {
            return;
        }
        if (pollfd.desc_type == APR_POLL_FILE &&
            apr_os_file_get(&file, pollfd.desc.f) == APR_SUCCESS) {
            f->client = file;
        } else if (pollfd.desc_type == APR_POLL_SOCKET) {
            socket = pollfd.desc.s;
        }
    }
#else
    socket = f->c->master == NULL ? ap_get_conn_socket(f->c) : NULL;
#endif
    f->is_socket = socket != NULL && apr_os_sock_get(&f->client, socket) == APR_SUCCESS;
}

/* Takes what the client has sent, one piece, without waiting; 1 when there was something. */
static int read_up(filtered_t *f)
{
    apr_size_t length = sizeof(f->up_buffer);
    apr_status_t rv = ap_get_brigade(f->c->input_filters, f->in, AP_MODE_READBYTES,
                                     APR_NONBLOCK_READ, (apr_off_t)length);

    if (rv == APR_SUCCESS && !APR_BRIGADE_EMPTY(f->in)) {
        int is_end = APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(f->in));

        rv = apr_brigade_flatten(f->in, f->up_buffer, &length);
        apr_brigade_cleanup(f->in);
        if (rv == APR_SUCCESS && length > 0) {
            f->up = f->up_buffer;
            f->up_length = length;
            f->up_since = apr_time_now();
            f->from_client += length;
            f->is_client_at_end |= is_end;
            return 1;
        }
        if (rv == APR_SUCCESS && is_end) {
            rv = APR_EOF;
        }
    }
    apr_brigade_cleanup(f->in);
    if (APR_STATUS_IS_EOF(rv)) {
        f->is_client_at_end = 1;
        return 1;
    }
    if (rv != APR_SUCCESS && !APR_STATUS_IS_EAGAIN(rv) && !APR_STATUS_IS_EINTR(rv)) {
        f->why = "the client's connection broke";
    }
    return 0;
}

/* Client to daemon; 1 when something has happened. */
static int move_up(filtered_t *f)
{
    int has_moved = 0;

    if (f->up_length == 0 && !f->is_client_at_end) {
        has_moved = read_up(f);
    }
    if (f->up_length > 0) {
        ssize_t n = f->is_daemon_deaf
                        ? (ssize_t)f->up_length
                        : send(f->tunnel->fd, f->up, f->up_length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n > 0) {
            f->up += n;
            f->up_length -= (apr_size_t)n;
            f->up_since = apr_time_now();
            has_moved = 1;
        } else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            f->is_daemon_deaf = 1; /* what it has sent is still the client's */
            has_moved = 1;
        }
    }
    if (f->is_client_at_end && f->up_length == 0 && !f->is_daemon_told) {
        f->is_daemon_told = 1;
        (void)shutdown(f->tunnel->fd, SHUT_WR);
        has_moved = 1;
    }
    return has_moved;
}

static int can_write(const filtered_t *f)
{
    struct pollfd fd = {f->client, POLLOUT, 0};

    return !f->is_socket || poll(&fd, 1, 0) > 0;
}

/* Daemon to client; 1 when something has happened. */
static int move_down(filtered_t *f)
{
    if (f->down_length == 0) {
        ssize_t n = recv(f->tunnel->fd, f->down_buffer, sizeof(f->down_buffer), MSG_DONTWAIT);

        if (n > 0) {
            f->down = f->down_buffer;
            f->down_length = (apr_size_t)n;
            f->down_since = apr_time_now();
            f->from_daemon += (apr_size_t)n;
        } else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
            f->why = "the application has closed it";
        }
    }
    if (f->down_length == 0 || !can_write(f)) {
        return 0;
    }
    APR_BRIGADE_INSERT_TAIL(
        f->out, apr_bucket_transient_create(f->down, f->down_length, f->c->bucket_alloc));
    APR_BRIGADE_INSERT_TAIL(f->out, apr_bucket_flush_create(f->c->bucket_alloc));
    if (ap_pass_brigade(f->c->output_filters, f->out) != APR_SUCCESS || f->c->aborted) {
        f->why = "the client's connection broke";
    }
    apr_brigade_cleanup(f->out);
    f->r->bytes_sent += (apr_off_t)f->down_length;
    f->down_length = 0;
    return 1;
}

static int is_over(apr_time_t since, apr_interval_time_t limit, apr_time_t now)
{
    return limit > 0 && now - since >= limit;
}

/* Waits until something can be moved. */
static void wait_for_either(filtered_t *f)
{
    struct pollfd fds[2];
    apr_time_t now = apr_time_now();
    int wait = LOOK_MILLIS;
    int n;

    if (f->down_length > 0 && is_over(f->down_since, f->tunnel->client_timeout, now)) {
        f->why = "the client took nothing for as long as Timeout allows";
        return;
    }
    if (f->up_length > 0 && is_over(f->up_since, f->tunnel->daemon_timeout, now)) {
        f->why = "the application took nothing for as long as JsgiSocketTimeout allows";
        return;
    }
    fds[0].events = (short)((f->down_length == 0 ? POLLIN : 0) | (f->up_length > 0 ? POLLOUT : 0));
    /* A daemon that has closed would end every wait at once. */
    fds[0].fd = fds[0].events != 0 ? f->tunnel->fd : -1;
    fds[0].revents = 0;
    fds[1].fd = f->client;
    fds[1].events = (short)((f->up_length == 0 && !f->is_client_at_end ? POLLIN : 0) |
                            (f->down_length > 0 ? POLLOUT : 0));
    fds[1].revents = 0;
    if (f->client < 0 && f->up_length == 0 && !f->is_client_at_end) {
        wait = f->blind_wait;
        f->blind_wait = f->blind_wait * 2 < BLIND_MILLIS ? f->blind_wait * 2 : BLIND_MILLIS;
    }
    n = poll(fds, 2, wait);
    if (n == 0 && jsgid_client_has_gone(f->r)) {
        f->why = "the client's connection broke";
    } else if (n > 0 && (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        if (f->is_socket) {
            f->why = "the client's connection broke";
        } else {
            f->client = -1; /* a pipe that says no more; the filters tell the rest */
        }
    }
}

/* Moves bytes here, until it is over. */
static void run_filtered(const jsgid_tunnel_request_t *tunnel, const char *early,
                         apr_size_t early_length, const char *protocol)
{
    request_rec *r = tunnel->r;
    filtered_t *f = apr_pcalloc(r->pool, sizeof(*f));
    apr_time_t begun_at = apr_time_now();
    jsgid_tunnel_end_t end;
    ended_t ended;

    f->tunnel = tunnel;
    f->r = r;
    f->c = r->connection;
    f->in = apr_brigade_create(r->pool, f->c->bucket_alloc);
    f->out = apr_brigade_create(r->pool, f->c->bucket_alloc);
    f->blind_wait = 1;
    f->up = early;
    f->up_length = early_length;
    f->up_since = begun_at;
    f->from_client = early_length;
    f->down = (const char *)tunnel->early;
    f->down_length = tunnel->early_length;
    f->down_since = begun_at;
    f->from_daemon = tunnel->early_length;
    find_client(f);
    while (f->why == NULL) {
        int has_moved = move_up(f);

        has_moved |= f->why == NULL && move_down(f);
        if (has_moved) {
            f->blind_wait = 1;
        } else if (f->why == NULL) {
            wait_for_either(f);
        }
    }
    describe(&ended, tunnel, protocol);
    end.from_client = f->from_client;
    end.from_daemon = f->from_daemon;
    end.millis = apr_time_as_msec(apr_time_now() - begun_at);
    end.why = f->why;
    log_end(r->server, &ended, &end);
}

int jsgid_tunnel_run(const jsgid_tunnel_request_t *tunnel)
{
    request_rec *r = tunnel->r;
    conn_rec *c = r->connection;
    apr_socket_t *socket = c->master == NULL ? ap_get_conn_socket(c) : NULL;
    const char *protocol = apr_pstrdup(r->pool, apr_table_get(r->headers_out, "Upgrade"));
    const char *early = NULL;
    apr_size_t early_length = 0;
    apr_os_sock_t client = -1;
    int is_all = 0;

    send_answer(r);
    if (c->aborted) {
        return OK;
    }
    if (socket != NULL && apr_os_sock_get(&client, socket) == APR_SUCCESS) {
        keep_alive(client);
    }
    if (tunnels != NULL && client >= 0 && is_plain(c)) {
        early = take_early(r, &early_length, &is_all);
        if (is_all && hand_over(tunnel, client, early, early_length, protocol)) {
            return OK;
        }
    }
    run_filtered(tunnel, early, early_length, protocol);
    return OK;
}
