// The words of the user's page in the languages that it speaks.
#ifndef DEVICEFLOW_SANDBOX_PAGE_WORDS_HPP
#define DEVICEFLOW_SANDBOX_PAGE_WORDS_HPP

#include <array>
#include <string_view>

namespace deviceflow::sandbox {

/// "{app}" and the like are places for values.
struct PageWords {
  std::string_view language;  ///< As in a language tag: "de".
  std::string_view nothing_real, nothing_to_lose;
  std::string_view type_title, type_heading, type_lead, code_label, proceed, type_warning;
  std::string_view consent_title, consent_heading, has_to_show, same_code, sent_to_you;
  std::string_view left_none, left_one, left_more;
  std::string_view able_to, who_are_you, deny, approve;
  std::string_view approved_title, approved_heading, approved_text;
  std::string_view denied_title, denied_heading, denied_text, close_page;
  std::string_view unknown_code, used_code, expired_code, stale_page;
  std::array<std::string_view, 6> scopes;  ///< In the order of kPageScopes.
  std::string_view other_scope;
};

inline constexpr std::array<std::string_view, 6> kPageScopes{
    "openid", "profile", "email", "photos", "playlists", "offline_access"};

/// The language that `accept_language` (RFC 9110 section 12.5.4) prefers among these; English for
/// every other.
const PageWords& page_words(std::string_view accept_language);

}  // namespace deviceflow::sandbox

#endif
