// Percent-encoding and base64, as OAuth uses them.
#ifndef DEVICEFLOW_SRC_ENCODING_HPP
#define DEVICEFLOW_SRC_ENCODING_HPP

#include <deviceflow/secret.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace deviceflow {

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

}  // namespace deviceflow

#endif
