// The output of a verb, for people or for programs.
#ifndef DEVICEFLOW_DEMO_COMMON_OUTPUT_HPP
#define DEVICEFLOW_DEMO_COMMON_OUTPUT_HPP

#include <array>
#include <chrono>
#include <deviceflow/provider.hpp>
#include <deviceflow/session.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor_finding.hpp"
#include "settings.hpp"
#include "stop.hpp"

namespace deviceflow::demo {

/// The side of the login that the user knows before anything is sent.
struct LoginFacts {
  std::string client_id;
  std::string host;  ///< Of the provider.
  std::string scope;
  bool sandbox = false;
  bool lan = false;       ///< The sandbox's page is open to the local network.
  bool can_open = false;  ///< The Enter key opens the page in a browser on this computer.
};

/// One endpoint with the place that named it: "metadata", "flag", "config", "provider"; both empty
/// where it is not known.
struct KnownEndpoint {
  std::string url;
  std::string_view from;
};

struct KnownEndpoints {
  std::string issuer;
  std::array<KnownEndpoint, kEndpointNames.size()> endpoints;  ///< In the order of kEndpointNames.
  Quirks quirks;
};

/// Where a login is kept, and what protects it there; both empty where it is not.
struct KeptAt {
  std::string folder;
  std::string protection;  ///< Protection::sentence.
};

/// What a login or a refresh brought. Holds no tokens of its own.
struct TokenNews {
  const TokenSet& tokens;
  bool renewed = false;  ///< By a refresh.
  Quirks quirks = {};
  const IdTokenClaims* claims = nullptr;  ///< Verified ones, or null.
  const Error* claims_missing = nullptr;  ///< LoginOutcome::id_token_problem, or null.
  KeptAt kept = {};
  const ReplacedSignIn* replaced = nullptr;  ///< What Session::sign_in() has replaced, or null.
};

/// What is known of a stored login without sending anything.
struct LoginStatus {
  bool logged_in = false;
  bool revoked = false;                   ///< StoredLogin::revoked.
  std::optional<RefreshRefusal> refused;  ///< StoredLogin::refused.
  std::string issuer;                     ///< Or the token endpoint, where no issuer is known.
  std::string client_id;
  std::string account;  ///< StoreKey::account.
  std::string subject;
  std::string scope;
  /// What is left of the access token's life; empty where that is not known.
  std::optional<std::chrono::seconds> expires_in;
  bool has_refresh_token = false;
  KeptAt kept;

  /// Only a new sign-in helps, now or once the access token has ended.
  bool needs_sign_in() const {
    const bool ended = expires_in && expires_in->count() == 0;
    return !logged_in || refused || (ended && !has_refresh_token);
  }
};

/// An access token to use now.
struct UsableToken {
  const AccessToken& access;
  /// What is left of its life; empty if that is not known.
  std::optional<std::chrono::seconds> expires_in;
};

/// What became of the tokens, and of the login that was stored.
struct SignOutNews {
  SignOutReport report;
  bool logout = false;  ///< Asked for a sign-out, not for a revocation alone.
};

/// Why a verb did not get what it wanted.
struct Failure {
  Error error;
  Quirks quirks;
  std::string last_failure;  ///< See LoginOutcome.
  Stop stop = Stop::none;    ///< Where that is the reason.
};

/// Says it. Called from one thread.
class Output {
 public:
  virtual ~Output() = default;

  virtual void connecting(const LoginFacts& facts) = 0;
  virtual void prompt(const DeviceAuthorization& codes, SteadyTime now) = 0;
  virtual void poll(const PollReport& report, std::optional<std::chrono::milliseconds> next_in) = 0;
  /// Something may have changed by itself: time.
  virtual void tick(SteadyTime now, SteadyTime next_request) = 0;
  virtual void tokens(const TokenNews& news) = 0;
  virtual void userinfo(const UserInfo& info) = 0;
  virtual void status(const LoginStatus& status) = 0;
  /// Every stored sign-in; `kept` is the store's.
  virtual void stored(const std::vector<LoginStatus>& all, const KeptAt& kept) = 0;
  virtual void token(const UsableToken& token) = 0;
  virtual void signed_out(const SignOutNews& news) = 0;
  virtual void introspection(const Introspection& answer) = 0;
  virtual void endpoints(const KnownEndpoints& endpoints) = 0;
  /// The doctor is busy with something; see DoctorEvents.
  virtual void step(std::string_view what) = 0;
  virtual void finding(const Finding& finding) = 0;
  virtual void verdict(const Verdict& verdict) = 0;
  virtual void providers(const std::vector<Provider>& providers) = 0;
  virtual void failure(const Failure& failure) = 0;
  /// A remark that is no event: goes to standard error.
  virtual void remark(std::string_view text) = 0;
  /// True where tick() draws something, so that a wait has to be cut into seconds.
  virtual bool wants_ticks() const = 0;
};

}  // namespace deviceflow::demo

#endif
