// The providers to choose from, and the search among them.
#ifndef DEVICEFLOW_DEMO_MODEL_PROVIDER_PICKER_HPP
#define DEVICEFLOW_DEMO_MODEL_PROVIDER_PICKER_HPP

#include <string>
#include <string_view>
#include <vector>

#include "common/saved_settings.hpp"
#include "language.hpp"

namespace deviceflow::demo {

/// How settings say where to sign in.
enum class ProviderKind {
  sandbox,
  described,  ///< By a description, built in or in a file.
  issuer,
  endpoints,
};

struct ProviderChoice {
  ProviderKind kind = ProviderKind::sandbox;
  std::string name;   ///< Of a description.
  std::string title;  ///< For a person.

  bool same(const ProviderChoice& other) const { return kind == other.kind && name == other.name; }
};

/// What `saved` says.
ProviderChoice choice_of(const SavedSettings& saved, const Language& say);

/// All whose title or name holds every word of `search`, whatever their case; the sandbox first,
/// then those without a description.
std::vector<ProviderChoice> provider_choices(std::string_view search, const Language& say);

}  // namespace deviceflow::demo

#endif
