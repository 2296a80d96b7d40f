/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_relay: one request over one connection, both directions at once.
 *
 * Rules that the code below keeps:
 *   - It never waits for the daemon to read while a response could come: the daemon's socket does
 * not block, and one poll waits for whatever comes first on it and on the client's.
 *   - Bytes of the response stay in the connection's read buffer until the client takes them, so a
 * slow client slows the daemon down (and nothing else is kept in memory).
 *   - While the client is still sending its body it may not be reading. Then the response goes out
 * only in small pieces and only when the client's socket can take one; until then its body is read
 * into a spool, so that neither waits for the other.
 *   - Before the daemon reads, it is sent one piece; the rest follows when it has read that, so
 * that a request which nobody accepted can be sent to another daemon whatever the size of its body.
 *   - A response counts as complete when END_REQUEST says so and nothing else. Anything less
 * reaches the client as an aborted transfer.
 *
 * DIAGNOSTICS: every outcome but success is logged here, once, with its JSGID04nn id; callers do
 * not log again.
 */
/* ppoll, which waits for less than a millisecond, is of Linux and newer POSIX. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "mod_jsgid_relay_private.h"

#include <errno.h>
#include <http_connection.h>
#include <http_protocol.h>
#include <http_request.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <util_filter.h>

#include "jsgid_fcgi.h"
#include "jsgid_unread.h"

/* Content of one STDIN record. */
#define WINDOW_CONTENT 65528
#define RECORD (WINDOW_CONTENT + JSGID_FCGI_HEADER)
/* Records that a body which is longer than one is sent in at once. */
#define RECORDS 4
/* A piece of response that a client's socket takes whole when poll says that it can be written. */
#define SMALL_PIECE 8192
/* Body bytes spooled in memory; what is more goes to a file. */
#define SPOOL_MEMORY (1024 * 1024)
/* How often a request that waits looks whether there still is a client, and, while that sends, its
 * filters get to look at the clock (mod_reqtimeout). */
#define CLIENT_LOOK_MILLIS 1000
/* Age of a request at which a client that has closed its side is taken for one that has gone. */
#define HALF_CLOSED_MIN apr_time_from_sec(1)
/* Without a client socket to poll: longest wait between two looks at the client's body. */
#define BLIND_MAX_MILLIS 20
/* How long a request whose rest is held back waits before it looks again whether the daemon has
 * begun to read: at first, when a thread of the daemon probably does just that, and at last. */
#define HELD_FIRST_MICROS 100
#define HELD_LAST_MICROS 50000
/* Retry-After when no daemon has read the request within JsgiQueueTimeout. */
#define QUEUE_RETRY_AFTER "5"

int jsgid_client_has_gone(request_rec *r)
{
    struct pollfd client = {-1, 0, 0};
    int gone = POLLERR | POLLHUP | POLLNVAL;
    apr_socket_t *socket;

    if (r->connection->aborted) {
        return 1;
    }
    if (r->connection->master != NULL) {
        return 0; /* the socket of an HTTP/2 connection carries others too */
    }
    socket = ap_get_conn_socket(r->connection);
    if (socket == NULL || apr_os_sock_get(&client.fd, socket) != APR_SUCCESS) {
        return 0;
    }
    /* Most clients that have closed their side have closed the connection, which cannot be told
     * from outside. The few that still read get what is answered quickly. */
    if (apr_time_now() - r->request_time >= HALF_CLOSED_MIN) {
        client.events = POLLRDHUP;
        gone |= POLLRDHUP;
    }
    return client.fd < 0 || (poll(&client, 1, 0) > 0 && (client.revents & gone) != 0);
}

const char *jsgid_relay_group(const jsgid_relay_t *relay)
{
    return relay->request.group;
}

static apr_status_t close_spool(void *data)
{
    spool_t *spool = data;

    if (spool->file >= 0) {
        (void)close(spool->file);
        spool->file = -1;
    }
    return APR_SUCCESS;
}

jsgid_relay_t *jsgid_relay_create(const jsgid_relay_request_t *request)
{
    request_rec *r = request->r;
    jsgid_relay_t *relay = apr_pcalloc(r->pool, sizeof(*relay));
    apr_socket_t *socket = r->connection->master == NULL ? ap_get_conn_socket(r->connection) : NULL;
    apr_os_sock_t fd;

    relay->request = *request;
    relay->r = r;
    /* An HTTP/2 stream has no socket of its own: that of its connection carries others too. */
    relay->client = socket != NULL && apr_os_sock_get(&fd, socket) == APR_SUCCESS ? fd : -1;
    relay->in = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    relay->out = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    relay->spool.file = -1;
    relay->is_body_read = !request->has_body;
    relay->is_stdin_ended = !request->has_body;
    if (request->has_body) {
        relay->input = relay->client >= 0 && request->body_length > WINDOW_CONTENT
                           ? jsgid_input_of(r, relay->client)
                           : NULL;
        relay->window_size = relay->input != NULL ? RECORDS * RECORD : RECORD;
        relay->window = apr_palloc(r->pool, relay->window_size + JSGID_FCGI_HEADER);
    }
    relay->declared = -1;
    return relay;
}

/* ---- the end of a request that failed ---- */

void jsgid_relay_fail(jsgid_relay_t *relay, int status)
{
    if (!relay->failed) {
        relay->failed = 1;
        relay->status = status;
    }
}

/* Tells the daemon that its response is of no use any more. Only between records; else closing says
 * it. */
void jsgid_relay_send_abort(jsgid_relay_t *relay)
{
    unsigned char record[JSGID_FCGI_HEADER];

    if (relay->head_sent == relay->request.head_length &&
        relay->window_sent == relay->window_length && !relay->is_write_closed && !relay->is_ended) {
        jsgid_fcgi_header_encode(record, JSGID_FCGI_ABORT_REQUEST, JSGID_FCGI_ID, 0);
        (void)send(relay->conn->fd, record, sizeof(record), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

static void client_gone(jsgid_relay_t *relay, const char *when)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, relay->r,
                  "JSGID0430: [group %s] the client went away %s", jsgid_relay_group(relay), when);
    jsgid_relay_send_abort(relay);
    relay->r->connection->aborted = 1;
    relay->r->connection->keepalive = AP_CONN_CLOSE;
    jsgid_relay_fail(relay, relay->is_passed ? OK : HTTP_BAD_REQUEST);
}

/*
 * Ends a response that has begun and cannot be completed, so that the client can tell: the error
 * bucket keeps the chunk filter from writing the last chunk, HTTP/2 resets the stream, and the
 * connection is closed.
 */
static void abort_response(jsgid_relay_t *relay)
{
    request_rec *r = relay->r;
    conn_rec *c = r->connection;

    r->no_cache = 1;
    apr_table_setn(r->subprocess_env, "no-cache", "1");
    apr_brigade_cleanup(relay->out);
    if (relay->is_passed && r->proto_num < HTTP_VERSION(1, 1) && relay->declared < 0 &&
        relay->client >= 0) {
        /* HTTP/1.0 has nothing but the end of the connection: a reset is the only end that does not
         * look complete. */
        struct linger hard = {1, 0};

        (void)setsockopt(relay->client, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
        c->aborted = 1;
    }
    APR_BRIGADE_INSERT_TAIL(
        relay->out, ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, r->pool, c->bucket_alloc));
    APR_BRIGADE_INSERT_TAIL(relay->out, apr_bucket_eos_create(c->bucket_alloc));
    (void)ap_pass_brigade(r->output_filters, relay->out);
    apr_brigade_cleanup(relay->out);
    c->keepalive = AP_CONN_CLOSE;
    jsgid_relay_fail(relay, OK);
}

/* The response is not to be had: an error status while nothing was sent, else an aborted transfer.
 */
void jsgid_relay_no_response(jsgid_relay_t *relay, int status, const char *id, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, relay->r, "%s: [group %s] %s: %s%s", id,
                  jsgid_relay_group(relay), relay->r->the_request, why,
                  relay->is_head_done ? "; the transfer is aborted" : "");
    if (relay->is_head_done && !relay->is_discarding) {
        abort_response(relay);
    } else {
        jsgid_relay_fail(relay, status);
    }
}

static void broken(jsgid_relay_t *relay, jsgid_broke_t how)
{
    jsgid_breakage_t breakage;

    breakage.how = how;
    breakage.saw_going_away = relay->saw_going_away;
    breakage.got_record = relay->got_record;
    breakage.written = relay->written;
    breakage.pieces = relay->pieces;
    breakage.is_body_held = !relay->is_window_reused;
    if (jsgid_retry_is_allowed(&breakage)) {
        relay->retry = 1;
        return;
    }
    jsgid_relay_no_response(
        relay, HTTP_BAD_GATEWAY, "JSGID0411",
        "the daemon closed the connection before the response was complete; its end and "
        "the reason are in the "
        "monitor's log and in jsgid-ctl status");
}

/* ---- the client's body ---- */

static void body_failed(jsgid_relay_t *relay, apr_status_t rv)
{
    request_rec *r = relay->r;

    ap_log_rerror(APLOG_MARK, APLOG_INFO, rv, r,
                  "JSGID0431: [group %s] the request body cannot be read from the client",
                  jsgid_relay_group(relay));
    jsgid_relay_send_abort(relay);
    if (relay->is_passed) {
        abort_response(relay);
    } else if (rv == AP_FILTER_ERROR) {
        jsgid_relay_fail(relay, AP_FILTER_ERROR);
    } else {
        jsgid_relay_fail(relay, ap_map_http_request_error(rv, HTTP_BAD_REQUEST));
    }
}

/* What the client has sent, at most size bytes, without waiting; perhaps right into that room. */
static apr_status_t get_brigade(jsgid_relay_t *relay, unsigned char *room, apr_size_t size)
{
    apr_status_t rv;

    if (relay->input != NULL) {
        jsgid_input_offer(relay->input, room, size);
    }
    rv = ap_get_brigade(relay->r->input_filters, relay->in, AP_MODE_READBYTES, APR_NONBLOCK_READ,
                        (apr_off_t)size);
    if (relay->input != NULL) {
        jsgid_input_withdraw(relay->input);
    }
    return rv;
}

/* Copies what the client has sent, at most size bytes, without waiting. Sets is_body_read at its
 * end. */
static apr_size_t read_client(jsgid_relay_t *relay, unsigned char *to, apr_size_t size)
{
    apr_size_t length = 0;

    while (length < size && !relay->is_body_read && !relay->failed) {
        apr_bucket *b;

        if (APR_BRIGADE_EMPTY(relay->in)) {
            apr_status_t rv;

            if (length > 0 && relay->input != NULL && jsgid_input_is_drained(relay->input)) {
                break;
            }
            rv = get_brigade(relay, to + length, size - length);

            if (APR_STATUS_IS_EAGAIN(rv) || (rv == APR_SUCCESS && APR_BRIGADE_EMPTY(relay->in))) {
                break;
            }
            if (rv != APR_SUCCESS) {
                body_failed(relay, rv);
                break;
            }
        }
        b = APR_BRIGADE_FIRST(relay->in);
        if (APR_BUCKET_IS_EOS(b)) {
            relay->is_body_read = 1;
        } else if (!APR_BUCKET_IS_METADATA(b)) {
            const char *data;
            apr_size_t n;
            apr_status_t rv = apr_bucket_read(b, &data, &n, APR_BLOCK_READ);

            if (rv != APR_SUCCESS) {
                body_failed(relay, rv);
                break;
            }
            if (n > size - length) {
                apr_bucket_split(b, size - length);
                n = size - length;
            }
            if (data != (const char *)to + length) {
                memcpy(to + length, data, n);
            }
            length += n;
        }
        apr_bucket_delete(b);
    }
    if (length > 0 || relay->is_body_read) {
        relay->client_at = apr_time_now();
        relay->blind_wait = 1;
    }
    return length;
}

static int has_spooled(const spool_t *spool)
{
    return spool->end > spool->start || spool->file_end > spool->file_start;
}

/* Reads more of the body than the daemon takes now. */
static void spool_client(jsgid_relay_t *relay)
{
    spool_t *spool = &relay->spool;
    unsigned char piece[16384];
    ssize_t put;

    if (relay->is_write_closed) {
        /* Nobody will read it, and still the client must be able to send it. */
        (void)read_client(relay, piece, sizeof(piece));
        return;
    }
    if (spool->memory == NULL) {
        spool->memory = apr_palloc(relay->r->pool, SPOOL_MEMORY);
        apr_pool_cleanup_register(relay->r->pool, spool, close_spool, apr_pool_cleanup_null);
    }
    /* Order: memory is read before the file, so once there is a file all goes there. */
    if (spool->file < 0 && spool->end < SPOOL_MEMORY) {
        spool->end += read_client(relay, (unsigned char *)spool->memory + spool->end,
                                  SPOOL_MEMORY - spool->end);
        return;
    }
    if (spool->file < 0) {
        const char *folder;
        char *name;

        if (apr_temp_dir_get(&folder, relay->r->pool) != APR_SUCCESS) {
            folder = "/tmp";
        }
        name = apr_pstrcat(relay->r->pool, folder, "/jsgid-body-XXXXXX", NULL);
        spool->file = mkostemp(name, O_CLOEXEC);
        if (spool->file >= 0) {
            (void)unlink(name);
        }
    }
    if (spool->file >= 0) {
        apr_size_t n = read_client(relay, piece, sizeof(piece));

        if (n == 0) {
            return;
        }
        put = pwrite(spool->file, piece, n, spool->file_end);
        if (put == (ssize_t)n) {
            spool->file_end += (off_t)n;
            return;
        }
        if (put >= 0) {
            errno = ENOSPC; /* part of it had room */
        }
    }
    jsgid_relay_send_abort(relay);
    jsgid_relay_no_response(relay, HTTP_INTERNAL_SERVER_ERROR, "JSGID0413",
                            apr_psprintf(relay->r->pool,
                                         "the request body cannot be kept in a temporary file: %s",
                                         strerror(errno)));
}

static apr_size_t read_spool(jsgid_relay_t *relay, unsigned char *to, apr_size_t size)
{
    spool_t *spool = &relay->spool;
    apr_size_t n = spool->end - spool->start;
    ssize_t got;

    if (n > 0) {
        n = n < size ? n : size;
        memcpy(to, spool->memory + spool->start, n);
        spool->start += n;
        if (spool->start == spool->end && spool->file < 0) {
            spool->start = 0;
            spool->end = 0;
        }
        return n;
    }
    got = pread(spool->file, to, size, spool->file_start);
    if (got <= 0) {
        jsgid_relay_send_abort(relay);
        jsgid_relay_no_response(relay, HTTP_INTERNAL_SERVER_ERROR, "JSGID0413",
                                "the request body cannot be read back from its temporary file");
        return 0;
    }
    spool->file_start += got;
    return (apr_size_t)got;
}

/* 1 while the daemon is not known to have read anything of what was sent to it. */
static int is_unread(const jsgid_relay_t *relay)
{
    return relay->unread.is_unread && !relay->got_record;
}

/* The trailer fields of the request follow its body. They are rare, and have no room of their own.
 */
static void add_trailers(jsgid_relay_t *relay)
{
    apr_size_t length;
    const unsigned char *records = jsgid_trailers_encode(relay, &length);
    unsigned char *grown;

    if (records != NULL) {
        grown = apr_palloc(relay->r->pool, relay->window_length + length + JSGID_FCGI_HEADER);
        memcpy(grown, relay->window, relay->window_length);
        memcpy(grown + relay->window_length, records, length);
        relay->window = grown;
        relay->window_length += length;
    }
}

/* The next bytes of the body: those kept first. */
static apr_size_t read_body(jsgid_relay_t *relay, unsigned char *to, apr_size_t size)
{
    return has_spooled(&relay->spool) ? read_spool(relay, to, size) : read_client(relay, to, size);
}

/* Fills the window with the next records of the body, when all of it was sent and there is
 * something. */
static void fill_window(jsgid_relay_t *relay)
{
    unsigned char *to = relay->window;
    apr_size_t kept = 0;
    apr_size_t n;

    if (relay->is_stdin_ended || relay->window_sent < relay->window_length ||
        relay->is_write_closed) {
        return;
    }
    /* What was sent to a daemon that has read nothing stays before what comes now: there is little
     * of it (is_held()), and it can be sent again. */
    if (is_unread(relay) && relay->window_length <= JSGID_DAEMON_READS) {
        kept = relay->window_length;
        to += kept;
    }
    n = read_body(relay, to + JSGID_FCGI_HEADER, WINDOW_CONTENT - kept);
    if (relay->failed) {
        return;
    }
    if (n == 0 && !relay->is_body_read) {
        return;
    }
    /* What was sent is overwritten only now: as long as the client has sent no more, it can be sent
     * again. */
    if (relay->window_length > kept) {
        relay->is_window_reused = 1;
    }
    relay->window_sent = kept;
    relay->window_length = kept;
    while (n > 0) {
        jsgid_fcgi_header_encode(to, JSGID_FCGI_STDIN, JSGID_FCGI_ID, n);
        to += JSGID_FCGI_HEADER + n;
        relay->window_length += JSGID_FCGI_HEADER + n;
        /* As long as records are full and there is room: the daemon is woken for all of them once.
         */
        if (n < WINDOW_CONTENT || relay->window_length + RECORD > relay->window_size) {
            break;
        }
        n = read_body(relay, to + JSGID_FCGI_HEADER, WINDOW_CONTENT);
        if (relay->failed) {
            return;
        }
    }
    if (relay->is_body_read && !has_spooled(&relay->spool)) {
        add_trailers(relay);
        jsgid_fcgi_header_encode(relay->window + relay->window_length, JSGID_FCGI_STDIN,
                                 JSGID_FCGI_ID, 0);
        relay->window_length += JSGID_FCGI_HEADER;
        relay->is_stdin_ended = 1;
    }
}

/* ---- to the daemon ---- */

static int has_output(const jsgid_relay_t *relay)
{
    return !relay->is_write_closed && (relay->head_sent < relay->request.head_length ||
                                       relay->window_sent < relay->window_length);
}

/*
 * 1 while the rest of the request is held back. Only one piece is sent, of no more than a daemon
 * reads at once, before the daemon reads: so when a socket is closed in whose queue the request
 * waits, its bytes are unread as a whole, and it can be sent again (PROTOCOL.md, Retry).
 */
static int is_held(const jsgid_relay_t *relay)
{
    return has_output(relay) && relay->pieces > 0 && is_unread(relay);
}

static void write_daemon(jsgid_relay_t *relay)
{
    struct iovec iov[2];
    struct msghdr message;
    ssize_t n;

    while (has_output(relay)) {
        apr_size_t head_left = relay->request.head_length - relay->head_sent;
        apr_size_t window_left = relay->window_length - relay->window_sent;
        apr_size_t limit =
            jsgid_unread_limit(&relay->unread, relay->conn->fd, head_left + window_left);

        if (is_held(relay)) {
            return;
        }
        memset(&message, 0, sizeof(message));
        message.msg_iov = iov;
        if (head_left > 0) {
            iov[message.msg_iovlen].iov_base = (void *)(relay->request.head + relay->head_sent);
            iov[message.msg_iovlen++].iov_len = head_left < limit ? head_left : limit;
        }
        if (window_left > 0 && limit > head_left) {
            limit -= head_left;
            iov[message.msg_iovlen].iov_base = relay->window + relay->window_sent;
            iov[message.msg_iovlen++].iov_len = window_left < limit ? window_left : limit;
        }
        n = sendmsg(relay->conn->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (n < 0) {
            if (relay->written == 0) {
                broken(relay, JSGID_BROKE_AT_WRITE);
            }
            /* The daemon has closed, perhaps after an early answer: what it has sent can still be
             * read. */
            relay->is_write_closed = 1;
            return;
        }
        relay->written += (apr_size_t)n;
        relay->pieces++;
        jsgid_unread_sent(&relay->unread, relay->conn->fd, (apr_size_t)n);
        relay->daemon_at = apr_time_now();
        if ((apr_size_t)n >= head_left) {
            relay->head_sent = relay->request.head_length;
            relay->window_sent += (apr_size_t)n - head_left;
        } else {
            relay->head_sent += (apr_size_t)n;
        }
        /* As long as the daemon takes all, more of the body follows at once. */
        if (!has_output(relay)) {
            fill_window(relay);
            if (relay->failed) {
                return;
            }
        }
    }
}

/* ---- the end of the response ---- */

/* The daemon has answered without the whole body: it must not wait for as long as the client takes
 * to send what nobody wants. */
static void release_daemon(jsgid_relay_t *relay)
{
    (void)shutdown(relay->conn->fd, SHUT_RDWR);
}

/* After the response: the rest of a body that nobody wants, so that the connection can carry the
 * next request. */
static void discard_body(jsgid_relay_t *relay)
{
    if (relay->is_body_read || relay->r->connection->aborted) {
        return;
    }
    release_daemon(relay);
    apr_brigade_cleanup(relay->in);
    if (ap_discard_request_body(relay->r) != OK) {
        relay->r->connection->keepalive = AP_CONN_CLOSE;
    }
    relay->is_body_read = 1;
}

/*
 * Reads a body to its end and drops it. ap_discard_request_body would read nothing: the connection
 * of an HTTP/2 stream is always one that closes.
 */
static void read_rest_of_stream(jsgid_relay_t *relay)
{
    request_rec *r = relay->r;

    while (!relay->is_body_read && !r->connection->aborted) {
        apr_status_t rv;

        if (!APR_BRIGADE_EMPTY(relay->in) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(relay->in))) {
            relay->is_body_read = 1;
        }
        apr_brigade_cleanup(relay->in);
        if (relay->is_body_read) {
            return;
        }
        rv = ap_get_brigade(r->input_filters, relay->in, AP_MODE_READBYTES, APR_BLOCK_READ,
                            WINDOW_CONTENT);
        if (rv != APR_SUCCESS) {
            return;
        }
    }
}

/* Decodes at most max bytes of what was read, and hands the result to the client. */
static void process(jsgid_relay_t *relay, apr_size_t max)
{
    request_rec *r = relay->r;
    const unsigned char *limit = relay->limit;
    const unsigned char *data;
    size_t length;
    apr_status_t rv;
    int flush;

    if ((apr_size_t)(limit - relay->next) > max) {
        limit = relay->next + max;
    }
    while (!relay->failed && !relay->is_ended) {
        jsgid_fcgi_event_t event =
            jsgid_fcgi_read(&relay->reader, &relay->next, limit, &data, &length);
        unsigned type = relay->reader.record.type;

        if (event == JSGID_FCGI_MORE) {
            break;
        }
        if (event == JSGID_FCGI_BAD) {
            jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0415",
                                    "the daemon sent something that is not FastCGI");
            break;
        }
        if (relay->reader.record.id != JSGID_FCGI_ID) {
            if (event == JSGID_FCGI_RECORD && type == JSGID_FCGI_GOING_AWAY) {
                relay->saw_going_away = 1;
            }
            continue;
        }
        relay->got_record = 1;
        if (event == JSGID_FCGI_CONTENT && type == JSGID_FCGI_STDOUT) {
            jsgid_response_stdout(relay, data, length);
        } else if (event == JSGID_FCGI_CONTENT && type == JSGID_FCGI_STDERR) {
            jsgid_response_stderr(relay, data, length);
        } else if (event == JSGID_FCGI_CONTENT &&
                   (type == JSGID_FCGI_INTERIM || type == JSGID_FCGI_TRAILERS)) {
            jsgid_response_extra(relay, data, length);
        } else if (event == JSGID_FCGI_RECORD && type == JSGID_FCGI_INTERIM) {
            jsgid_response_interim(relay);
        } else if (event == JSGID_FCGI_RECORD && type == JSGID_FCGI_END_REQUEST) {
            jsgid_response_end(relay);
        }
    }
    if (relay->failed || !relay->is_head_done || relay->is_discarding) {
        return;
    }
    /* The rest of a record is on its way: the daemon writes records as a whole. */
    flush = relay->next == relay->limit && relay->is_all_read && relay->reader.content_left == 0;
    if (relay->is_ended && !relay->is_body_read && relay->client < 0 && !r->expecting_100) {
        /* HTTP/2: a stream that ends before its request does is reset, and some clients take that
           for a failure. All of the response goes out; its end waits for the end of the request. */
        APR_BRIGADE_INSERT_TAIL(relay->out, apr_bucket_flush_create(r->connection->bucket_alloc));
        relay->is_passed = 1;
        (void)ap_pass_brigade(r->output_filters, relay->out);
        apr_brigade_cleanup(relay->out);
        release_daemon(relay);
        read_rest_of_stream(relay);
    }
    if (relay->is_ended && jsgid_trailers_give(relay) && !relay->is_passed) {
        /* A response that httpd gets as a whole it sends with its length, and so without trailers.
         */
        APR_BRIGADE_INSERT_TAIL(relay->out, apr_bucket_flush_create(r->connection->bucket_alloc));
        relay->is_passed = 1;
        (void)ap_pass_brigade(r->output_filters, relay->out);
        apr_brigade_cleanup(relay->out);
    }
    if (relay->is_ended) {
        APR_BRIGADE_INSERT_TAIL(relay->out, apr_bucket_eos_create(r->connection->bucket_alloc));
        if (!relay->is_body_read) {
            APR_BRIGADE_INSERT_TAIL(relay->out,
                                    apr_bucket_flush_create(r->connection->bucket_alloc));
        }
    } else if (flush) {
        APR_BRIGADE_INSERT_TAIL(relay->out, apr_bucket_flush_create(r->connection->bucket_alloc));
    } else if (APR_BRIGADE_EMPTY(relay->out)) {
        return;
    }
    relay->is_passed = 1;
    rv = ap_pass_brigade(r->output_filters, relay->out);
    apr_brigade_cleanup(relay->out);
    relay->client_at = apr_time_now();
    relay->daemon_at = relay->client_at;
    if ((rv != APR_SUCCESS || r->connection->aborted) && !relay->is_ended) {
        client_gone(relay, "while the response was sent to it");
    }
}

/* 1 when the daemon's socket has nothing to read now. A buffer that was filled to its last byte
 * does not tell. */
static int is_silent(const jsgid_relay_t *relay, apr_size_t length)
{
    char byte;

    return length < JSGID_CONN_BUFFER ||
           recv(relay->conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* Reads what the daemon has sent, once. */
static void read_daemon(jsgid_relay_t *relay)
{
    ssize_t n;

    do {
        n = recv(relay->conn->fd, relay->conn->buffer, JSGID_CONN_BUFFER, MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n > 0) {
        relay->next = relay->conn->buffer;
        relay->limit = relay->next + n;
        relay->is_all_read = is_silent(relay, (apr_size_t)n);
        relay->daemon_at = apr_time_now();
    } else if (n == 0) {
        broken(relay, JSGID_BROKE_END_AT_READ);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        broken(relay, JSGID_BROKE_RESET_AT_READ);
    }
}

/* ---- waiting ---- */

/* 1 while the client sends its body and may therefore not be reading. */
static int is_client_sending(const jsgid_relay_t *relay)
{
    return !relay->is_body_read && relay->client >= 0;
}

static int has_pending(const jsgid_relay_t *relay)
{
    return relay->next < relay->limit && !relay->is_ended;
}

/* Milliseconds until a moment, at least 0; rounded up, so that a wait does not end before it. */
static int millis_until(apr_time_t moment, apr_time_t now)
{
    return moment <= now ? 0 : (int)((moment - now + 999) / 1000);
}

/* 1 while no daemon is known to have read anything of the request. */
static int is_queued(const jsgid_relay_t *relay)
{
    return relay->request.queue_deadline != 0 && is_unread(relay);
}

/*
 * Gives up a request that nobody has read within the queue timeout; 1 when it did. Nothing was
 * begun, and the daemon, should it read what stays in its socket, sees by JSGI_QUEUE_START that it
 * is too late: so a client may safely send the request again.
 */
static int is_given_up(jsgid_relay_t *relay, apr_time_t now)
{
    request_rec *r = relay->r;

    if (!is_queued(relay) || now < relay->request.queue_deadline ||
        !jsgid_unread_look(&relay->unread, relay->conn->fd)) {
        return 0;
    }
    apr_table_setn(r->err_headers_out, "Retry-After", QUEUE_RETRY_AFTER);
    apr_table_setn(r->notes, "jsgid-queue-time",
                   apr_psprintf(r->pool, "%" APR_TIME_T_FMT, now - relay->request.start));
    jsgid_relay_no_response(
        relay, HTTP_SERVICE_UNAVAILABLE, "JSGID0423",
        "no daemon has read the request within JsgiQueueTimeout; the group's processes are "
        "starting, stopped or overloaded (jsgid-ctl status tells which)");
    return 1;
}

/*
 * Waits for the daemon or the client, and does what has become possible. One round of the relay.
 */
static void wait_and_act(jsgid_relay_t *relay)
{
    struct pollfd fds[2];
    apr_time_t now = apr_time_now();
    int sending = is_client_sending(relay);
    int pending = has_pending(relay);
    int wants_body = !relay->is_body_read && !relay->is_write_closed &&
                     relay->window_sent == relay->window_length && !has_spooled(&relay->spool);
    /* A client that is yet to be asked for its body waits for the daemon. */
    int waits_for_client =
        pending || (wants_body && !has_output(relay) && !relay->r->expecting_100);
    int timeout = waits_for_client
                      ? millis_until(relay->client_at + relay->request.client_timeout, now)
                      : millis_until(relay->daemon_at + relay->request.socket_timeout, now);
    int n;

    if (is_given_up(relay, now)) {
        return;
    }
    fds[0].fd = relay->conn->fd;
    fds[0].events =
        (short)((pending ? 0 : POLLIN) | (has_output(relay) && !is_held(relay) ? POLLOUT : 0));
    fds[0].revents = 0;
    /* A daemon that has gone would end every poll at once; what it sent is read before that is
     * looked at. */
    if (pending && fds[0].events == 0) {
        fds[0].fd = -1;
    }
    fds[1].fd = relay->client;
    fds[1].events =
        (short)((wants_body || (sending && pending) ? POLLIN : 0) | (pending ? POLLOUT : 0));
    fds[1].revents = 0;
    if (timeout <= 0) {
        n = 0;
    } else {
        int wait = timeout;
        struct timespec pause;

        if (wants_body && relay->client < 0) {
            wait = relay->blind_wait < wait ? relay->blind_wait : wait;
            relay->blind_wait =
                relay->blind_wait * 2 < BLIND_MAX_MILLIS ? relay->blind_wait * 2 : BLIND_MAX_MILLIS;
        } else if (wait > CLIENT_LOOK_MILLIS) {
            wait = CLIENT_LOOK_MILLIS;
        }
        if (is_queued(relay)) {
            int left = millis_until(relay->request.queue_deadline, now);

            wait = left < wait ? left : wait;
        }
        pause.tv_sec = wait / 1000;
        pause.tv_nsec = (long)(wait % 1000) * 1000000;
        if (is_held(relay) && wait > HELD_LAST_MICROS / 1000) {
            wait = HELD_LAST_MICROS / 1000;
            pause.tv_sec = 0;
            pause.tv_nsec = (long)relay->held_wait * 1000;
            relay->held_wait *= relay->held_wait * 2 <= HELD_LAST_MICROS ? 2 : 1;
        }
        n = ppoll(fds, relay->client >= 0 ? 2 : 1, &pause, NULL);
        if (n < 0 && errno != EINTR) {
            jsgid_relay_no_response(
                relay, HTTP_INTERNAL_SERVER_ERROR, "JSGID0421",
                apr_psprintf(relay->r->pool, "cannot wait for the daemon: %s", strerror(errno)));
            return;
        }
        if (n <= 0 && wait < timeout) {
            /* The regular look at a client whose socket says nothing. An HTTP/2 stream that was
               reset, or whose connection ends, and a connection that httpd has closed show only
               here. */
            if (jsgid_client_has_gone(relay->r)) {
                client_gone(relay, "before it had the whole response");
                return;
            }
            if (wants_body && relay->r->expecting_100 && relay->client >= 0) {
                return; /* there is nothing to read, and no clock of its filters runs */
            }
            if (wants_body) {
                fill_window(relay);
                if (!relay->failed) {
                    write_daemon(relay);
                }
            } else if (has_output(relay)) {
                write_daemon(relay);
            }
            return;
        }
    }
    if (n < 0) {
        return;
    }
    if (n == 0) {
        if (is_given_up(relay, apr_time_now())) {
            return;
        }
        if (waits_for_client) {
            if (pending) {
                client_gone(relay, "or did not take the response within Timeout");
            } else {
                body_failed(relay, APR_TIMEUP);
            }
        } else {
            jsgid_relay_send_abort(relay);
            jsgid_relay_no_response(
                relay, HTTP_GATEWAY_TIME_OUT, "JSGID0422",
                apr_psprintf(relay->r->pool,
                             "the daemon has neither read nor sent anything for %d seconds "
                             "(JsgiSocketTimeout)",
                             (int)apr_time_sec(relay->request.socket_timeout)));
        }
        return;
    }
    if (relay->client >= 0 && (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        client_gone(relay, "before it had the whole response");
        return;
    }
    if (fds[0].revents & POLLOUT) {
        write_daemon(relay);
    }
    if (!relay->failed && !relay->retry && !pending &&
        (fds[0].revents & (POLLIN | POLLHUP | POLLERR))) {
        read_daemon(relay);
        if (!relay->failed && !relay->retry && relay->next < relay->limit && !sending) {
            process(relay, JSGID_CONN_BUFFER);
        }
        return;
    }
    if (!relay->failed && !relay->retry && pending && (fds[1].revents & POLLOUT)) {
        process(relay, SMALL_PIECE);
        return;
    }
    if (!relay->failed && !relay->retry && (fds[1].revents & POLLIN)) {
        if (wants_body) {
            fill_window(relay);
            if (!relay->failed) {
                write_daemon(relay);
            }
        } else if (pending) {
            spool_client(relay);
        }
    }
}

/*
 * All of the request is on its way: lets others run, the daemon among them, and looks for the
 * answer. What comes is read as ever; when nothing has come, the relay waits.
 */
static void yield_to_daemon(jsgid_relay_t *relay)
{
    if (relay->failed || relay->retry || !relay->is_body_read || has_output(relay) ||
        !jsgid_conn_may_yield(relay->conn)) {
        return;
    }
    (void)sched_yield();
    read_daemon(relay);
    jsgid_conn_yielded(relay->conn, relay->next < relay->limit);
}

void jsgid_relay_run(jsgid_relay_t *relay, jsgid_conn_t *conn, jsgid_relay_result_t *presult)
{
    relay->conn = conn;
    relay->head_sent = 0;
    relay->window_sent = 0;
    relay->written = 0;
    relay->pieces = 0;
    relay->is_write_closed = 0;
    relay->saw_going_away = 0;
    relay->retry = 0;
    relay->process = 0;
    relay->next = NULL;
    relay->limit = NULL;
    memset(&relay->reader, 0, sizeof(relay->reader));
    relay->daemon_at = apr_time_now();
    relay->sent_at = relay->daemon_at;
    relay->client_at = relay->daemon_at;
    relay->blind_wait = 1;
    relay->held_wait = HELD_FIRST_MICROS;
    jsgid_unread_start(&relay->unread);

    /* A small body that is here already goes with the head in one write. Not when the client waits
       for "100 Continue": asking for the body is what sends that, so the request goes first. */
    if (relay->request.has_body && !relay->r->expecting_100) {
        fill_window(relay);
    }
    if (!relay->failed) {
        write_daemon(relay);
    }
    if (!relay->failed && !relay->retry && relay->request.has_body && !relay->r->expecting_100 &&
        !has_output(relay)) {
        fill_window(relay);
        if (!relay->failed) {
            write_daemon(relay);
        }
    }
    yield_to_daemon(relay);
    while (!relay->failed && !relay->retry && !relay->is_ended) {
        if (relay->next < relay->limit && !is_client_sending(relay)) {
            process(relay, JSGID_CONN_BUFFER);
        } else {
            wait_and_act(relay);
        }
    }
    jsgid_response_log_line(relay); /* the last words of a daemon that died over them */
    presult->retry = relay->retry;
    presult->location = relay->location;
    presult->sendfile = relay->sendfile;
    presult->status = relay->status;
    presult->process = relay->process;
    presult->load = relay->load;
    presult->is_upgraded = relay->is_switching && relay->is_ended && !relay->failed;
    presult->early = relay->next;
    presult->early_length = (apr_size_t)(relay->limit - relay->next);
    presult->is_reusable = relay->is_ended && !relay->failed && !relay->is_switching &&
                           !relay->saw_going_away && relay->next == relay->limit &&
                           relay->is_stdin_ended && !has_output(relay) && !relay->is_write_closed;
    if (relay->is_ended && !relay->failed) {
        discard_body(relay);
    }
}
