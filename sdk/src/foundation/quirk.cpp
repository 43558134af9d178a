#include <deviceflow/error.hpp>

namespace deviceflow {

std::string_view name(Quirk quirk) noexcept {
  switch (quirk) {
    case Quirk::grant_not_listed: return "grant_not_listed";
    case Quirk::interval_unusable: return "interval_unusable";
    case Quirk::interval_in_milliseconds: return "interval_in_milliseconds";
    case Quirk::interval_beyond_expiry: return "interval_beyond_expiry";
    case Quirk::number_not_whole: return "number_not_whole";
    case Quirk::number_as_string: return "number_as_string";
    case Quirk::slow_down_with_interval: return "slow_down_with_interval";
    case Quirk::verification_url: return "verification_url";
    case Quirk::error_code_alias: return "error_code_alias";
    case Quirk::error_code_in_description: return "error_code_in_description";
    case Quirk::pending_as_refusal: return "pending_as_refusal";
    case Quirk::unexpected_status: return "unexpected_status";
    case Quirk::unexpected_content_type: return "unexpected_content_type";
    case Quirk::form_encoded_answer: return "form_encoded_answer";
    case Quirk::scope_grew: return "scope_grew";
    case Quirk::token_not_bound: return "token_not_bound";
    case Quirk::member_name: return "member_name";
    case Quirk::null_member: return "null_member";
    case Quirk::scope_as_list: return "scope_as_list";
    case Quirk::error_in_other_member: return "error_in_other_member";
    case Quirk::error_by_status: return "error_by_status";
    case Quirk::expires_in_missing: return "expires_in_missing";
    case Quirk::token_type_missing: return "token_type_missing";
    case Quirk::unreadable_text: return "unreadable_text";
    case Quirk::complete_uri_dropped: return "complete_uri_dropped";
    case Quirk::loopback_endpoint: return "loopback_endpoint";
    case Quirk::clock_drift: return "clock_drift";
  }
  return "unknown";
}

bool Quirks::has(Quirk quirk) const noexcept {
  for (const Quirk have : list_) {
    if (have == quirk) return true;
  }
  return false;
}

void Quirks::add(Quirk quirk) {
  if (!has(quirk)) list_.push_back(quirk);
}

void Quirks::add(const Quirks& others) {
  for (const Quirk quirk : others.list_) add(quirk);
}

}  // namespace deviceflow
