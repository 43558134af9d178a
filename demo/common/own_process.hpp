// What a program may do to its process, and a library may not.
#ifndef DEVICEFLOW_DEMO_COMMON_OWN_PROCESS_HPP
#define DEVICEFLOW_DEMO_COMMON_OWN_PROCESS_HPP

namespace deviceflow::demo {

/// Keeps secrets out of freed memory and off the disk: no core dumps, no debugger of another
/// program, and memory that OpenSSL and libcurl free is wiped; so is what C++ code of a program
/// frees that calls this. Before the first thread, and before anything uses these two.
void protect_process() noexcept;

}  // namespace deviceflow::demo

#endif
