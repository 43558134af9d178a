// The window itself: GLFW for input, OpenGL through glad and ImGui's backend for output.
#ifndef DEVICEFLOW_DEMO_SHELL_WINDOW_HPP
#define DEVICEFLOW_DEMO_SHELL_WINDOW_HPP

#include <deviceflow/error.hpp>
#include <deviceflow/platform.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fonts.hpp"
#include "model/gamepad.hpp"
#include "model/key_press.hpp"
#include "screenshots.hpp"

struct GLFWcursor;
struct GLFWwindow;
struct ImDrawList;

namespace deviceflow::demo {

/// What came in since the last look.
struct Input {
  struct Point {
    float x = 0;
    float y = 0;
  };
  std::vector<KeyPress> keys;  ///< In the order in which they came, the gamepad's as well.
  std::vector<Point> clicks;
  Point pointer;
  int wheel = 0;         ///< Notches; positive: up.
  bool moved = false;    ///< The pointer.
  bool exposed = false;  ///< What is shown may have been lost: size, scale, uncovered.
  bool held = false;     ///< The newest key is held down: what it types does not repeat.
};

/// One window and ImGui's context. All calls but wake() from the thread that opened it.
class Window {
 public:
  /// Fails with a usage error that says what to do: no display, or no OpenGL 3.3.
  static Result<std::unique_ptr<Window>> open(int width, int height, FontFiles fonts);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  bool closing() const;
  void close();
  bool visible() const;
  float width() const noexcept { return static_cast<float>(width_); }
  float height() const noexcept { return static_cast<float>(height_); }

  /// Sleeps until input comes or wake() is called. GLFW does not wake for a gamepad: while there is
  /// one, it is looked at 50 times a second, and nothing else is done.
  void wait();
  /// The same for one frame of an animation at the most.
  void wait_a_frame();
  /// From any thread.
  static void wake();
  Input take_input();
  /// Puts a text into the clipboard.
  void copy(const Secret& text);
  /// Everything a step larger or smaller, as far as the window has room for it and the text stays
  /// legible; 0: the usual size again.
  void zoom(int by);
  void toggle_fullscreen();
  /// Shows a hand while the pointer is on something that can be clicked.
  void show_hand(bool on);

  /// Begins a frame. The list takes the drawing until show(). Fails where the fonts can't be made
  /// in the size that the window has now.
  Result<ImDrawList*> begin();
  const FontSet& fonts() const noexcept { return set_; }
  /// Looks for what the fonts lack. True where something was found: the next frame has it.
  bool look_for(const std::set<MissingGlyph>& missing);
  /// Ends a frame that nobody shall see.
  void discard();
  /// Ends the frame. Puts it on the screen unless it is the same as the last one and that is still
  /// there, and nobody wants a picture of it. True where it was put there.
  bool show(Picture* picture = nullptr);
  long frames_shown() const noexcept { return frames_shown_; }

 private:
  Window(GLFWwindow* window, FontFiles fonts);
  void watch_input();
  bool read_gamepad();
  Result<void> fit_fonts();
  float scale(int zoom) const;
  void read_back(Picture& picture) const;

  GLFWwindow* window_;
  GLFWcursor* hand_;
  FontFiles files_;
  Glyphs glyphs_;
  FontSet set_;
  int width_ = 0;
  int height_ = 0;
  float font_scale_ = 0;
  int zoom_ = 0;
  /// Where the window was before it filled the screen, and its size.
  struct Place {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
  };
  Place place_;
  Input input_;
  std::optional<Gamepad> gamepad_;  ///< While there is one.
  SystemClock clock_;
  std::optional<std::size_t> shown_;  ///< A fingerprint of the frame on the screen.
  long frames_shown_ = 0;
};

}  // namespace deviceflow::demo

#endif
