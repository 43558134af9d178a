#include "pages.hpp"

#include <initializer_list>
#include <utility>

#include "clients.hpp"
#include "messages.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:dark light;--top:#16273a;--mid:#121a24;--low:#0b0f14;--card:#172130;
--raised:#1e2a3b;--line:#2c3a4e;--text:#f3f6fa;--muted:#a9b7c6;--accent:#58d0b3;--ink:#06231c;
--good:#6bd68e;--warn:#f4bc4f;--bad:#f2776a;--focus:#fff}
@media (prefers-color-scheme:light){:root{--top:#e2f0ee;--mid:#f1f5f8;--low:#e9eef3;--card:#fff;
--raised:#f3f6f9;--line:#cbd6e0;--text:#14202d;--muted:#4b5c6d;--accent:#0b7a64;--ink:#fff;
--good:#1a7a3e;--warn:#8a5a00;--bad:#b3372b;--focus:#14202d}}
*{box-sizing:border-box;margin:0}
html{background:var(--low);-webkit-text-size-adjust:100%}
body{min-height:100vh;min-height:100svh;display:flex;flex-direction:column;color:var(--text);
font:17px/1.5 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
background:radial-gradient(120% 70% at 70% 0,var(--top),var(--mid) 55%,var(--low));
padding:max(20px,env(safe-area-inset-top)) 20px max(16px,env(safe-area-inset-bottom))}
main{width:100%;max-width:460px;margin:0 auto;flex:1;display:flex;flex-direction:column;gap:16px}
.brand{display:flex;align-items:center;gap:10px;font-weight:600;font-size:16px}
.dot{width:10px;height:10px;border-radius:50%;background:var(--accent)}
h1{font-size:30px;line-height:1.2;letter-spacing:-.01em;text-wrap:balance}
.app{white-space:nowrap}
h2{font-size:15px;font-weight:600;color:var(--muted)}
p.lead{color:var(--muted)}.end p.lead{text-wrap:balance}
.card{background:var(--card);border:1px solid var(--line);border-radius:22px;padding:18px}
.code{font:700 36px/1.25 "DejaVu Sans Mono",ui-monospace,Menlo,Consolas,monospace;
letter-spacing:.06em;text-align:center;overflow-wrap:anywhere;padding:6px 0 10px}
.code.long{font-size:24px}
.check{font-size:16px;border-top:1px solid var(--line);padding-top:12px}
.check b{display:block}.check span{color:var(--muted)}
ul{list-style:none;padding:0;margin-top:8px;display:grid;gap:8px}
li{display:flex;gap:12px;overflow-wrap:anywhere}
li::before{content:"\2713";color:var(--accent);font-weight:700}
fieldset{border:0;padding:0;min-width:0}
legend{padding:0;margin-bottom:8px;font-size:15px;font-weight:600;color:var(--muted)}
.people{display:grid;grid-template-columns:repeat(3,1fr);gap:10px}
.people label{position:relative;display:block;cursor:pointer}
.people input{position:absolute;inset:0;opacity:0;width:100%;height:100%;cursor:pointer}
.people span{display:flex;flex-direction:column;align-items:center;gap:6px;padding:10px 4px;
border:2px solid var(--line);border-radius:18px;background:var(--card);font-weight:600}
.people i{display:grid;place-items:center;width:40px;height:40px;border-radius:50%;
background:var(--raised);color:var(--muted);font-style:normal}
.people input:checked+span{border-color:var(--accent)}
.people input:checked+span i{background:var(--accent);color:var(--ink)}
.people input:focus-visible+span,.button:focus-visible,input.typed:focus-visible{
outline:3px solid var(--focus);outline-offset:3px}
form{display:flex;flex-direction:column;gap:16px}
.row{display:grid;grid-template-columns:1fr 1fr;gap:12px}
.button{appearance:none;font:inherit;font-weight:700;font-size:18px;min-height:56px;width:100%;
padding:12px 18px;border-radius:18px;border:2px solid var(--line);background:var(--raised);
color:var(--text);cursor:pointer}
.button.go{background:var(--accent);border-color:var(--accent);color:var(--ink)}
label.field{font-weight:600}
input.typed{display:block;width:100%;margin-top:8px;padding:14px 12px;border-radius:18px;
border:2px solid var(--line);background:var(--card);color:var(--text);text-align:center;
text-transform:uppercase;letter-spacing:.08em;
font:700 28px/1.3 "DejaVu Sans Mono",ui-monospace,Menlo,Consolas,monospace}
input.typed::placeholder{color:var(--muted);opacity:.55}
.alert{display:flex;gap:12px;border:1px solid var(--bad);border-radius:18px;
padding:14px 16px;background:var(--card)}
.alert b{color:var(--bad)}
.end{flex:1;display:flex;flex-direction:column;align-items:center;justify-content:center;
text-align:center;gap:14px;padding-bottom:8vh}
.mark{width:104px;height:104px;border-radius:50%;display:grid;place-items:center;
font-size:52px;line-height:1;font-weight:700;background:var(--card);border:3px solid var(--good);
color:var(--good)}
.mark.no{border-color:var(--muted);color:var(--muted)}
footer{max-width:460px;width:100%;margin:18px auto 0;padding-top:10px;font-size:14px;
border-top:1px solid var(--line);color:var(--muted);text-align:center}
footer b{color:var(--warn)}
)css";

using Value = std::pair<std::string_view, std::string>;

// Words are plain text, and values are HTML already.
std::string filled(std::string_view words, std::initializer_list<Value> values) {
  std::string html = escape_html(words);
  for (const auto& [place, value] : values) {
    const std::size_t at = html.find(place);
    if (at != std::string::npos) html.replace(at, place.size(), value);
  }
  return html;
}

std::string document(const PageWords& say, std::string_view nonce, std::string_view title,
                     std::string_view main) {
  std::string html = "<!doctype html>\n<html lang=\"" + std::string(say.language);
  html +=
      "\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1,viewport-fit=cover\">"
      "<meta name=\"color-scheme\" content=\"dark light\">"
      "<meta name=\"robots\" content=\"noindex\"><title>";
  html += escape_html(title);
  html += " - deviceflow sandbox</title><style nonce=\"";
  html += escape_html(nonce);
  html += "\">";
  html += kStyle;
  html += "</style></head>\n<body><main>";
  html += main;
  html += "</main>\n<footer><b>" + escape_html(say.nothing_real) + "</b> " +
          escape_html(say.nothing_to_lose) + "</footer></body></html>\n";
  return html;
}

constexpr std::string_view kBrand =
    "<div class=\"brand\"><span class=\"dot\"></span>deviceflow sandbox</div>\n";

std::string minutes_left(const PageWords& say, std::chrono::milliseconds left) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(left).count();
  if (minutes < 1) return escape_html(say.left_none);
  return filled(minutes == 1 ? say.left_one : say.left_more,
                {{"{count}", std::to_string(minutes)}});
}

std::string scope_list(const PageWords& say, std::string_view scope) {
  std::string items;
  while (!scope.empty()) {
    const auto space = scope.find(' ');
    const std::string_view one = scope.substr(0, space);
    if (!one.empty()) items += "<li>" + scope_in_words(say, one) + "</li>";
    scope = space == std::string_view::npos ? std::string_view() : scope.substr(space + 1);
  }
  return items;
}

std::string person_choice(const PageWords& say) {
  std::string html =
      "<fieldset><legend>" + escape_html(say.who_are_you) + "</legend><div class=\"people\">";
  bool first = true;
  for (const Person& person : people()) {
    const std::string name = escape_html(person.name);
    html += "<label><input type=\"radio\" name=\"user\" value=\"" + name + "\"";
    html += first ? " checked>" : ">";
    html +=
        "<span><i aria-hidden=\"true\">" + name.substr(0, 1) + "</i>" + name + "</span></label>";
    first = false;
  }
  return html + "</div></fieldset>\n";
}

}  // namespace

std::string scope_in_words(const PageWords& say, std::string_view scope) {
  for (std::size_t i = 0; i < kPageScopes.size(); ++i) {
    if (kPageScopes[i] == scope) return escape_html(say.scopes[i]);
  }
  return filled(say.other_scope, {{"{scope}", escape_html(scope)}});
}

std::string code_page(const PageWords& say, std::string_view nonce, std::string_view typed,
                      std::string_view problem) {
  std::string main{kBrand};
  main += "<h1>" + escape_html(say.type_heading) + "</h1>\n<p class=\"lead\">" +
          escape_html(say.type_lead) + "</p>\n";
  if (!problem.empty()) {
    main += "<div class=\"alert\" role=\"alert\"><b aria-hidden=\"true\">!</b><span>" +
            escape_html(problem) + "</span></div>\n";
  }
  main += "<form method=\"get\" action=\"/device\"><label class=\"field\">" +
          escape_html(say.code_label) + "<input class=\"typed\" name=\"user_code\" value=\"" +
          escape_html(typed) +
          "\" placeholder=\"WDJB-MJHT\" maxlength=\"80\" required autofocus autocomplete=\"off\" "
          "autocapitalize=\"characters\" autocorrect=\"off\" spellcheck=\"false\"></label>\n"
          "<button class=\"button go\">" +
          escape_html(say.proceed) + "</button></form>\n<p class=\"lead\">" +
          escape_html(say.type_warning) + "</p>";
  return document(say, nonce, say.type_title, main);
}

std::string consent_page(const PageWords& say, std::string_view nonce, const ConsentView& view) {
  const std::string app = escape_html(view.app);
  const std::string device = escape_html(view.device);
  const std::string code = escape_html(view.user_code);
  std::string main{kBrand};
  main += "<h1>" +
          filled(say.consent_heading, {{"{app}", "<span class=\"app\">" + app + "</span>"}}) +
          "</h1>\n<section class=\"card\"><h2>" + filled(say.has_to_show, {{"{device}", device}}) +
          "</h2><div class=\"code";
  main += view.user_code.size() > 10 ? " long\">" : "\">";
  main += code;
  main += "</div>\n<p class=\"check\"><b>" + filled(say.same_code, {{"{device}", device}}) +
          "</b> <span>" + escape_html(say.sent_to_you) + " " + minutes_left(say, view.time_left) +
          "</span></p></section>\n";
  main += "<section><h2>" + filled(say.able_to, {{"{app}", app}}) + "</h2><ul>" +
          scope_list(say, view.scope) + "</ul></section>\n";
  main += "<form method=\"post\" action=\"/device\">";
  main += person_choice(say);
  main += "<input type=\"hidden\" name=\"user_code\" value=\"" + code + "\">";
  main += "<input type=\"hidden\" name=\"page_token\" value=\"" + escape_html(view.page_token) +
          "\">\n";
  main += "<div class=\"row\"><button class=\"button\" name=\"decision\" value=\"deny\">" +
          escape_html(say.deny) +
          "</button><button class=\"button go\" name=\"decision\" value=\"approve\">" +
          escape_html(say.approve) + "</button></div></form>";
  return document(say, nonce, say.consent_title, main);
}

std::string approved_page(const PageWords& say, std::string_view nonce, std::string_view app,
                          std::string_view person) {
  std::string main{kBrand};
  main +=
      "<div class=\"end\" role=\"status\"><div class=\"mark\" aria-hidden=\"true\">&#10003;</div>"
      "<h1>" +
      escape_html(say.approved_heading) + "</h1><p class=\"lead\">" +
      filled(say.approved_text, {{"{app}", "<span class=\"app\">" + escape_html(app) + "</span>"},
                                 {"{person}", escape_html(person)}}) +
      "<br>" + escape_html(say.close_page) + "</p></div>";
  return document(say, nonce, say.approved_title, main);
}

std::string denied_page(const PageWords& say, std::string_view nonce, std::string_view app) {
  std::string main{kBrand};
  main +=
      "<div class=\"end\" role=\"status\"><div class=\"mark no\" aria-hidden=\"true\">&#10005;"
      "</div><h1>" +
      escape_html(say.denied_heading) + "</h1><p class=\"lead\">" +
      filled(say.denied_text, {{"{app}", "<span class=\"app\">" + escape_html(app) + "</span>"}}) +
      "<br>" + escape_html(say.close_page) + "</p></div>";
  return document(say, nonce, say.denied_title, main);
}

}  // namespace deviceflow::sandbox
