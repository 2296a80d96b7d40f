"""The workloads of the benchmark for mod_wsgi; the other applications of this folder answer the same."""

import hashlib

BLOCK = bytes((i * 31 + (i >> 8) * 17) & 0xFF for i in range(65536))
PAGE = BLOCK[:2048]
DOWNLOAD_BLOCKS = 4096


def answer(start_response, content_type, body, headers=()):
    start_response("200 OK", [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers])
    return [body]


def session(cookies):
    at = cookies.find("session=")
    return "" if at < 0 else cookies[at + 8:].split(";", 1)[0]


def rich(environ, start_response):
    headers = [("X-Bench-%d" % i, "value of header number %d" % i) for i in range(8)]
    headers.append(("X-Session", session(environ.get("HTTP_COOKIE", ""))))
    return answer(start_response, "text/html; charset=utf-8", PAGE, headers)


def download(start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream"),
                              ("Content-Length", str(DOWNLOAD_BLOCKS * len(BLOCK)))])
    return (BLOCK for _ in range(DOWNLOAD_BLOCKS))


def upload(environ, start_response):
    digest = hashlib.sha1() if "HTTP_X_BENCH_HASH" in environ else None
    source = environ["wsgi.input"]
    length = 0
    piece = source.read(65536)
    while piece:
        length += len(piece)
        if digest is not None:
            digest.update(piece)
        piece = source.read(65536)
    text = str(length) if digest is None else "%d %s" % (length, digest.hexdigest())
    return answer(start_response, "text/plain", text.encode("ascii"))


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/plain":
        return answer(start_response, "text/plain", b"Hello, world!")
    if path == "/large":
        return answer(start_response, "application/octet-stream", BLOCK)
    if path == "/echo":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return answer(start_response, "application/octet-stream", body)
    if path == "/rich":
        return rich(environ, start_response)
    if path == "/download":
        return download(start_response)
    if path == "/upload":
        return upload(environ, start_response)
    start_response("404 Not Found", [("Content-Length", "0")])
    return []
