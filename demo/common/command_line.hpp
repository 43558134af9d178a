// Command lines of this project's programs. Only command_line.cpp includes CLI11, which takes long
// to compile.
#ifndef DEVICEFLOW_DEMO_COMMON_COMMAND_LINE_HPP
#define DEVICEFLOW_DEMO_COMMON_COMMAND_LINE_HPP

#include <deviceflow/error.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace deviceflow::demo {

/// What --help or --version asked for.
struct HelpText {
  std::string text;
};

/// How an option appears in the help.
struct OptionHelp {
  const char* type;  ///< Stands for the value: "FILE". Unused by flags.
  std::string text;
  const char* group;
};

/// An option just added, to restrict it further. Other options are named and have to exist already.
class AddedOption {
 public:
  explicit AddedOption(CLI::Option* option, CLI::App* app) : option_(option), app_(app) {}
  AddedOption& one_of(std::vector<std::string> values);
  AddedOption& between(double lowest, double highest);
  AddedOption& needs(const std::string& other);
  AddedOption& excludes(const std::string& other);
  AddedOption& required();

 private:
  CLI::Option* option_;
  CLI::App* app_;
};

/// The options of a program or of one of its verbs. What they are bound to has to outlive parse().
class CommandOptions {
 public:
  explicit CommandOptions(CLI::App* app) : app_(app) {}

  AddedOption flag(const std::string& name, bool& to, const OptionHelp& help);
  /// A name without "--" is a positional argument.
  AddedOption text(const std::string& name, std::string& to, const OptionHelp& help);
  AddedOption number(const std::string& name, int& to, const OptionHelp& help);
  AddedOption number(const std::string& name, double& to, const OptionHelp& help);
  /// `read` returns what is wrong with the value; nothing if it is fine.
  AddedOption value(const std::string& name, std::function<std::string(const std::string&)> read,
                    const OptionHelp& help);
  /// The option can be repeated; `read` gets one value at a time.
  AddedOption values(const std::string& name, std::function<std::string(const std::string&)> read,
                     const OptionHelp& help);
  void footer(std::string text);

 private:
  CLI::App* app_;
};

/// The one of `names` that `word` was probably meant to be, or empty.
std::string closest(std::string_view word, const std::vector<std::string>& names);

class CommandParser {
 public:
  CommandParser(std::string description, std::string program);
  ~CommandParser();

  CommandOptions options();
  void version(const std::string& text);
  /// Adds a verb. Once there is one, exactly one has to be given; `chosen` is called for it.
  CommandOptions verb(const std::string& name, const std::string& title,
                      std::function<void()> chosen);
  /// Whether parse() has seen a verb, valid or not in the rest.
  bool has_verb() const;

  /// Reads `arguments`, without the program's name: empty if all is well. An Error never repeats an
  /// argument that is not known: it may be a secret that does not belong there.
  std::variant<std::monostate, HelpText, Error> parse(const std::vector<std::string>& arguments);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace deviceflow::demo

#endif
