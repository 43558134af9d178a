// The one seam for input: whatever the person holds in their hands becomes one of these.
#ifndef DEVICEFLOW_DEMO_MODEL_ACTION_HPP
#define DEVICEFLOW_DEMO_MODEL_ACTION_HPP

namespace deviceflow::demo {

enum class Action { up, down, left, right, accept, back };

}  // namespace deviceflow::demo

#endif
