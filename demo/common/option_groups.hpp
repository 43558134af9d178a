// The command-line options that the terminal tool and the window have in common.
#ifndef DEVICEFLOW_DEMO_COMMON_OPTION_GROUPS_HPP
#define DEVICEFLOW_DEMO_COMMON_OPTION_GROUPS_HPP

#include "command_line.hpp"
#include "provider_options.hpp"

namespace deviceflow::demo {

/// How config files are written, for the end of a help text.
extern const char* const kConfigFooter;

/// Binds groups of options to `options`, which has to outlive the parsing.
class OptionGroups {
 public:
  OptionGroups(CommandOptions command, ProviderOptions& options)
      : command_(command), options_(options) {}

  /// The issuer, single endpoints, the config file, and trust.
  OptionGroups& provider();
  OptionGroups& client();
  OptionGroups& request();
  /// Where sign-ins are stored, and under which name.
  OptionGroups& store();
  OptionGroups& introspection();
  OptionGroups& sandbox();
  OptionGroups& trace();

 private:
  CommandOptions command_;
  ProviderOptions& options_;
};

}  // namespace deviceflow::demo

#endif
