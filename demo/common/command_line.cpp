#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <sstream>

#include "usage_error.hpp"

namespace deviceflow::demo {

namespace {

// Names an option and its value, and leaves the checks to the description.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(34); }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return option->get_items_expected_max() == 0 || type.empty() ? "" : " " + plain_type(type);
  }

 private:
  // Without what the checks add: "WHAT:{approve,deny}".
  static std::string plain_type(const std::string& type) { return type.substr(0, type.find(':')); }
};

// CLI11 repeats what it could not read; on a command line that may be a secret.
Error unexpected(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name == "--client-secret" || name == "--token" || name == "--access-token") {
      return usage_error(
          "Secrets and tokens are never taken from the command line, where others can see them. "
          "Use --client-secret-file, the environment's DEVICEFLOW_CLIENT_SECRET, or standard "
          "input.");
    }
  }
  return usage_error("There is an argument that is not known here. --help lists what is.");
}

// Letters to change, add, leave out or swap with their neighbour until `a` is `b`.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> older;
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row{i};
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t change = above[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1);
      std::size_t best = std::min({change, above[k] + 1, row[k - 1] + 1});
      const bool swapped = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
      if (swapped) best = std::min(best, older[k - 2] + 1);
      row.push_back(best);
    }
    older = std::move(above);
    above = std::move(row);
  }
  return above.back();
}

// The long options of the program and of the verb that was given.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> out;
  const auto add = [&out](const CLI::App& one) {
    for (const CLI::Option* option : one.get_options()) {
      for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
    }
  };
  add(app);
  for (const CLI::App* verb : app.get_subcommands()) add(*verb);
  return out;
}

Error usage_of(const CLI::ParseError& error, const std::vector<std::string>& arguments,
               const CLI::App& app) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    std::string options;
    std::string meant;
    for (const std::string& extra : app.remaining(true)) {
      const std::string name = extra.substr(0, extra.find('='));
      if (!name.starts_with("--")) continue;
      options += (options.empty() ? "" : ", ") + name;
      const std::string near = closest(name, option_names(app));
      if (!near.empty()) meant += (meant.empty() ? "" : " or ") + near;
    }
    Error out = unexpected(arguments);
    const bool ordinary = out.message.starts_with("There is an argument");
    if (!options.empty() && ordinary) {
      out.message = "Not known here: " + options + "." +
                    (meant.empty() ? "" : " Did you mean " + meant + "?") +
                    " --help lists what is.";
    }
    return out;
  }
  return usage_error(std::string(error.what()) + ". --help lists the options.");
}

CLI::Option* described(CLI::Option* option, const OptionHelp& help) {
  return option->type_name(help.type)->group(help.group);
}

}  // namespace

std::string closest(std::string_view word, const std::vector<std::string>& names) {
  std::string out;
  if (word.size() > 64) return out;
  std::size_t least = std::max<std::size_t>(1, word.size() / 4) + 1;
  for (const std::string& name : names) {
    const std::size_t far = edits(word, name);
    if (far >= least) continue;
    least = far;
    out = name;
  }
  return out;
}

AddedOption& AddedOption::one_of(std::vector<std::string> values) {
  option_->check(CLI::IsMember(std::move(values)));
  return *this;
}

AddedOption& AddedOption::between(double lowest, double highest) {
  option_->check(CLI::Range(lowest, highest));
  return *this;
}

AddedOption& AddedOption::needs(const std::string& other) {
  option_->needs(app_->get_option(other));
  return *this;
}

AddedOption& AddedOption::excludes(const std::string& other) {
  option_->excludes(app_->get_option(other));
  return *this;
}

AddedOption& AddedOption::required() {
  option_->required();
  return *this;
}

AddedOption CommandOptions::flag(const std::string& name, bool& to, const OptionHelp& help) {
  return AddedOption(app_->add_flag(name, to, help.text)->group(help.group), app_);
}

AddedOption CommandOptions::text(const std::string& name, std::string& to, const OptionHelp& help) {
  return AddedOption(described(app_->add_option(name, to, help.text), help), app_);
}

AddedOption CommandOptions::number(const std::string& name, int& to, const OptionHelp& help) {
  return AddedOption(described(app_->add_option(name, to, help.text), help), app_);
}

AddedOption CommandOptions::number(const std::string& name, double& to, const OptionHelp& help) {
  return AddedOption(described(app_->add_option(name, to, help.text), help), app_);
}

AddedOption CommandOptions::value(const std::string& name,
                                  std::function<std::string(const std::string&)> read,
                                  const OptionHelp& help) {
  const auto take = [name, read = std::move(read)](const std::string& text) {
    const std::string problem = read(text);
    if (!problem.empty()) throw CLI::ValidationError(name, problem);
  };
  return AddedOption(described(app_->add_option_function<std::string>(name, take, help.text), help),
                     app_);
}

AddedOption CommandOptions::values(const std::string& name,
                                   std::function<std::string(const std::string&)> read,
                                   const OptionHelp& help) {
  const auto take = [name, read = std::move(read)](const std::vector<std::string>& all) {
    for (const std::string& text : all) {
      const std::string problem = read(text);
      if (!problem.empty()) throw CLI::ValidationError(name, problem);
    }
  };
  CLI::Option* option = app_->add_option_function<std::vector<std::string>>(name, take, help.text);
  return AddedOption(described(option->allow_extra_args(false), help), app_);
}

void CommandOptions::footer(std::string text) {
  app_->footer(std::move(text));
}

CommandParser::CommandParser(std::string description, std::string program)
    : app_(std::make_unique<CLI::App>(std::move(description), std::move(program))) {
  app_->formatter(std::make_shared<HelpFormatter>());
}

CommandParser::~CommandParser() = default;

CommandOptions CommandParser::options() {
  return CommandOptions(app_.get());
}

void CommandParser::version(const std::string& text) {
  app_->set_version_flag("--version", text);
}

CommandOptions CommandParser::verb(const std::string& name, const std::string& title,
                                   std::function<void()> chosen) {
  app_->require_subcommand(1);
  CLI::App* verb = app_->add_subcommand(name, title);
  verb->parse_complete_callback(std::move(chosen));
  return CommandOptions(verb);
}

bool CommandParser::has_verb() const {
  return !app_->get_subcommands().empty();
}

std::variant<std::monostate, HelpText, Error> CommandParser::parse(
    const std::vector<std::string>& arguments) {
  // CLI11 takes them from the back.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app_->parse(reversed);
  } catch (const CLI::Success& asked) {
    std::ostringstream out;
    app_->exit(asked, out, out);
    return HelpText{out.str()};
  } catch (const CLI::ParseError& error) {
    return usage_of(error, arguments, *app_);
  }
  return {};
}

}  // namespace deviceflow::demo
