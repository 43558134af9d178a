// What the person wants, as views say it and the model understands it.
#ifndef DEVICEFLOW_DEMO_MODEL_INTENT_HPP
#define DEVICEFLOW_DEMO_MODEL_INTENT_HPP

#include <cstddef>

namespace deviceflow::demo {

struct Intent {
  enum class Kind {
    none,             ///< Of what can't be pressed now.
    log_in,           ///< Also "Get a new code" and "Try again".
    cancel,           ///< Give up the login that is going on.
    go_home,          ///< Leave an outcome behind; a signed-in person's tokens are forgotten.
    show_sign_in,     ///< The first tab.
    show_developer,   ///< The second.
    open_lan_picker,  ///< Sandbox only: who may open its page.
    choose_lan,       ///< `value` is the row of the picker.
    close_picker,
    enlarge_qr,  ///< On the code screen: as large as the screen allows.
    shrink_qr,
    select_exchange,  ///< `value` is its index.
    select_device_authorization,
    select_token,
    open_detail,   ///< The selected exchange's answer, where the list leaves no room for it.
    close_detail,  ///< Back to the list.
    cycle_filter,  ///< To the next kind of exchanges.
    clear_filter,  ///< All exchanges again, and nothing looked for.
    toggle_fold,   ///< `value` is the line of the detail at which it begins.
    copy_curl,     ///< The selected request as a command for a shell.
    copy_body,     ///< The body that is shown.
    show_request,
    show_response,
    show_timings,
    toggle_results,  ///< The results of the result bar, whole.
    toggle_raw,
    toggle_secrets,
    scroll_to,  ///< `value` is the first line that shall be seen.
    show_exchanges,
    show_timeline,
    select_wait,  ///< `value` is its index.
    zoom_in,
    zoom_out,
    show_tokens,
    select_token_kind,  ///< `value` is a TokenKind.
    show_machine,
    select_state,  ///< `value` is a LoginState.
    show_replay,
    select_trace,  ///< `value` is its index.
    replay_trace,  ///< The same.
    show_desk,
    press_desk,  ///< `value` is a DeskPress.
    user_info,
    refresh,
    revoke,      ///< Ends the login, as signing out does, with this tab still shown.
    save_trace,  ///< The exchanges into a file, without secrets.
    save_har,    ///< The same for a browser's developer tools.
    introspect,
    discover,          ///< Fetch the provider's metadata anew.
    search_exchanges,  ///< Opens the editor for what is looked for.
    press_key,         ///< In the editor; `value` is its index in screen_keys().
    open_settings,
    close_settings,         ///< One step back within them as well.
    choose_setting,         ///< `value` is its row.
    choose_provider,        ///< `value` is its row in the picker.
    scroll_settings,        ///< `value` is the first row that shall be seen.
    search_providers,       ///< Opens the editor for what is looked for.
    cancel_test,            ///< The one that runs.
    test_settings,          ///< Runs the doctor with what is on the screen.
    replace_settings_file,  ///< One that can't be read.
    use_settings,           ///< Leaves the settings and logs in with them.
    trust_certificate,      ///< The one on the screen, for this provider; then log in.
    quit,
  };
  Kind kind = Kind::go_home;
  int value = 0;
  std::size_t top =
      0;  ///< With select_exchange and select_trace: the first of the list that is shown.

  bool operator==(const Intent&) const = default;
};

}  // namespace deviceflow::demo

#endif
