#include "https.h"

#include <mbedtls/platform_util.h>
#include <stdio.h>
#include <string.h>

enum stage { STAGE_FAILED, STAGE_OPEN, STAGE_SEND, STAGE_RECEIVE };
enum { READ_BYTES = 1024 };

// ---- The request --------------------------------------------------------------------------------

typedef struct target {
  deviceflow_text host;
  deviceflow_text authority;  // with the port, where it names one
  deviceflow_text path;       // with its query
  unsigned port;
} target;

// An absolute https URL, as the SDK hands them out: it has looked at them already.
static bool split_url(deviceflow_text url, target* to) {
  static const char kScheme[] = "https://";
  const size_t begin = sizeof kScheme - 1;
  if (url.size <= begin || memcmp(url.data, kScheme, begin) != 0) return false;
  size_t end = begin;
  while (end < url.size && url.data[end] != '/' && url.data[end] != ':') ++end;
  to->host = (deviceflow_text){url.data + begin, end - begin};
  to->port = 443;
  if (end < url.size && url.data[end] == ':') {
    to->port = 0;
    for (++end; end < url.size && url.data[end] != '/'; ++end) {
      if (url.data[end] < '0' || url.data[end] > '9' || to->port > UINT16_MAX) return false;
      to->port = to->port * 10 + (unsigned)(url.data[end] - '0');
    }
  }
  to->authority = (deviceflow_text){url.data + begin, end - begin};
  to->path = (deviceflow_text){url.data + end, url.size - end};
  return to->path.size > 0 && to->port > 0 && to->port <= UINT16_MAX;
}

static bool append(https* exchange, deviceflow_text text) {
  if (text.size > sizeof exchange->request - exchange->request_size) return false;
  if (text.size > 0) memcpy(exchange->request + exchange->request_size, text.data, text.size);
  exchange->request_size += text.size;
  return true;
}

static bool append_words(https* exchange, const char* words) {
  return append(exchange, (deviceflow_text){words, strlen(words)});
}

static bool write_request(https* exchange, const deviceflow_request* request, const target* to) {
  char rest[96];
  (void)snprintf(rest, sizeof rest,
                 "\r\nContent-Length: %zu\r\nConnection: close\r\nAccept-Encoding: identity\r\n",
                 request->body.size);
  bool fits = append_words(exchange, request->method == DEVICEFLOW_POST ? "POST " : "GET ") &&
              append(exchange, to->path) && append_words(exchange, " HTTP/1.1\r\nHost: ") &&
              append(exchange, to->authority) && append_words(exchange, rest);
  for (size_t i = 0; fits && i < request->header_count; ++i) {
    fits = append(exchange, request->headers[i].name) && append_words(exchange, ": ") &&
           append(exchange, request->headers[i].value) && append_words(exchange, "\r\n");
  }
  return fits && append_words(exchange, "\r\n") && append(exchange, request->body);
}

// ---- How it ends --------------------------------------------------------------------------------

static int fail(https* exchange, int kind, const char* reason) {
  tls_close(exchange->connection);
  exchange->stage = STAGE_FAILED;
  exchange->failure = (deviceflow_failure){.size = sizeof exchange->failure,
                                           .kind = kind,
                                           .nothing_sent = !exchange->may_have_sent,
                                           .message = {reason, strlen(reason)}};
  return HTTPS_FAILED;
}

static int fail_by_tls(https* exchange, int result) {
  switch (result) {
    case TLS_REFUSED:
      return fail(exchange, DEVICEFLOW_FAILURE_REFUSED, "The server can't be reached.");
    case TLS_UNTRUSTED:
      (void)snprintf(exchange->reason, sizeof exchange->reason, "The server is not trusted: ");
      tls_reason(exchange->connection, exchange->reason + strlen(exchange->reason),
                 sizeof exchange->reason - strlen(exchange->reason));
      return fail(exchange, DEVICEFLOW_FAILURE_TLS_UNTRUSTED, exchange->reason);
    case TLS_NO_HANDSHAKE:
      return fail(exchange, DEVICEFLOW_FAILURE_TLS_HANDSHAKE, "TLS could not be set up.");
    case TLS_LOCAL:
      return fail(exchange, DEVICEFLOW_FAILURE_LOCAL, "This device is short of memory or sockets.");
    default: return fail(exchange, DEVICEFLOW_FAILURE_CONNECTION, "The connection broke.");
  }
}

static int finish(https* exchange, int parsed) {
  if (parsed == HTTP_MORE) return HTTPS_BUSY;
  if (parsed == HTTP_TOO_LARGE) {
    return fail(exchange, DEVICEFLOW_FAILURE_TOO_LARGE, "The answer is too large.");
  }
  if (parsed == HTTP_BROKEN) {
    return fail(exchange, DEVICEFLOW_FAILURE_CONNECTION, "The answer is no whole HTTP answer.");
  }
  tls_close(exchange->connection);
  const http_parser* parser = &exchange->parser;
  exchange->response = (deviceflow_response){.size = sizeof exchange->response,
                                             .status = parser->status,
                                             .headers = parser->headers,
                                             .header_count = parser->header_count,
                                             .body = {parser->body, parser->body_size}};
  return HTTPS_ANSWERED;
}

// ---- Its stages ---------------------------------------------------------------------------------

static int open_connection(https* exchange, const deviceflow_request* request) {
  target to;
  if (!split_url(request->url, &to)) {
    return fail(exchange, DEVICEFLOW_FAILURE_LOCAL, "The URL is none that this device can use.");
  }
  const char* host = exchange->connection->host;
  if (to.host.size != strlen(host) || memcmp(to.host.data, host, to.host.size) != 0) {
    return fail(exchange, DEVICEFLOW_FAILURE_DNS, "No address of this host is known.");
  }
  if (!write_request(exchange, request, &to)) {
    return fail(exchange, DEVICEFLOW_FAILURE_LOCAL, "The request is too large for this device.");
  }
  const int result = tls_open(exchange->connection, (uint16_t)to.port);
  if (result != TLS_AGAIN) return fail_by_tls(exchange, result);
  exchange->stage = STAGE_OPEN;
  return HTTPS_BUSY;
}

static int shake(https* exchange, int64_t now_ms) {
  if (now_ms >= exchange->connect_by_ms) {
    return fail(exchange, DEVICEFLOW_FAILURE_TIMEOUT, "The server did not take the connection.");
  }
  const int result = tls_shake(exchange->connection);
  if (result < 0) return fail_by_tls(exchange, result);
  if (result == TLS_DONE) exchange->stage = STAGE_SEND;
  return HTTPS_BUSY;
}

static int send_more(https* exchange) {
  size_t done = 0;
  exchange->may_have_sent = true;
  const int result = tls_write(exchange->connection, exchange->request + exchange->sent,
                               exchange->request_size - exchange->sent, &done);
  if (result < 0) return fail_by_tls(exchange, result);
  exchange->sent += done;
  if (exchange->sent == exchange->request_size) exchange->stage = STAGE_RECEIVE;
  return HTTPS_BUSY;
}

static int receive_more(https* exchange) {
  char bytes[READ_BYTES];
  size_t done = 0;
  const int result = tls_read(exchange->connection, bytes, sizeof bytes, &done);
  if (result == TLS_AGAIN) return HTTPS_BUSY;
  if (result == TLS_CLOSED) return finish(exchange, http_end(&exchange->parser));
  if (result < 0) return fail_by_tls(exchange, result);
  const int parsed = http_feed(&exchange->parser, bytes, done);
  mbedtls_platform_zeroize(bytes, sizeof bytes);
  return finish(exchange, parsed);
}

static int64_t earlier(int64_t a, int64_t b) {
  return a < b ? a : b;
}

void https_start(https* exchange, const deviceflow_request* request, int64_t now_ms) {
  https_wipe(exchange);
  const int64_t asked_ms = request->timeout_ms > 0 ? request->timeout_ms : HTTPS_EXCHANGE_MS;
  exchange->answer_by_ms = now_ms + earlier(asked_ms, HTTPS_EXCHANGE_MS);
  exchange->connect_by_ms = now_ms + HTTPS_CONNECT_MS;
  exchange->request_size = 0;
  exchange->sent = 0;
  exchange->may_have_sent = false;
  http_begin(&exchange->parser, exchange->body, sizeof exchange->body);
  (void)open_connection(exchange, request);
}

int https_turn(https* exchange, int64_t now_ms) {
  if (exchange->stage == STAGE_FAILED) return HTTPS_FAILED;
  if (now_ms >= exchange->answer_by_ms) {
    return fail(exchange, DEVICEFLOW_FAILURE_TIMEOUT, "The server did not answer in time.");
  }
  switch (exchange->stage) {
    case STAGE_OPEN: return shake(exchange, now_ms);
    case STAGE_SEND: return send_more(exchange);
    default: return receive_more(exchange);
  }
}

const char* https_doing(const https* exchange) {
  switch (exchange->stage) {
    case STAGE_OPEN: return tls_doing(exchange->connection);
    case STAGE_SEND: return "sending";
    default: return "receiving";
  }
}

void https_wipe(https* exchange) {
  mbedtls_platform_zeroize(exchange->request, exchange->request_size);
  mbedtls_platform_zeroize(exchange->body, exchange->parser.body_size);
  mbedtls_platform_zeroize(&exchange->parser, sizeof exchange->parser);
}
