#include "page_words.hpp"

#include <algorithm>

#include "messages.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr PageWords kEnglish{
    "en",
    "Sandbox - nothing here is real.",
    "No account, no password, nothing to lose.",
    "Type the code",
    "Sign in on your device",
    "Type the code that your TV or other device shows.",
    "Code",
    "Continue",
    "If somebody sent you a code, stop: only type what you see on a screen in front of you.",
    "Approve the sign-in",
    "Sign in on {app}?",
    "Your {device} has to show this code",
    "Continue only if your {device} shows this same code.",
    "If somebody sent you this code, stop.",
    "Valid for less than a minute.",
    "Valid for 1 more minute.",
    "Valid for {count} more minutes.",
    "{app} will be able to",
    "Who are you?",
    "Deny",
    "Approve",
    "Signed in",
    "You're signed in",
    "{app} continues automatically as {person}.",
    "Denied",
    "Not signed in",
    "You declined, and {app} gets nothing.",
    "You can close this page.",
    "That code is not known here. Compare it with your device and type it again.",
    "That code has been used. Ask your device for a new one and type that.",
    "That code is no longer valid. Ask your device for a new one and type that.",
    "This page was too old to count. Type the code once more; your browser has to accept cookies.",
    {"know that it is you", "see your name", "see your e-mail address", "show your photos",
     "play your playlists", "stay signed in"},
    "use \"{scope}\""};

constexpr PageWords kGerman{
    "de",
    "Sandbox - nichts hier ist echt.",
    "Kein Konto, kein Passwort, nichts zu verlieren.",
    "Code eingeben",
    "Auf Ihrem Gerät anmelden",
    "Geben Sie den Code ein, den Ihr Fernseher oder ein anderes Gerät zeigt.",
    "Code",
    "Weiter",
    "Hat Ihnen jemand einen Code geschickt, brechen Sie ab: Geben Sie nur ein, was auf einem "
    "Bildschirm vor Ihnen steht.",
    "Der Anmeldung zustimmen",
    "Auf {app} anmelden?",
    "Ihr Gerät muss diesen Code zeigen",
    "Nur weiter, wenn Ihr Gerät denselben Code zeigt.",
    "Hat Ihnen jemand diesen Code geschickt, brechen Sie ab.",
    "Noch weniger als eine Minute gültig.",
    "Noch 1 Minute gültig.",
    "Noch {count} Minuten gültig.",
    "{app} darf dann",
    "Wer sind Sie?",
    "Ablehnen",
    "Zustimmen",
    "Angemeldet",
    "Sie sind angemeldet",
    "{app} macht automatisch weiter, als {person}.",
    "Abgelehnt",
    "Nicht angemeldet",
    "Sie haben abgelehnt, und {app} erhält nichts.",
    "Sie können diese Seite schließen.",
    "Dieser Code ist hier nicht bekannt. Vergleichen Sie ihn mit Ihrem Gerät und geben Sie ihn "
    "noch einmal ein.",
    "Dieser Code wurde schon verwendet. Lassen Sie Ihr Gerät einen neuen holen und geben Sie den "
    "ein.",
    "Dieser Code gilt nicht mehr. Lassen Sie Ihr Gerät einen neuen holen und geben Sie den ein.",
    "Diese Seite war zu alt. Geben Sie den Code noch einmal ein; Ihr Browser muss Cookies "
    "annehmen.",
    {"wissen, dass Sie es sind", "Ihren Namen sehen", "Ihre E-Mail-Adresse sehen",
     "Ihre Fotos zeigen", "Ihre Playlists abspielen", "angemeldet bleiben"},
    "„{scope}“ verwenden"};

constexpr PageWords kSpanish{
    "es",
    "Sandbox: nada de esto es real.",
    "Sin cuenta, sin contraseña, nada que perder.",
    "Escriba el código",
    "Inicie sesión en su dispositivo",
    "Escriba el código que muestra su televisor u otro dispositivo.",
    "Código",
    "Continuar",
    "Si alguien le envió un código, deténgase: escriba solo lo que ve en una pantalla delante de "
    "usted.",
    "Aprobar el inicio de sesión",
    "¿Iniciar sesión en {app}?",
    "Su dispositivo tiene que mostrar este código",
    "Continúe solo si su dispositivo muestra este mismo código.",
    "Si alguien le envió este código, deténgase.",
    "Válido menos de un minuto más.",
    "Válido 1 minuto más.",
    "Válido {count} minutos más.",
    "{app} podrá",
    "¿Quién es usted?",
    "Rechazar",
    "Aprobar",
    "Sesión iniciada",
    "Ha iniciado sesión",
    "{app} continúa automáticamente como {person}.",
    "Rechazado",
    "Sesión no iniciada",
    "Usted lo rechazó, y {app} no recibe nada.",
    "Puede cerrar esta página.",
    "Ese código no se conoce aquí. Compárelo con su dispositivo y escríbalo de nuevo.",
    "Ese código ya se usó. Pida otro en su dispositivo y escríbalo.",
    "Ese código ya no es válido. Pida otro en su dispositivo y escríbalo.",
    "Esta página era demasiado antigua. Escriba el código otra vez; su navegador tiene que aceptar "
    "cookies.",
    {"saber que es usted", "ver su nombre", "ver su correo electrónico", "mostrar sus fotos",
     "reproducir sus listas", "mantener la sesión iniciada"},
    "usar «{scope}»"};

constexpr const PageWords* kAll[] = {&kEnglish, &kGerman, &kSpanish};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The part up to `separator`, which leaves `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// In thousandths; 0 means "not this one". Anything else than RFC 9110 section 12.4.2 has is 0.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view one = next_part(parameters, ';');
    if (!one.starts_with("q=") && !one.starts_with("Q=")) continue;
    int weight = 0;
    int scale = 1000;
    for (const char c : one.substr(2)) {
      if (c == '.') continue;
      if (c < '0' || c > '9' || scale == 0) return 0;
      weight += (c - '0') * scale;
      scale /= 10;
    }
    return std::min(weight, 1000);
  }
  return 1000;
}

}  // namespace

const PageWords& page_words(std::string_view accept_language) {
  const PageWords* best = &kEnglish;
  int best_weight = 0;
  while (!accept_language.empty()) {
    std::string_view parameters = next_part(accept_language, ',');
    const std::string_view range = next_part(parameters, ';');
    const std::string_view language = range.substr(0, range.find('-'));
    const int weight = weight_of(parameters);
    for (const PageWords* words : kAll) {
      if (!equals_ignoring_case(language, words->language) || weight <= best_weight) continue;
      best = words;
      best_weight = weight;
    }
  }
  return *best;
}

}  // namespace deviceflow::sandbox
