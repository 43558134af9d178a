// The C API's convenience for devices that have libcurl: whole logins that block, and QR codes.
// Rules and types are those of deviceflow.h. The library of its own is deviceflow::c_curl.
#ifndef DEVICEFLOW_DEVICEFLOW_CURL_H
#define DEVICEFLOW_DEVICEFLOW_CURL_H

#include <deviceflow/deviceflow.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct deviceflow_curl_options {
  size_t size;
  deviceflow_text ca_file;           ///< PEM, the only authorities to trust; empty: the system's.
  deviceflow_text client_cert_file;  ///< PEM, for DEVICEFLOW_AUTH_TLS; or empty.
  deviceflow_text client_key_file;   ///< PEM; empty: it stands in client_cert_file.
  deviceflow_text proxy;             ///< http://HOST:PORT; empty: what the environment names.
} deviceflow_curl_options;

/// A connection, and what a wait waits with. One call at a time.
typedef struct deviceflow_curl deviceflow_curl;

/// Fails with NULL_ARGUMENT, WRONG_SIZE, OUT_OF_MEMORY. A file that can't be used shows in the
/// first request.
int deviceflow_curl_new(const deviceflow_curl_options* options, deviceflow_curl** curl);
void deviceflow_curl_free(deviceflow_curl* curl);

/// What a login tells on its way, on the thread that runs it. Each may be null.
/// deviceflow_curl_cancel() is the one call that they may make.
typedef struct deviceflow_login_events {
  size_t size;
  /// There are codes to show. `codes` is good until this returns.
  void (*on_codes)(const deviceflow_codes* codes, void* user_data);
  /// A request got no verdict and is repeated. `error` is good until this returns.
  void (*on_trouble)(const deviceflow_error* error, void* user_data);
  void* user_data;
} deviceflow_login_events;

/// Runs a login to its end; what it came to is what deviceflow_login_tokens() says. `login` is new
/// or restored: its times are those of deviceflow_curl_now_ms().
int deviceflow_login_run_blocking(deviceflow_login* login, deviceflow_curl* curl,
                                  const deviceflow_login_events* events);
/// Sends a single request and reads the response, as deviceflow_call_answer() and _failure() do.
int deviceflow_call_run_blocking(deviceflow_call* call, deviceflow_curl* curl);
/// Ends the run that is going on with CANCELLED, within a second. Without one it has no effect: a
/// cancel that comes before a run, or after its end, doesn't touch the next. From any thread, and
/// from a signal handler. Null: no effect.
void deviceflow_curl_cancel(deviceflow_curl* curl);

/// The steady clock that these calls use, and the wall clock: DEVICEFLOW_UNKNOWN_TIME where it was
/// never set.
int64_t deviceflow_curl_now_ms(void);
int64_t deviceflow_curl_wall_s(void);

/// A QR code of `text`, best of verification_uri_complete: `side` modules on a side, one byte each,
/// 1 for dark, row after row. Leave four light modules free around it. `modules` may be null with a
/// `capacity` of 0; 31329 bytes are enough for every text. Fails with BUFFER_TOO_SMALL (`side` is
/// set: side * side bytes are needed), INVALID_ARGUMENT (no text, or over 2331 bytes),
/// NULL_ARGUMENT, OUT_OF_MEMORY.
int deviceflow_qr_encode(deviceflow_text text, unsigned char* modules, size_t capacity, int* side);

#ifdef __cplusplus
}
#endif

#endif
