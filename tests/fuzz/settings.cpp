// Config files, and the settings that the window keeps: what can be read stays as it is when it is
// written and read again.
#include <deviceflow/secret.hpp>

#include "common/config_file.hpp"
#include "common/saved_settings.hpp"
#include "foundation/json.hpp"
#include "fuzz.hpp"

namespace deviceflow::fuzz {
namespace {

using namespace demo;

constexpr const char* kPath = "/etc/tv/settings.json";

void require_plain(const Error& error) {
  require_clean(error);
  require(error.message.find(kPath) != std::string::npos, "a message names the file");
  require(clean_text(error.message, std::string_view::npos) == error.message, "a message is clean");
}

bool same(const SavedSettings& a, const SavedSettings& b) {
  return a.sandbox == b.sandbox && a.language == b.language && a.new_codes == b.new_codes &&
         a.provider.provider == b.provider.provider && a.provider.fields == b.provider.fields &&
         a.provider.issuer == b.provider.issuer && a.provider.client_id == b.provider.client_id &&
         a.provider.scope == b.provider.scope && a.provider.ca_file == b.provider.ca_file &&
         a.provider.proxy == b.provider.proxy && a.provider.pkce == b.provider.pkce &&
         a.provider.dpop == b.provider.dpop && a.provider.timeout == b.provider.timeout &&
         a.provider.resources == b.provider.resources &&
         a.provider.parameters == b.provider.parameters && a.provider.store == b.provider.store;
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  using namespace deviceflow::demo;
  const std::string_view text = fuzz::text_of(data, size);
  const auto config = parse_config(text, fuzz::kPath);
  if (!config.ok()) fuzz::require_plain(config.error());
  const auto saved = parse_saved_settings(text, fuzz::kPath);
  if (!saved.ok()) {
    fuzz::require_plain(saved.error());
    return 0;
  }
  fuzz::require(!config.ok() || config->issuer == saved->provider.issuer,
                "both readers read the same");
  const std::string written = saved_settings_text(*parse_json(text), *saved, true);
  const auto again = parse_saved_settings(written, fuzz::kPath);
  fuzz::require(again.ok(), "what was written can be read");
  fuzz::require(fuzz::same(*saved, *again), "what was written is what was set");
  fuzz::require(saved_settings_text(*parse_json(written), *again, true) == written,
                "to write it again changes nothing");
  return 0;
}
