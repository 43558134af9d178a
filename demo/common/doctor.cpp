#include "doctor.hpp"

#include <algorithm>
#include <deviceflow/url.hpp>

#include "doctor_codes.hpp"
#include "doctor_settings.hpp"
#include "login_keeper.hpp"
#include "words.hpp"

namespace deviceflow::demo {

Doctor::Doctor(const ProviderOptions& options, const Session& session, DoctorEvents events,
               DoctorPorts ports)
    : options_(options),
      session_(session),
      events_(std::move(events)),
      ports_(std::move(ports)),
      clock_(ports_.client.clock != nullptr ? *ports_.client.clock : own_clock_),
      client_(
          make_client(session, ports_.client,
                      [this](const ExchangeRecord& record, const Redactor&) { learn(record); })) {}

Doctor::~Doctor() = default;

void Doctor::cancel() noexcept {
  cancel_.set();
  client_->cancel();
}

Result<Verdict> Doctor::run() {
  add(assess_settings(options_, session_));
  if (goes_on()) check_provider();
  if (cancel_.is_set()) {
    return make_error(Blame::user, ErrorCode::cancelled, Stage::usage,
                      "The doctor was interrupted.");
  }
  return verdict_of(findings_);
}

void Doctor::add(Finding finding) {
  if (cancel_.is_set()) return;  // what is seen from then on says nothing of the provider
  if (events_.on_finding) events_.on_finding(finding);
  findings_.push_back(std::move(finding));
}

void Doctor::add(Findings findings) {
  for (Finding& finding : findings) add(std::move(finding));
}

void Doctor::step(const DoctorStep& step) {
  if (events_.on_step) events_.on_step(step);
}

bool Doctor::goes_on() const {
  return !cancel_.is_set() && std::none_of(findings_.begin(), findings_.end(),
                                           [](const auto& one) { return one.grade == Grade::bad; });
}

void Doctor::learn(const ExchangeRecord& record) {
  if (record.response) {
    const auto skew = clock_skew(*record.response, record.sent_at_wall);
    if (skew) skew_ = skew;
  }
  if (record.stage != Stage::discovery) return;
  const std::string outcome = record.response ? std::to_string(record.response->status)
                                              : std::string(name(record.failure->kind));
  tried_.push_back({record.request.url, outcome});
}

// Each origin once. A host that can't be trusted or reached ends the examination.
void Doctor::look_at(const std::string& text) {
  const auto url = parse_url(text);
  if (!url.ok() || !goes_on() || !seen_.insert(url->origin()).second) return;
  if (url->scheme != "https") return add(assess_plain_http(url->host));
  step({"Looking at the certificate of " + url->host, "certificate", {{"host", url->host}}});
  CertificateOptions options;
  options.ca_file = session_.settings.ca_file;
  options.proxy = session_.settings.proxy;
  const auto report = ports_.look(url->host, url->effective_port(), options, cancel_);
  if (report.ok()) {
    const std::string name = url->origin().substr(url->origin().find("://") + 3);
    return add(assess_certificate(name, *report, options.ca_file, clock_.wall_now()));
  }
  const bool tls = report.error().code == ErrorCode::tls;
  add(bad(tls ? "tls" : "connection", report.error().message, network_advice(report.error()),
          tls ? "RFC 9325" : "")
          .as(report.error()));
}

void Doctor::look_at_all(const Endpoints& endpoints) {
  for (const EndpointName& one : kEndpointNames) look_at(endpoints.*one.member);
}

void Doctor::check_provider() {
  endpoints_ = session_.settings.endpoints;
  const bool needed = login_needs_metadata(session_);
  if (needed) look_at(session_.settings.issuer);
  look_at_all(endpoints_);
  if (!session_.settings.issuer.empty() && goes_on()) check_metadata(needed);
  if (session_.provider) fill_missing(endpoints_, session_.provider->endpoints);
  look_at_all(endpoints_);
  if (goes_on()) check_client();
  if (goes_on()) check_login();
  if (skew_ || goes_on()) add(assess_clock(skew_, timed_parts()));
}

void Doctor::check_metadata(bool needed) {
  step({"Asking for the provider's metadata", "metadata"});
  const auto metadata = client_->discover();
  if (!metadata.ok()) return add(assess_no_metadata(tried_, metadata.error(), needed));
  metadata_ = *metadata;
  if (!session_.settings.client_cert_file.empty()) {  // RFC 8705 section 5
    fill_missing(endpoints_, metadata_.mtls_aliases);
  }
  fill_missing(endpoints_, metadata_.endpoints);
  Endpoints used = endpoints_;
  if (session_.provider) fill_missing(used, session_.provider->endpoints);
  add(assess_metadata(tried_, metadata_, used));
  for (const Quirk quirk : metadata_.quirks.list()) add(assess_quirk(quirk));
}

void Doctor::check_client() {
  Wishes wishes;
  wishes.client_auth = session_.settings.client_auth;
  wishes.assertion_audience = session_.settings.assertion_audience.value_or(
      session_.settings.issuer.empty() ? AssertionAudience::token_endpoint
                                       : AssertionAudience::issuer);
  wishes.credentials.secret = !session_.client_secret.empty();
  wishes.credentials.key = !session_.client_key.empty();
  wishes.credentials.certificate = !session_.settings.client_cert_file.empty();
  wishes.pkce = session_.settings.pkce;
  wishes.dpop = session_.settings.dpop;
  wishes.scope = session_.settings.scope.value_or("");
  add(assess_client_auth(wishes, metadata_.token_endpoint_auth_methods));
  if (!metadata_.issuer.empty()) add(assess_offers(wishes, metadata_, endpoints_));
  Result<Jwks> keys = Jwks();
  if (!endpoints_.jwks_uri.empty()) {
    step({"Reading the provider's keys", "keys"});
    keys = client_->keys();
  }
  add(assess_keys(keys, endpoints_.jwks_uri, wishes));
}

void Doctor::check_login() {
  step({"Asking for codes", "codes"});
  OnePoll poll;
  Quirks told = metadata_.quirks;
  std::string user_code;
  bool prompted = false;
  bool polled = false;
  LoginEvents events;
  events.on_prompt = [&](const DeviceAuthorization& codes) {
    prompted = true;
    poll.interval = codes.interval;
    told.add(codes.quirks);
    user_code = codes.user_code;
    add(assess_codes(codes));
    step({"Waiting " + duration_words(codes.interval) + " for the one poll",
          "poll",
          {{"seconds", std::to_string(codes.interval.count())}}});
  };
  events.on_poll = [&](const PollReport& report, std::optional<std::chrono::milliseconds>) {
    using Result = PollReport::Result;
    polled = true;
    poll.came = report.result == Result::retry       ? OnePoll::Came::fault
                : report.result == Result::slow_down ? OnePoll::Came::slow_down
                                                     : OnePoll::Came::pending;
    poll.reason = report.reason;
    client_->cancel();  // one is enough: the codes are dropped
  };
  LoginRequest request = login_request(session_);
  request.is_stored = [this](const TokenSet& tokens) { return is_stored(tokens); };
  const LoginOutcome outcome = client_->login(request, events);
  if (!prompted) return add(assess_no_codes(outcome.tokens.error()));
  if (outcome.tokens.ok()) {
    poll.came = OnePoll::Came::tokens;
    if (!is_stored(*outcome.tokens)) give_back(*outcome.tokens);
  } else if (!polled) {
    poll.came = OnePoll::Came::error;
    poll.error = outcome.tokens.error();
  }
  poll.by_refusal = outcome.quirks.has(Quirk::pending_as_refusal);
  add(assess_poll(poll));
  for (const Quirk quirk : outcome.quirks.list()) {
    // The one about the grants is a finding of its own already.
    if (!told.has(quirk) && quirk != Quirk::grant_not_listed) add(assess_quirk(quirk));
  }
  check_user_codes(std::move(user_code));
}

// Two more at most, and none from a server that refuses or fails.
void Doctor::check_user_codes(std::string first) {
  std::vector<std::string> codes{std::move(first)};
  for (std::size_t had = 0; had < codes.size() && codes.size() < 3 && goes_on();) {
    had = codes.size();
    step({"Asking for another code", "another_code"});
    LoginEvents events;
    events.on_prompt = [&](const DeviceAuthorization& more) {
      codes.push_back(more.user_code);
      client_->cancel();
    };
    static_cast<void>(client_->login(login_request(session_), events));
  }
  add(assess_user_codes(codes));
}

// Some servers return the tokens of an earlier sign-in, which has to outlive this check.
bool Doctor::is_stored(const TokenSet& tokens) const {
  const auto keeper = LoginKeeper::open(session_, ports_.client);
  return !keeper.ok() || (*keeper)->session().is_stored(tokens);
}

void Doctor::give_back(const TokenSet& tokens) {
  if (!tokens.refresh_token.empty())
    client_->revoke(tokens.refresh_token, TokenHint::refresh_token);
  client_->revoke(tokens.access_token, TokenHint::access_token);
}

TimedParts Doctor::timed_parts() const {
  TimedParts parts;
  parts.assertion = !session_.client_key.empty();
  parts.dpop = session_.settings.dpop;
  parts.id_token = wants_id_token(session_.settings.scope.value_or(""));
  return parts;
}

}  // namespace deviceflow::demo
