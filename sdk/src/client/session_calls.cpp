#include <algorithm>
#include <cstdlib>
#include <utility>

#include "client/session_state.hpp"
#include "foundation/url.hpp"

namespace deviceflow {

namespace {

Error bad_argument(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

// RFC 9110 section 9.1: a method is a token.
bool is_method(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

Result<void> check_api_request(std::string_view method, std::string_view url) {
  if (!is_method(method)) return bad_argument("The method has to be one of HTTP's, like \"PUT\".");
  const auto parsed = parse_url(url);
  if (!parsed.ok() || !parsed->userinfo.empty()) {
    return bad_argument("The API's URL has to be absolute, and without a user name.");
  }
  const bool local =
      parsed->scheme == "http" && host_reach(parsed->host) == HostReach::this_machine;
  if (parsed->scheme == "https" || local) return {};
  return bad_argument(
      "The API's URL has to begin with https://: over plain http anybody on the way "
      "could take the token.");
}

class AuthorizeCall final : public SessionCall<Result<Authorization>> {
 public:
  AuthorizeCall(SessionHandle session, std::shared_ptr<Server> server, std::string method,
                std::string url)
      : SessionCall(std::move(session), std::move(server)),
        method_(std::move(method)),
        url_(std::move(url)) {}

 private:
  void begin() override {
    const auto good = check_api_request(method_, url_);
    if (!good.ok()) return finish(good.error());
    rejected_ = session_->rejected();
    run(make_access_token(session_, server(), rejected_), [this](Result<AccessToken> token) {
      if (!token.ok()) return finish(token.error());
      finish(session_->authorize(method_, url_, *token, rejected_));
    });
  }

  const std::string method_;
  const std::string url_;
  Secret rejected_;
};

class UserInfoCall final : public SessionCall<Result<UserInfo>> {
 public:
  UserInfoCall(SessionHandle session, std::shared_ptr<Server> server)
      : SessionCall(std::move(session), std::move(server)) {}

 private:
  void begin() override { ask(Secret(), true); }

  void ask(Secret rejected, bool again) {
    run(make_access_token(session_, server(), std::move(rejected)),
        [this, again](Result<AccessToken> token) {
          if (!token.ok()) return finish(token.error());
          ask(*token, again);
        });
  }

  void ask(const AccessToken& token, bool again) {
    const auto login = session_->current();
    if (!login.ok()) return finish(login.error());
    std::optional<std::string_view> subject;
    if (*login) {
      server_.continue_login(**login);
      if (!(*login)->subject.empty()) subject = (*login)->subject;
    }
    run(make_userinfo(server(), token.token, subject),
        [this, again, used = token.token](Result<UserInfo> info) {
          const bool rejected = !info.ok() && info.error().oauth_code == "invalid_token";
          if (!rejected || !again) return finish(std::move(info));
          ask(used, false);
        });
  }
};

// The secrets of the stored sign-in stay out of every text of the call.
void continue_stored(SessionState& session, Server& server) {
  const auto login = session.current();
  if (login.ok() && *login) server.continue_login(**login);
}

template <typename Make>
std::unique_ptr<PendingCall> begin(const SessionHandle& session, Runner* runner, Make make) {
  auto line = session->take_line();
  auto operation = make(line->server);
  return std::make_unique<PendingCall>(session, std::move(line), runner, std::move(operation));
}

}  // namespace

// ---- A call that is going on ----

PendingCall::PendingCall(SessionHandle session, std::unique_ptr<SessionState::Line> line,
                         Runner* runner, std::unique_ptr<Operation> operation)
    : session_(std::move(session)),
      line_(std::move(line)),
      own_runner_(runner == nullptr),
      runner_(own_runner_ ? session_->runner_of(*line_) : *runner),
      operation_(*operation),
      ended_(std::make_shared<std::unique_ptr<Operation>>()) {
  id_ = runner_.add(std::move(operation),
                    [ended = ended_](std::unique_ptr<Operation> one) { *ended = std::move(one); });
}

PendingCall::~PendingCall() {
  if (!has_ended()) runner_.cancel(id_);
  if (!has_ended() && own_runner_) runner_.run();
  // What is still running, on the caller's runner, goes on with its server.
  if (has_ended()) session_->give_line(std::move(line_));
}

bool PendingCall::poll() {
  if (!has_ended() && own_runner_) runner_.poll();
  return has_ended();
}

void PendingCall::finish(const Cancel& cancel) {
  while (!has_ended()) runner_.run(kNever, cancel);
}

void PendingCall::cancel() {
  runner_.cancel(id_);
}

template <typename T>
Pending<T>::Pending(std::unique_ptr<PendingCall> call) : call_(std::move(call)) {}
template <typename T>
Pending<T>::Pending(Pending&&) noexcept = default;
template <typename T>
Pending<T>& Pending<T>::operator=(Pending&&) noexcept = default;
template <typename T>
Pending<T>::~Pending() = default;

template <typename T>
bool Pending<T>::poll() {
  return call_->poll();
}

template <typename T>
T Pending<T>::result() {
  if (!call_->has_ended()) std::abort();
  return static_cast<OperationFor<T>&>(call_->operation()).take();
}

template <typename T>
void Pending<T>::cancel() {
  call_->cancel();
}

template <typename T>
T Pending<T>::finish(const Cancel& cancel) {
  call_->finish(cancel);
  return result();
}

template class Pending<Result<AccessToken>>;
template class Pending<Result<Authorization>>;
template class Pending<Result<UserInfo>>;
template class Pending<Result<Introspection>>;
template class Pending<Result<Metadata>>;
template class Pending<Result<Jwks>>;
template class Pending<RevocationAnswer>;
template class Pending<SignOutReport>;

const DeviceAuthorization* SignIn::codes() const {
  const DeviceLogin* login = static_cast<SignInOperation&>(call_->operation()).login();
  return login != nullptr ? login->codes() : nullptr;
}

const PollReport* SignIn::last_poll() const {
  const DeviceLogin* login = static_cast<SignInOperation&>(call_->operation()).login();
  return login != nullptr ? login->last_poll() : nullptr;
}

LoginState SignIn::state() const {
  return static_cast<SignInOperation&>(call_->operation()).state();
}

// ---- The calls ----

Session::Session(Config config, std::shared_ptr<TokenStore> store, Ports ports)
    : state_(
          std::make_shared<SessionState>(std::move(config), std::move(store), std::move(ports))) {}

Session::~Session() = default;

SignIn Session::begin_sign_in(SignInOptions options, Runner* runner) {
  return SignIn(begin(state_, runner, [&](const auto& server) {
    return make_sign_in(state_, server, std::move(options));
  }));
}

Pending<Result<AccessToken>> Session::begin_access_token(Runner* runner) {
  return begin(state_, runner,
               [&](const auto& server) { return make_access_token(state_, server, Secret()); });
}

Pending<Result<AccessToken>> Session::begin_refresh(Runner* runner) {
  return begin(state_, runner, [&](const auto& server) {
    return make_access_token(state_, server, Secret(), true);
  });
}

Pending<Result<Authorization>> Session::begin_authorize(std::string_view method,
                                                        std::string_view url, Runner* runner) {
  return begin(state_, runner, [&](const auto& server) {
    return std::make_unique<AuthorizeCall>(state_, server, std::string(method), std::string(url));
  });
}

Pending<Result<UserInfo>> Session::begin_userinfo(Runner* runner) {
  return begin(state_, runner,
               [&](const auto& server) { return std::make_unique<UserInfoCall>(state_, server); });
}

Pending<Result<Introspection>> Session::begin_introspect(const Secret& token,
                                                         IntrospectionOptions options,
                                                         Runner* runner) {
  return begin(state_, runner, [&](const auto& server) {
    continue_stored(*state_, *server);
    return make_introspection(server, token, std::move(options));
  });
}

Pending<RevocationAnswer> Session::begin_revoke(const Secret& token, TokenHint hint,
                                                Runner* runner) {
  return begin(state_, runner, [&](const auto& server) {
    continue_stored(*state_, *server);
    return make_revocation(server, token, hint, {});
  });
}

Pending<Result<Metadata>> Session::begin_discover(Runner* runner) {
  return begin(state_, runner, [](const auto& server) { return make_discovery(server); });
}

Pending<Result<Jwks>> Session::begin_keys(Runner* runner) {
  return begin(state_, runner, [](const auto& server) { return make_key_fetch(server); });
}

Pending<SignOutReport> Session::begin_sign_out(Forget forget, Runner* runner) {
  return begin(state_, runner,
               [&](const auto& server) { return make_sign_out(state_, server, forget); });
}

Result<AccessToken> Session::sign_in(std::function<void(const DeviceAuthorization&)> show,
                                     const Cancel& cancel) {
  SignInOptions options;
  options.show = std::move(show);
  return sign_in(std::move(options), cancel);
}

Result<AccessToken> Session::sign_in(SignInOptions options, const Cancel& cancel) {
  return begin_sign_in(std::move(options)).finish(cancel);
}

Result<AccessToken> Session::access_token(const Cancel& cancel) {
  SessionState::Look look;
  if (auto at_hand = state_->at_hand(Secret(), look)) return std::move(*at_hand);
  return begin_access_token().finish(cancel);
}

Result<AccessToken> Session::refresh(const Cancel& cancel) {
  return begin_refresh().finish(cancel);
}

Result<Authorization> Session::authorize(std::string_view method, std::string_view url,
                                         const Cancel& cancel) {
  const auto good = check_api_request(method, url);
  if (!good.ok()) return good.error();
  const Secret rejected = state_->rejected();
  SessionState::Look look;
  const auto at_hand = state_->at_hand(rejected, look);
  if (!at_hand) return begin_authorize(method, url).finish(cancel);
  if (!at_hand->ok()) return at_hand->error();
  return state_->authorize(method, url, **at_hand, rejected);
}

bool Session::on_api_response(const Authorization& used, std::string_view url, int status,
                              const std::vector<Header>& headers) {
  HttpResponse got;
  got.status = status;
  got.headers = headers;
  return state_->on_api_response(used, url, got);
}

Result<UserInfo> Session::userinfo(const Cancel& cancel) {
  return begin_userinfo().finish(cancel);
}

Result<Introspection> Session::introspect(const Secret& token, const IntrospectionOptions& options,
                                          const Cancel& cancel) {
  return begin_introspect(token, options).finish(cancel);
}

RevocationAnswer Session::revoke(const Secret& token, TokenHint hint, const Cancel& cancel) {
  return begin_revoke(token, hint).finish(cancel);
}

Result<Metadata> Session::discover(const Cancel& cancel) {
  return begin_discover().finish(cancel);
}

Result<Jwks> Session::keys(const Cancel& cancel) {
  return begin_keys().finish(cancel);
}

Result<std::optional<StoredLogin>> Session::stored() {
  return state_->stored();
}

StoreKey Session::store_key() const {
  return state_->key;
}

SignOutReport Session::sign_out(Forget forget, const Cancel& cancel) {
  return begin_sign_out(forget).finish(cancel);
}

bool needs_sign_in(const Error& error) noexcept {
  return error.code == ErrorCode::not_stored || error.code == ErrorCode::sign_in_needed;
}

CurlOptions curl_options(const Config& config) {
  CurlOptions options;
  options.ca_file = config.ca_file;
  options.proxy = config.proxy;
  options.client_cert_file = config.client_cert_file;
  options.client_key_file = config.client_key_file;
  return options;
}

}  // namespace deviceflow
