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
/// direction or invisible character and every broken UTF-8 byte becomes U+FFFD. At most
/// `max_bytes` bytes; a longer text ends in "…".
std::string clean_text(std::string_view text, std::size_t max_bytes = 2000);

/// Knows the secrets of a login that are alive, and replaces them wherever they turn up.
///
/// Servers put device codes into error descriptions; so every text goes through here before it
/// leaves the SDK. Not thread-safe.
class Redactor {
 public:
  /// Remembers a secret. Values shorter than 4 bytes are ignored: they would match everywhere.
  void add(const Secret& secret);
  /// `text` with every remembered secret, raw, percent-escaped, form-escaped or JSON-escaped,
  /// replaced by "[redacted]".
  std::string scrub(std::string_view text) const;
  /// clean_text() of `text` without secrets: scrubbed before, so that a cut leaves no half of one,
  /// and after, since cleaning can put a broken-up one together.
  std::string clean(std::string_view text, std::size_t max_bytes = 2000) const;
  Redactor copy() const;

 private:
  std::vector<Secret> forms_;
};

}  // namespace deviceflow

#endif
