// The settings screen with little in it and with too much, for the layout test.
#ifndef DEVICEFLOW_TESTS_UNIT_VIEWS_SETTINGS_SCENES_HPP
#define DEVICEFLOW_TESTS_UNIT_VIEWS_SETTINGS_SCENES_HPP

#include "views_scenes.hpp"

namespace deviceflow::demo {

std::vector<Scene> settings_scenes(const AppFacts& plain, const AppFacts& with_long_names);

}  // namespace deviceflow::demo

#endif
