// Cancel: a handle to a flag that is set once, for one call or for several.
#include <gtest/gtest.h>

#include <deviceflow/clock.hpp>
#include <vector>

namespace deviceflow::test {
namespace {

TEST(Cancel, StaysSetOnceItIsSet) {
  const Cancel cancel;
  EXPECT_FALSE(cancel.is_set());
  cancel.set();
  cancel.set();
  EXPECT_TRUE(cancel.is_set());
}

TEST(Cancel, CopiesAreOneFlagAndOthersAreNot) {
  Cancel cancel;
  const Cancel copy = cancel;
  const Cancel other;
  cancel.set();
  EXPECT_TRUE(copy.is_set());
  EXPECT_FALSE(other.is_set());
  cancel = other;  // a new one for the next call
  EXPECT_FALSE(cancel.is_set());
}

TEST(Cancel, TheOneThatIsNeverSetCantBeSet) {
  Cancel::never().set();
  EXPECT_FALSE(Cancel::never().is_set());
  EXPECT_FALSE(Cancel::never().child().is_set());
}

TEST(Cancel, AChildIsSetWithItsParentAndNotTheOtherWayRound) {
  const Cancel parent;
  const Cancel child = parent.child();
  const Cancel sibling = parent.child();
  const Cancel grandchild = child.child();
  child.set();
  EXPECT_TRUE(child.is_set());
  EXPECT_TRUE(grandchild.is_set());
  EXPECT_FALSE(parent.is_set());
  EXPECT_FALSE(sibling.is_set());
  parent.set();
  EXPECT_TRUE(sibling.is_set());
}

TEST(Cancel, AChildOutlivesItsParentsHandle) {
  std::vector<Cancel> kept;
  {
    const Cancel parent;
    kept.push_back(parent.child());
    kept.push_back(parent.child());
    parent.set();
  }
  EXPECT_TRUE(kept[0].is_set());
  const Cancel of_the_set = kept[1].child();
  EXPECT_TRUE(of_the_set.is_set());
}

TEST(Cancel, ALongLineOfChildrenIsSetFromItsStart) {
  const Cancel first;
  Cancel last = first;
  for (int i = 0; i < 20; ++i) last = last.child();
  EXPECT_FALSE(last.is_set());
  first.set();
  EXPECT_TRUE(last.is_set());
}

}  // namespace
}  // namespace deviceflow::test
