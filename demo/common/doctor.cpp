#include "doctor.hpp"

#include <algorithm>
#include <deviceflow/store.hpp>

#include "doctor_codes.hpp"
#include "doctor_settings.hpp"
#include "foundation/url.hpp"
#include "words.hpp"

namespace deviceflow::demo {

namespace {

// What is stored can be read, so that no tokens of it are revoked, and nothing is ever written.
class ReadOnlyStore final : public TokenStore {
 public:
  explicit ReadOnlyStore(std::shared_ptr<TokenStore> inner) : inner_(std::move(inner)) {}
  Result<std::optional<Secret>> load(const StoreKey& key) override { return inner_->load(key); }
  Result<std::vector<Result<Secret>>> list() override { return inner_->list(); }
  Result<std::unique_ptr<RecordLock>> lock(const StoreKey&, std::chrono::milliseconds,
                                           const Cancel&) override {
    return std::unique_ptr<RecordLock>(std::make_unique<Lock>());
  }
  Protection protection() override { return inner_->protection(); }

 private:
  struct Lock final : public RecordLock {
    Result<void> save(const Secret&) override { return {}; }
    Result<void> erase() override { return {}; }
  };
  std::shared_ptr<TokenStore> inner_;
};

// Asks nobody for a password: a store that can't be read has its tokens left alone as well.
std::unique_ptr<LoginStore> open_store(const Session& session) {
  const std::string where = session.is_sandbox() ? std::string(kNoStore) : session.settings.store;
  auto place = LoginStore::open(where, Keyring::Prompt::never);
  return place.ok() ? std::move(*place) : nullptr;
}

std::shared_ptr<TokenStore> store_of(const LoginStore* place) {
  if (place == nullptr) return std::make_shared<MemoryStore>();  // nothing can be stored
  return std::make_shared<ReadOnlyStore>(place->store());
}

Error not_wanted() {
  return make_error(Blame::user, ErrorCode::cancelled, Stage::usage, "A check keeps no tokens.");
}

}  // namespace

Doctor::Doctor(const ProviderOptions& options, const Session& session, DoctorEvents events,
               const Cancel& cancel, DoctorPorts ports)
    : options_(options),
      session_(session),
      events_(std::move(events)),
      ports_(std::move(ports)),
      clock_(ports_.session.clock != nullptr ? *ports_.session.clock : own_clock_),
      cancel_(cancel),
      store_(open_store(session)),
      provider_(make_config(session, [this](const ExchangeRecord& record,
                                            const Redactor&) { learn(record); }),
                store_of(store_.get()), ports_.session) {}

Doctor::~Doctor() = default;

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
  const auto metadata = provider_.discover(cancel_);
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
    keys = provider_.keys(cancel_);
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
  const Cancel enough = cancel_.child();
  std::optional<LoginOutcome> outcome;
  SignInOptions login;
  login.show = [&](const DeviceAuthorization& codes) {
    prompted = true;
    poll.interval = codes.interval;
    told.add(codes.quirks);
    user_code = codes.user_code;
    add(assess_codes(codes));
    step({"Waiting " + duration_words(codes.interval) + " for the one poll",
          "poll",
          {{"seconds", std::to_string(codes.interval.count())}}});
  };
  login.on_poll = [&](const PollReport& report) {
    using Result = PollReport::Result;
    polled = true;
    poll.came = report.result == Result::retry       ? OnePoll::Came::fault
                : report.result == Result::slow_down ? OnePoll::Came::slow_down
                                                     : OnePoll::Came::pending;
    poll.reason = report.reason;
    enough.set();  // one is enough: the codes are dropped
  };
  login.on_end = [&](const LoginOutcome& ended) { outcome = ended; };
  login.accept = [](const IdTokenClaims*) -> Result<void> { return not_wanted(); };
  const auto token = provider_.sign_in(std::move(login), enough);
  if (!prompted || !outcome) return add(assess_no_codes(token.error()));
  if (outcome->tokens.ok()) {
    poll.came = OnePoll::Came::tokens;
  } else if (!polled) {
    poll.came = OnePoll::Came::error;
    poll.error = outcome->tokens.error();
  }
  poll.by_refusal = outcome->quirks.has(Quirk::pending_as_refusal);
  add(assess_poll(poll));
  for (const Quirk quirk : outcome->quirks.list()) {
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
    const Cancel enough = cancel_.child();
    const auto show = [&](const DeviceAuthorization& more) {
      codes.push_back(more.user_code);
      enough.set();
    };
    static_cast<void>(provider_.sign_in(show, enough).ok());
  }
  add(assess_user_codes(codes));
}

TimedParts Doctor::timed_parts() const {
  TimedParts parts;
  parts.assertion = !session_.client_key.empty();
  parts.dpop = session_.settings.dpop;
  parts.id_token = wants_id_token(session_.settings.scope.value_or(""));
  return parts;
}

}  // namespace deviceflow::demo
