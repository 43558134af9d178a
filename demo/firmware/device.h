// What the device does with its login: takes up what the flash holds, shows codes, keeps tokens. It
// decides nothing about the protocol; it does what the SDK says, one small thing a turn.
#ifndef FIRMWARE_DEVICE_H
#define FIRMWARE_DEVICE_H

#include <deviceflow/deviceflow.h>

#include "display.h"
#include "https.h"
#include "qr_bits.h"
#include "record.h"

enum { DEVICE_TICK_MS = 10 };  ///< No turn is further away than this.

/// What is built into a product.
typedef struct device_config {
  deviceflow_text client_id;
  deviceflow_text scope;
  deviceflow_text device_authorization_endpoint;
  deviceflow_text token_endpoint;
} device_config;

/// The two clocks of this turn, see deviceflow.h.
typedef struct device_time {
  int64_t now_ms;
  int64_t wall_s;
} device_time;

typedef struct device {
  https* exchange;
  record_store* store;
  display* screen;
  void (*draw_qr)(const qr_bits* code);
  /// A line for developers, without secrets.
  void (*say)(const char* what, deviceflow_text more);

  deviceflow_text scope;
  deviceflow_client* client;
  deviceflow_login* login;
  deviceflow_call* refresh;
  int state;
  int exit_code;  ///< After DEVICE_ENDED: 0 where somebody is signed in.
  uint64_t seed;
  int64_t wait_until_ms;
  int64_t show_again_ms;
  int64_t kept_interval_s;  // 0: the login that waits is not kept
  int64_t refresh_wait_ms;
} device;

enum device_result { DEVICE_GOES_ON = 0, DEVICE_ENDED = 1 };

/// The first five members are set; the record store is open. Answers a deviceflow_status.
int device_start(device* self, const device_config* config, device_time time);
void device_free(device* self);
int device_turn(device* self, device_time time);
/// How long the next turn can wait, or until the connection has what it wants: 0 to DEVICE_TICK_MS.
int device_pause_ms(const device* self, int64_t now_ms);
/// What the turn was about, for measuring.
const char* device_doing(const device* self);

#endif
