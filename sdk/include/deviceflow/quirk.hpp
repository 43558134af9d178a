// Server deviations that were tolerated. None is silent: each stands in the result.
#ifndef DEVICEFLOW_QUIRK_HPP
#define DEVICEFLOW_QUIRK_HPP

#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// What the server did differently from the RFCs. sdk/docs/quirks.md says for each what it should
/// have done.
enum class Quirk {
  grant_not_listed,           ///< The metadata's grant types lack the device grant.
  interval_unusable,          ///< `interval` null, zero, negative or no number: 5 s were used.
  interval_in_milliseconds,   ///< `interval` beyond the code's life, and plausible as milliseconds.
  interval_beyond_expiry,     ///< `interval` not smaller than `expires_in`: 5 s were used.
  number_not_whole,           ///< A fraction of a second where whole seconds belong.
  number_as_string,           ///< A number in quotes.
  slow_down_with_interval,    ///< `slow_down` carried an `interval` of its own.
  verification_url,           ///< `verification_url` where `verification_uri` belongs.
  error_code_alias,           ///< Another spelling of access_denied or expired_token.
  error_code_in_description,  ///< `invalid_grant`, and the real code in error_description.
  pending_as_refusal,         ///< A refusal that means pending, by the provider's description.
  unexpected_status,          ///< A body and an HTTP status that do not belong together.
  unexpected_content_type,    ///< JSON under another media type.
  form_encoded_answer,        ///< A form where JSON belongs.
  scope_grew,                 ///< A refresh brought a wider scope than was granted.
  token_not_bound,            ///< DPoP was offered, and a Bearer token came back.
  member_name,                ///< A member under another name or in another spelling.
  null_member,                ///< null, or an `error` that says nothing, instead of no member.
  scope_as_list,          ///< The scope as an array, or separated by something else than spaces.
  error_in_other_member,  ///< The error code in another member than `error`.
  error_by_status,        ///< No error code but a status that stands for one; needs a description.
  expires_in_missing,     ///< Codes without `expires_in`: the description's value was used.
  token_type_missing,  ///< A token without `token_type`: the description's or the old one was used.
  unreadable_text,     ///< A text that is not UTF-8 or not JSON's, in a member nobody needs.
  complete_uri_dropped,  ///< A `verification_uri_complete` that can't be used: it is not shown.
  loopback_endpoint,  ///< An endpoint over plain http on this machine in metadata: it is not used.
  clock_drift,        ///< `slow_down` after whole waits: the local clock seems to run fast.
};

/// The stable name, as it stands in JSON events.
std::string_view name(Quirk quirk) noexcept;

/// A set of quirks in the order of their first appearance.
class Quirks {
 public:
  void add(Quirk quirk);
  void add(const Quirks& others);
  bool has(Quirk quirk) const noexcept;
  const std::vector<Quirk>& list() const noexcept { return list_; }

 private:
  std::vector<Quirk> list_;
};

}  // namespace deviceflow

#endif
