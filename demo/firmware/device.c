#include "device.h"

#include <mbedtls/platform_util.h>
#include <string.h>

enum state { LOGIN, LOGIN_SENT, REFRESH, REFRESH_SENT, KEEPING };

enum {
  START_DEADLINE_MS = 10 * 60 * 1000,
  FIRST_REFRESH_WAIT_MS = 2000,
  LAST_REFRESH_WAIT_MS = 60000
};

static const deviceflow_text kNothing = {NULL, 0};

static deviceflow_text words(const char* text) {
  return (deviceflow_text){text, strlen(text)};
}

static bool is(deviceflow_text text, const char* what) {
  return text.size == strlen(what) && memcmp(text.data, what, text.size) == 0;
}

// ---- Showing ------------------------------------------------------------------------------------

static void show(device* self, const char* title, deviceflow_text text, int64_t now_ms) {
  display_clear(self->screen);
  display_text(self->screen, 0, 1, words(title), now_ms);
  display_text(self->screen, 1, DISPLAY_ROWS - 1, text, now_ms);
  display_show(self->screen);
}

static void show_codes(device* self, const deviceflow_codes* codes, int64_t now_ms) {
  display_clear(self->screen);
  display_text(self->screen, 0, 1, words("Open, enter the code"), now_ms);
  display_text(self->screen, 1, 2, codes->verification_uri, now_ms);
  display_text(self->screen, 3, 1, codes->user_code, now_ms);
  display_show(self->screen);
  self->show_again_ms = (now_ms / DISPLAY_PAGE_MS + 1) * DISPLAY_PAGE_MS;  // the next page
}

static void draw_codes(device* self, const deviceflow_codes* codes, int64_t now_ms) {
  self->say("Code", codes->user_code);
  show_codes(self, codes, now_ms);
  const bool complete = codes->verification_uri_complete.size > 0;
  qr_bits code;
  if (qr_encode(&code, complete ? codes->verification_uri_complete : codes->verification_uri)) {
    self->draw_qr(&code);
  }
}

static void show_again(device* self, int64_t now_ms) {
  deviceflow_codes codes = {.size = sizeof codes};
  if (now_ms < self->show_again_ms || self->login == NULL) return;
  if (deviceflow_login_codes(self->login, &codes) == DEVICEFLOW_OK)
    show_codes(self, &codes, now_ms);
}

// ---- Keeping ------------------------------------------------------------------------------------

static void keep(device* self, enum record_kind kind, deviceflow_text content) {
  if (record_write(self->store, kind, content.data, content.size) == RECORD_TOO_LARGE) {
    self->say("Not kept", words("the record is larger than the flash"));
    (void)record_write(self->store, RECORD_EMPTY, NULL, 0);  // what it would have replaced is over
  }
}

// The codes outlive a reset: they are written once, and again where their interval has grown.
static void keep_login(device* self, const deviceflow_codes* codes, device_time time) {
  if (codes->interval_s == self->kept_interval_s) return;
  char snapshot[RECORD_MAX_BYTES];
  size_t size = 0;
  self->kept_interval_s = codes->interval_s;
  if (self->store->kind == RECORD_REFRESH_TOKEN) return;  // the token may be good again
  const int status = deviceflow_login_snapshot(self->login, time.now_ms, time.wall_s, snapshot,
                                               sizeof snapshot, &size);
  if (status == DEVICEFLOW_OK) {
    keep(self, RECORD_WAITING_LOGIN, (deviceflow_text){snapshot, size});
  } else {
    self->say("Not kept", words(deviceflow_error_string(status)));
  }
  mbedtls_platform_zeroize(snapshot, sizeof snapshot);
}

// ---- Ends ---------------------------------------------------------------------------------------

static void end_signed_in(device* self, const deviceflow_tokens* tokens, int64_t now_ms) {
  // The access token goes to whatever calls the product's API; it isn't kept.
  const deviceflow_text kept = {record_content(self->store), self->store->size};
  const bool known = self->store->kind == RECORD_REFRESH_TOKEN &&
                     kept.size == tokens->refresh_token.size &&
                     memcmp(kept.data, tokens->refresh_token.data, kept.size) == 0;
  const enum record_kind kind =
      tokens->refresh_token.size > 0 ? RECORD_REFRESH_TOKEN : RECORD_EMPTY;
  if (!known) keep(self, kind, tokens->refresh_token);
  self->say("Signed in", tokens->scope);
  show(self, "Signed in", tokens->scope, now_ms);
  self->exit_code = 0;
  self->state = KEEPING;
}

static void end_without(device* self, const deviceflow_error* error, int64_t now_ms) {
  self->say("Not signed in", words(deviceflow_error_string(error->status)));
  self->say("Because", error->message);
  show(self, "Not signed in", error->message, now_ms);
  self->exit_code = 1;
  self->state = KEEPING;
}

// ---- A login ------------------------------------------------------------------------------------

static deviceflow_login_options login_options(const device* self) {
  return (deviceflow_login_options){.size = sizeof(deviceflow_login_options),
                                    .scope = self->scope,
                                    .start_deadline_ms = START_DEADLINE_MS,
                                    .seed = self->seed};
}

static void end_by_client_error(device* self, int64_t now_ms) {
  deviceflow_error error = {.size = sizeof error};
  (void)deviceflow_client_error(self->client, &error);
  end_without(self, &error, now_ms);
}

static void begin_login(device* self, int64_t now_ms) {
  const deviceflow_login_options options = login_options(self);
  self->state = LOGIN;
  self->wait_until_ms = now_ms;
  self->say("A new login", kNothing);
  show(self, "Getting a code", kNothing, now_ms);
  if (deviceflow_login_new(self->client, &options, &self->login) != DEVICEFLOW_OK) {
    end_by_client_error(self, now_ms);
  }
}

static void restore_login(device* self, device_time time) {
  const deviceflow_login_options options = login_options(self);
  const deviceflow_text snapshot = {record_content(self->store), self->store->size};
  const int status = deviceflow_login_restore(self->client, &options, snapshot, time.now_ms,
                                              time.wall_s, &self->login);
  if (status != DEVICEFLOW_OK) {
    self->say("The login that waited can't go on", words(deviceflow_error_string(status)));
    begin_login(self, time.now_ms);
    return;
  }
  self->state = LOGIN;
  self->wait_until_ms = time.now_ms;
  self->say("The login goes on", kNothing);
  deviceflow_codes codes = {.size = sizeof codes};
  if (deviceflow_login_codes(self->login, &codes) != DEVICEFLOW_OK) return;
  self->kept_interval_s = codes.interval_s;
  draw_codes(self, &codes, time.now_ms);
}

static void finish_login(device* self, int64_t now_ms) {
  deviceflow_tokens tokens = {.size = sizeof tokens};
  if (deviceflow_login_tokens(self->login, &tokens) == DEVICEFLOW_OK) {
    end_signed_in(self, &tokens, now_ms);
    return;
  }
  deviceflow_error error = {.size = sizeof error};
  (void)deviceflow_login_error(self->login, &error);
  if (self->store->kind == RECORD_WAITING_LOGIN) keep(self, RECORD_EMPTY, kNothing);
  end_without(self, &error, now_ms);
}

static void step_login(device* self, int64_t now_ms) {
  if (now_ms < self->wait_until_ms) return;
  deviceflow_step step = {.size = sizeof step};
  const int status = deviceflow_login_step(self->login, now_ms, &step);
  if (status != DEVICEFLOW_OK || step.action == DEVICEFLOW_FINISHED) {
    finish_login(self, now_ms);
  } else if (step.action == DEVICEFLOW_SEND) {
    https_start(self->exchange, step.request, now_ms);
    self->state = LOGIN_SENT;
  } else {
    self->wait_until_ms = step.wait_until_ms;
  }
}

static void tell_trouble(device* self) {
  deviceflow_error error = {.size = sizeof error};
  if (deviceflow_login_error(self->login, &error) == DEVICEFLOW_OK && error.status != 0) {
    self->say("No verdict", error.message);
  }
}

static void feed_login(device* self, int result, device_time time) {
  https* exchange = self->exchange;
  const bool first = self->kept_interval_s == 0;
  if (result == HTTPS_ANSWERED) {
    (void)deviceflow_login_answer(self->login, time.now_ms, &exchange->response);
  } else {
    (void)deviceflow_login_failure(self->login, time.now_ms, &exchange->failure);
  }
  https_wipe(exchange);
  self->state = LOGIN;
  self->wait_until_ms = time.now_ms;
  tell_trouble(self);
  deviceflow_codes codes = {.size = sizeof codes};
  if (deviceflow_login_codes(self->login, &codes) != DEVICEFLOW_OK) return;
  if (first) draw_codes(self, &codes, time.now_ms);
  keep_login(self, &codes, time);
}

// ---- A refresh ----------------------------------------------------------------------------------

static void begin_refresh(device* self, int64_t now_ms) {
  self->state = REFRESH;
  self->wait_until_ms = now_ms;
  self->refresh_wait_ms = FIRST_REFRESH_WAIT_MS;
  self->say("A login is stored", kNothing);
  show(self, "Welcome back", words("Renewing the login."), now_ms);
}

static void send_refresh(device* self, int64_t now_ms) {
  if (now_ms < self->wait_until_ms) return;
  const deviceflow_text token = {record_content(self->store), self->store->size};
  deviceflow_request request = {.size = sizeof request};
  if (deviceflow_refresh_new(self->client, token, kNothing, self->scope, &self->refresh) !=
          DEVICEFLOW_OK ||
      deviceflow_call_request(self->refresh, &request) != DEVICEFLOW_OK) {
    end_by_client_error(self, now_ms);
    return;
  }
  https_start(self->exchange, &request, now_ms);
  self->state = REFRESH_SENT;
}

static void handle_refresh(device* self, int status, int64_t now_ms) {
  deviceflow_tokens tokens = {.size = sizeof tokens};
  const bool brought = deviceflow_call_tokens(self->refresh, &tokens) == DEVICEFLOW_OK;
  if (brought && status == DEVICEFLOW_OK) {
    end_signed_in(self, &tokens, now_ms);
    return;
  }
  if (brought) keep(self, RECORD_REFRESH_TOKEN, tokens.refresh_token);  // the old one is used up
  deviceflow_error error = {.size = sizeof error};
  (void)deviceflow_call_error(self->refresh, &error);
  if (status == DEVICEFLOW_SIGN_IN_NEEDED && is(error.oauth_code, "invalid_grant")) {
    self->say("The stored login has ended", error.message);
    keep(self, RECORD_EMPTY, kNothing);
    begin_login(self, now_ms);
  } else if (status == DEVICEFLOW_SIGN_IN_NEEDED) {
    self->say("The stored login needs its user", error.message);
    begin_login(self, now_ms);  // until it succeeds, the token stays
  } else if (error.retryable != 0) {
    self->say("Not renewed yet", error.message);
    self->state = REFRESH;
    self->wait_until_ms = now_ms + self->refresh_wait_ms;
    self->refresh_wait_ms *= 2;
    if (self->refresh_wait_ms > LAST_REFRESH_WAIT_MS) self->refresh_wait_ms = LAST_REFRESH_WAIT_MS;
  } else {
    end_without(self, &error, now_ms);  // the token stays: it may be good
  }
}

static void feed_refresh(device* self, int result, int64_t now_ms) {
  https* exchange = self->exchange;
  const int status = result == HTTPS_ANSWERED
                         ? deviceflow_call_answer(self->refresh, &exchange->response)
                         : deviceflow_call_failure(self->refresh, &exchange->failure);
  https_wipe(exchange);
  handle_refresh(self, status, now_ms);
  deviceflow_call_free(self->refresh);
  self->refresh = NULL;
}

// ---- From outside -------------------------------------------------------------------------------

int device_start(device* self, const device_config* config, device_time time) {
  const deviceflow_client_options options = {
      .size = sizeof options,
      .client_id = config->client_id,
      .device_authorization_endpoint = config->device_authorization_endpoint,
      .token_endpoint = config->token_endpoint,
  };
  self->scope = config->scope;
  const int status = deviceflow_client_new(&options, &self->client);
  if (status != DEVICEFLOW_OK) return status;
  if (tls_random(self->exchange->connection, &self->seed, sizeof self->seed) != 0) {
    return DEVICEFLOW_NOT_POSSIBLE;
  }
  switch (self->store->kind) {
    case RECORD_WAITING_LOGIN: restore_login(self, time); break;
    case RECORD_REFRESH_TOKEN: begin_refresh(self, time.now_ms); break;
    default: begin_login(self, time.now_ms);
  }
  return DEVICEFLOW_OK;
}

void device_free(device* self) {
  deviceflow_call_free(self->refresh);
  deviceflow_login_free(self->login);
  deviceflow_client_free(self->client);
}

static void go_on_with_exchange(device* self, device_time time) {
  const int result = https_turn(self->exchange, time.now_ms);
  if (result == HTTPS_BUSY) return;
  if (self->state == LOGIN_SENT) {
    feed_login(self, result, time);
  } else {
    feed_refresh(self, result, time.now_ms);
  }
}

int device_turn(device* self, device_time time) {
  const int kept = record_turn(self->store);
  if (kept == RECORD_DONE) self->say("Kept", kNothing);
  if (kept == RECORD_FAILED) self->say("Not kept", words("the flash has failed"));
  if (self->state == KEEPING) return kept == RECORD_BUSY ? DEVICE_GOES_ON : DEVICE_ENDED;
  show_again(self, time.now_ms);
  if (self->state == LOGIN) {
    step_login(self, time.now_ms);
  } else if (self->state == REFRESH) {
    send_refresh(self, time.now_ms);
  } else {
    go_on_with_exchange(self, time);
  }
  return DEVICE_GOES_ON;
}

int device_pause_ms(const device* self, int64_t now_ms) {
  if (self->state == KEEPING) return 1;  // the chip takes its time
  if (self->state == LOGIN_SENT || self->state == REFRESH_SENT) {
    return self->exchange->connection->wants == 0 ? 0 : DEVICE_TICK_MS;
  }
  const int64_t left_ms = self->wait_until_ms - now_ms;
  if (left_ms <= 0) return 0;
  return left_ms < DEVICE_TICK_MS ? (int)left_ms : DEVICE_TICK_MS;
}

const char* device_doing(const device* self) {
  switch (self->state) {
    case LOGIN_SENT:
    case REFRESH_SENT: return https_doing(self->exchange);
    case KEEPING: return "keeping the record";
    default: return "a step of the login";
  }
}
