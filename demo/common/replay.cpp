#include "replay.hpp"

#include <algorithm>
#include <deviceflow/exchange.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>
#include <memory>
#include <set>
#include <utility>
#include <variant>

#include "foundation/json.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;

// What a busy device may need to wake up.
constexpr milliseconds kSlack{100};

bool is_of_login(const ExchangeRecord& exchange) {
  return exchange.stage == Stage::device_authorization || exchange.stage == Stage::token ||
         exchange.stage == Stage::revocation;
}

SteadyTime end_of(const ExchangeRecord& exchange) {
  return exchange.sent_at + exchange.duration;
}

// The margin that a wait has at least; then the recorded one can only be later.
PollPolicy least_margin() {
  PollPolicy policy;
  policy.margin_max = policy.margin_min;
  return policy;
}

// The issuer is not in a trace, but its metadata name it, and were fetched from its address.
std::optional<Metadata> metadata_of(const ExchangeRecord& exchange) {
  if (exchange.stage != Stage::discovery || !exchange.response) return std::nullopt;
  Quirks ignored;
  const auto body = parse_response_json(exchange.response->body.reveal(), ignored);
  const JsonValue* issuer = body.ok() ? body->find("issuer") : nullptr;
  if (issuer == nullptr || !issuer->as_string()) return std::nullopt;
  auto metadata = read_metadata_response(*issuer->as_string(), *exchange.response);
  if (!metadata.ok()) return std::nullopt;
  return std::move(*metadata);
}

class Player {
 public:
  Player(const TracedLogin& traced, const ReplayEvents& events) : traced_(traced), events_(events) {
    for (const ExchangeRecord& exchange : traced.exchanges) {
      if (is_of_login(exchange)) exchanges_.push_back(&exchange);
    }
    now_ = recorded_ = exchanges_.front()->sent_at;
    find_provider();
  }

  Replayed run() {
    DeviceLogin login(options());
    const SteadyTime begin = now_;
    Replayed out;
    if (!provider_ && traced_.outcome) out.unknown_profile = traced_.outcome->profile;
    bool going_on = true;
    while (going_on) {
      tell(login, now_ - begin);
      auto step = login.step(now_);
      if (const auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
        going_on = let_pass(login, wait->time, begin, out);
      } else if (const auto* send = std::get_if<DeviceLogin::Send>(&step)) {
        const bool start = send->request.stage == Stage::device_authorization;
        if (start && events_.on_start) events_.on_start(now_ - begin);
        going_on = answer(login, send->request.stage);
      } else {
        out.outcome = login.take_outcome();
        add_quirk_of_metadata(*out.outcome);
        going_on = false;
      }
    }
    out.at = now_ - begin;
    out.unused = exchanges_.size() - next_;
    return out;
  }

 private:
  // A trace names the provider and does not hold its description.
  void find_provider() {
    if (!traced_.outcome || traced_.outcome->profile.empty()) return;
    auto provider = builtin_provider(traced_.outcome->profile);
    if (provider.ok()) provider_ = std::make_shared<Provider>(std::move(*provider));
  }

  // If nothing says how it was, plain http is taken for the sandbox's.
  bool is_sandbox() const { return provider_ ? provider_->sandbox : !traced_.outcome; }

  bool was_cancelled() const {
    return traced_.outcome && traced_.outcome->code == name(ErrorCode::cancelled);
  }

  const ExchangeRecord* first_of(Stage stage) const {
    const auto found = std::find_if(exchanges_.begin(), exchanges_.end(),
                                    [&](const auto* exchange) { return exchange->stage == stage; });
    return found == exchanges_.end() ? nullptr : *found;
  }

  DeviceLoginOptions options() const {
    DeviceLoginOptions options;
    options.request.endpoint = exchanges_.front()->request.url;
    options.sandbox = is_sandbox();
    options.policy = least_margin();
    options.start_deadline = start_deadline();
    if (const ExchangeRecord* poll = first_of(Stage::token)) {
      options.token_endpoint = poll->request.url;
      const bool bound = find_header(poll->request.headers, "DPoP").has_value();
      if (bound) options.dpop = DpopMode::prefer;
      const bool refused =
          traced_.outcome && traced_.outcome->code == name(ErrorCode::unsupported_token_type);
      if (bound && refused) options.dpop = DpopMode::require;
    }
    if (const ExchangeRecord* revocation = first_of(Stage::revocation)) {
      options.revocation_endpoint = revocation->request.url;
    }
    return options;
  }

  // As long as the recorded one kept trying: its last try falls on the deadline, or brought codes.
  std::optional<milliseconds> start_deadline() const {
    const ExchangeRecord& first = *exchanges_.front();
    const ExchangeRecord* last = &first;
    for (const ExchangeRecord* exchange : exchanges_) {
      if (exchange->stage == Stage::device_authorization) last = exchange;
    }
    if (last == &first) return std::nullopt;
    return std::max(milliseconds(0), last->sent_at - first.sent_at);
  }

  void tell(const DeviceLogin& login, milliseconds at) {
    if (login.codes() == nullptr) return;
    if (!std::exchange(prompted_, true) && events_.on_prompt) events_.on_prompt(at, *login.codes());
    const PollReport* report = login.last_poll();
    if (report == nullptr || std::exchange(reported_, report->attempt) == report->attempt) return;
    std::optional<milliseconds> next_in;
    if (report->next_poll) next_in = *report->next_poll - now_;
    if (events_.on_poll) events_.on_poll(at, *report, next_in);
  }

  // Waits until the machine wants to go on and the recorded device did, or ended. False where the
  // trace does not tell how it went on.
  bool let_pass(DeviceLogin& login, SteadyTime due, SteadyTime begin, Replayed& out) {
    if (due == kNever) return false;
    const bool more = next_ < exchanges_.size();
    if (!more && !traced_.outcome) return false;
    const SteadyTime recorded = more ? exchanges_[next_]->sent_at : traced_.outcome->at;
    const SteadyTime then = now_ + std::max(milliseconds(0), recorded - recorded_);
    recorded_ = recorded;
    if (!more) {
      // Where it would go on beyond the recorded end, it does not come to the same one.
      if (!was_cancelled() && due > then) return false;
      now_ = was_cancelled() ? then : std::max(due, then);
      if (was_cancelled()) login.cancel();
      return true;
    }
    const milliseconds late = then - due;
    const PollPolicy policy;
    if (late < milliseconds(0) || late > policy.margin_max - policy.margin_min + kSlack) {
      ++out.drifts;
      if (events_.on_drift) events_.on_drift(then - begin, late);
    }
    now_ = std::max(due, then);
    return true;
  }

  // False where the trace has no answer to this request.
  bool answer(DeviceLogin& login, Stage stage) {
    if (next_ == exchanges_.size() || exchanges_[next_]->stage != stage) return false;
    const ExchangeRecord& exchange = *exchanges_[next_++];
    now_ += exchange.duration;
    recorded_ = end_of(exchange);
    // A revocation comes next only where the cancel crossed this answer.
    const bool crossed = next_ < exchanges_.size() && stage == Stage::token &&
                         exchanges_[next_]->stage == Stage::revocation;
    if (crossed && was_cancelled()) login.cancel();
    if (exchange.response) {
      const Exchange normal({provider_, nullptr, false});
      login.on_response(now_, normal.accept(*exchange.response, stage));
    } else if (exchange.failure) {
      login.on_failure(now_, *exchange.failure);
    }
    return true;
  }

  void add_quirk_of_metadata(LoginOutcome& outcome) const {
    std::optional<Metadata> metadata;
    for (const ExchangeRecord& exchange : traced_.exchanges) {
      if (!metadata) metadata = metadata_of(exchange);
    }
    if (metadata && !metadata->lists_device_grant()) outcome.quirks.add(Quirk::grant_not_listed);
  }

  const TracedLogin& traced_;
  const ReplayEvents& events_;
  std::shared_ptr<const Provider> provider_;
  std::vector<const ExchangeRecord*> exchanges_;
  std::size_t next_ = 0;
  SteadyTime now_{};       // of the replay
  SteadyTime recorded_{};  // the recorded moment that `now_` stands for
  bool prompted_ = false;
  int reported_ = 0;
};

}  // namespace

std::string Replayed::code() const {
  if (!outcome) return {};
  return std::string(outcome->tokens.ok() ? kTokensCode : outcome->tokens.error().label());
}

bool holds_login(const TracedLogin& login) {
  const auto first = std::find_if(login.exchanges.begin(), login.exchanges.end(), is_of_login);
  return first != login.exchanges.end() && first->stage == Stage::device_authorization;
}

Replayed replay(const TracedLogin& login, const ReplayEvents& events) {
  return Player(login, events).run();
}

std::optional<bool> same_outcome(const TracedLogin& login, const Replayed& replayed) {
  if (!login.outcome) return std::nullopt;
  const bool checked_later = login.outcome->stage == name(Stage::id_token);
  const std::string_view expected = checked_later ? kTokensCode : login.outcome->code;
  if (replayed.code() != expected) return false;
  std::set<std::string_view> recorded(login.outcome->quirks.begin(), login.outcome->quirks.end());
  recorded.erase(name(Quirk::unreadable_text));  // the trace itself is UTF-8
  std::set<std::string_view> now;
  for (const Quirk quirk : replayed.outcome->quirks.list()) now.insert(name(quirk));
  return recorded == now;
}

}  // namespace deviceflow::demo
