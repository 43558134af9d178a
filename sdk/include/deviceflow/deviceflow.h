// The C API: a login for firmware with an HTTP stack of its own. C99, and C++.
//
// Nothing here does I/O, waits, reads a clock or keeps a global. The program asks a login what to
// do, does it, and feeds back what came of it:
//
//   deviceflow_client_new()    who this device is, and where its server stands
//   deviceflow_login_new()     one login
//   deviceflow_login_step()    send this request, wait until then, or finished
//   deviceflow_login_answer()  the answer to it, or deviceflow_login_failure()
//
// Rules for everything below:
// - A function returns 0 (DEVICEFLOW_OK) or a negative deviceflow_status. After a negative one
//   nothing has changed, except where it says that the login has ended.
// - Texts come and go with their length and need no zero at the end; none is added. A text, header
//   or struct that a handle gives out is the handle's and stays until the next call with that
//   handle. What is handed in is copied, or read before the call returns.
// - _new makes a handle and its _free gives it back; _free takes null. A handle keeps what it needs
//   of the one that it was made of, which may be freed before.
// - The first member of a struct is its size: set it to sizeof. It tells this library which version
//   of the struct the program knows; another size is DEVICEFLOW_WRONG_SIZE. Set everything that is
//   not used to zero: deviceflow_request r = {.size = sizeof r};
// - A handle, and all that were made of one client, belong to one thread at a time.
// - Times are milliseconds of a steady clock of the program's own that counts the time asleep, or
//   seconds since 1970 where the name ends in _s. DEVICEFLOW_UNKNOWN_TIME is no time.
//
// A failed allocation: with exceptions, the call returns DEVICEFLOW_OUT_OF_MEMORY. Without, see
// deviceflow_set_memory_handler().
#ifndef DEVICEFLOW_DEVICEFLOW_H
#define DEVICEFLOW_DEVICEFLOW_H

#include <deviceflow/limits.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Values -------------------------------------------------------------------------------------

/// What a call came to. The numbers never change. After the misuses come the codes of the C++ SDK's
/// ErrorCode: sdk/docs/errors.md says of each who must act, and what to show a person.
enum deviceflow_status {
  DEVICEFLOW_OK = 0,
  DEVICEFLOW_OUT_OF_MEMORY = -1,     ///< An allocation failed. Has ended a login in its step.
  DEVICEFLOW_NULL_ARGUMENT = -2,     ///< A pointer is null that must not be.
  DEVICEFLOW_WRONG_SIZE = -3,        ///< A struct's size is not one that this library knows.
  DEVICEFLOW_WRONG_ORDER = -4,       ///< Not now: nothing was sent, or there is nothing to read.
  DEVICEFLOW_TIME_WENT_BACK = -5,    ///< now_ms is before that of an earlier call.
  DEVICEFLOW_BUFFER_TOO_SMALL = -6,  ///< The size that is needed has been set.

  DEVICEFLOW_INVALID_ARGUMENT = -20,
  DEVICEFLOW_INSECURE_ENDPOINT = -21,
  DEVICEFLOW_DEVICE_FLOW_NOT_SUPPORTED = -22,
  DEVICEFLOW_NOT_POSSIBLE = -23,
  DEVICEFLOW_CRYPTO_FAILED = -24,
  DEVICEFLOW_NETWORK = -30,
  DEVICEFLOW_TIMEOUT = -31,
  DEVICEFLOW_TLS = -32,
  DEVICEFLOW_OAUTH_ERROR = -40,
  DEVICEFLOW_INVALID_RESPONSE = -50,
  DEVICEFLOW_RESPONSE_TOO_LARGE = -51,
  DEVICEFLOW_REDIRECT_REFUSED = -52,
  DEVICEFLOW_ISSUER_MISMATCH = -53,
  DEVICEFLOW_VERIFICATION_URI_REFUSED = -54,
  DEVICEFLOW_SUBJECT_MISMATCH = -55,
  DEVICEFLOW_UNSUPPORTED_TOKEN_TYPE = -56,
  DEVICEFLOW_ALGORITHM_NOT_ALLOWED = -57,
  DEVICEFLOW_ID_TOKEN_INVALID = -58,
  DEVICEFLOW_INTROSPECTION_INVALID = -59,
  DEVICEFLOW_USERINFO_INVALID = -60,
  DEVICEFLOW_ACCESS_DENIED = -70,
  DEVICEFLOW_EXPIRED_TOKEN = -71,
  DEVICEFLOW_CANCELLED = -72,
  DEVICEFLOW_SIGN_IN_NEEDED = -73,
  DEVICEFLOW_NOT_STORED = -74,
  DEVICEFLOW_CANNOT_RESUME = -75,
  DEVICEFLOW_STORE_DAMAGED = -90,
  DEVICEFLOW_STORE_NEWER_VERSION = -91,
  DEVICEFLOW_STORE_LOCKED = -92,
  DEVICEFLOW_STORE_NO_KEY = -93,
  DEVICEFLOW_STORE_UNSAFE = -94,
  DEVICEFLOW_STORE_IO = -95
};

/// The stable name of a status, such as "access_denied"; "unknown" for every other number. Static.
const char* deviceflow_error_string(int status);

#define DEVICEFLOW_UNKNOWN_TIME INT64_C(-1)
/// Waits that end only when something is fed in.
#define DEVICEFLOW_NEVER INT64_MAX

/// Bytes with their length. {NULL, 0} is the empty text.
typedef struct deviceflow_text {
  const char* data;
  size_t size;
} deviceflow_text;

/// A name and its value: a header, a parameter, or a field of a provider.
typedef struct deviceflow_pair {
  deviceflow_text name;
  deviceflow_text value;
} deviceflow_pair;

/// Why a call failed, in words. Nothing in it holds a secret.
typedef struct deviceflow_error {
  size_t size;
  int status;       ///< The deviceflow_status; 0 where nothing has failed yet.
  int retryable;    ///< 1 where the same may succeed later without anybody changing anything.
  int http_status;  ///< Of the answer that caused it, or 0.
  deviceflow_text message;      ///< A sentence: what happened, and what to do where that is known.
  deviceflow_text oauth_code;   ///< The server's error code (RFC 6749 section 5.2), or empty.
  deviceflow_text description;  ///< The server's own words, or empty. For developers.
  deviceflow_text reason;       ///< Why, where `status` alone is too coarse: "dns", "http_503" …
} deviceflow_error;

enum deviceflow_method { DEVICEFLOW_GET = 0, DEVICEFLOW_POST = 1 };

/// A finished request: send it as it is, over https, certificates verified.
///
/// Never follow a redirect, never send a POST twice by yourself, keep no cookies.
typedef struct deviceflow_request {
  size_t size;
  int method;  ///< A deviceflow_method.
  deviceflow_text url;
  const deviceflow_pair* headers;  ///< Content-Length and Host are the HTTP stack's business.
  size_t header_count;
  deviceflow_text body;  ///< Of a POST. Secret: keep it out of every log.
  int64_t timeout_ms;  ///< For the whole exchange; 0 leaves it to the HTTP stack. Never extends it.
} deviceflow_request;

/// An answer of whatever status.
typedef struct deviceflow_response {
  size_t size;
  int status;
  /// At least these, where they came: Content-Type, Date, Retry-After, WWW-Authenticate,
  /// DPoP-Nonce, Cache-Control, Location, Content-Encoding.
  const deviceflow_pair* headers;
  size_t header_count;
  deviceflow_text body;  ///< Decoded, if the HTTP stack asks for content codings.
} deviceflow_response;

/// Why no answer came.
enum deviceflow_failure_kind {
  DEVICEFLOW_FAILURE_DNS = 0,            ///< The host name could not be resolved.
  DEVICEFLOW_FAILURE_REFUSED = 1,        ///< Nothing listens there, or no route leads there.
  DEVICEFLOW_FAILURE_TIMEOUT = 2,        ///< The time ran out.
  DEVICEFLOW_FAILURE_CONNECTION = 3,     ///< It broke before the answer was complete.
  DEVICEFLOW_FAILURE_TLS_HANDSHAKE = 4,  ///< TLS could not be set up; not for lack of trust.
  DEVICEFLOW_FAILURE_TLS_UNTRUSTED = 5,  ///< The certificate is not trusted. Ends the login.
  DEVICEFLOW_FAILURE_TOO_LARGE = 6,      ///< The answer went over a limit. Ends the login.
  DEVICEFLOW_FAILURE_CANCELLED = 7,      ///< The program gave it up. Cancels the login.
  DEVICEFLOW_FAILURE_LOCAL = 8           ///< This device's own trouble. Ends the login.
};

typedef struct deviceflow_failure {
  size_t size;
  int kind;  ///< A deviceflow_failure_kind.
  /// 1 only where it is certain that not one byte of the request left this device: only then is a
  /// request for codes repeated.
  int nothing_sent;
  deviceflow_text message;  ///< A sentence for a person, without secrets; may be empty.
  deviceflow_text reason;   ///< For deviceflow_error's, if `kind` is too coarse; may be empty.
} deviceflow_failure;

// ---- The client ---------------------------------------------------------------------------------

enum deviceflow_client_auth {
  DEVICEFLOW_AUTH_NONE = 0,   ///< A public client, as most devices are: its ID alone.
  DEVICEFLOW_AUTH_BASIC = 1,  ///< ID and secret in the Authorization header.
  DEVICEFLOW_AUTH_POST = 2,   ///< ID and secret in the body.
  DEVICEFLOW_AUTH_TLS = 3     ///< A certificate, shown by the HTTP stack (RFC 8705).
};

/// Who this device is. Everything but client_id may be empty; an endpoint is then one of the
/// metadata, or else of the provider, or what needs it is DEVICEFLOW_NOT_POSSIBLE.
typedef struct deviceflow_client_options {
  size_t size;
  deviceflow_text client_id;
  deviceflow_text client_secret;
  int client_auth;  ///< A deviceflow_client_auth.
  /// 1: plain http to hosts other than this device. Tokens can then be read on the way.
  int dangerous_allow_http;
  deviceflow_text device_authorization_endpoint;
  deviceflow_text token_endpoint;
  deviceflow_text revocation_endpoint;
  deviceflow_text introspection_endpoint;
  deviceflow_text userinfo_endpoint;
} deviceflow_client_options;

typedef struct deviceflow_client deviceflow_client;

/// Makes a client. Fails with NULL_ARGUMENT, WRONG_SIZE, INVALID_ARGUMENT (an unknown client_auth),
/// OUT_OF_MEMORY; whether the options fit together shows when the first request is made.
int deviceflow_client_new(const deviceflow_client_options* options, deviceflow_client** client);
void deviceflow_client_free(deviceflow_client* client);

/// Takes endpoints and differences from the provider whose description (assets/providers, or one of
/// your own) is `json`; endpoints of the options and of metadata win. `fields` fill in its URLs
/// ("realm" …). Holds for what is made of this client afterwards. Fails with INVALID_ARGUMENT; the
/// error names the field that is missing or can't be used.
int deviceflow_client_use_description(deviceflow_client* client, deviceflow_text json,
                                      const deviceflow_pair* fields, size_t field_count);
/// The same by the name of a description that is compiled in ("google", "keycloak" …). Brings all
/// of them into the program, so firmware rather uses the call above.
int deviceflow_client_use_provider(deviceflow_client* client, deviceflow_text name,
                                   const deviceflow_pair* fields, size_t field_count);

/// Why the last call that made or changed something of this client failed. Fails with
/// NULL_ARGUMENT, WRONG_SIZE.
int deviceflow_client_error(const deviceflow_client* client, deviceflow_error* error);

// ---- A login ------------------------------------------------------------------------------------

typedef struct deviceflow_login_options {
  size_t size;
  deviceflow_text scope;  ///< Space-separated; empty: what the provider's description says.
  const deviceflow_pair* parameters;  ///< Further ones of the first request.
  size_t parameter_count;
  /// How long to keep trying to get a code while the network is away or the server sends 429 or
  /// 503; 0: the first failure ends it.
  int64_t start_deadline_ms;
  /// Decides the jitter of the waits: take it from a random source.
  uint64_t seed;
} deviceflow_login_options;

typedef struct deviceflow_login deviceflow_login;

/// Makes a login (RFC 8628) that has sent nothing yet. Fails with NULL_ARGUMENT, WRONG_SIZE,
/// NOT_POSSIBLE (an endpoint is missing), INVALID_ARGUMENT, OUT_OF_MEMORY.
int deviceflow_login_new(deviceflow_client* client, const deviceflow_login_options* options,
                         deviceflow_login** login);
void deviceflow_login_free(deviceflow_login* login);

enum deviceflow_action {
  DEVICEFLOW_SEND = 0,  ///< Send `request`; then deviceflow_login_answer() or _failure().
  DEVICEFLOW_WAIT = 1,  ///< Call again at `wait_until_ms`, or when something was fed in.
  DEVICEFLOW_FINISHED =
      2  ///< deviceflow_login_tokens() has the tokens, or says why there are none.
};

typedef struct deviceflow_step {
  size_t size;
  int action;                         ///< A deviceflow_action.
  const deviceflow_request* request;  ///< With DEVICEFLOW_SEND; otherwise null.
  int64_t wait_until_ms;              ///< With DEVICEFLOW_WAIT; may be DEVICEFLOW_NEVER.
} deviceflow_step;

/// What to do now. `now_ms` is not negative and never before an earlier one. Fails with
/// NULL_ARGUMENT, WRONG_SIZE, INVALID_ARGUMENT (now_ms), TIME_WENT_BACK, and OUT_OF_MEMORY, which
/// ends the login: its codes are wiped, and every later step is FINISHED.
int deviceflow_login_step(deviceflow_login* login, int64_t now_ms, deviceflow_step* step);
/// The answer to the request of the last SEND. Fails as deviceflow_login_step() does, and with
/// WRONG_ORDER where none is awaited: before a SEND, or the second time. What the server said is no
/// failure of this call.
int deviceflow_login_answer(deviceflow_login* login, int64_t now_ms,
                            const deviceflow_response* response);
/// No answer came to it. Fails likewise.
int deviceflow_login_failure(deviceflow_login* login, int64_t now_ms,
                             const deviceflow_failure* failure);
/// Gives up, and wins over every later answer. The login is FINISHED at once; where an answer is
/// still awaited, feed it and step once more: a token in it is not handed out, but has to be
/// revoked. If that request's `token` is one that you have stored (some servers return the same
/// tokens at every sign-in), call deviceflow_login_failure() instead of sending it. Fails with
/// NULL_ARGUMENT, OUT_OF_MEMORY.
int deviceflow_login_cancel(deviceflow_login* login);

/// What to show the person.
typedef struct deviceflow_codes {
  size_t size;
  deviceflow_text user_code;         ///< Cleaned of whatever could fool a screen.
  deviceflow_text verification_uri;  ///< An absolute https URL, to be shown as it is.
  deviceflow_text
      verification_uri_complete;  ///< The same with the code in it, for a QR code; or empty.
  int64_t expires_at_ms;
  int64_t interval_s;  ///< Between two polls, as it stands now.
} deviceflow_codes;
/// Fails with WRONG_ORDER where no codes may be shown (yet, or any more), NULL_ARGUMENT,
/// WRONG_SIZE, OUT_OF_MEMORY.
int deviceflow_login_codes(deviceflow_login* login, deviceflow_codes* codes);

typedef struct deviceflow_tokens {
  size_t size;
  deviceflow_text access_token;   ///< Secret, like the two below.
  deviceflow_text refresh_token;  ///< Or empty.
  deviceflow_text id_token;       ///< Or empty. Nothing in it has been checked.
  deviceflow_text token_type;     ///< As the server wrote it; compare without regard to case.
  deviceflow_text scope;          ///< As granted; empty: as asked for.
  int64_t expires_in_s;           ///< Or DEVICEFLOW_UNKNOWN_TIME.
} deviceflow_tokens;
/// The tokens of a login that has FINISHED. Fails with WRONG_ORDER before that, with the reason
/// where it brought none (ACCESS_DENIED, EXPIRED_TOKEN, CANCELLED, OAUTH_ERROR …), NULL_ARGUMENT,
/// WRONG_SIZE.
int deviceflow_login_tokens(const deviceflow_login* login, deviceflow_tokens* tokens);

/// Why the login ended without tokens, or else why its last poll or try to start brought no
/// verdict. Fails with NULL_ARGUMENT, WRONG_SIZE.
int deviceflow_login_error(const deviceflow_login* login, deviceflow_error* error);

/// Writes a login that waits for the person to `buffer`, so that it outlives a restart. It holds
/// the device code: keep it where tokens are kept, and erase it when the login ends.
///
/// `needed` is set to its size. Fails with BUFFER_TOO_SMALL (nothing is written), CANNOT_RESUME
/// where there are no codes or `wall_s` is unknown, TIME_WENT_BACK, INVALID_ARGUMENT,
/// NULL_ARGUMENT, OUT_OF_MEMORY.
int deviceflow_login_snapshot(deviceflow_login* login, int64_t now_ms, int64_t wall_s, char* buffer,
                              size_t capacity, size_t* needed);
/// Takes up such a login: shows its codes again and waits a full interval before it polls.
/// `options` count except for scope and parameters. Fails as deviceflow_login_new() does, with
/// CANNOT_RESUME where the codes have expired, the time is unknown or the snapshot is another
/// client's or server's, with STORE_DAMAGED and STORE_NEWER_VERSION.
int deviceflow_login_restore(deviceflow_client* client, const deviceflow_login_options* options,
                             deviceflow_text snapshot, int64_t now_ms, int64_t wall_s,
                             deviceflow_login** login);

// ---- Single requests ----------------------------------------------------------------------------

/// One request beside a login, and what its answer means: deviceflow_call_request(), send it, then
/// deviceflow_call_answer() or deviceflow_call_failure(), and free it.
typedef struct deviceflow_call deviceflow_call;

/// Fresh tokens (RFC 6749 section 6). `scope` is empty, or less than `granted_scope`. Every _new
/// fails with NULL_ARGUMENT, NOT_POSSIBLE (no such endpoint is known), INVALID_ARGUMENT,
/// INSECURE_ENDPOINT, OUT_OF_MEMORY; deviceflow_client_error() has the words.
int deviceflow_refresh_new(deviceflow_client* client, deviceflow_text refresh_token,
                           deviceflow_text scope, deviceflow_text granted_scope,
                           deviceflow_call** call);
/// Signing out: the server forgets the token (RFC 7009). Rather the refresh token, where there is
/// one.
int deviceflow_revocation_new(deviceflow_client* client, deviceflow_text token,
                              deviceflow_call** call);
/// Is this token good? (RFC 7662)
int deviceflow_introspection_new(deviceflow_client* client, deviceflow_text token,
                                 deviceflow_call** call);
/// Who signed in? (OpenID Connect Core section 5.3) `subject` is the one that is expected, or
/// empty. A signed response is INVALID_RESPONSE: nothing here can verify it.
int deviceflow_userinfo_new(deviceflow_client* client, deviceflow_text access_token,
                            deviceflow_text subject, deviceflow_call** call);

/// Where metadata may stand; try them in this order.
enum deviceflow_metadata_place {
  DEVICEFLOW_METADATA_OAUTH = 0,            ///< RFC 8414 section 3.1.
  DEVICEFLOW_METADATA_OPENID_INSERTED = 1,  ///< RFC 8414 section 5.
  DEVICEFLOW_METADATA_OPENID = 2            ///< OpenID Connect Discovery section 4.1.
};
/// The server's endpoints. `issuer` is an https URL. After INVALID_RESPONSE try the next place;
/// every other error is final.
int deviceflow_discovery_new(deviceflow_client* client, deviceflow_text issuer, int place,
                             deviceflow_call** call);
void deviceflow_call_free(deviceflow_call* call);

/// Fails with NULL_ARGUMENT, WRONG_SIZE.
int deviceflow_call_request(const deviceflow_call* call, deviceflow_request* request);
/// Reads the response. 0: it brought what was asked for. Otherwise why not: SIGN_IN_NEEDED of a
/// refresh (drop the refresh token if the error's oauth_code is invalid_grant, keep it otherwise),
/// OAUTH_ERROR, INVALID_RESPONSE, SUBJECT_MISMATCH, ISSUER_MISMATCH, REDIRECT_REFUSED …;
/// WRONG_ORDER the second time, NULL_ARGUMENT, WRONG_SIZE, RESPONSE_TOO_LARGE, OUT_OF_MEMORY.
int deviceflow_call_answer(deviceflow_call* call, const deviceflow_response* response);
/// No answer came. Answers the failure's status (NETWORK, TIMEOUT, TLS, RESPONSE_TOO_LARGE,
/// CANCELLED …) and keeps its words, or fails as deviceflow_call_answer() does. Make a new call to
/// try again.
int deviceflow_call_failure(deviceflow_call* call, const deviceflow_failure* failure);
/// Of a refresh that succeeded: complete, with what the server left out taken over. Of one that
/// failed although it brought a new refresh token: that alone, which replaces the old one. Fails
/// with WRONG_ORDER otherwise, NULL_ARGUMENT, WRONG_SIZE.
int deviceflow_call_tokens(const deviceflow_call* call, deviceflow_tokens* tokens);
/// Of an introspection or a UserInfo request that succeeded: a JSON object with every member that
/// the server sent. They may identify a person. Fails with WRONG_ORDER otherwise, NULL_ARGUMENT.
int deviceflow_call_json(const deviceflow_call* call, deviceflow_text* json);
/// Of an introspection that succeeded: 1 where the token is good. Fails likewise.
int deviceflow_call_active(const deviceflow_call* call, int* active);
/// Why it failed. Fails with NULL_ARGUMENT, WRONG_SIZE.
int deviceflow_call_error(const deviceflow_call* call, deviceflow_error* error);
/// Takes the endpoints of a discovery that succeeded into `client`, as far as its options name
/// none; they win over those of the provider's description. Call it for a second document of the
/// same issuer as well: it fills the gaps of the first. Fails with WRONG_ORDER otherwise,
/// NULL_ARGUMENT, OUT_OF_MEMORY.
int deviceflow_client_use_metadata(deviceflow_client* client, const deviceflow_call* call);

// ---- Memory -------------------------------------------------------------------------------------

/// Called when an allocation fails, with what stands in `user_data`. It either frees something and
/// returns 1: the allocation is tried again. Or it returns 0: the call returns
/// DEVICEFLOW_OUT_OF_MEMORY in a build with exceptions, and the program ends without them. There it
/// may as well restart the device, or leave by longjmp(): the handle that was in use is then lost.
typedef int (*deviceflow_memory_handler)(void* user_data);
/// Sets the one handler of the program; null takes it away. It is C++'s new_handler, so it also
/// serves other C++ code of the program. Call it before there is a second thread.
void deviceflow_set_memory_handler(deviceflow_memory_handler handler, void* user_data);

#ifdef __cplusplus
}
#endif

#endif
