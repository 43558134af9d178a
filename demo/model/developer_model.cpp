#include "developer_model.hpp"

#include <algorithm>

namespace deviceflow::demo {

void DeveloperModel::add(ExchangeRecord record) {
  const std::size_t dropped_before = log_.dropped();
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
    case Intent::Kind::show_request:
    case Intent::Kind::show_response:
      side_ = intent.kind == Intent::Kind::show_request ? Side::request : Side::response;
      scroll_ = 0;
      break;
    case Intent::Kind::toggle_raw: body_ = raw() ? BodyStyle::pretty : BodyStyle::raw; break;
    case Intent::Kind::toggle_secrets:
      secrets_ = secrets_shown() ? Secrets::masked : Secrets::revealed;
      break;
    case Intent::Kind::scroll_to:
      scroll_ = static_cast<std::size_t>(std::max(0, intent.value));
      return true;
    default: return false;
  }
  rebuild_lines();
  return true;
}

void DeveloperModel::set_outcome(std::string outcome, Quirks quirks) {
  outcome_ = std::move(outcome);
  quirks_ = std::move(quirks);
}

void DeveloperModel::set_token(bool known) {
  has_token_ = known;
  if (!known && secrets_shown()) {
    secrets_ = Secrets::masked;
    rebuild_lines();
  }
  introspection_.clear();
  introspection_tone_ = Tone::muted;
}

void DeveloperModel::introspecting(std::string words) {
  introspection_ = std::move(words);
  introspection_tone_ = Tone::muted;
}

void DeveloperModel::set_introspection(const Result<bool>& active) {
  if (!active.ok()) {
    introspection_ = active.error().message;
    introspection_tone_ = Tone::bad;
    return;
  }
  introspection_ = *active ? "active: true" : "active: false";
  introspection_tone_ = *active ? Tone::good : Tone::warning;
  if (const auto index = log_.introspection()) select(*index);
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

void DeveloperModel::rebuild_lines() {
  if (rows_.empty()) return;
  lines_ = exchange_lines(log_.at(selected_), side_, body_, secrets_, log_.secrets());
}

}  // namespace deviceflow::demo
