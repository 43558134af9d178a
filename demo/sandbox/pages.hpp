// The user's page as HTML: no script, nothing loaded from elsewhere, everything escaped.
#ifndef DEVICEFLOW_SANDBOX_PAGES_HPP
#define DEVICEFLOW_SANDBOX_PAGES_HPP

#include <chrono>
#include <string>
#include <string_view>

#include "page_words.hpp"

namespace deviceflow::sandbox {

struct ConsentView {
  std::string_view app;
  std::string_view device;  ///< What kind of thing shows the code, as in "your TV".
  std::string_view scope;
  std::string_view user_code;
  std::string_view page_token;
  std::chrono::milliseconds time_left{0};
};

/// Asks for the code. `problem` says what was wrong with the last one, or is empty. `nonce` admits
/// the style sheet, here and below.
std::string code_page(const PageWords& say, std::string_view nonce, std::string_view typed,
                      std::string_view problem);
/// Shows who asks for what, and asks for a decision.
std::string consent_page(const PageWords& say, std::string_view nonce, const ConsentView& view);
std::string approved_page(const PageWords& say, std::string_view nonce, std::string_view app,
                          std::string_view person);
std::string denied_page(const PageWords& say, std::string_view nonce, std::string_view app);
/// What a scope lets an app do, in words, escaped.
std::string scope_in_words(const PageWords& say, std::string_view scope);

}  // namespace deviceflow::sandbox

#endif
