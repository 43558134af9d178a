#include "settings_model.hpp"

#include <algorithm>
#include <utility>

namespace deviceflow::demo {

namespace {

bool same_window(const SavedSettings& a, const SavedSettings& b) {
  return a.language == b.language && a.new_codes == b.new_codes;
}

// One that a client secret belongs to.
bool same_client(const SavedSettings& a, const SavedSettings& b) {
  const ProviderSettings& x = a.provider;
  const ProviderSettings& y = b.provider;
  return x.provider == y.provider && x.fields == y.fields && x.issuer == y.issuer &&
         x.endpoints.token == y.endpoints.token && x.client_id == y.client_id;
}

bool same_provider(const SavedSettings& a, const SavedSettings& b) {
  if (a.sandbox || b.sandbox) return a.sandbox == b.sandbox;
  const ProviderSettings& x = a.provider;
  const ProviderSettings& y = b.provider;
  const bool same_endpoints = std::all_of(
      kEndpointNames.begin(), kEndpointNames.end(),
      [&](const EndpointName& one) { return x.endpoints.*one.member == y.endpoints.*one.member; });
  return same_endpoints && same_client(a, b) && x.client_secret_file == y.client_secret_file &&
         x.scope == y.scope && x.ca_file == y.ca_file && x.proxy == y.proxy && x.pkce == y.pkce &&
         x.dpop == y.dpop && x.dpop_device_authorization == y.dpop_device_authorization;
}

constexpr int kNewCodes[] = {kAskForNewCode, 0, 1, 3, 5, 10, kMostNewCodes};

int next_count(int count) {
  const auto* next = std::upper_bound(std::begin(kNewCodes), std::end(kNewCodes), count);
  return next == std::end(kNewCodes) ? kNewCodes[0] : *next;
}

std::string next_language(const std::string& code) {
  const auto files = language_files();
  if (code.empty()) return std::string(files.front().code);
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    if (files[i].code == code) return std::string(files[i + 1].code);
  }
  return {};
}

std::string key_of(const ProviderChoice& choice) {
  return std::to_string(static_cast<int>(choice.kind)) + choice.name;
}

}  // namespace

void SettingsModel::open() {
  selected_ = 0;
  first_row_ = 0;
  show(SettingsPage::list);
}

// An endpoint that is not typed is the server's.
std::size_t SettingsModel::find(const std::vector<SettingRow>& rows, const WhichSetting& which) {
  const auto is_it = [&which](const SettingRow& row) {
    return row.setting == which.setting && (which.name.empty() || row.name == which.name);
  };
  const auto is_place = [](const SettingRow& row) {
    return row.setting == Setting::field || row.setting == Setting::issuer ||
           row.setting == Setting::endpoint;
  };
  auto found = std::find_if(rows.begin(), rows.end(), is_it);
  const bool place = which.setting == Setting::field || which.setting == Setting::endpoint;
  if (found == rows.end() && place) found = std::find_if(rows.begin(), rows.end(), is_place);
  return static_cast<std::size_t>(found - rows.begin());
}

void SettingsModel::open_at(const WhichSetting& which, const Language& say) {
  open();
  const auto all = rows(say);
  const std::size_t row = find(all, which);
  go_to(row < all.size() ? row : 0);
}

std::string SettingsModel::label_of(const WhichSetting& which, const Language& say) const {
  const auto all = rows(say);
  const std::size_t row = find(all, which);
  return row < all.size() ? all[row].label : std::string();
}

bool SettingsModel::open_at_introspection(const Language& say) {
  const auto all = rows(say);
  const auto found = std::find_if(all.begin(), all.end(), [](const SettingRow& row) {
    return row.setting == Setting::introspection && !row.fixed;
  });
  if (found == all.end()) return false;
  const bool named = asker_of(draft_.provider) != Asker::own_client;
  if (asker_.value_or(asker_of(draft_.provider)) == Asker::own_client) asker_ = Asker::user;
  open_at({named ? Setting::introspection_secret : Setting::introspection_name}, say);
  return true;
}

bool SettingsModel::go_to_lacking(const Language& say) {
  const auto all = rows(say);
  const auto lacks = [](const SettingRow& row) {
    return !row.fixed && (!row.error.empty() || (row.needed && row.value.empty()));
  };
  const auto found = std::find_if(all.begin(), all.end(), lacks);
  if (found == all.end()) return false;
  if (page_ != SettingsPage::list) open();
  go_to(static_cast<std::size_t>(found - all.begin()));
  return true;
}

// The row before it is seen as well.
void SettingsModel::go_to(std::size_t row) {
  selected_ = row;
  first_row_ = row > 1 ? row - 1 : 0;
  ++called_;
}

void SettingsModel::show(SettingsPage page) {
  if (page_ == SettingsPage::list) list_row_ = selected_;
  page_ = page;
  if (page == SettingsPage::list) {
    selected_ = list_row_;
    first_row_ = std::min(first_row_, selected_);
  } else {
    selected_ = 0;
    first_row_ = 0;
  }
}

bool SettingsModel::back() {
  if (page_ == SettingsPage::list) {
    page_ = SettingsPage::closed;
    list_row_ = 0;
    return true;
  }
  show(SettingsPage::list);
  return false;
}

bool SettingsModel::on_intent(const Intent& intent, const Language& say) {
  const auto index = static_cast<std::size_t>(std::max(0, intent.value));
  switch (intent.kind) {
    case Intent::Kind::choose_setting: choose(index, say); return true;
    case Intent::Kind::choose_provider: choose_provider(index, say); return true;
    case Intent::Kind::scroll_settings: first_row_ = index; return true;
    case Intent::Kind::replace_settings_file: replace_ = true; return true;
    default: return false;
  }
}

const std::string& SettingsModel::language() const noexcept {
  return start_.fixed.language.empty() ? draft_.language : start_.fixed.language;
}

ProviderChoice SettingsModel::choice(const Language& say) const {
  ProviderChoice choice = choice_of(draft_, say);
  if (kind_ && choice.kind != ProviderKind::described && choice.kind != *kind_) {
    for (ProviderChoice& one : provider_choices("", say)) {
      if (one.kind == *kind_) return std::move(one);
    }
  }
  return choice;
}

std::vector<SettingRow> SettingsModel::rows(const Language& say) const {
  const auto place = [](const Typed& typed, bool same) {
    return same && !typed.secret ? typed.place : SecretPlace::none;
  };
  const auto is_typed = [](const Typed& typed) { return typed.secret && !typed.secret->empty(); };
  return setting_rows(
      {draft_, start_.fixed, choice(say), place(client_secret_, same_client(draft_, used_)),
       is_typed(client_secret_), asker_.value_or(asker_of(draft_.provider)),
       place(introspection_secret_, same_client(draft_, used_) && same_asker()),
       is_typed(introspection_secret_), ca_problem_},
      say);
}

std::vector<ProviderChoice> SettingsModel::choices(const Language& say) const {
  return provider_choices(search_, say);
}

void SettingsModel::choose(std::size_t index, const Language& say) {
  const auto all = rows(say);
  if (page_ != SettingsPage::list || index >= all.size()) return;
  selected_ = index;
  const SettingRow& row = all[index];
  if (row.fixed) return;
  if (row.setting == Setting::provider) {
    search_.clear();
    const ProviderChoice now = choice(say);
    const auto choices = provider_choices("", say);
    const auto chosen = std::find_if(choices.begin(), choices.end(),
                                     [&](const auto& one) { return one.same(now); });
    show(SettingsPage::picker);
    selected_ = static_cast<std::size_t>(chosen - choices.begin()) % choices.size();
    first_row_ = selected_ > 1 ? selected_ - 1 : 0;
  } else if (row.accept == SettingRow::Accept::changes) {
    turn(row);
  } else {
    std::string hint = row.error.empty() ? row.hint : row.error;
    if (row.secret && !row.value.empty()) hint = say("settings.client_secret.remove");
    subject_ = TextEditor::Subject{row.label, std::move(hint),
                                   Secret(setting_text(draft_, row.setting, row.name)), row.secret};
    typing_ = row;
  }
}

void SettingsModel::turn(const SettingRow& row) {
  switch (row.setting) {
    case Setting::pkce: draft_.provider.pkce = !draft_.provider.pkce; break;
    case Setting::dpop:
      draft_.provider.dpop = !draft_.provider.dpop;
      draft_.provider.dpop_device_authorization = false;
      break;
    case Setting::dpop_device_authorization:
      draft_.provider.dpop_device_authorization = !draft_.provider.dpop_device_authorization;
      break;
    case Setting::introspection: turn_asker(); break;
    case Setting::language: draft_.language = next_language(draft_.language); break;
    case Setting::new_codes: draft_.new_codes = next_count(draft_.new_codes); break;
    default: break;
  }
}

// Another way to ask has another name and secret.
void SettingsModel::turn_asker() {
  ProviderSettings& provider = draft_.provider;
  const bool elsewhere = !provider.introspection_user_file.empty() ||
                         !provider.introspection_secret_file.empty() || provider.introspection_auth;
  const Asker now = asker_.value_or(asker_of(provider));
  asker_ = elsewhere || now == Asker::client ? Asker::own_client
           : now == Asker::user              ? Asker::client
                                             : Asker::user;
  provider.introspection_auth.reset();
  provider.introspection_user.clear();
  provider.introspection_user_file.clear();
  provider.introspection_client_id.clear();
  provider.introspection_secret_file.clear();
  introspection_secret_.secret.reset();
}

bool SettingsModel::same_asker() const {
  const ProviderSettings& a = draft_.provider;
  const ProviderSettings& b = used_.provider;
  return a.introspection_auth == b.introspection_auth &&
         a.introspection_user == b.introspection_user &&
         a.introspection_user_file == b.introspection_user_file &&
         a.introspection_client_id == b.introspection_client_id &&
         a.introspection_secret_file == b.introspection_secret_file;
}

void SettingsModel::typed(std::string_view text) {
  if (typing_.setting == Setting::client_secret) {
    client_secret_.secret = std::make_shared<const Secret>(text);
    draft_.provider.client_secret_file.clear();
    return;
  }
  if (typing_.setting == Setting::introspection_secret) {
    introspection_secret_.secret = std::make_shared<const Secret>(text);
    return;
  }
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  const std::string trimmed(text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
  if (typing_.setting == Setting::introspection_name) {
    asker_ = asker_.value_or(asker_of(draft_.provider));
    ProviderSettings& provider = draft_.provider;
    std::string& name =
        *asker_ == Asker::user ? provider.introspection_user : provider.introspection_client_id;
    if (name != trimmed) introspection_secret_.secret.reset();
    name = trimmed;
    return;
  }
  set_setting_text(draft_, typing_.setting, typing_.name, trimmed);
  if (typing_.setting == Setting::ca_file) {
    ca_problem_.clear();
    ca_file_ = trimmed;
  }
}

TextEditor::Subject SettingsModel::search_subject(const Language& say) const {
  return {std::string(say("providers.search")), {}, Secret(search_), false};
}

void SettingsModel::search(std::string text) {
  search_ = std::move(text);
  first_row_ = 0;
  selected_ = 0;
}

// What was typed for the one that is left comes back with it.
void SettingsModel::choose_provider(std::size_t index, const Language& say) {
  const auto all = choices(say);
  if (page_ != SettingsPage::picker || index >= all.size()) return;
  const ProviderChoice before = choice(say);
  const ProviderChoice& wanted = all[index];
  show(SettingsPage::list);
  if (wanted.same(before)) return;
  if (before.kind != ProviderKind::sandbox) others_[key_of(before)] = draft_.provider;
  kind_ = wanted.kind;
  draft_.sandbox = wanted.kind == ProviderKind::sandbox;
  if (draft_.sandbox) return;
  client_secret_.secret.reset();
  introspection_secret_.secret.reset();
  asker_.reset();
  ca_problem_.clear();
  const ProviderChoice held = choice_of(draft_, say);
  if (held.same(wanted)) return;  // the sandbox stood in its place
  const auto known = others_.find(key_of(wanted));
  // These belong to the device, whatever the provider.
  const std::string store = draft_.provider.store;
  const std::string proxy = draft_.provider.proxy;
  draft_.provider = known != others_.end() ? known->second : ProviderSettings();
  draft_.provider.provider = wanted.name;
  draft_.provider.store = store;
  draft_.provider.proxy = proxy;
}

std::shared_ptr<const SettingsChange> SettingsModel::take_change() {
  const bool provider = !same_provider(draft_, used_) || client_secret_.secret;
  const bool asker = !same_asker() || introspection_secret_.secret;
  const bool save = provider || asker || !same_window(draft_, used_) || replace_;
  if (!save) return nullptr;
  auto change = std::make_shared<SettingsChange>();
  change->saved = draft_;
  change->client_secret = std::exchange(client_secret_.secret, nullptr);
  change->introspection_secret = std::exchange(introspection_secret_.secret, nullptr);
  change->broken = replace_ ? BrokenFile::replace : BrokenFile::keep;
  change->reopen = provider && !start_.fixed.provider;
  used_ = draft_;
  return change;
}

std::shared_ptr<const SettingsChange> SettingsModel::begin_test(const Language& say) {
  auto change = std::make_shared<SettingsChange>();
  change->saved = draft_;
  change->client_secret = client_secret_.secret;
  change->test = test_.number + 1;
  show(SettingsPage::test);
  test_ = {};
  test_.number = change->test;
  test_.step.text = say("test.starting");
  return change;
}

void SettingsModel::on_event(const SettingsUsed& event) {
  if (event.saved) {
    not_saved_ = event.not_saved;
    if (not_saved_.empty() && replace_) {
      replace_ = false;
      start_.broken.clear();
    }
  }
  client_secret_.place = event.secret;
  introspection_secret_.place = event.introspection_secret;
}

void SettingsModel::on_event(const CaFileChecked& event) {
  if (event.path == draft_.provider.ca_file) ca_problem_ = event.problem;
}

void SettingsModel::on_event(TestStep event) {
  if (event.test == test_.number && test_.runs()) test_.step = std::move(event.step);
}

void SettingsModel::on_event(TestFound event) {
  if (event.test == test_.number) test_.findings.push_back(std::move(event.finding));
}

void SettingsModel::on_event(TestEnded event) {
  if (event.test != test_.number) return;
  test_.step = {};
  test_.verdict = std::move(event.verdict);
  // What has to be fixed comes first.
  std::stable_sort(test_.findings.begin(), test_.findings.end(),
                   [](const Finding& x, const Finding& y) { return x.grade > y.grade; });
}

}  // namespace deviceflow::demo
