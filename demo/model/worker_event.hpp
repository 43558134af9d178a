// What the worker, which talks to the network, tells the model.
#ifndef DEVICEFLOW_DEMO_MODEL_WORKER_EVENT_HPP
#define DEVICEFLOW_DEMO_MODEL_WORKER_EVENT_HPP

#include <chrono>
#include <deviceflow/device_login.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/certificate.hpp"
#include "common/doctor_finding.hpp"
#include "common/trace.hpp"
#include "desk_model.hpp"
#include "settings_change.hpp"

namespace deviceflow::demo {

/// The sandbox listens, or does so again after a change of who may open its page.
struct SandboxReady {
  std::string lan_address;  ///< Where phones find its page, or empty.
  std::string issuer = {};  ///< Always on this machine.
};
struct SandboxFailed {
  Error error;
};
/// A try to start the login failed and will be repeated.
struct StartRetried {
  Error error;
  std::optional<std::chrono::milliseconds> next_in;
};
struct CodesCame {
  DeviceAuthorization codes;
  SteadyTime expires_at{};
  std::string scope;  ///< As asked for.
};
struct PollCame {
  PollReport report;
  std::optional<std::chrono::milliseconds> next_in;
};
/// The login has taken a step through the table of its states.
struct MachineMoved {
  LoginTransition step;
};
/// The saved traces, the newest first.
struct TracesListed {
  std::vector<std::string> paths;
};
struct TraceRead {
  std::string path;
  Result<Trace> trace;
};
/// What the sandbox says to a press at its desk.
struct DeskAnswered {
  DeskPress press;
  DeskResult result;
};
/// What was checked of an ID token.
enum class IdTokenCheck { none_came, verified, verified_but_time, not_verified };

/// What a person may be shown of the tokens.
struct SignedIn {
  std::string scope;          ///< As granted.
  std::string missing_scope;  ///< Asked for and not granted.
  std::optional<SteadyTime> expires_at;
  bool renewable = false;  ///< A refresh token came.
  /// When the worker should look after the access token; empty: never.
  std::optional<SteadyTime> renew_at;
  Quirks quirks;
  IdTokenCheck id_token = IdTokenCheck::none_came;
  std::optional<Error> id_token_problem;    ///< Why nothing was checked.
  std::optional<Error> store_failure = {};  ///< Why it will be gone after this run.
};
/// The tokens themselves, for the Developer tab: after a login, a restart and a refresh.
struct TokensCame {
  TokenSet tokens;
  std::string scope;  ///< As granted.
  IdTokenCheck id_token = IdTokenCheck::none_came;
  std::string id_token_problem;  ///< Why nothing was checked.
};
/// A login of an earlier run is stored and still good.
struct Restored {
  SignedIn facts;
};
/// An earlier run was ended while its codes waited for the person, and they still do.
struct LoginWaits {};
/// The access token was looked after: fresh, or when to look again.
struct Renewed {
  SignedIn facts;
};
/// The login is over: the provider has ended it, or it can't be renewed any more.
struct SessionEnded {
  Error error;
};
/// Signing out has ended.
struct SignedOut {
  std::optional<Error> problem = {};  ///< Why the tokens could not be removed here.
  bool provider_not_told = false;     ///< They could not be revoked.
};
/// Who signed in, as the UserInfo endpoint has it.
struct PersonKnown {
  std::string name;
  std::string detail;  ///< An address or account name, or empty.
};
struct LoginFailed {
  Error error;
  Quirks quirks;
  std::string last_failure;  ///< See LoginOutcome.
};
/// The certificate for which a login has failed.
struct CertificateSeen {
  std::string host;
  Certificate certificate;  ///< The server's own, of all that it showed.
  std::vector<CertificateProblem> problems;
  std::string ca_file;     ///< The person's own choice of authorities (--cacert), or empty.
  std::string trust_file;  ///< Where it is kept once it is trusted; empty: it can't be.
  bool replaces = false;   ///< Another one was trusted for this provider.
};
/// It is trusted from now on.
struct CertificateKept {
  std::string file;
};
struct ExchangeCame {
  ExchangeRecord record;
};
/// What the Developer tab can do with the tokens besides asking about them.
enum class TokenAction { user_info, refresh, revoke };
struct ActionEnded {
  TokenAction action = TokenAction::user_info;
  std::optional<Error> problem;  ///< Empty where it was done.
};
/// The exchanges are in a file, whose path this is.
struct Saved {
  Result<std::string> path;
};
/// The provider's metadata, fetched anew; empty where no issuer is named that could have any.
struct DiscoveryCame {
  std::optional<Result<Metadata>> metadata;
};
struct IntrospectionCame {
  Result<bool> active;
};

/// The settings are in use, and in their file.
struct SettingsUsed {
  bool saved = true;      ///< False at the start, when nothing had to be saved.
  std::string not_saved;  ///< Why they are not in the file, or empty.
  bool reopened = false;  ///< The provider and the client are those below from now on.
  bool sandbox = false;
  std::string provider;  ///< Its host.
  std::string place;     ///< The same with its port, where that is not 443.
  std::string client_id;
  std::string scope;
  std::string problem;                     ///< Why no login can begin with them; empty: one can.
  SecretPlace secret = SecretPlace::none;  ///< The client's.
  SecretPlace introspection_secret = SecretPlace::none;
};
struct CaFileChecked {
  std::string path;
  std::string problem;  ///< Empty: it can be used.
};
/// What a test does now, what it has found, and how it has ended.
struct TestStep {
  int test = 0;
  DoctorStep step;
};
struct TestFound {
  int test = 0;
  Finding finding;
};
struct TestEnded {
  int test = 0;
  Verdict verdict;
};

struct WorkerEvent {
  /// Which login this belongs to, where it belongs to one; an older one's is ignored.
  int login = 0;
  std::variant<SandboxReady, SandboxFailed, StartRetried, CodesCame, PollCame, SignedIn,
               PersonKnown, LoginFailed, ExchangeCame, IntrospectionCame, Restored, Renewed,
               SessionEnded, SignedOut, CertificateSeen, CertificateKept, LoginWaits, TokensCame,
               ActionEnded, Saved, MachineMoved, DiscoveryCame, SettingsUsed, CaFileChecked,
               TestStep, TestFound, TestEnded, DeskAnswered, TracesListed, TraceRead>
      what;
};

}  // namespace deviceflow::demo

#endif
