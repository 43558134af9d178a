#include "developer_model.hpp"

#include <algorithm>
#include <deviceflow/token.hpp>
#include <utility>

namespace deviceflow::demo {

namespace {

std::string_view title_of(TokenAction action) {
  switch (action) {
    case TokenAction::user_info: return "developer.userinfo";
    case TokenAction::refresh: return "developer.refresh";
    case TokenAction::revoke: return "developer.revoke";
  }
  return {};
}

Stage stage_of(TokenAction action) {
  switch (action) {
    case TokenAction::user_info: return Stage::userinfo;
    case TokenAction::refresh: return Stage::refresh;
    case TokenAction::revoke: return Stage::revocation;
  }
  return Stage::usage;
}

// "token, introspection, jwks": those that are known, without what their names have in common.
std::string names_of(const Endpoints& endpoints) {
  std::string names;
  for (const EndpointName& one : kEndpointNames) {
    if ((endpoints.*one.member).empty()) continue;
    names += (names.empty() ? "" : ", ") + std::string(one.key.substr(0, one.key.rfind('_')));
  }
  return names.empty() ? "-" : names;
}

}  // namespace

void DeveloperModel::add(ExchangeRecord record) {
  const std::size_t dropped_before = log_.dropped();
  timeline_.exchanged(record);
  log_.add(std::move(record));
  rows_.push_back(row_of(log_.at(log_.size() - 1), log_.secrets(), utc_offset_));
  const std::size_t gone = log_.dropped() - dropped_before;
  rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(gone));
  if (follows_) {
    select(rows_.size() - 1);
  } else if (selected_ >= gone) {
    selected_ -= gone;  // the same exchange under its new number
  } else {
    select(0);
  }
}

bool DeveloperModel::on_intent(const Intent& intent) {
  switch (intent.kind) {
    case Intent::Kind::select_exchange: select(static_cast<std::size_t>(intent.value)); break;
    case Intent::Kind::select_device_authorization:
      if (const auto index = log_.device_authorization()) select(*index);
      break;
    case Intent::Kind::select_token:
      if (const auto index = log_.token()) select(*index);
      break;
    case Intent::Kind::open_detail:
      detail_open_ = true;
      turn_to(Side::response);
      break;
    case Intent::Kind::close_detail: detail_open_ = false; return true;
    case Intent::Kind::show_request: turn_to(Side::request); break;
    case Intent::Kind::show_response: turn_to(Side::response); break;
    case Intent::Kind::show_timings: turn_to(Side::timings); break;
    case Intent::Kind::toggle_raw: body_ = raw() ? BodyStyle::pretty : BodyStyle::raw; break;
    case Intent::Kind::toggle_secrets:
      mask(secrets_shown() ? Secrets::masked : Secrets::revealed);
      return true;
    case Intent::Kind::scroll_to:
      scroll_ = static_cast<std::size_t>(std::max(0, intent.value));
      return true;
    case Intent::Kind::show_exchanges: show(Page::exchanges); return true;
    case Intent::Kind::show_timeline: show(Page::timeline); return true;
    case Intent::Kind::select_wait: select_wait(intent.value); return true;
    case Intent::Kind::toggle_close_up: close_up_ = !close_up_; return true;
    case Intent::Kind::show_machine: show(Page::machine); return true;
    case Intent::Kind::select_state:
      if (intent.value >= 0 && intent.value < kLoginStateCount) {
        machine_.select(static_cast<LoginState>(intent.value));
      }
      return true;
    case Intent::Kind::show_tokens: show(Page::tokens); return true;
    case Intent::Kind::select_token_kind:
      if (intent.value < 0 || intent.value >= kTokenKinds) return true;
      tokens_.select(static_cast<TokenKind>(intent.value));
      scroll_ = 0;
      break;
    default: return false;
  }
  rebuild_lines();
  return true;
}

void DeveloperModel::codes_came(const DeviceAuthorization& codes, SteadyTime issued) {
  timeline_.begin(issued, codes.expires_in, codes.interval);
  wait_ = 0;
  follows_waits_ = true;
}

void DeveloperModel::polled(const PollReport& report) {
  const std::size_t dropped_before = timeline_.dropped();
  timeline_.polled(report);
  const std::size_t gone = timeline_.dropped() - dropped_before;
  wait_ = wait_ > gone ? wait_ - gone : 0;
  if (follows_waits_ && !timeline_.waits().empty()) wait_ = timeline_.waits().size() - 1;
}

void DeveloperModel::login_over(std::string words, bool good) {
  machine_.end(words);
  timeline_.end(std::move(words), good);
}

void DeveloperModel::tokens_came(TokensCame event) {
  tokens_.set(std::move(event));
  rebuild_lines();
}

void DeveloperModel::id_token_refused(const Error& error) {
  Secret id_token;
  if (const auto index = log_.token()) {
    const HttpResponse* answer = log_.at(*index).judged();
    if (answer != nullptr) {
      TokenAnswer tokens = read_token_response(*answer);
      if (tokens.tokens) id_token = std::move(tokens.tokens->id_token);
    }
  }
  tokens_.refuse(error, std::move(id_token));
  rebuild_lines();
}

void DeveloperModel::on_time(SteadyTime now) {
  if (!secrets_shown()) return;
  if (!reveal_ends_) {
    reveal_ends_ = now + kRevealTime;
  } else if (now >= *reveal_ends_) {
    mask(Secrets::masked);
  }
}

void DeveloperModel::set_outcome(std::string outcome, Quirks quirks) {
  outcome_ = std::move(outcome);
  quirks_ = std::move(quirks);
}

void DeveloperModel::set_token(bool known) {
  has_token_ = known;
  if (!known) {
    tokens_.forget();
    mask(Secrets::masked);
  }
  answer("developer.introspection", {}, Tone::muted);
}

bool DeveloperModel::can(TokenAction action) const noexcept {
  return action != TokenAction::refresh || !tokens_.value(TokenKind::refresh).empty();
}

void DeveloperModel::begin(TokenAction action, std::string words) {
  show(Page::exchanges);
  answer(title_of(action), std::move(words), Tone::muted);
}

void DeveloperModel::end(TokenAction action, bool done, std::string words) {
  if (asked_ != title_of(action)) return;
  answer(title_of(action), std::move(words), done ? Tone::good : Tone::bad);
  if (!done) return;
  if (const auto index = log_.last_of(stage_of(action))) select(*index);
}

void DeveloperModel::saved(const Result<std::string>& path) {
  answer("developer.saved", path.ok() ? *path : path.error().message,
         path.ok() ? Tone::good : Tone::bad);
}

void DeveloperModel::answer(std::string_view asked, std::string words, Tone tone) {
  asked_ = asked;
  introspection_ = std::move(words);
  introspection_tone_ = tone;
}

void DeveloperModel::discovering(std::string words) {
  show(Page::exchanges);
  answer("developer.discovery", std::move(words), Tone::muted);
}

void DeveloperModel::set_discovery(const DiscoveryCame& came, const Language& say) {
  const auto tell = [this](std::string words, Tone tone) {
    answer("developer.discovery", std::move(words), tone);
  };
  if (!came.metadata) return tell(std::string(say("discovery.no_issuer")), Tone::warning);
  if (const auto index = log_.last_of(Stage::discovery)) select(*index);
  if (!came.metadata->ok()) return tell(came.metadata->error().message, Tone::bad);
  const Endpoints& endpoints = (*came.metadata)->endpoints;
  const bool offered = !endpoints.device_authorization.empty() && !endpoints.token.empty();
  const std::string names = names_of(endpoints);
  tell(say(offered ? "discovery.found" : "discovery.no_device_flow", {{"names", names}}),
       offered ? Tone::good : Tone::warning);
}

void DeveloperModel::introspecting(std::string words) {
  show(Page::exchanges);
  answer("developer.introspection", std::move(words), Tone::muted);
}

void DeveloperModel::set_introspection(const Result<bool>& active) {
  if (!active.ok()) {
    answer("developer.introspection", active.error().message, Tone::bad);
    return;
  }
  answer("developer.introspection", *active ? "active: true" : "active: false",
         *active ? Tone::good : Tone::warning);
  if (const auto index = log_.last_of(Stage::introspection)) select(*index);
}

std::size_t DeveloperModel::first_row(std::size_t visible) const {
  if (rows_.size() <= visible || visible == 0) return 0;
  // The selected row is kept in view, with the newest ones below it where they fit.
  const std::size_t last = rows_.size() - visible;
  return std::min(last, selected_ > visible / 2 ? selected_ - visible / 2 : 0);
}

void DeveloperModel::select(std::size_t index) {
  if (index >= rows_.size()) return;
  selected_ = index;
  follows_ = index + 1 == rows_.size();
  scroll_ = 0;
  rebuild_lines();
}

void DeveloperModel::select_wait(int index) {
  const std::size_t count = timeline_.waits().size();
  if (index < 0 || static_cast<std::size_t>(index) >= count) return;
  wait_ = static_cast<std::size_t>(index);
  follows_waits_ = wait_ + 1 == count;
}

void DeveloperModel::turn_to(Side side) {
  side_ = side;
  scroll_ = 0;
}

bool DeveloperModel::on_back() {
  return page_ == Page::exchanges && std::exchange(detail_open_, false);
}

void DeveloperModel::show(Page page) {
  page_ = page;
  detail_open_ = false;
  scroll_ = 0;
}

void DeveloperModel::mask(Secrets secrets) {
  secrets_ = secrets;
  reveal_ends_.reset();
  rebuild_lines();
}

void DeveloperModel::rebuild_lines() {
  token_lines_ = demo::token_lines(tokens_.value(tokens_.selected()), secrets_, log_.secrets());
  if (rows_.empty()) return;
  lines_ = exchange_lines(log_.at(selected_), side_, body_, secrets_, log_.secrets());
}

}  // namespace deviceflow::demo
