#include <gtest/gtest.h>

#include "model/focus.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

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
  focus.update("scene", std::move(drawn));
  return focus;
}

// Where the arrows lead from `start`.
std::string walk(std::vector<Focusable> drawn, const std::string& start,
                 std::initializer_list<Action> actions) {
  for (Focusable& one : drawn) one.first = one.id == start;
  Focus focus = focus_on(std::move(drawn));
  for (const Action action : actions) EXPECT_FALSE(focus.act(action));
  return focus.id();
}

TEST(ModelFocus, OnAnEmptyScreenNothingHappens) {
  Focus focus = focus_on({});
  for (const Action action :
       {Action::up, Action::down, Action::left, Action::right, Action::accept, Action::back}) {
    EXPECT_FALSE(focus.act(action));
  }
  EXPECT_FALSE(focus.click(10, 10));
  EXPECT_FALSE(focus.wheel(10, 10, Action::down));
  EXPECT_EQ(focus.at(10, 10), "");
  EXPECT_EQ(focus.id(), "");
}

TEST(ModelFocus, BeforeAnythingIsDrawnNothingHappens) {
  Focus focus;
  EXPECT_FALSE(focus.act(Action::accept));
  EXPECT_EQ(focus.id(), "");
}

TEST(ModelFocus, BackIsNotItsBusiness) {
  Focus focus = focus_on(grid());
  EXPECT_FALSE(focus.act(Action::back));
  EXPECT_EQ(focus.id(), "a");
}

TEST(ModelFocus, WhatCanOnlyBeClickedNeverHasTheFocus) {
  auto drawn = grid();
  drawn[0].click_only = true;
  drawn[0].first = true;
  drawn[2].click_only = true;
  Focus focus = focus_on(drawn);
  EXPECT_EQ(focus.id(), "b");
  focus.act(Action::right);
  EXPECT_NE(focus.id(), "c");
  const std::string before = focus.id();
  EXPECT_EQ(focus.click(410, 10), (Intent{Kind::select_exchange, 3}));
  EXPECT_EQ(focus.id(), before);
}

TEST(ModelFocus, WhereEverythingCanOnlyBeClickedNothingHasTheFocus) {
  auto only = item("only", 0, 0);
  only.click_only = true;
  Focus focus = focus_on({only});
  EXPECT_EQ(focus.id(), "");
  EXPECT_FALSE(focus.act(Action::right));
  EXPECT_TRUE(focus.click(10, 10));
}

TEST(ModelFocus, WhenItsPlaceVanishesTheFocusStartsAnew) {
  Focus focus = focus_on(grid());
  focus.act(Action::right);
  auto drawn = grid();
  drawn.erase(drawn.begin() + 1);
  drawn.back().first = true;
  focus.update("scene", drawn);
  EXPECT_EQ(focus.id(), "f");
  focus.update("scene", {});
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
  EXPECT_FALSE(focus.click(150, 10));
  EXPECT_FALSE(focus.click(100, 10));  // the edge is outside
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
  focus.act(Action::right);
  focus.update("scene", grid());
  EXPECT_EQ(focus.id(), "b");
  focus.update("other", grid());
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
  EXPECT_EQ(focus.act(Action::accept), (Intent{Kind::select_exchange, 1}));
  focus.act(Action::down);
  EXPECT_EQ(focus.act(Action::accept), (Intent{Kind::select_exchange, 4}));
}

TEST(ModelFocus, AnArrowThatMeansSomethingDoesThatAndStays) {
  auto drawn = grid();
  drawn[0].arrows = {Intent{Kind::scroll_to, 1}, Intent{Kind::scroll_to, 2},
                     Intent{Kind::scroll_to, 3}, std::nullopt};
  Focus focus = focus_on(drawn);
  EXPECT_EQ(focus.act(Action::up), (Intent{Kind::scroll_to, 1}));
  EXPECT_EQ(focus.act(Action::down), (Intent{Kind::scroll_to, 2}));
  EXPECT_EQ(focus.act(Action::left), (Intent{Kind::scroll_to, 3}));
  EXPECT_EQ(focus.id(), "a");
  EXPECT_FALSE(focus.act(Action::right));
  EXPECT_EQ(focus.id(), "b");
}

TEST(ModelFocus, AClickTakesTheFocusAlong) {
  Focus focus = focus_on(grid());
  EXPECT_EQ(focus.click(450, 120), (Intent{Kind::select_exchange, 6}));
  EXPECT_EQ(focus.id(), "f");
}

TEST(ModelFocus, WhatWasDrawnLastLiesOnTop) {
  auto top = item("top", 20, 10, 9);
  Focus focus = focus_on({item("below", 0, 0, 8), top});
  EXPECT_EQ(focus.at(30, 20), "top");
  EXPECT_EQ(focus.at(5, 5), "below");
  EXPECT_EQ(focus.click(30, 20), (Intent{Kind::select_exchange, 9}));
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
