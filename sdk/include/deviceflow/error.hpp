// What went wrong, whose fault it was, and whether trying again can help.
#ifndef DEVICEFLOW_ERROR_HPP
#define DEVICEFLOW_ERROR_HPP

#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// Who must act to fix an error.
enum class Blame {
  caller,    ///< The program or its configuration: fix the call or the setting.
  network,   ///< The way to the server: check the connection or the trusted certificates.
  server,    ///< The server refused with an OAuth error: ask its operator.
  protocol,  ///< The server broke the standard: ask its operator.
  user,      ///< The person denied, let the code expire, or cancelled: offer to start again.
  storage,   ///< A file or token store could not be read or written.
};

/// The request an error belongs to; its name() is what the terminal tool prints as `stage`.
enum class Stage {
  discovery,
  device_authorization,
  token,
  id_token,
  introspection,
  refresh,
  revocation,
  store,
  userinfo,
  usage,
};

/// One code a program can branch on. `name()` gives its stable spelling.
enum class ErrorCode {
  invalid_argument,           ///< An option can't be used; the message names it. Caller.
  insecure_endpoint,          ///< Plain http to a host that is not this one. Caller. Alarm.
  device_flow_not_supported,  ///< The metadata names no device authorization endpoint. Server.
  not_possible,        ///< What was asked needs an endpoint or credential that is missing. Caller.
  crypto_failed,       ///< The cryptographic library failed; nothing was found wrong. Caller.
  network,             ///< Nothing reachable: DNS, refused, reset. Network.
  timeout,             ///< No answer in time. Network.
  tls,                 ///< The certificate is not trusted, or TLS failed. Network.
  oauth_error,         ///< The server answered an OAuth error; see Error::oauth_code. Server.
  invalid_response,    ///< The answer can't be used. Protocol.
  response_too_large,  ///< The answer is over the size limit. Protocol.
  redirect_refused,    ///< A redirect that would carry secrets elsewhere. Protocol. Alarm.
  issuer_mismatch,     ///< The metadata belong to another issuer. Protocol. Alarm.
  verification_uri_refused,  ///< Not an absolute https URL a person may open. Protocol. Alarm.
  subject_mismatch,          ///< The claims are about another person. Protocol. Alarm.
  unsupported_token_type,    ///< A token type this client can't use. Protocol.
  algorithm_not_allowed,     ///< A token signed with what is never accepted. Protocol. Alarm.
  id_token_invalid,          ///< The ID token is not valid; see `reason`. Protocol. Alarm.
  introspection_invalid,     ///< A signed answer about a token is not. Protocol. Alarm.
  userinfo_invalid,          ///< A signed UserInfo response is not. Protocol. Alarm.
  access_denied,             ///< The person refused. User.
  expired_token,             ///< The code's time ran out. User.
  cancelled,                 ///< cancel() was called. User.
  sign_in_needed,       ///< The login can't be renewed; the message says why. Sign in again. User.
  not_stored,           ///< No login is stored for this issuer and client. User.
  cannot_resume,        ///< A pending login can't be taken up again: start a new one. User.
  store_damaged,        ///< The stored login can't be read. Storage.
  store_newer_version,  ///< The stored login is of a newer version of this SDK. Storage.
  store_locked,         ///< Another process holds the stored login for too long. Storage.
  store_no_key,         ///< The stored login is encrypted, and its key can't be had now. Storage.
  store_unsafe,         ///< Others could read or replace the stored login. Storage. Alarm.
  store_io,             ///< The system refused a file operation; see Error::reason. Storage.
};

std::string_view name(Blame blame) noexcept;
std::string_view name(Stage stage) noexcept;
std::string_view name(ErrorCode code) noexcept;

/// True for codes that a product should count and alarm on, apart from ordinary failures.
bool is_security_alarm(ErrorCode code) noexcept;

/// What an error is about, by name, so that a program can write a sentence of its own. Empty: it
/// does not apply.
struct ErrorDetails {
  std::string host;     ///< The server that the request was for.
  std::string port;     ///< Its port, in digits.
  std::string proxy;    ///< The proxy that failed: "proxy.example.com:3128", without its password.
  std::string setting;  ///< The option or environment variable to fix: "ca_file", "https_proxy".
  std::string file;     ///< The file that can't be used.
};

/// One failure. Every text in it has been cleaned of live secrets and of control characters.
struct Error {
  Blame blame = Blame::protocol;
  ErrorCode code = ErrorCode::invalid_response;
  Stage stage = Stage::usage;
  /// A sentence for a person: what happened, and what to do where that is known.
  std::string message;
  /// The OAuth error code as the server sent it (RFC 6749 section 5.2), or empty.
  std::string oauth_code;
  /// The server's error_description, or empty. For developers; never branch on it.
  std::string description;
  /// The HTTP status of the answer that caused this, where there was one.
  std::optional<int> http_status;
  /// True where the same request may succeed later without anybody changing anything.
  bool retryable = false;
  /// Why, where `code` alone is too coarse: "dns", "refused", "http_503" … or empty.
  std::string reason;
  ErrorDetails details;

  /// The OAuth error code where the server sent one, otherwise the name of `code`.
  std::string_view label() const noexcept;
};

/// An error with its blame, so that no call site forgets a field. The rest keeps its defaults.
Error make_error(Blame blame, ErrorCode code, Stage stage, std::string message);

}  // namespace deviceflow

#endif
