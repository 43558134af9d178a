// One HTTPS exchange that never waits: a finished request of the SDK out, its answer in.
#ifndef FIRMWARE_HTTPS_H
#define FIRMWARE_HTTPS_H

#include <deviceflow/deviceflow.h>

#include "http_parser.h"
#include "tls.h"

enum {
  HTTPS_REQUEST_BYTES = 8192,
  HTTPS_CONNECT_MS = 10000,
  HTTPS_EXCHANGE_MS = 30000,
  HTTPS_REASON_BYTES = 256
};

enum https_result { HTTPS_BUSY = 0, HTTPS_ANSWERED = 1, HTTPS_FAILED = -1 };

/// Stays where it is while in use.
typedef struct https {
  tls* connection;
  deviceflow_response response;  ///< After HTTPS_ANSWERED, until the next exchange.
  deviceflow_failure failure;    ///< After HTTPS_FAILED.

  int stage;
  int64_t connect_by_ms;
  int64_t answer_by_ms;
  size_t request_size;
  size_t sent;
  bool may_have_sent;
  http_parser parser;
  char reason[HTTPS_REASON_BYTES];
  char request[HTTPS_REQUEST_BYTES];
  char body[DEVICEFLOW_MAX_ANSWER_BYTES];
} https;

/// Begins an exchange; the request is copied. A failure is told by the first https_turn().
void https_start(https* exchange, const deviceflow_request* request, int64_t now_ms);
/// Does one small thing. After ANSWERED or FAILED it wants a https_start() first.
int https_turn(https* exchange, int64_t now_ms);
/// What the next turn is about, for measuring.
const char* https_doing(const https* exchange);
/// Wipes what the exchange has left behind: tokens and codes.
void https_wipe(https* exchange);

#endif
