// Files that no other user may read: traces, screenshots, settings.
#ifndef DEVICEFLOW_DEMO_COMMON_OWN_FILE_HPP
#define DEVICEFLOW_DEMO_COMMON_OWN_FILE_HPP

#include <string>

namespace deviceflow::demo {

/// What happens to a file that is there already.
enum class OwnFile {
  append,
  replace,  ///< Its text is dropped.
  create,   ///< Fails with EEXIST, also for a symbolic link.
};

/// Opens `path` for writing: a regular file of this user with mode 0600. The mode of an existing
/// file is changed to that. Symbolic links, other users' files, pipes and devices are refused.
/// Returns -1 and sets errno on failure.
int open_own_file(const std::string& path, OwnFile how);

/// The reason why open_own_file() failed with that errno.
std::string own_file_problem(int error);

}  // namespace deviceflow::demo

#endif
