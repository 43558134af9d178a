// Every screen of the window, in every language, for the layout test.
#ifndef DEVICEFLOW_TESTS_UNIT_VIEWS_SCENES_HPP
#define DEVICEFLOW_TESTS_UNIT_VIEWS_SCENES_HPP

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "model/app_model.hpp"

namespace deviceflow::demo {

/// When they are looked at.
inline constexpr SteadyTime kNow{std::chrono::seconds(1000)};

/// A picture to look at: the scene's name and the model that is on it.
struct Scene {
  std::string name;
  std::shared_ptr<AppModel> model;
};

inline std::ostream& operator<<(std::ostream& out, const Scene& scene) {
  return out << scene.name;
}

const std::vector<Scene>& scenes_in_every_language();

}  // namespace deviceflow::demo

#endif
