// Text that leaves the SDK: cleaned of what could fool a screen, and of live secrets.
#ifndef DEVICEFLOW_TEXT_HPP
#define DEVICEFLOW_TEXT_HPP

#include <cstddef>
#include <deviceflow/secret.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// `text` made safe to show: line breaks and tabs become spaces, every other control, escape,
/// direction or invisible character, every broken UTF-8 byte and every combining mark after the
/// third on one character becomes U+FFFD. At most `max_bytes` bytes; a longer text ends in "…".
std::string clean_text(std::string_view text, std::size_t max_bytes = 2000);

/// Knows the secrets of a login that are alive, and replaces them wherever they turn up.
///
/// Servers put device codes into error descriptions; so every text goes through here before it
/// leaves the SDK. Not thread-safe.
class Redactor {
 public:
  /// Remembers a secret. Values shorter than 4 bytes are ignored: they would match everywhere. So
  /// is every form of one that gets that short, and every secret after the 256th.
  void add(const Secret& secret);
  /// `text` with every remembered secret replaced by "[redacted]", however it is escaped: for a
  /// URL or a form (twice, too), for JSON, for HTML. What is scrubbed already stays as it is.
  std::string scrub(std::string_view text) const;
  /// clean_text() of `text` without secrets: scrubbed before and after, since cleaning can put a
  /// broken-up one together, and cut at last, so that no half of one is left.
  std::string clean(std::string_view text, std::size_t max_bytes = 2000) const;

 private:
  void remember(std::string_view written);
  std::size_t longest_form_at(std::string_view text) const;

  std::vector<Secret> forms_;  // sorted
  std::size_t secrets_ = 0;
};

}  // namespace deviceflow

#endif
