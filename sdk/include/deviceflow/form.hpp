// application/x-www-form-urlencoded and base64, as OAuth uses them.
#ifndef DEVICEFLOW_FORM_HPP
#define DEVICEFLOW_FORM_HPP

#include <cstddef>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// Form-urlencodes UTF-8 text: unreserved characters (letters, digits, - . _ ~) stay, space becomes
/// '+', every other byte becomes %XX. (RFC 6749 Appendix B; '~' stays because RFC 3986 says so.)
std::string form_encode(std::string_view text);
/// The reverse. Empty where a '%' is not followed by two hex digits.
std::optional<std::string> form_decode(std::string_view text);
/// Percent-encodes like form_encode(), but space becomes %20.
std::string percent_encode(std::string_view text);

/// Standard base64 with padding (RFC 4648 section 4).
std::string base64_encode(std::string_view bytes);
/// base64url without padding (RFC 4648 section 5).
std::string base64url_encode(std::string_view bytes);
/// The reverse, strictly: empty for padding, for any other character, for a length that no bytes
/// have, and for stray bits in the last character (two spellings of the same bytes).
std::optional<Secret> base64url_decode(std::string_view text);

/// An ordered list of form parameters. Values are secrets, since some are.
class Form {
 public:
  struct Field {
    std::string name;
    Secret value;
  };

  /// Adds a field. An empty value is left out: RFC 6749 section 3.1 and RFC 8628 section 3.1 treat
  /// a parameter without a value as omitted.
  void add(std::string_view name, std::string_view value);
  bool has(std::string_view name) const noexcept;
  /// The value of the first field called `name`, or an empty view. Owned by this form.
  std::string_view get(std::string_view name) const noexcept;
  const std::vector<Field>& fields() const noexcept { return fields_; }
  std::vector<Field>& fields() noexcept { return fields_; }
  bool empty() const noexcept { return fields_.empty(); }
  /// name=value pairs joined with '&', each side form-urlencoded.
  Secret encode() const;

  /// Reads a form body. Fields keep their order and may repeat; empty values are kept here, since
  /// this is what the other side sent. Empty where an escape is broken or the text is over `limit`
  /// fields.
  static std::optional<Form> parse(std::string_view body, std::size_t limit = 256);

 private:
  std::vector<Field> fields_;
};

}  // namespace deviceflow

#endif
