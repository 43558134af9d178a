#include "pkce.hpp"

#include <algorithm>

#include "client_endpoints.hpp"
#include "foundation/encoding.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::size_t kChallengeLength = 43;  // 256 bits in base64url.
constexpr std::size_t kShortestVerifier = 43;
constexpr std::size_t kLongestVerifier = 128;

bool is_base64url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::string_view challenge_problem(const Form& form) {
  const std::string_view challenge = form.get("code_challenge");
  const bool has_method = form.has("code_challenge_method");
  if (challenge.empty()) {
    return has_method ? "code_challenge_method stands without a code_challenge." : "";
  }
  if (!has_method)
    return "code_challenge_method is missing, which means plain; only S256 is taken.";
  if (form.get("code_challenge_method") != "S256") return "Only S256 is taken.";
  if (challenge.size() != kChallengeLength ||
      !std::all_of(challenge.begin(), challenge.end(), is_base64url)) {
    return "The code_challenge is not 43 characters of base64url.";
  }
  return "";
}

bool is_code_verifier(std::string_view text) {
  return text.size() >= kShortestVerifier && text.size() <= kLongestVerifier &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_base64url(c) || c == '.' || c == '~'; });
}

// False, with the refusal set, where a login can't begin like this.
bool AuthorizationServer::accept_challenge(const Form& form, Response& refusal) {
  const std::string_view problem = challenge_problem(form);
  if (!problem.empty()) {
    violated("P-4.2-1", std::string(problem));
    refusal = oauth_error(400, "invalid_request", problem);
    return false;
  }
  const std::string_view challenge = form.get("code_challenge");
  if (challenge.empty()) {
    // Nothing obliges a client to use PKCE here, so this is no violation.
    if (!scenario_.pkce_required) return true;
    refusal = oauth_error(400, "invalid_request", "code_challenge is missing; it is required.");
    return false;
  }
  const auto repeated = [&](const Grant& grant) { return grant.code_challenge == challenge; };
  if (std::any_of(grants_.begin(), grants_.end(), repeated)) {
    violated("P-4.1-1", "the code_challenge of another login");
  }
  return true;
}

// Empty where the poll carries what its login was begun with; else the code is at its end.
std::optional<Response> AuthorizationServer::check_verifier(Grant& grant, const Form& form) {
  const std::string_view verifier = form.get("code_verifier");
  std::string_view rule = "P-4.5-1";
  std::string problem;
  if (grant.code_challenge.empty()) {
    if (verifier.empty()) return std::nullopt;
    problem = "carries a code_verifier, but its login had no code_challenge";
  } else if (verifier.empty()) {
    problem = "carries no code_verifier";
  } else if (!is_code_verifier(verifier)) {
    rule = "P-4.1-1";
    problem = "carries a code_verifier that is not 43 to 128 unreserved characters";
  } else if (base64url_encode(settings_.sha256(verifier)) == grant.code_challenge) {
    return std::nullopt;
  } else {
    problem = "carries a code_verifier that doesn't match";
  }
  violated(std::string(rule), "poll " + std::to_string(grant.polls) + " " + problem);
  grant.finished = true;
  return oauth_error(400, "invalid_grant", "This poll " + problem + ".");
}

}  // namespace deviceflow::sandbox
