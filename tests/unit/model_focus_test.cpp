#include <gtest/gtest.h>

#include "model/focus.hpp"
#include "model/key_press.hpp"
#include "model/selection.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;
using std::chrono::milliseconds;

constexpr SteadyTime kNow{std::chrono::seconds(1000)};

// Something 100 wide and 50 high; accepting it selects the exchange of that number.
Focusable item(std::string id, float x, float y, int number = 0) {
  Focusable out;
  out.id = std::move(id);
  out.rect = {x, y, 100, 50};
  out.accept = {Kind::select_exchange, number};
  return out;
}

// Two rows of three: a b c above d e f.
std::vector<Focusable> grid() {
  return {item("a", 0, 0, 1),   item("b", 200, 0, 2),   item("c", 400, 0, 3),
          item("d", 0, 100, 4), item("e", 200, 100, 5), item("f", 400, 100, 6)};
}

Focus focus_on(std::vector<Focusable> drawn) {
  Focus focus;
  focus.update("scene", std::move(drawn), kNow);
  return focus;
}

// Where the arrows lead from `start`.
std::string walk(std::vector<Focusable> drawn, const std::string& start,
                 std::initializer_list<Action> actions) {
  for (Focusable& one : drawn) one.first = one.id == start;
  Focus focus = focus_on(std::move(drawn));
  for (const Action action : actions) EXPECT_FALSE(focus.act(action, kNow));
  return focus.id();
}

TEST(ModelFocus, OnAnEmptyScreenNothingHappens) {
  Focus focus = focus_on({});
  for (const Action action :
       {Action::up, Action::down, Action::left, Action::right, Action::accept, Action::back}) {
    EXPECT_FALSE(focus.act(action, kNow));
  }
  EXPECT_FALSE(focus.click(10, 10, kNow));
  EXPECT_FALSE(focus.wheel(10, 10, Action::down));
  EXPECT_EQ(focus.at(10, 10), "");
  EXPECT_EQ(focus.id(), "");
}

TEST(ModelFocus, BeforeAnythingIsDrawnNothingHappens) {
  Focus focus;
  EXPECT_FALSE(focus.act(Action::accept, kNow));
  EXPECT_EQ(focus.id(), "");
}

TEST(ModelFocus, BackIsNotItsBusiness) {
  Focus focus = focus_on(grid());
  EXPECT_FALSE(focus.act(Action::back, kNow));
  EXPECT_EQ(focus.id(), "a");
}

TEST(ModelFocus, WhatCanOnlyBeClickedNeverHasTheFocus) {
  auto drawn = grid();
  drawn[0].click_only = true;
  drawn[0].first = true;
  drawn[2].click_only = true;
  Focus focus = focus_on(drawn);
  EXPECT_EQ(focus.id(), "b");
  focus.act(Action::right, kNow);
  EXPECT_NE(focus.id(), "c");
  const std::string before = focus.id();
  EXPECT_EQ(focus.click(410, 10, kNow), (Intent{Kind::select_exchange, 3}));
  EXPECT_EQ(focus.id(), before);
}

TEST(ModelFocus, WhereEverythingCanOnlyBeClickedNothingHasTheFocus) {
  auto only = item("only", 0, 0);
  only.click_only = true;
  Focus focus = focus_on({only});
  EXPECT_EQ(focus.id(), "");
  EXPECT_FALSE(focus.act(Action::right, kNow));
  EXPECT_TRUE(focus.click(10, 10, kNow));
}

TEST(ModelFocus, WhenItsPlaceVanishesTheFocusStartsAnew) {
  Focus focus = focus_on(grid());
  focus.act(Action::right, kNow);
  auto drawn = grid();
  drawn.erase(drawn.begin() + 1);
  drawn.back().first = true;
  focus.update("scene", drawn, kNow);
  EXPECT_EQ(focus.id(), "f");
  focus.update("scene", {}, kNow);
  EXPECT_EQ(focus.id(), "");
}

TEST(ModelFocus, AtTheEdgeItStays) {
  for (const Action action : {Action::up, Action::left})
    EXPECT_EQ(walk(grid(), "a", {action}), "a");
  for (const Action action : {Action::down, Action::right}) {
    EXPECT_EQ(walk(grid(), "f", {action}), "f");
  }
}

TEST(ModelFocus, AClickBesideEverythingMeansNothing) {
  Focus focus = focus_on(grid());
  EXPECT_FALSE(focus.click(150, 10, kNow));
  EXPECT_FALSE(focus.click(100, 10, kNow));  // the edge is outside
  EXPECT_EQ(focus.id(), "a");
}

TEST(ModelFocus, ItBeginsAtTheFirstUnlessAnotherClaimsIt) {
  EXPECT_EQ(focus_on(grid()).id(), "a");
  auto drawn = grid();
  drawn[3].first = true;
  drawn[4].first = true;
  EXPECT_EQ(focus_on(drawn).id(), "d");
}

TEST(ModelFocus, AnotherSceneBeginsAnewAndTheSameOneGoesOn) {
  Focus focus = focus_on(grid());
  focus.act(Action::right, kNow);
  focus.update("scene", grid(), kNow);
  EXPECT_EQ(focus.id(), "b");
  focus.update("other", grid(), kNow);
  EXPECT_EQ(focus.id(), "a");
}

TEST(ModelFocus, ArrowsGoToTheNeighbour) {  // U-6
  EXPECT_EQ(walk(grid(), "a", {Action::right}), "b");
  EXPECT_EQ(walk(grid(), "a", {Action::right, Action::right}), "c");
  EXPECT_EQ(walk(grid(), "c", {Action::left}), "b");
  EXPECT_EQ(walk(grid(), "b", {Action::down}), "e");
  EXPECT_EQ(walk(grid(), "e", {Action::up}), "b");
  EXPECT_EQ(walk(grid(), "a", {Action::right, Action::down, Action::left, Action::up}), "a");
}

TEST(ModelFocus, TheSameRowCountsForMoreThanBeingNear) {
  const std::vector<Focusable> drawn{item("here", 0, 100), item("near", 120, 0),
                                     item("level", 300, 100)};
  EXPECT_EQ(walk(drawn, "here", {Action::right}), "level");
  const std::vector<Focusable> column{item("here", 0, 0), item("near", 110, 60),
                                      item("below", 0, 250)};
  EXPECT_EQ(walk(column, "here", {Action::down}), "below");
}

TEST(ModelFocus, WithoutANeighbourInItsRowItGoesAslant) {
  const std::vector<Focusable> drawn{item("here", 0, 0), item("aslant", 200, 200),
                                     item("farther", 200, 400)};
  EXPECT_EQ(walk(drawn, "here", {Action::right}), "aslant");
  EXPECT_EQ(walk(drawn, "here", {Action::down}), "aslant");
  EXPECT_EQ(walk(drawn, "aslant", {Action::left}), "here");
}

TEST(ModelFocus, TouchingNeighboursAreReached) {
  const std::vector<Focusable> drawn{item("left", 0, 0), item("right", 99.5F, 0)};
  EXPECT_EQ(walk(drawn, "left", {Action::right}), "right");
  EXPECT_EQ(walk(drawn, "right", {Action::left}), "left");
}

TEST(ModelFocus, AcceptMeansWhatIsUnderTheFocus) {
  Focus focus = focus_on(grid());
  EXPECT_EQ(focus.act(Action::accept, kNow), (Intent{Kind::select_exchange, 1}));
  focus.act(Action::down, kNow);
  EXPECT_EQ(focus.act(Action::accept, kNow), (Intent{Kind::select_exchange, 4}));
}

TEST(ModelFocus, AnArrowThatMeansSomethingDoesThatAndStays) {
  auto drawn = grid();
  drawn[0].arrows = {Intent{Kind::scroll_to, 1}, Intent{Kind::scroll_to, 2},
                     Intent{Kind::scroll_to, 3}, std::nullopt};
  Focus focus = focus_on(drawn);
  EXPECT_EQ(focus.act(Action::up, kNow), (Intent{Kind::scroll_to, 1}));
  EXPECT_EQ(focus.act(Action::down, kNow), (Intent{Kind::scroll_to, 2}));
  EXPECT_EQ(focus.act(Action::left, kNow), (Intent{Kind::scroll_to, 3}));
  EXPECT_EQ(focus.id(), "a");
  EXPECT_FALSE(focus.act(Action::right, kNow));
  EXPECT_EQ(focus.id(), "b");
}

TEST(ModelFocus, AClickTakesTheFocusAlong) {
  Focus focus = focus_on(grid());
  EXPECT_EQ(focus.click(450, 120, kNow), (Intent{Kind::select_exchange, 6}));
  EXPECT_EQ(focus.id(), "f");
}

TEST(ModelFocus, WhatWasDrawnLastLiesOnTop) {
  auto top = item("top", 20, 10, 9);
  Focus focus = focus_on({item("below", 0, 0, 8), top});
  EXPECT_EQ(focus.at(30, 20), "top");
  EXPECT_EQ(focus.at(5, 5), "below");
  EXPECT_EQ(focus.click(30, 20, kNow), (Intent{Kind::select_exchange, 9}));
}

TEST(ModelFocus, TheWheelTurnsTheListUnderItsRows) {
  auto list = item("list", 0, 0);
  list.arrows[static_cast<std::size_t>(Action::down)] = Intent{Kind::scroll_to, 7};
  auto row = item("row", 0, 0);
  row.click_only = true;
  const Focus focus = focus_on({list, row});
  EXPECT_EQ(focus.wheel(10, 10, Action::down), (Intent{Kind::scroll_to, 7}));
  EXPECT_FALSE(focus.wheel(10, 10, Action::up));
  EXPECT_FALSE(focus.wheel(10, 60, Action::down));
}

TEST(ModelFocus, AScreenThatHasJustAppearedTakesNoEnter) {
  Focus focus = focus_on(grid());
  EXPECT_TRUE(focus.act(Action::accept, kNow));  // nobody was aiming at anything before the first
  focus.update("other", grid(), kNow);
  EXPECT_FALSE(focus.act(Action::accept, kNow));
  focus.act(Action::right, kNow);
  EXPECT_EQ(focus.id(), "b");  // moving is harmless
  EXPECT_FALSE(focus.act(Action::accept, kNow + kDeadTime - milliseconds(1)));
  EXPECT_TRUE(focus.act(Action::accept, kNow + kDeadTime));
}

TEST(ModelFocus, NorDoesAButtonThatTookTheFocusByItself) {
  Focus focus = focus_on(grid());
  auto drawn = grid();
  drawn.erase(drawn.begin());
  focus.update("scene", drawn, kNow);
  EXPECT_EQ(focus.id(), "b");
  EXPECT_FALSE(focus.act(Action::accept, kNow));
  focus.update("scene", drawn, kNow + milliseconds(200));
  EXPECT_TRUE(focus.act(Action::accept, kNow + kDeadTime));
}

TEST(ModelFocus, AClickReachesNothingThatHasJustAppeared) {
  Focus focus = focus_on(grid());
  focus.update("other", grid(), kNow);
  EXPECT_FALSE(focus.click(10, 10, kNow + kDeadTime - milliseconds(1)));
  focus.update("other", grid(), kNow + kDeadTime);
  EXPECT_TRUE(focus.click(10, 10, kNow + kDeadTime + kDoubleClick));
}

TEST(ModelFocus, NorWhatHasJustMovedThere) {
  Focus focus = focus_on(grid());
  auto drawn = grid();
  drawn[0].rect.x = 40;
  focus.update("scene", drawn, kNow);
  EXPECT_FALSE(focus.click(60, 10, kNow + milliseconds(10)));
  EXPECT_TRUE(focus.click(250, 10, kNow + milliseconds(10)));  // this one has stayed
  EXPECT_TRUE(focus.click(60, 10, kNow + kDeadTime));
}

TEST(ModelFocus, ADoubleClickReachesOnlyWhatWasThereBeforeIt) {
  Focus focus = focus_on(grid());
  EXPECT_TRUE(focus.click(10, 10, kNow));
  focus.update("other", grid(), kNow + milliseconds(20));
  // Slower than the dead time, and still the same double click; so is a third one.
  EXPECT_FALSE(focus.click(12, 10, kNow + milliseconds(450)));
  EXPECT_FALSE(focus.click(12, 10, kNow + milliseconds(900)));
  EXPECT_TRUE(focus.click(12, 10, kNow + milliseconds(900) + kDoubleClick));
  // Elsewhere it is another click.
  focus.update("third", grid(), kNow + milliseconds(1500));
  EXPECT_TRUE(focus.click(210, 10, kNow + milliseconds(1800)));
}

TEST(ModelFocus, ADoubleClickOnAButtonThatStaysCountsTwice) {
  Focus focus = focus_on(grid());
  EXPECT_TRUE(focus.click(10, 10, kNow));
  focus.update("scene", grid(), kNow + milliseconds(50));
  EXPECT_TRUE(focus.click(10, 10, kNow + milliseconds(100)));
}

TEST(ModelFocus, ItNeverBeginsOnCancel) {
  auto drawn = grid();
  drawn[0].cancels = true;
  EXPECT_EQ(focus_on(drawn).id(), "b");
  auto only = item("cancel", 0, 0);
  only.cancels = true;
  only.first = true;
  Focus focus = focus_on({only});
  EXPECT_EQ(focus.id(), "");
  EXPECT_FALSE(focus.act(Action::accept, kNow));
  focus.update("scene", {item("row", 0, 100), only}, kNow);
  EXPECT_EQ(focus.id(), "");  // it waits for what is first
  focus.update("scene", {only}, kNow);
  focus.act(Action::down, kNow);  // an arrow takes it there
  EXPECT_EQ(focus.id(), "cancel");
  EXPECT_TRUE(focus.act(Action::accept, kNow + kDeadTime));
}

// Three rows of a list with buttons above and below, whose main one is not the nearest.
std::vector<Focusable> list_with_buttons() {
  std::vector<Focusable> drawn{item("tool", 300, 0, 1), item("main tool", 0, 0, 2)};
  for (int row = 0; row < 3; ++row) {
    Focusable one = item("row." + std::to_string(row), 0, 100 + 60 * static_cast<float>(row));
    one.rect.width = 600;
    one.list = "rows";
    drawn.push_back(one);
  }
  drawn.push_back(item("main", 0, 300, 3));
  drawn.push_back(item("near", 250, 300, 4));
  drawn[5].primary = true;
  return drawn;
}

TEST(ModelFocus, BelowTheLastRowComesTheMainButton) {
  EXPECT_EQ(walk(list_with_buttons(), "row.2", {Action::down}), "main");
  EXPECT_EQ(walk(list_with_buttons(), "row.2", {Action::down, Action::right}), "near");
  EXPECT_EQ(walk(list_with_buttons(), "row.0", {Action::down}), "row.1");
}

TEST(ModelFocus, OnePressSidewaysLeadsOutOfALongList) {
  for (const Action sideways : {Action::left, Action::right}) {
    EXPECT_EQ(walk(list_with_buttons(), "row.1", {sideways}), "tool");
    auto drawn = list_with_buttons();
    drawn[1].primary = true;
    EXPECT_EQ(walk(drawn, "row.1", {sideways}), "main tool");
    drawn.erase(drawn.begin(), drawn.begin() + 2);
    EXPECT_EQ(walk(drawn, "row.0", {sideways}), "main");
  }
  // What stands beside the list comes first.
  auto drawn = list_with_buttons();
  drawn.push_back(item("beside", 700, 150));
  EXPECT_EQ(walk(drawn, "row.1", {Action::right}), "beside");
  EXPECT_EQ(walk(drawn, "row.1", {Action::left}), "tool");
}

TEST(ModelFocus, TabGoesRoundAndCountsAListAsOne) {
  const auto drawn = list_with_buttons();
  EXPECT_EQ(walk(drawn, "tool", {Action::next}), "main tool");
  EXPECT_EQ(walk(drawn, "tool", {Action::next, Action::next}), "row.0");
  EXPECT_EQ(walk(drawn, "row.0", {Action::next}), "main");
  EXPECT_EQ(walk(drawn, "near", {Action::next}), "tool");
  EXPECT_EQ(walk(drawn, "main", {Action::previous}), "row.2");
  EXPECT_EQ(walk(drawn, "row.2", {Action::previous}), "main tool");
  EXPECT_EQ(walk(drawn, "tool", {Action::previous}), "near");
}

TEST(ModelFocus, PageKeysGoToTheEndsOfAListThatIsAllShown) {
  const auto drawn = list_with_buttons();
  EXPECT_EQ(walk(drawn, "row.0", {Action::page_down}), "row.2");
  EXPECT_EQ(walk(drawn, "row.2", {Action::page_up}), "row.0");
  EXPECT_EQ(walk(drawn, "row.1", {Action::first}), "row.0");
  EXPECT_EQ(walk(drawn, "row.1", {Action::last}), "row.2");
  EXPECT_EQ(walk(drawn, "tool", {Action::page_down}), "tool");
}

TEST(ModelFocus, PageKeysMeanWhatTheListSaysAlsoFromItsButtons) {
  auto drawn = list_with_buttons();
  drawn[3].arrows[static_cast<std::size_t>(Action::page_down)] = Intent{Kind::scroll_to, 10};
  drawn[3].arrows[static_cast<std::size_t>(Action::last)] = Intent{Kind::scroll_to, 99};
  drawn[3].first = true;
  Focus focus = focus_on(drawn);
  EXPECT_EQ(focus.act(Action::page_down, kNow), (Intent{Kind::scroll_to, 10}));
  EXPECT_EQ(focus.id(), "row.1");
  EXPECT_EQ(focus.act(Action::last, kNow), (Intent{Kind::scroll_to, 99}));
  EXPECT_EQ(focus.id(), "row.2");
  focus.act(Action::down, kNow);
  EXPECT_EQ(focus.act(Action::page_down, kNow), (Intent{Kind::scroll_to, 10}));
  EXPECT_EQ(focus.id(), "main");
}

TEST(ModelFocus, AClickOnARowGivesTheFocusToItsList) {
  auto list = item("list", 0, 0);
  list.list = "list";
  auto row = item("row", 0, 0, 7);
  row.click_only = true;
  Focus focus = focus_on({item("button", 0, 100), list, row});
  EXPECT_EQ(focus.id(), "button");
  EXPECT_EQ(focus.click(10, 10, kNow), (Intent{Kind::select_exchange, 7}));
  EXPECT_EQ(focus.id(), "list");
}

TEST(ModelKeyPress, OnlyMovingAndErasingRepeat) {
  for (const Action action : {Action::up, Action::left, Action::page_down, Action::next}) {
    EXPECT_EQ(repeated({action, {}, false}).action, action);
  }
  for (const Action action : {Action::accept, Action::back, Action::find, Action::copy,
                              Action::larger, Action::fullscreen, Action::quit}) {
    EXPECT_FALSE(repeated({action, {}, false}).action);
  }
  const KeyPress erasing = repeated({Action::back, {}, true});
  EXPECT_TRUE(erasing.erases);
  EXPECT_FALSE(erasing.action);
  EXPECT_TRUE(repeated({Action::accept, Secret(" "), false}).text.empty());
}

TEST(ModelSelection, NothingMovesWhileTheSelectedOneIsInView) {
  EXPECT_EQ(first_shown(20, 20, 10, 100), 20U);
  EXPECT_EQ(first_shown(20, 25, 10, 100), 20U);
  EXPECT_EQ(first_shown(20, 29, 10, 100), 20U);
  EXPECT_EQ(first_shown(20, 30, 10, 100), 21U);
  EXPECT_EQ(first_shown(20, 19, 10, 100), 19U);
  EXPECT_EQ(first_shown(95, 99, 10, 100), 90U);
  EXPECT_EQ(first_shown(7, 3, 10, 5), 0U);
  EXPECT_EQ(first_shown(0, 7, 1, 10), 7U);
}

TEST(ModelSelection, KeysStayWithinTheList) {
  EXPECT_EQ(place_after(Action::page_down, 5, 10, 100), 14U);
  EXPECT_EQ(place_after(Action::page_down, 95, 10, 100), 99U);
  EXPECT_EQ(place_after(Action::page_up, 5, 10, 100), 0U);
  EXPECT_EQ(place_after(Action::last, 5, 10, 100), 99U);
  EXPECT_EQ(place_after(Action::down, 5, 1, 100), 6U);
  EXPECT_FALSE(place_after(Action::up, 0, 10, 100));
  EXPECT_FALSE(place_after(Action::last, 99, 10, 100));
  EXPECT_FALSE(place_after(Action::down, 0, 10, 0));
}

TEST(ModelFocus, RectanglesKnowWhatTheyHoldAndTouch) {
  const Rect rect{10, 10, 20, 20};
  EXPECT_TRUE(rect.contains(10, 10));
  EXPECT_FALSE(rect.contains(30, 10));
  EXPECT_TRUE(rect.overlaps({29, 29, 5, 5}));
  EXPECT_FALSE(rect.overlaps({30, 10, 5, 5}));
  EXPECT_TRUE(rect.inside({10, 10, 20, 20}));
  EXPECT_TRUE(rect.inside({10.4F, 10, 20, 20}));
  EXPECT_FALSE(rect.inside({11, 10, 20, 20}));
  EXPECT_FALSE(rect.inside({10, 10, 20, 19}));
}

}  // namespace
}  // namespace deviceflow::demo
