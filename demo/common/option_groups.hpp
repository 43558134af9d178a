// The command-line options that the terminal tool and the window have in common.
#ifndef DEVICEFLOW_DEMO_COMMON_OPTION_GROUPS_HPP
#define DEVICEFLOW_DEMO_COMMON_OPTION_GROUPS_HPP

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "provider_options.hpp"

namespace deviceflow::demo {

/// How config files are written, for the end of a help text.
extern const char* const kConfigFooter;

/// Binds groups of options to `options`. May go before the arguments are read; `app` and `options`
/// may not.
class OptionGroups {
 public:
  OptionGroups(CLI::App& app, ProviderOptions& options) : app_(app), options_(options) {}

  /// The issuer, single endpoints by their keys, the config file, and trust.
  OptionGroups& provider(std::initializer_list<std::string_view> endpoints);
  OptionGroups& client();
  OptionGroups& request();
  /// Where logins are kept.
  OptionGroups& store();
  OptionGroups& introspection();
  OptionGroups& sandbox();
  OptionGroups& trace();

 private:
  CLI::Option* text(const std::string& name, std::string& to, const std::string& help,
                    const char* group);

  CLI::App& app_;
  ProviderOptions& options_;
};

/// Makes help texts name an option and its value, and leave the checks to the description.
void use_help_format(CLI::App& app);

/// Reads `arguments`, without the program's name: empty where all is well. An Error never repeats
/// an argument that is not known: it may be a secret that does not belong there.
std::variant<std::monostate, HelpText, Error> parse_arguments(
    CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace deviceflow::demo

#endif
