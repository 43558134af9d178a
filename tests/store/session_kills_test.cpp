// Programs killed at random instants of a refresh, of a login and of a sign-out: what the store
// holds after each kill, and how the next start goes on. DEVICEFLOW_KILLS says how many each.
#include <gtest/gtest.h>

#include <iostream>

#include "killing.hpp"
#include "scratch.hpp"

namespace deviceflow::test {
namespace {

using std::chrono::milliseconds;

void tell(Program& program, const std::string& what) {
  say(program.socket, "E " + what);
}

// What a program finds at its start. It never has to be unreadable.
std::optional<StoredLogin> find_login(Program& program) {
  auto found = program.session.stored();
  if (!found.ok()) _exit(5);
  return std::move(*found);
}

// The number of the login that a token belongs to, and how often that was refreshed before.
std::pair<int, int> age(std::string_view token) {
  if (token.empty()) return {0, 0};
  const std::size_t dot = token.find('.');
  return {std::stoi(std::string(token.substr(1, dot - 1))),
          std::stoi(std::string(token.substr(dot + 1)))};
}

// A program that starts, says what it found, and refreshes.
void refresh_for_ever(Program& program) {
  const auto found = find_login(program);
  const bool marked = found && found->refresh_begun;
  auto token = program.session.access_token();
  if (token.ok()) {
    tell(program, marked ? "after a mark: recovered" : "no mark: went on");
  } else if (token.error().reason == "interrupted_refresh") {
    tell(program, "after a mark: refused, says why, signs in");
  } else {
    tell(program, std::string(name(token.error().code)) + ": signs in");
  }
  if (!token.ok()) {
    program.sign_in();
    token = program.session.access_token();
  }
  for (;;) {
    if (!token.ok()) _exit(6);
    say(program.socket, "S " + std::string(token->token.reveal()));
    token = program.session.refresh();
  }
}

// After a kill the store has to fit what the server knows and what the program was told.
void check_refreshed(Killing& killing, Counts& found) {
  const RotatingServer& server = killing.server;
  const auto login = killing.stored();
  if (!login) {
    const bool over = age(killing.promised).first < server.family || !server.alive;
    EXPECT_TRUE(over) << "lost: " << killing.promised;
    ++found["nothing: not signed in at that moment"];
    return;
  }
  EXPECT_GE(age(login->tokens.access_token.reveal()), age(killing.promised));
  const std::string token(login->tokens.refresh_token.reveal());
  if (login->refresh_begun) {
    // Begun, outcome unknown: the token is the server's current one, or the one just before.
    const bool fits = token == server.current() || token == server.previous() || !server.alive;
    EXPECT_TRUE(fits) << token << " " << server.current();
    ++found[token == server.current() ? "a mark, the token unused" : "a mark, the token used"];
  } else {
    // No mark: nothing was lost.
    EXPECT_TRUE(token == server.current() || !server.alive) << token << " " << server.current();
    ++found["a whole login"];
  }
}

void kill_refreshes(bool forgiving) {
  Scratch scratch;
  Killing killing(scratch.path() + "/store", refresh_for_ever, milliseconds(25));
  killing.server.forgiving = forgiving;
  Counts found;
  for (int i = 0; i < Killing::wanted() && !testing::Test::HasFailure(); ++i) {
    if (killing.live_and_die()) check_refreshed(killing, found);
  }
  killing.print(found);
  const RotatingServer& server = killing.server;
  std::cout << server.refreshes << " refreshes, " << server.forgiven << " forgiven, "
            << server.refusals << " refused\n";
  EXPECT_EQ(killing.said.count("sign_in_needed: signs in"), 0u);  // it always says why
  // A kill may also hit a program that has just been refused: then the next one is, too.
  EXPECT_GE(server.refusals, killing.said["after a mark: refused, says why, signs in"]);
  EXPECT_TRUE(server.refusals == 0 || !forgiving);
}

TEST(SessionKills, AStrictServerCostsASignInOnlyWhereAnAnswerWasLost) {  // T-6-3, S-2.2.2-1
  kill_refreshes(false);
}

TEST(SessionKills, AForgivingServerCostsNothing) {  // T-6-3
  kill_refreshes(true);
}

// A program that starts and logs in, again and again, with the login before still in the store.
void log_in_for_ever(Program& program) {
  const auto found = find_login(program);
  tell(program, found && found->pending ? "found codes that wait" : "found no codes that wait");
  for (;;) {
    const auto token = program.session.sign_in(SignInOptions());
    if (token.ok()) {
      if (token->store_failure) _exit(4);
      tell(program, "signed in");
      say(program.socket, "S " + std::string(token->token.reveal()));
    } else {
      // The codes were taken up, but had brought their tokens already, to a program that died.
      if (token.error().oauth_code != "invalid_grant") _exit(6);
      tell(program, "the codes had been used: asks for new ones");
    }
  }
}

// Returns the request that the next program has to begin with.
std::string check_logged_in(Killing& killing, Counts& found) {
  const RotatingServer& server = killing.server;
  const auto login = killing.stored();
  const auto kept = login ? age(login->tokens.access_token.reveal()) : age("");
  EXPECT_GE(kept, age(killing.promised)) << "a login is lost that the program was told of";
  EXPECT_LE(kept.first, server.family);
  const std::string who = kept.first > 0 ? "a login" : "nothing";
  if (!login || !login->pending) {
    // A code that was polled for and has not ended is always there to go on with.
    EXPECT_TRUE(server.polls == 0 || server.code_used) << server.code() << " is lost";
    const bool lost = kept.first < server.family;
    ++found[lost ? who + "; the newest tokens had not been stored yet" : who];
    return "C";
  }
  EXPECT_EQ(login->pending->device_code.reveal(), server.code());
  ++found[who + (server.code_used ? ", and codes that have brought their tokens"
                                  : ", and codes that wait")];
  return "P " + server.code();
}

TEST(SessionKills, ALoginIsTheOldOneTheNewOneOrWaitsAsItDid) {  // D-3.3-2
  Scratch scratch;
  Killing killing(scratch.path() + "/store", log_in_for_ever, milliseconds(60));
  Counts found;
  std::string next = "C";
  for (int i = 0; i < Killing::wanted() && !HasFailure(); ++i) {
    if (!killing.live_and_die()) break;
    if (!killing.asked.empty()) {
      EXPECT_EQ(killing.asked.front(), next);
    }
    next = check_logged_in(killing, found);
  }
  killing.print(found);
  std::cout << killing.server.codes << " codes, " << killing.server.family << " logins\n";
}

// A program that starts and finishes a sign-out that an earlier one left, then signs in and out.
void sign_out_for_ever(Program& program, Forget forget) {
  if (!find_login(program)) {
    tell(program, "found nothing");
    program.sign_in();
  } else {
    tell(program, "found a login");
  }
  for (;;) {
    const SignOutReport report = program.session.sign_out(forget);
    using Result = SignOutReport::Part::Result;
    const bool clean = report.removed && !report.local_error &&
                       report.refresh_token.result == Result::revoked &&
                       report.access_token.result == Result::revoked;
    if (!clean) _exit(7);
    say(program.socket, "O");
    tell(program, "signed out");
    program.sign_in();
  }
}

void check_signed_out(Killing& killing, Counts& found) {
  const RotatingServer& server = killing.server;
  const auto revoked = [&](const std::string& token) { return server.revoked.count(token) > 0; };
  const auto login = killing.stored();
  if (!login) {
    // Gone here only after it was gone there, so that nothing is left that nobody can revoke.
    const bool told = server.family > 0 && age(killing.promised).first == server.family;
    const bool gone = revoked(server.current()) && revoked(server.access());
    EXPECT_TRUE(!told || gone) << killing.promised;
    ++found[gone ? "nothing: signed out" : "nothing: not signed in yet"];
    return;
  }
  if (login->revoked) {
    EXPECT_TRUE(login->tokens.refresh_token.empty());
    EXPECT_TRUE(revoked(server.current()));
  } else {
    EXPECT_EQ(login->tokens.refresh_token.reveal(), server.current());
  }
  EXPECT_EQ(login->tokens.access_token.reveal(), server.access());
  EXPECT_FALSE(login->pending || login->refresh_begun);
  if (revoked(server.access())) {
    ++found["a login, both tokens revoked"];
  } else {
    ++found[revoked(server.current()) ? "a login, the refresh token revoked" : "a whole login"];
  }
}

void kill_sign_outs(Forget forget) {
  Scratch scratch;
  Killing killing(
      scratch.path() + "/store", [=](Program& program) { sign_out_for_ever(program, forget); },
      milliseconds(40));
  Counts found;
  for (int i = 0; i < Killing::wanted() && !testing::Test::HasFailure(); ++i) {
    if (killing.live_and_die()) check_signed_out(killing, found);
  }
  killing.print(found);
}

TEST(SessionKills, ASignOutIsFinishedByTheNextOne) {  // R-2.1-3
  kill_sign_outs(Forget::always);
}

TEST(SessionKills, ARevocationIsFinishedByTheNextOne) {  // R-2.1-2
  kill_sign_outs(Forget::when_revoked);
}

}  // namespace
}  // namespace deviceflow::test
