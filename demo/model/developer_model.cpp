#include "developer_model.hpp"

#include <algorithm>
#include <deviceflow/messages.hpp>
#include <utility>

#include "curl_command.hpp"
#include "error_words.hpp"
#include "selection.hpp"

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

// Of what is dropped with the token.
bool of_token(std::string_view title) {
  return title == "developer.introspection" || title == title_of(TokenAction::user_info) ||
         title == title_of(TokenAction::refresh) || title == title_of(TokenAction::revoke);
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
  const std::size_t secrets_before = log_.secrets_met();
  timeline_.exchanged(record);
  log_.add(std::move(record));
  rows_.push_back(row_of(log_.at(log_.size() - 1), log_.secrets(), utc_offset_));
  const auto gone = static_cast<std::ptrdiff_t>(log_.dropped() - dropped_before);
  const auto unlisted = static_cast<std::size_t>(
      std::count(passes_.begin(), passes_.begin() + std::min(gone, std::ssize(passes_)), true));
  top_ -= std::min(top_, unlisted);
  rows_.erase(rows_.begin(), rows_.begin() + gone);
  passes_.push_back(filter_.lists(log_.at(log_.size() - 1), rows_.back(), body_, log_.secrets()));
  passes_.erase(passes_.begin(), passes_.begin() + gone);
  if (log_.secrets_met() != secrets_before && !filter_.search.empty()) {
    list_again();  // more is masked now, and must not be found any more
  } else {
    find_listed();
  }
  const bool kept = selected_ >= static_cast<std::size_t>(gone);
  if (kept) selected_ -= static_cast<std::size_t>(gone);  // the same under its new number
  if (passes_.back() && (follows_ || listed_.size() == 1)) {
    select(rows_.size() - 1);
  } else if (!kept) {
    select(listed_.empty() ? 0 : listed_.front());
  }
}

bool DeveloperModel::on_intent(const Intent& intent) {
  switch (intent.kind) {
    case Intent::Kind::select_exchange:
      top_ = intent.top;
      select(static_cast<std::size_t>(intent.value));
      break;
    case Intent::Kind::select_device_authorization:
      if (const auto index = log_.device_authorization()) jump_to(*index);
      break;
    case Intent::Kind::select_token:
      if (const auto index = log_.token()) jump_to(*index);
      break;
    case Intent::Kind::open_detail:
      detail_open_ = true;
      turn_to(Side::response);
      break;
    case Intent::Kind::close_detail: detail_open_ = false; return true;
    case Intent::Kind::show_request: turn_to(Side::request); break;
    case Intent::Kind::show_response: turn_to(Side::response); break;
    case Intent::Kind::show_timings: turn_to(Side::timings); break;
    case Intent::Kind::toggle_raw:
      body_ = raw() ? BodyStyle::pretty : BodyStyle::raw;
      folded_.clear();
      if (!filter_.search.empty()) filter_changed();
      break;
    case Intent::Kind::toggle_fold: {
      const auto line = static_cast<std::size_t>(intent.value);
      if (folded_.erase(line) == 0) folded_.insert(line);
      return true;
    }
    case Intent::Kind::cycle_filter:
      filter_.kind =
          static_cast<ExchangeKind>((static_cast<int>(filter_.kind) + 1) % kExchangeKinds);
      filter_changed();
      return true;
    case Intent::Kind::clear_filter:
      filter_ = {};
      filter_changed();
      return true;
    case Intent::Kind::toggle_secrets:
      if (!secrets_shown() && !hides_secrets()) return true;
      mask(secrets_shown() ? Secrets::masked : Secrets::revealed);
      return true;
    case Intent::Kind::scroll_to:
      scroll_ = static_cast<std::size_t>(std::max(0, intent.value));
      return true;
    case Intent::Kind::toggle_results:
      results_open_ = !results_open_;
      scroll_ = 0;
      return true;
    case Intent::Kind::show_exchanges: show(Page::exchanges); return true;
    case Intent::Kind::show_timeline: show(Page::timeline); return true;
    case Intent::Kind::select_wait: select_wait(intent.value); return true;
    case Intent::Kind::zoom_in: zoom_ = std::min(zoom() + 1, most_zoom(timeline_)); return true;
    case Intent::Kind::zoom_out: zoom_ = std::max(zoom() - 1, 0); return true;
    case Intent::Kind::show_replay: show(Page::replay); return true;
    case Intent::Kind::select_trace: replay_.select(intent); return true;
    case Intent::Kind::show_desk: show(Page::desk); return true;
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
    const HttpResponse* answer = log_.at(*index).effective_response();
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
  const bool over = has_token_ && !known;
  has_token_ = known;
  if (over) {
    forget_login();
  } else if (!known) {
    tokens_.forget();
    mask(Secrets::masked);
  }
  std::erase_if(results_, [](const ActionResult& one) { return of_token(one.title); });
}

void DeveloperModel::forget_login() {
  tokens_.forget();
  log_.forget_login();
  if (!filter_.search.empty()) list_again();
  mask(Secrets::masked);
}

bool DeveloperModel::hides_secrets() const {
  if (page_ == Page::tokens) return tokens_.known();
  return rows_.empty() || !log_.forgotten(selected_);
}

bool DeveloperModel::can(TokenAction action) const noexcept {
  return action != TokenAction::refresh || !tokens_.value(TokenKind::refresh).empty();
}

void DeveloperModel::begin(TokenAction action, std::string words) {
  show(Page::exchanges);
  begin_result(title_of(action), std::move(words));
}

void DeveloperModel::end(TokenAction action, bool done, std::string words) {
  const std::string_view title = title_of(action);
  if (std::ranges::find(results_, title, &ActionResult::title) == results_.end()) return;
  end_result(title, std::move(words), done ? Tone::good : Tone::bad);
  if (!done || title != newest_result().title) return;
  if (const auto index = log_.last_of(stage_of(action))) jump_to(*index);
}

void DeveloperModel::saved(const Result<std::string>& path, const Language& say) {
  begin_result("developer.saved", path.ok() ? *path : error_words(path.error(), say),
               path.ok() ? Tone::good : Tone::bad);
}

void DeveloperModel::begin_result(std::string_view title, std::string words, Tone tone) {
  std::erase_if(results_, [&](const ActionResult& one) { return one.title == title; });
  results_.push_back({title, std::move(words), tone});
}

// Where it was asked for, so that a later one stays the newest.
void DeveloperModel::end_result(std::string_view title, std::string words, Tone tone) {
  const auto asked = std::ranges::find(results_, title, &ActionResult::title);
  if (asked == results_.end()) return begin_result(title, std::move(words), tone);
  asked->words = std::move(words);
  asked->tone = tone;
}

void DeveloperModel::trace_read(const TraceRead& event, const Language& say) {
  replay_.read(event.path, event.trace, say);
  scroll_ = 0;
}

void DeveloperModel::discovering(std::string words) {
  show(Page::exchanges);
  begin_result("developer.discovery", std::move(words));
}

void DeveloperModel::set_discovery(const DiscoveryCame& came, const Language& say) {
  const auto tell = [this](std::string words, Tone tone) {
    end_result("developer.discovery", std::move(words), tone);
  };
  if (!came.metadata) return tell(std::string(say("discovery.no_issuer")), Tone::warning);
  if (const auto index = log_.last_of(Stage::discovery)) jump_to(*index);
  if (!came.metadata->ok()) return tell(error_report(came.metadata->error(), say), Tone::bad);
  const Endpoints& endpoints = (*came.metadata)->endpoints;
  const bool offered = !endpoints.device_authorization.empty() && !endpoints.token.empty();
  const std::string names = names_of(endpoints);
  tell(say(offered ? "discovery.found" : "discovery.no_device_flow", {{"names", names}}),
       offered ? Tone::good : Tone::warning);
}

void DeveloperModel::introspecting(std::string words) {
  show(Page::exchanges);
  begin_result("developer.introspection", std::move(words));
}

void DeveloperModel::set_introspection(const Result<bool>& active, const Language& say) {
  if (!active.ok()) {
    end_result("developer.introspection", error_report(active.error(), say), Tone::bad);
    return;
  }
  end_result("developer.introspection", *active ? "active: true" : "active: false",
             *active ? Tone::good : Tone::warning);
  if (newest_result().title != "developer.introspection") return;
  if (const auto index = log_.last_of(Stage::introspection)) jump_to(*index);
}

std::size_t DeveloperModel::first_row(std::size_t visible) const {
  return first_shown(top_, place(), visible, listed_.size());
}

std::size_t DeveloperModel::place() const {
  const auto found = std::ranges::lower_bound(listed_, selected_);
  return found != listed_.end() && *found == selected_
             ? static_cast<std::size_t>(found - listed_.begin())
             : 0;
}

void DeveloperModel::search_for(std::string text) {
  filter_.search = std::move(text);
  filter_changed();
}

void DeveloperModel::list_again() {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    passes_[i] = filter_.lists(log_.at(i), rows_[i], body_, log_.secrets());
  }
  find_listed();
}

void DeveloperModel::find_listed() {
  listed_.clear();
  for (std::size_t i = 0; i < passes_.size(); ++i) {
    if (passes_[i]) listed_.push_back(i);
  }
}

// The selection stays where it can, or goes to the nearest one.
void DeveloperModel::filter_changed() {
  list_again();
  const auto nearest = std::ranges::lower_bound(listed_, selected_);
  if (!listed_.empty()) select(nearest == listed_.end() ? listed_.back() : *nearest);
}

// Somebody asks for that one, whatever the filter says.
void DeveloperModel::jump_to(std::size_t index) {
  if (!passes_.at(index)) {
    filter_ = {};
    list_again();
  }
  select(index);
}

Secret DeveloperModel::curl() const {
  if (listed_.empty()) return {};
  return Secret(curl_command(log_.at(selected_).request, secrets_, log_.secrets()));
}

Secret DeveloperModel::body() const {
  if (listed_.empty()) return {};
  return Secret(body_text(log_.at(selected_), side_ == Side::request, secrets_, log_.secrets()));
}

void DeveloperModel::select(std::size_t index) {
  if (index >= rows_.size()) return;
  selected_ = index;
  follows_ = listed_.empty() || index >= listed_.back();
  scroll_ = 0;
  folded_.clear();
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
  folded_.clear();
}

bool DeveloperModel::on_back() {
  if (page_ != Page::exchanges) return false;
  return std::exchange(results_open_, false) || std::exchange(detail_open_, false);
}

void DeveloperModel::show(Page page) {
  page_ = page;
  detail_open_ = false;
  results_open_ = false;
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
  mark_found(lines_, filter_.search);
}

}  // namespace deviceflow::demo
