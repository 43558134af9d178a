#include "exchange_log.hpp"

#include <algorithm>
#include <deviceflow/messages.hpp>
#include <utility>

#include "masking.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow::demo {

namespace {

// No real login comes near these. They keep a hostile server from slowing down every line that is
// masked; its own fields stay masked by their names.
constexpr std::size_t kMaxSecrets = 256;
constexpr std::size_t kMaxSecretsOfOne = 32;
constexpr std::size_t kMaxSecretBytes = std::size_t{16} << 10;

std::size_t body_bytes_of(const ExchangeRecord& record) {
  return record.request.body.size() + (record.response ? record.response->body.size() : 0) +
         (record.normalized ? record.normalized->body.size() : 0);
}

bool yields_tokens(const ExchangeRecord& record) {
  return record.stage == Stage::token && record.effective_response() != nullptr &&
         read_token_response(*record.effective_response()).kind == TokenAnswer::Kind::tokens;
}

}  // namespace

void ExchangeLog::add(ExchangeRecord record) {
  remember_secrets(record);
  const std::size_t bytes = body_bytes_of(record);
  const bool has_tokens = yields_tokens(record);
  body_bytes_ += bytes;
  kept_.push_back({std::move(record), bytes, has_tokens});
  while (kept_.size() > kMaxRecords || (body_bytes_ > kMaxBodyBytes && kept_.size() > 1)) {
    body_bytes_ -= kept_.front().body_bytes;
    kept_.pop_front();
    ++dropped_;
  }
}

void ExchangeLog::forget_login() {
  body_bytes_ = 0;
  for (Kept& kept : kept_) {
    if (!kept.forgotten) kept.record = without_secrets(std::move(kept.record), secrets_);
    kept.forgotten = true;
    kept.body_bytes = body_bytes_of(kept.record);
    body_bytes_ += kept.body_bytes;
  }
  known_.clear();
  secrets_ = Redactor();
}

void ExchangeLog::remember_secrets(const ExchangeRecord& record) {
  std::size_t added = 0;
  for (Secret& secret : secrets_of(record)) {
    if (secret.size() > kMaxSecretBytes || added == kMaxSecretsOfOne) continue;
    const bool known = std::ranges::any_of(
        known_, [&](const Secret& have) { return have.reveal() == secret.reveal(); });
    if (known) continue;
    ++added;
    ++secrets_met_;
    secrets_.add(secret);
    known_.push_back(std::move(secret));
  }
  if (known_.size() <= kMaxSecrets) return;
  while (known_.size() > kMaxSecrets) known_.pop_front();
  secrets_ = Redactor();
  for (const Secret& secret : known_) secrets_.add(secret);
}

template <typename Matches>
std::optional<std::size_t> ExchangeLog::newest(Matches matches) const {
  for (std::size_t i = kept_.size(); i > 0; --i) {
    if (matches(kept_[i - 1])) return i - 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> ExchangeLog::device_authorization() const {
  return newest([](const Kept& kept) {
    return kept.record.stage == Stage::device_authorization && kept.record.response.has_value();
  });
}

std::optional<std::size_t> ExchangeLog::token() const {
  const auto with_tokens = newest([](const Kept& kept) { return kept.has_tokens; });
  if (with_tokens) return with_tokens;
  return newest([](const Kept& kept) { return kept.record.stage == Stage::token; });
}

std::optional<std::size_t> ExchangeLog::last_of(Stage stage) const {
  return newest([stage](const Kept& kept) { return kept.record.stage == stage; });
}

}  // namespace deviceflow::demo
