// What the worker does, job by job. All of it on the worker's thread.
#include <algorithm>
#include <deviceflow/store.hpp>
#include <utility>

#include "common/certificate.hpp"
#include "common/trusted_certificate.hpp"
#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "model/app_model.hpp"
#include "worker.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;

// As long as a person would wait in front of a screen that says it is still trying.
constexpr std::chrono::minutes kStartDeadline{5};
// A token that could not be renewed is looked after again that much later.
constexpr seconds kLookAgain{30};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " ") + name;
  return out;
}

// A little earlier than the session takes a token for old, so that it is never met old.
SteadyTime renewal(SteadyTime now, SteadyTime expires_at) {
  const auto life = std::max(expires_at - now, SteadyTime::duration(0));
  return expires_at - std::min<SteadyTime::duration>(life / 10, seconds(60));
}

SignedIn facts_of(const TokenSet& tokens, const std::string& requested, SteadyTime now) {
  SignedIn facts;
  facts.scope = clean_text(tokens.scope.value_or(requested));
  facts.missing_scope = joined(missing_scopes(requested, facts.scope));
  facts.expires_at = tokens.expires_at;
  facts.renewable = !tokens.refresh_token.empty();
  if (facts.renewable && facts.expires_at) facts.renew_at = renewal(now, *facts.expires_at);
  return facts;
}

// Whether login() would take these codes up, instead of asking for others.
bool still_waits(const PendingLogin& pending, const std::string& scope,
                 std::optional<WallTime> now) {
  return pending.scope == scope && now && pending.taken_at <= *now && *now < pending.expires_at;
}

TokensCame refreshed(const AccessToken& token, const StoredLogin& stored, const SignedIn& facts) {
  TokensCame event;
  event.tokens = stored.tokens;
  event.tokens.expires_at = facts.expires_at;
  event.scope = facts.scope;
  if (token.id_token_claims) {
    event.id_token = token.id_token_claims->time_checked ? IdTokenCheck::verified
                                                         : IdTokenCheck::verified_but_time;
  } else if (token.id_token_problem) {
    event.id_token = IdTokenCheck::not_verified;
    event.id_token_problem = token.id_token_problem->message;
  }
  return event;
}

PersonKnown person_of(const UserInfo& info) {
  PersonKnown person;
  person.name = display_name(info);
  const JsonValue members = json_or_null(info.members.reveal());
  for (const std::string_view member : {"email", "preferred_username"}) {
    const JsonValue* value = members.find(member);
    const auto text = value != nullptr ? value->as_string() : std::nullopt;
    if (!text || text->empty() || *text == person.name) continue;
    person.detail = clean_text(*text, 200);
    break;
  }
  return person;
}

KnownEndpoints known_from(const Metadata& metadata) {
  KnownEndpoints known;
  known.quirks = metadata.quirks;
  known.issuer = metadata.issuer;
  for (std::size_t i = 0; i < kEndpointNames.size(); ++i) {
    const std::string& url = metadata.endpoints.*kEndpointNames[i].member;
    if (!url.empty()) known.endpoints[i] = {url, "metadata"};
  }
  if (!metadata.lists_device_grant()) known.quirks.add(Quirk::grant_not_listed);
  return known;
}

SignedOut signed_out(const SignOutReport& report) {
  if (!report.removed && report.local_error) return {*report.local_error, false};
  using Part = SignOutReport::Part;
  return {{},
          report.refresh_token.result == Part::Result::not_confirmed ||
              report.access_token.result == Part::Result::not_confirmed};
}

}  // namespace

void Worker::do_start_sandbox(const SandboxOptions& options) {
  keeper_.reset();
  sandbox_.reset();
  auto child =
      SandboxChild::start(options, [this](std::string_view text) { output_.remark(text); });
  if (!child.ok()) {
    mailbox_.put({0, SandboxFailed{child.error()}});
    return;
  }
  sandbox_ = std::move(*child);
  use_sandbox(session_, *sandbox_);
  mailbox_.put({0, SandboxReady{sandbox_->lan_address(), sandbox_->issuer()}});
}

SignInOptions Worker::sign_in_options(int number, std::optional<LoginOutcome>& ended) {
  SignInOptions options;
  options.start_deadline = kStartDeadline;
  options.show = [this, number](const DeviceAuthorization& codes) {
    const SteadyTime now = clock_.steady_now();
    output_.prompt(codes, now);
    mailbox_.put(
        {number, CodesCame{codes, now + codes.expires_in, session_.settings.scope.value_or("")}});
  };
  options.on_poll = [this, number](const PollReport& report) {
    output_.poll(report, report.next_in);
    if (sandbox_) sandbox_->relay();
    mailbox_.put({number, PollCame{report, report.next_in}});
  };
  // Of whatever login it is: what goes on after a cancel is shown to its end.
  options.on_transition = [this](const LoginTransition& step) {
    mailbox_.put({0, MachineMoved{step}});
  };
  options.on_start_retry = [this, number](const Error& error, std::chrono::milliseconds next_in) {
    mailbox_.put({number, StartRetried{error, next_in}});
  };
  options.on_end = [this, &ended](const LoginOutcome& outcome) {
    if (session_.trace) {
      session_.trace->end_login(outcome, clock_.steady_now(), session_.provider_name());
    }
    ended = outcome;
  };
  return options;
}

void Worker::do_log_in(int number) {
  const auto cancel = begin();
  if (!cancel.ok()) {
    if (cancel.error().code == ErrorCode::cancelled) return;
    output_.failure({cancel.error(), {}, {}, Stop::none});
    mailbox_.put({number, LoginFailed{cancel.error(), {}, {}}});
    return;
  }
  std::optional<LoginOutcome> ended;
  const auto token = keeper_->session().sign_in(sign_in_options(number, ended), *cancel);
  if (token.ok()) return signed_in(number, *ended->tokens, *token, *cancel);
  const Error& error = token.error();
  const Quirks quirks = ended ? ended->quirks : Quirks();
  const std::string last_failure = ended ? ended->last_failure : std::string();
  output_.failure({error, quirks, last_failure, Stop::none});
  mailbox_.put({number, LoginFailed{error, quirks, last_failure}});
  // The server may have changed before the user tries again: its metadata are read anew.
  keeper_.reset();
  if (screen_for(error) == Screen::untrusted) look_at_certificate(number);
}

// What is wrong with it may take a second handshake, which nobody waits for: the screen is there.
void Worker::look_at_certificate(int number) {
  const Cancel given_up;
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || running_.is_set() || !jobs_.empty()) return;
    look_ = given_up;
  }
  const auto url = parse_url(refused_url_);
  if (!url.ok()) return;
  const std::string trust_file = trusted_file(session_);
  CertificateOptions options;
  options.ca_file = session_.settings.ca_file;
  options.proxy = session_.settings.proxy;
  auto report = inspect_certificate(url->host, url->effective_port(), options, given_up);
  if (!report.ok() || report->trusted || report->chain.empty()) return;
  CertificateSeen seen;
  seen.host = url->host;
  seen.certificate = std::move(report->chain.front());
  seen.problems = std::move(report->problems);
  seen.replaces = !options.ca_file.empty() && options.ca_file == trust_file;
  if (!seen.replaces) seen.ca_file = options.ca_file;
  // An endpoint elsewhere is not what the person has named.
  const auto provider = provider_url(session_);
  const bool named = provider && provider->host == url->host &&
                     provider->effective_port() == url->effective_port();
  if (named && seen.ca_file.empty()) seen.trust_file = trust_file;
  seen_pem_ = seen.certificate.pem;
  mailbox_.put({number, std::move(seen)});
}

void Worker::do_trust(int number) {
  const std::string file = trusted_file(session_);
  const auto kept = keep_certificate(file, seen_pem_);
  if (!kept.ok()) {
    output_.failure({kept.error(), {}, {}, Stop::none});
    mailbox_.put({number, LoginFailed{kept.error(), {}, {}}});
    return;
  }
  session_.settings.ca_file = file;
  output_.remark("deviceflow-demo: The certificate is trusted from now on, and kept in " + file +
                 ". Delete that file to end this.\n");
  mailbox_.put({number, CertificateKept{file}});
  do_log_in(number);
}

// Tells who signed in.
void Worker::signed_in(int number, const TokenSet& tokens, const AccessToken& token,
                       const Cancel& cancel) {
  const IdTokenClaims* claims = token.id_token_claims ? &*token.id_token_claims : nullptr;
  const Error* problem = token.id_token_problem ? &*token.id_token_problem : nullptr;
  const KeptAt kept = token.store_failure ? KeptAt() : keeper_->kept_at();
  output_.tokens({tokens, false, token.quirks, claims, problem, kept,
                  token.replaced ? &*token.replaced : nullptr});
  if (token.store_failure) output_.failure({*token.store_failure, {}, {}, Stop::none});
  SignedIn facts = facts_of(tokens, session_.settings.scope.value_or(""), clock_.steady_now());
  facts.quirks = token.quirks;
  facts.store_failure = token.store_failure;
  if (claims != nullptr) {
    facts.id_token =
        claims->time_checked ? IdTokenCheck::verified : IdTokenCheck::verified_but_time;
  } else if (problem != nullptr) {
    facts.id_token = IdTokenCheck::not_verified;
    facts.id_token_problem = *problem;
  }
  TokensCame came{tokens, facts.scope, facts.id_token,
                  problem != nullptr ? problem->message : std::string()};
  mailbox_.put({number, std::move(facts)});
  mailbox_.put({number, std::move(came)});
  report_person(number, cancel);
}

// Where the provider has no UserInfo endpoint, or does not answer it, the person stays unnamed.
std::optional<Error> Worker::report_person(int number, const Cancel& cancel) {
  const auto info = keeper_->session().userinfo(cancel);
  if (!info.ok()) return info.error();
  mailbox_.put({number, person_of(*info)});
  return std::nullopt;
}

void Worker::do_restore() {
  const auto cancel = begin();
  if (!cancel.ok()) return;  // a sign-in will say why
  auto stored = keeper_->session().stored();
  if (!stored.ok()) {
    output_.failure({stored.error(), {}, {}, Stop::none});
    mailbox_.put({0, LoginFailed{stored.error(), {}, {}}});
  } else if (*stored && !(*stored)->tokens.access_token.empty() && !(*stored)->revoked) {
    const StoredLogin& login = **stored;
    TokenSet tokens = login.tokens;
    const auto wall = clock_.wall_now();
    if (wall && login.expires_at) {
      tokens.expires_at = clock_.steady_now() + (*login.expires_at - *wall);
    }
    SignedIn facts = facts_of(tokens, session_.settings.scope.value_or(""), clock_.steady_now());
    // One that could not be verified is never stored; what time it is now nobody has asked.
    const auto checked =
        tokens.id_token.empty() ? IdTokenCheck::none_came : IdTokenCheck::verified_but_time;
    mailbox_.put({0, Restored{facts}});
    mailbox_.put({0, TokensCame{std::move(tokens), facts.scope, checked, {}}});
    look_after_tokens(std::move(facts), login.tokens.access_token,
                      keeper_->session().access_token(*cancel), *cancel);
  } else if (*stored && (*stored)->pending &&
             still_waits(*(*stored)->pending, session_.settings.scope.value_or(""),
                         clock_.wall_now())) {
    mailbox_.put({0, LoginWaits{}});
  }
}

void Worker::do_renew() {
  const auto cancel = begin();
  if (!cancel.ok()) return;
  const auto stored = keeper_->stored();
  if (stored.ok()) {
    look_after_tokens(
        facts_of(stored->tokens, session_.settings.scope.value_or(""), clock_.steady_now()),
        stored->tokens.access_token, keeper_->session().access_token(*cancel), *cancel);
  } else {
    mailbox_.put({0, SessionEnded{stored.error()}});
  }
}

// Tells what came of looking after the access token: `token`, which was `before`.
void Worker::look_after_tokens(SignedIn facts, const Secret& before,
                               const Result<AccessToken>& token, const Cancel& cancel) {
  if (!token.ok() && (token.error().code == ErrorCode::sign_in_needed ||
                      token.error().code == ErrorCode::not_stored)) {
    output_.failure({token.error(), {}, {}, Stop::none});
    mailbox_.put({0, SessionEnded{token.error()}});
    return;
  }
  const SteadyTime now = clock_.steady_now();
  if (!token.ok() || token->refresh_failure) {
    facts.renew_at = now + kLookAgain;
    if (token.ok() && needs_sign_in(*token->refresh_failure)) facts.renewable = false;
  } else {
    const auto wall = clock_.wall_now();
    if (wall && token->expires_at) facts.expires_at = now + (*token->expires_at - *wall);
    if (token->scope) facts.scope = clean_text(*token->scope);
    facts.renew_at.reset();
    if (facts.renewable && facts.expires_at) facts.renew_at = renewal(now, *facts.expires_at);
  }
  mailbox_.put({0, Renewed{facts}});
  if (!token.ok()) return;
  const auto stored = keeper_->stored();
  if (stored.ok() && token->token.reveal() != before.reveal()) {
    output_.tokens({stored->tokens, true, token->quirks, nullptr, nullptr, keeper_->kept_at()});
    mailbox_.put({0, refreshed(*token, *stored, facts)});
  }
  report_person(0, cancel);
}

void Worker::do_sign_out() {
  SignOutReport report;
  if (const auto cancel = begin(); cancel.ok()) {
    report = keeper_->session().sign_out(Forget::always, *cancel);
    const std::lock_guard lock(mutex_);
    signs_out_ = false;
  }
  output_.signed_out({report, true});
  mailbox_.put({0, signed_out(report)});
}

void Worker::do_user_info() {
  ActionEnded ended{TokenAction::user_info, {}};
  const auto cancel = begin();
  ended.problem = cancel.ok() ? report_person(0, *cancel) : cancel.error();
  mailbox_.put({0, std::move(ended)});
}

void Worker::do_refresh() {
  ActionEnded ended{TokenAction::refresh, {}};
  const auto cancel = begin();
  if (!cancel.ok()) {
    ended.problem = cancel.error();
    mailbox_.put({0, std::move(ended)});
    return;
  }
  const auto stored = keeper_->stored();
  if (stored.ok()) {
    const auto token = keeper_->session().refresh(*cancel);
    ended.problem = token.ok() ? token->refresh_failure : token.error();
    // Without a refresh token nothing was sent, and after a refusal that left the login in the
    // store its access token still serves: the login is as good as it was.
    const bool refused = !token.ok() && token.error().code == ErrorCode::sign_in_needed;
    if (!stored->tokens.refresh_token.empty() && !(refused && keeper_->stored().ok())) {
      look_after_tokens(
          facts_of(stored->tokens, session_.settings.scope.value_or(""), clock_.steady_now()),
          stored->tokens.access_token, token, *cancel);
    }
  } else {
    ended.problem = stored.error();
  }
  mailbox_.put({0, std::move(ended)});
}

void Worker::do_introspect() {
  const auto answer = ask();
  if (answer.ok()) {
    output_.introspection(*answer);
    mailbox_.put({0, IntrospectionCame{answer->active}});
  } else {
    output_.failure({answer.error(), {}, {}, Stop::none});
    mailbox_.put({0, IntrospectionCame{answer.error()}});
  }
}

// By a session of its own: the one that signs in keeps its metadata for a while.
void Worker::do_discover() {
  if (session_.settings.issuer.empty()) {
    mailbox_.put({0, DiscoveryCame{}});
    return;
  }
  const auto cancel = begin();
  deviceflow::Session provider(make_config(session_, recorder()), std::make_shared<MemoryStore>());
  Result<Metadata> metadata = cancel.ok() ? provider.discover(*cancel) : cancel.error();
  if (metadata.ok()) {
    output_.endpoints(known_from(*metadata));
  } else {
    output_.failure({metadata.error(), {}, {}, Stop::none});
  }
  mailbox_.put({0, DiscoveryCame{std::move(metadata)}});
}

Result<Introspection> Worker::ask() {
  auto who = introspection_credentials(session_);
  if (!who.ok()) return who.error();
  const auto cancel = begin();
  if (!cancel.ok()) return cancel.error();
  const auto token = keeper_->session().access_token(*cancel);
  if (!token.ok()) return token.error();
  return keeper_->session().introspect(token->token, {std::move(*who)}, *cancel);
}

}  // namespace deviceflow::demo
