#include "help_text.hpp"

namespace deviceflow::demo {

namespace {

constexpr VerbHelp kLogin{
    "login", "Sign in with a code on a second screen",
    "Without a provider (--provider, --issuer, the endpoints, or --config) the sandbox\n"
    "is started and used. Its logins are never stored: the tokens die with it.\n"
    "\n"
    "A login at a provider is stored for the other verbs, encrypted where the desktop\n"
    "has a keyring. With --store none nothing is stored: the tokens are gone when the\n"
    "command ends, unless --show-tokens prints them.\n"
    "\n"
    "With TERM=dumb or ACCESSIBLE set, as for screen readers, nothing is rewritten:\n"
    "links and code are printed once. --qr utf8 and --qr ascii still draw a QR code.\n"
    "\n"
    "Where this machine has a browser and a keyboard, the provider's ordinary sign-in\n"
    "(the authorization code flow) is safer: a code like this one can be phished.\n"
    "\n"
    "Examples:\n"
    "  deviceflow login\n"
    "  deviceflow login --lan --scenario slow_down\n"
    "  deviceflow login --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow login --config tv.json --dpop --pkce\n"
    "  deviceflow login --config tv.json --json"};

constexpr VerbHelp kStatus{
    "status", "Show what is stored, without sending anything",
    "Without a provider it lists every stored sign-in. Never shows a token. Ends with\n"
    "1 if nothing is stored.\n"
    "\n"
    "Examples:\n"
    "  deviceflow status\n"
    "  deviceflow status --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow status --config tv.json --json"};

constexpr VerbHelp kToken{
    "token", "Print a valid access token, for scripts",
    "Renews the stored token only when that is due. After a refresh that failed the\n"
    "next one waits, in other runs too, so it can stand in a loop.\n"
    "\n"
    "Examples:\n"
    "  deviceflow token --config tv.json\n"
    "  curl -H \"$(deviceflow token --config tv.json --format header)\" \\\n"
    "    https://api.example.com/me\n"
    "  eval \"$(deviceflow token --config tv.json --format env)\""};

constexpr VerbHelp kRefresh{
    "refresh", "Renew the stored access token",
    "Uses the stored refresh token, due or not, and stores the result. If another\n"
    "program does the same at that moment, its result is used: no refresh token is\n"
    "sent twice.\n"
    "\n"
    "Examples:\n"
    "  deviceflow refresh --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow refresh --config tv.json --json --show-tokens"};

constexpr VerbHelp kUserinfo{
    "userinfo", "Ask who signed in",
    "Uses the stored access token, renewed first if that is due. The login needs\n"
    "the scope \"openid\".\n"
    "\n"
    "Examples:\n"
    "  deviceflow userinfo --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow userinfo --config tv.json --json"};

constexpr VerbHelp kIntrospect{
    "introspect", "Ask the provider about a token",
    "Without \"-\" it is about the stored access token, as it is.\n"
    "\n"
    "The endpoint wants credentials: an account (--introspection-user-file), a client\n"
    "that may ask (--introspection-client-id and --introspection-secret-file), or the\n"
    "client's own. For one that wants none: --introspection-auth none sends the token\n"
    "alone, client_id the client ID as well.\n"
    "\n"
    "Examples:\n"
    "  deviceflow introspect --config tv.json --introspection-user-file account\n"
    "  deviceflow introspect --config tv.json --introspection-auth none\n"
    "  deviceflow introspect - --issuer https://login.example.com \\\n"
    "    --introspection-client-id api --introspection-secret-file api.secret <token"};

constexpr VerbHelp kRevoke{
    "revoke", "Revoke the stored tokens, then forget them",
    "What the provider does not confirm stays stored, so that you can try again. After\n"
    "the refresh token it counts as signed out. If the provider offers no revocation,\n"
    "the login is forgotten.\n"
    "\n"
    "Examples:\n"
    "  deviceflow revoke --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow revoke --config tv.json --json"};

constexpr VerbHelp kLogout{
    "logout", "Sign out: revoke where possible, and forget",
    "The login is forgotten whatever the network says. That works for one that can't\n"
    "be read any more as well.\n"
    "\n"
    "Examples:\n"
    "  deviceflow logout --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow logout --config tv.json --json"};

constexpr VerbHelp kDiscover{"discover", "Show a provider's endpoints",
                             "Examples:\n"
                             "  deviceflow discover --issuer https://login.example.com --json\n"
                             "  deviceflow discover --provider google"};

constexpr VerbHelp kProviders{
    "providers", "List the providers that are known by name",
    "Each is a description of where its endpoints are and how it differs from the\n"
    "RFCs; --provider takes a file with one of your own as well. A provider that is\n"
    "not listed works with its issuer URL or its endpoints.\n"
    "\n"
    "Examples:\n"
    "  deviceflow providers\n"
    "  deviceflow login --provider github --client-id my-tv\n"
    "  deviceflow login --provider my-server.json --field host=id.example.com \\\n"
    "    --client-id my-tv"};

constexpr VerbHelp kDoctor{
    "doctor", "Check a provider without a person",
    "Looks at the settings, the certificate, the metadata and the keys, asks for\n"
    "codes, polls once after the interval, and drops the codes: nobody sees them, and\n"
    "nothing is stored. Each finding says what was found and, if something should be\n"
    "fixed, what to do, who can do it and which section of the standard says so.\n"
    "\n"
    "Ends with 0 where a device can sign in, 1 where it can't, 2 where the settings\n"
    "can't be used. Without a provider it looks at the sandbox.\n"
    "\n"
    "Examples:\n"
    "  deviceflow doctor --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow doctor --config tv.json --scope openid --json\n"
    "  deviceflow doctor --config tv.json --cacert authority.pem --trace doctor.jsonl\n"
    "  deviceflow doctor --scenario odd_device_response"};

constexpr VerbHelp kReplay{
    "replay", "Run a recorded login through this version",
    "Reads what login --trace FILE wrote, gives the recorded answers on a virtual\n"
    "clock, and says what this version does and when. Sends nothing. Ends with 1 where\n"
    "it comes to another outcome than recorded.\n"
    "\n"
    "Examples:\n"
    "  deviceflow replay trace.jsonl\n"
    "  deviceflow replay trace.jsonl --json"};

}  // namespace

const char* const kMainFooter =
    "Examples:\n"
    "  deviceflow login                try it with the sandbox, no account needed\n"
    "  deviceflow login --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow status               list every stored sign-in\n"
    "  deviceflow discover --issuer https://login.example.com\n"
    "  deviceflow doctor --issuer https://login.example.com --client-id my-tv\n"
    "\n"
    "Exit codes:\n"
    "  0 done   1 token not active, nothing stored, provider not usable (doctor), or\n"
    "  another outcome than recorded (replay)\n"
    "  2 usage, configuration or a file, the stored login among them   3 denied\n"
    "  4 code expired   5 refused or unusable answer   6 network or certificate\n"
    "  130 interrupted";

const VerbHelp& help_of(Verb verb) {
  switch (verb) {
    case Verb::login: return kLogin;
    case Verb::status: return kStatus;
    case Verb::token: return kToken;
    case Verb::refresh: return kRefresh;
    case Verb::userinfo: return kUserinfo;
    case Verb::introspect: return kIntrospect;
    case Verb::revoke: return kRevoke;
    case Verb::logout: return kLogout;
    case Verb::discover: return kDiscover;
    case Verb::replay: return kReplay;
    case Verb::doctor: return kDoctor;
    case Verb::providers: break;
  }
  return kProviders;
}

}  // namespace deviceflow::demo
