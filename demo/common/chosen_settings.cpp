#include "chosen_settings.hpp"

#include "trusted_certificate.hpp"

namespace deviceflow::demo {

bool fixes_provider(const ProviderOptions& options) {
  return names_provider(options) || options.sandbox.any();
}

ProviderOptions with_saved(ProviderOptions options, const SavedSettings& saved) {
  if (!fixes_provider(options) && !saved.sandbox) options.config_file = settings_file();
  return options;
}

Result<Session> open_chosen(const ProviderOptions& options, const SavedSettings& saved) {
  const bool own_words = fixes_provider(options) || saved.sandbox;
  auto session = own_words ? open_session(options) : open_session(options, saved.provider);
  if (!session.ok()) return session;
  const auto checked = check_for_login(with_saved(options, saved), *session);
  if (!checked.ok()) return checked.error();
  const auto trusted = use_trusted_certificate(*session);
  if (!trusted.ok()) return trusted.error();
  return session;
}

}  // namespace deviceflow::demo
