// What went wrong, a value or an Error, and what was tolerated.
#ifndef DEVICEFLOW_ERROR_HPP
#define DEVICEFLOW_ERROR_HPP

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

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

// A value or an Error, never half of each. No exception is ever thrown or needed.

namespace detail {
/// Ends the program: the wrong side of a Result was read, which is a bug in the caller.
[[noreturn]] void result_misused(const char* what) noexcept;
}  // namespace detail

/// Holds a T or an Error. Check ok() before reading either side; reading the wrong one aborts, with
/// a message where there is a stderr. Not thread-safe, like any value.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  const T& value() const& { return *side<0>("value() of a failed Result"); }
  T& value() & { return *side<0>("value() of a failed Result"); }
  T&& value() && { return std::move(*side<0>("value() of a failed Result")); }
  const Error& error() const { return *side<1>("error() of a good Result"); }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  template <std::size_t I>
  auto* side(const char* what) {
    auto* p = std::get_if<I>(&state_);
    if (p == nullptr) detail::result_misused(what);
    return p;
  }
  template <std::size_t I>
  const auto* side(const char* what) const {
    const auto* p = std::get_if<I>(&state_);
    if (p == nullptr) detail::result_misused(what);
    return p;
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const {
    if (!error_) detail::result_misused("error() of a good Result");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

// Server deviations that were tolerated. None is silent: each stands in the result.

/// What the server did differently from the RFCs. sdk/docs/quirks.md says for each what it should
/// have done.
enum class Quirk {
  grant_not_listed,           ///< The metadata's grant types lack the device grant.
  interval_unusable,          ///< `interval` null, zero, negative or no number: 5 s were used.
  interval_in_milliseconds,   ///< `interval` beyond the code's life, and plausible as milliseconds.
  interval_beyond_expiry,     ///< `interval` not smaller than `expires_in`: 5 s were used.
  number_not_whole,           ///< A fraction of a second where whole seconds belong.
  number_as_string,           ///< A number in quotes.
  slow_down_with_interval,    ///< `slow_down` carried an `interval` of its own.
  verification_url,           ///< `verification_url` where `verification_uri` belongs.
  error_code_alias,           ///< Another spelling of access_denied or expired_token.
  error_code_in_description,  ///< `invalid_grant`, and the real code in error_description.
  pending_as_refusal,         ///< A refusal that means pending, by the provider's description.
  unexpected_status,          ///< A body and an HTTP status that do not belong together.
  unexpected_content_type,    ///< JSON under another media type.
  form_encoded_answer,        ///< A form where JSON belongs.
  scope_grew,                 ///< A refresh brought a wider scope than was granted.
  token_not_bound,            ///< DPoP was offered, and a Bearer token came back.
  member_name,                ///< A member under another name or in another spelling.
  null_member,                ///< null, or an `error` that says nothing, instead of no member.
  scope_as_list,          ///< The scope as an array, or separated by something else than spaces.
  error_in_other_member,  ///< The error code in another member than `error`.
  error_by_status,        ///< No error code but a status that stands for one; needs a description.
  expires_in_missing,     ///< Codes without `expires_in`: the description's value was used.
  token_type_missing,  ///< A token without `token_type`: the description's or the old one was used.
  unreadable_text,     ///< A text that is not UTF-8 or not JSON's, in a member nobody needs.
  complete_uri_dropped,  ///< A `verification_uri_complete` that can't be used: it is not shown.
  loopback_endpoint,  ///< An endpoint over plain http on this machine in metadata: it is not used.
  clock_drift,        ///< `slow_down` after whole waits: the local clock seems to run fast.
};

/// The stable name, as it stands in JSON events.
std::string_view name(Quirk quirk) noexcept;

/// A set of quirks in the order of their first appearance.
class Quirks {
 public:
  void add(Quirk quirk);
  void add(const Quirks& others);
  bool has(Quirk quirk) const noexcept;
  const std::vector<Quirk>& list() const noexcept { return list_; }

 private:
  std::vector<Quirk> list_;
};

}  // namespace deviceflow

#endif
