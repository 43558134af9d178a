#include "command_line.hpp"

#include <CLI/CLI.hpp>
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

Error usage_of(const CLI::ParseError& error, const std::vector<std::string>& arguments,
               const CLI::App& app) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    std::string options;
    for (const std::string& extra : app.remaining(true)) {
      const std::string name = extra.substr(0, extra.find('='));
      if (name.starts_with("--")) options += (options.empty() ? "" : ", ") + name;
    }
    Error out = unexpected(arguments);
    const bool ordinary = out.message.starts_with("There is an argument");
    if (!options.empty() && ordinary) {
      out.message = "Not known here: " + options + ". --help lists what is.";
    }
    return out;
  }
  return usage_error(std::string(error.what()) + ". --help lists the options.");
}

CLI::Option* described(CLI::Option* option, const OptionHelp& help) {
  return option->type_name(help.type)->group(help.group);
}

}  // namespace

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
