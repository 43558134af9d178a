// The settings screen: what is set, what the person changes, and a test of it.
#ifndef DEVICEFLOW_DEMO_MODEL_SETTINGS_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_SETTINGS_MODEL_HPP

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/doctor_finding.hpp"
#include "intent.hpp"
#include "provider_picker.hpp"
#include "settings_change.hpp"
#include "settings_rows.hpp"
#include "text_editor.hpp"
#include "worker_event.hpp"

namespace deviceflow::demo {

/// What is known of the settings when the program starts.
struct SettingsStart {
  SavedSettings saved;
  FixedSettings fixed;
  std::string broken;  ///< Why the file could not be read, with its path; empty: it could.
};

/// Which of its pictures is shown.
enum class SettingsPage { closed, list, picker, test };

/// What is known of a test that runs or is over.
struct SettingsTest {
  int number = 0;
  std::string step;  ///< What takes time now; empty: it is over.
  Findings findings;
  std::string verdict;
  bool usable = false;
};

class SettingsModel {
 public:
  SettingsModel() = default;
  explicit SettingsModel(SettingsStart start)
      : start_(std::move(start)), draft_(start_.saved), used_(start_.saved) {}

  void open();
  /// The same with the focus on that row, or on the first where it is not there.
  void open_at(const WhichSetting& which, const Language& say);
  /// What that row is called; empty where it is not there.
  std::string label_of(const WhichSetting& which, const Language& say) const;
  /// The same where introspection lacks an account. False, and nothing is opened, where the command
  /// line comes before it.
  bool open_at_introspection(const Language& say);
  /// Gives the focus to the row that keeps a login from beginning; false where there is none.
  bool go_to_lacking(const Language& say);
  /// One step towards the screen below; true where that is it.
  bool back();
  /// Takes the intents of the screen; false for every other one.
  bool on_intent(const Intent& intent, const Language& say);

  /// What the person wants to type, once on_intent() has chosen such a row.
  std::optional<TextEditor::Subject> take_subject() { return std::exchange(subject_, {}); }
  /// It was typed.
  void typed(std::string_view text);
  TextEditor::Subject search_subject(const Language& say) const;
  void search(std::string text);

  /// What has changed since the last call; null: nothing.
  std::shared_ptr<const SettingsChange> take_change();
  /// A CA file that nobody has looked at yet; empty: there is none.
  std::string take_ca_file() { return std::exchange(ca_file_, {}); }
  /// Begins a test of what is on the screen.
  std::shared_ptr<const SettingsChange> begin_test(const Language& say);

  void on_event(const SettingsUsed& event);
  void on_event(const CaFileChecked& event);
  void on_event(TestStep event);
  void on_event(TestFound event);
  void on_event(TestEnded event);

  SettingsPage page() const noexcept { return page_; }
  const SavedSettings& saved() const noexcept { return draft_; }
  /// What --language or the file says; empty: the locale's.
  const std::string& language() const noexcept;
  std::vector<SettingRow> rows(const Language& say) const;
  std::vector<ProviderChoice> choices(const Language& say) const;
  const std::string& searched() const noexcept { return search_; }
  ProviderChoice choice(const Language& say) const;
  const SettingsTest& test() const noexcept { return test_; }
  bool testing() const noexcept { return page_ == SettingsPage::test && !test_.step.empty(); }
  /// The file can't be read, and is left as it is; empty: it can.
  const std::string& broken() const noexcept { return start_.broken; }
  bool replaces_broken() const noexcept { return replace_; }
  /// Why the last change is not in the file, or empty.
  const std::string& not_saved() const noexcept { return not_saved_; }
  /// The first row of the page that shall be seen; may lie beyond the last one.
  std::size_t first_row() const noexcept { return first_row_; }
  /// The row that has the focus when the page appears.
  std::size_t selected() const noexcept { return selected_; }
  /// Changes when selected() is to have the focus again.
  int called() const noexcept { return called_; }

 private:
  /// One of the two secrets.
  struct Typed {
    std::shared_ptr<const Secret> secret;  ///< Not yet in use; or null.
    SecretPlace place = SecretPlace::none;
  };
  void go_to(std::size_t row);
  static std::size_t find(const std::vector<SettingRow>& rows, const WhichSetting& which);
  void turn_asker();
  bool same_asker() const;
  void choose(std::size_t index, const Language& say);
  void choose_provider(std::size_t index, const Language& say);
  void turn(const SettingRow& row);
  void show(SettingsPage page);

  SettingsStart start_;
  SettingsPage page_ = SettingsPage::closed;
  SavedSettings draft_;
  SavedSettings used_;                ///< What the worker was told last.
  std::optional<ProviderKind> kind_;  ///< As picked, where the settings don't tell it yet.
  std::map<std::string, ProviderSettings> others_;  ///< Of this run, by what they are called.
  std::optional<Asker> asker_;                      ///< The same.
  Typed client_secret_;
  Typed introspection_secret_;
  SettingRow typing_;
  std::optional<TextEditor::Subject> subject_;
  std::string search_;
  std::string ca_file_;
  std::string ca_problem_;
  bool replace_ = false;
  std::string not_saved_;
  SettingsTest test_;
  std::size_t first_row_ = 0;
  std::size_t selected_ = 0;
  std::size_t list_row_ = 0;  ///< Where the list was left.
  int called_ = 0;
};

}  // namespace deviceflow::demo

#endif
