#include "doctor_codes.hpp"

namespace deviceflow::demo {

namespace {

struct Liberty {
  std::string_view came, wanted, rfc;
};

// In the words of sdk/docs/quirks.md.
Liberty liberty_of(Quirk quirk) {
  switch (quirk) {
    case Quirk::grant_not_listed:
      return {"the metadata do not list the device grant",
              "to list urn:ietf:params:oauth:grant-type:device_code", "RFC 8628 section 4"};
    case Quirk::interval_unusable:
      return {"interval is null, zero, negative or no number; 5 seconds are used",
              "for a positive number of seconds, or no interval", "RFC 8628 section 3.2"};
    case Quirk::interval_in_milliseconds:
      return {"interval is beyond the life of the code and was read as milliseconds", "for seconds",
              "RFC 8628 section 3.2"};
    case Quirk::interval_beyond_expiry:
      return {"interval is not smaller than expires_in; 5 seconds are used",
              "for an interval that fits", "RFC 8628 section 3.2"};
    case Quirk::number_not_whole:
      return {"a number of seconds is not whole", "for whole seconds", "RFC 8628 section 3.2"};
    case Quirk::number_as_string:
      return {"a number stands in quotes", "for a JSON number", "RFC 8628 section 3.2"};
    case Quirk::slow_down_with_interval:
      return {"slow_down came with an interval of its own", "for slow_down alone",
              "RFC 8628 section 3.5"};
    case Quirk::verification_url:
      return {"the answer says verification_url", "for verification_uri", "RFC 8628 section 3.2"};
    case Quirk::error_code_alias:
      return {"an error code has another spelling", "for access_denied and expired_token",
              "RFC 8628 section 3.5"};
    case Quirk::error_code_in_description:
      return {"the error code stands in error_description", "for the code in error",
              "RFC 6749 section 5.2"};
    case Quirk::unexpected_status:
      return {"the HTTP status does not belong to the answer",
              "for 200 with success and 400 with errors", "RFC 6749 section 5"};
    case Quirk::unexpected_content_type:
      return {"JSON came under another media type", "for application/json", "RFC 6749 section 5.1"};
    case Quirk::form_encoded_answer:
      return {"the answer is a form", "for JSON", "RFC 6749 section 5.1"};
    case Quirk::scope_grew:
      return {"a refresh brought a wider scope than was granted", "for the granted scope at most",
              "RFC 6749 section 6"};
    case Quirk::token_not_bound:
      return {"a Bearer token came though a DPoP proof was sent", "for a token of type DPoP",
              "RFC 9449 section 5"};
  }
  return {"the answer departs from the standard", "to look at it", ""};
}

}  // namespace

Finding judge_quirk(Quirk quirk) {
  const Liberty liberty = liberty_of(quirk);
  return odd(
      "quirk",
      std::string(name(quirk)) + ": " + std::string(liberty.came) + ". It is tolerated here.",
      std::string(kAskOperator) + " " + std::string(liberty.wanted) + ".",
      std::string(liberty.rfc));
}

}  // namespace deviceflow::demo
