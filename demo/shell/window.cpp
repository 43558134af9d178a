#include "window.hpp"

#include <backends/imgui_impl_opengl3.h>
#include <glad/gl.h>
// After glad, which brings OpenGL's own header.
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_internal.h>  // for UTF-8

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cmath>
#include <functional>
#include <string_view>

#include "common/settings.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kApplication = "deviceflow-demo";

constexpr double kFrameSeconds = 1.0 / 60;
constexpr double kGamepadSeconds = 0.02;
constexpr int kLeastWidth = 640;
constexpr int kLeastHeight = 480;

std::string glfw_reason() {
  const char* text = nullptr;
  glfwGetError(&text);
  if (text == nullptr) return {};
  std::string reason(text);
  reason.erase(reason.find_last_not_of(" .") + 1);
  return " (" + reason + ")";
}

Error no_display() {
  return usage_error("There is no display to open a window on" + glfw_reason() +
                     ". ./dev login signs in on a terminal.");
}

Error no_opengl() {
  return usage_error("The display offers no OpenGL 3.3" + glfw_reason() +
                     ". Install a graphics driver (Debian: libgl1-mesa-dri), or sign in on a "
                     "terminal with ./dev login.");
}

// What a key with Ctrl means. Letters and signs are where the keyboard has them.
std::optional<Action> shortcut_of(int key, int scancode) {
  const char* name = glfwGetKeyName(key, scancode);
  const bool ascii = name != nullptr && name[0] > ' ' && name[0] < 0x7F && name[1] == '\0';
  switch (ascii ? std::toupper(static_cast<unsigned char>(name[0])) : key) {
    case '+':
    case '=':
    case GLFW_KEY_KP_ADD: return Action::larger;
    case '-':
    case GLFW_KEY_KP_SUBTRACT: return Action::smaller;
    case '0':
    case GLFW_KEY_KP_0: return Action::usual_size;
    case 'F': return Action::find;
    case 'C': return Action::copy;
    case 'Q': return Action::quit;
    default: return std::nullopt;
  }
}

std::optional<Action> action_of(int key, int modifiers) {
  switch (key) {
    case GLFW_KEY_PAGE_UP: return Action::page_up;
    case GLFW_KEY_PAGE_DOWN: return Action::page_down;
    case GLFW_KEY_HOME: return Action::first;
    case GLFW_KEY_END: return Action::last;
    case GLFW_KEY_TAB: return (modifiers & GLFW_MOD_SHIFT) != 0 ? Action::previous : Action::next;
    case GLFW_KEY_F11: return Action::fullscreen;
    case GLFW_KEY_UP: return Action::up;
    case GLFW_KEY_DOWN: return Action::down;
    case GLFW_KEY_LEFT: return Action::left;
    case GLFW_KEY_RIGHT: return Action::right;
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
    case GLFW_KEY_SPACE: return Action::accept;
    case GLFW_KEY_ESCAPE:
    case GLFW_KEY_BACKSPACE: return Action::back;
    default: return std::nullopt;
  }
}

// What is on the clipboard, for Ctrl+V; GLFW's character callback tells the rest of what is typed,
// but for the space, which is an action as well.
KeyPress press_of(GLFWwindow* window, int key, int scancode, int modifiers) {
  constexpr int kOthers = GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER;
  const bool control = (modifiers & kOthers) == GLFW_MOD_CONTROL;
  KeyPress press;
  press.action = control ? shortcut_of(key, scancode) : action_of(key, modifiers);
  press.erases = key == GLFW_KEY_BACKSPACE;
  if (key == GLFW_KEY_SPACE) press.text = Secret(" ");
  if (key == GLFW_KEY_V && (modifiers & GLFW_MOD_CONTROL) != 0) {
    const char* pasted = glfwGetClipboardString(window);
    if (pasted != nullptr) press.text = Secret(pasted);
  }
  return press;
}

Secret utf8_of(unsigned point) {
  char bytes[5];
  return Secret(ImTextCharToUtf8(bytes, point));
}

Input& input_of(GLFWwindow* window) {
  return *static_cast<Input*>(glfwGetWindowUserPointer(window));
}

// Set by wake(), so that a look at the gamepad is told from something to do.
std::atomic<bool> woken{false};

bool came(const Input& input) {
  return !input.keys.empty() || !input.clicks.empty() || input.wheel != 0 || input.moved ||
         input.exposed;
}

// Of the first that GLFW knows the buttons of.
std::optional<GamepadState> gamepad_state() {
  for (int joystick = GLFW_JOYSTICK_1; joystick <= GLFW_JOYSTICK_LAST; ++joystick) {
    GLFWgamepadstate pad;
    if (glfwGetGamepadState(joystick, &pad) == GLFW_FALSE) continue;
    const auto held = [&pad](int button) { return pad.buttons[button] == GLFW_PRESS; };
    GamepadState state;
    state.up = held(GLFW_GAMEPAD_BUTTON_DPAD_UP);
    state.down = held(GLFW_GAMEPAD_BUTTON_DPAD_DOWN);
    state.left = held(GLFW_GAMEPAD_BUTTON_DPAD_LEFT);
    state.right = held(GLFW_GAMEPAD_BUTTON_DPAD_RIGHT);
    state.accept = held(GLFW_GAMEPAD_BUTTON_A);
    state.back = held(GLFW_GAMEPAD_BUTTON_B);
    state.stick_x = pad.axes[GLFW_GAMEPAD_AXIS_LEFT_X];
    state.stick_y = pad.axes[GLFW_GAMEPAD_AXIS_LEFT_Y];
    return state;
  }
  return std::nullopt;
}

std::size_t fingerprint(const ImDrawData& data) {
  std::size_t seed = static_cast<std::size_t>(data.DisplaySize.x * 65536 + data.DisplaySize.y);
  const auto mix = [&seed](const void* bytes, int size) {
    const std::string_view text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    seed = seed * 1099511628211U ^ std::hash<std::string_view>()(text);
  };
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    mix(list.VtxBuffer.Data, list.VtxBuffer.size_in_bytes());
    mix(list.IdxBuffer.Data, list.IdxBuffer.size_in_bytes());
  }
  return seed;
}

}  // namespace

Result<std::unique_ptr<Window>> Window::open(int width, int height, FontFiles fonts) {
  if (glfwInit() == GLFW_FALSE) return no_display();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  // By these a desktop finds the desktop file, with its name and icon.
  glfwWindowHintString(GLFW_X11_CLASS_NAME, kApplication);
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, kApplication);
  GLFWwindow* window = glfwCreateWindow(width, height, "deviceflow", nullptr, nullptr);
  if (window == nullptr) {
    Error error = no_opengl();
    glfwTerminate();
    return error;
  }
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  if (gladLoadGL(glfwGetProcAddress) == 0) {
    glfwDestroyWindow(window);
    glfwTerminate();
    return no_opengl();
  }
  std::unique_ptr<Window> out(new Window(window, std::move(fonts)));
  const auto fitted = out->fit_fonts();
  if (!fitted.ok()) return fitted.error();
  return out;
}

Window::Window(GLFWwindow* window, FontFiles fonts)
    : window_(window), hand_(glfwCreateStandardCursor(GLFW_HAND_CURSOR)), files_(std::move(fonts)) {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplOpenGL3_Init("#version 330 core");
  glfwSetWindowSizeLimits(window_, kLeastWidth, kLeastHeight, GLFW_DONT_CARE, GLFW_DONT_CARE);
  watch_input();
}

Window::~Window() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void Window::watch_input() {
  glfwSetWindowUserPointer(window_, &input_);
  glfwSetKeyCallback(window_, [](GLFWwindow* window, int key, int scancode, int what, int mods) {
    Input& input = input_of(window);
    input.held = what == GLFW_REPEAT;
    if (what == GLFW_RELEASE) return;
    KeyPress press = press_of(window, key, scancode, mods);
    if (input.held) press = repeated(std::move(press));
    if (press.action || !press.text.empty() || press.erases) input.keys.push_back(std::move(press));
  });
  glfwSetCharCallback(window_, [](GLFWwindow* window, unsigned point) {
    Input& input = input_of(window);
    if (point == ' ' || input.held) return;
    const auto means = point == '/' ? std::optional(Action::find) : std::nullopt;
    input.keys.push_back({means, utf8_of(point), false});
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* window, int button, int what, int) {
    Input& input = input_of(window);
    if (button == GLFW_MOUSE_BUTTON_LEFT && what == GLFW_PRESS) {
      input.clicks.push_back(input.pointer);
    }
  });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* window, double x, double y) {
    // The pointer counts in the window's units, drawing in pixels; they differ on dense displays.
    int wide = 0;
    int high = 0;
    int pixels_wide = 0;
    int pixels_high = 0;
    glfwGetWindowSize(window, &wide, &high);
    glfwGetFramebufferSize(window, &pixels_wide, &pixels_high);
    if (wide == 0 || high == 0) return;
    input_of(window).moved = true;
    input_of(window).pointer = {static_cast<float>(x * pixels_wide / wide),
                                static_cast<float>(y * pixels_high / high)};
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* window, double, double y) {
    input_of(window).wheel += static_cast<int>(std::lround(y));
  });
  const auto exposed = [](GLFWwindow* window) { input_of(window).exposed = true; };
  glfwSetWindowRefreshCallback(window_, exposed);
  glfwSetFramebufferSizeCallback(
      window_, [](GLFWwindow* window, int, int) { input_of(window).exposed = true; });
}

bool Window::closing() const {
  return glfwWindowShouldClose(window_) != 0;
}

void Window::close() {
  glfwSetWindowShouldClose(window_, GLFW_TRUE);
}

bool Window::visible() const {
  return glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == 0 && width_ > 0 && height_ > 0;
}

void Window::wait() {
  if (!read_gamepad()) {
    glfwWaitEvents();  // also for one that is plugged in
    return;
  }
  while (!came(input_) && !woken.exchange(false) && !closing() && read_gamepad()) {
    glfwWaitEventsTimeout(kGamepadSeconds);
  }
}

void Window::wait_a_frame() {
  read_gamepad();
  glfwWaitEventsTimeout(kFrameSeconds);
}

// False where there is none.
bool Window::read_gamepad() {
  const auto state = gamepad_state();
  if (!state) {
    gamepad_.reset();
    return false;
  }
  if (!gamepad_) gamepad_.emplace();
  for (const Action action : gamepad_->read(*state, clock_.steady_now())) {
    input_.keys.push_back({action, {}, false});
  }
  return true;
}

void Window::wake() {
  woken = true;
  glfwPostEmptyEvent();
}

Input Window::take_input() {
  Input taken = std::move(input_);
  input_ = {};
  input_.pointer = taken.pointer;
  if (taken.exposed) shown_.reset();
  return taken;
}

void Window::copy(const Secret& text) {
  Secret terminated = text;
  terminated.append(std::string_view("\0", 1));
  glfwSetClipboardString(window_, terminated.reveal().data());
}

float Window::scale(int zoom) const {
  float dense = 1;
  glfwGetWindowContentScale(window_, &dense, nullptr);
  return Canvas::scale_for(width(), height(), std::max(1.0F, dense), zoom);
}

void Window::zoom(int by) {
  if (by == 0) {
    zoom_ = 0;
  } else if (scale(zoom_ + by) != scale(zoom_)) {
    zoom_ += by;
  }
}

// The screen that has the window's middle.
void Window::toggle_fullscreen() {
  if (glfwGetWindowMonitor(window_) != nullptr) {
    glfwSetWindowMonitor(window_, nullptr, place_.x, place_.y, place_.width, place_.height,
                         GLFW_DONT_CARE);
    return;
  }
  glfwGetWindowPos(window_, &place_.x, &place_.y);
  glfwGetWindowSize(window_, &place_.width, &place_.height);
  const int middle_x = place_.x + place_.width / 2;
  const int middle_y = place_.y + place_.height / 2;
  int count = 0;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  GLFWmonitor* chosen = glfwGetPrimaryMonitor();
  for (int i = 0; i < count; ++i) {
    int x = 0;
    int y = 0;
    glfwGetMonitorPos(monitors[i], &x, &y);
    const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
    if (mode != nullptr && middle_x >= x && middle_x < x + mode->width && middle_y >= y &&
        middle_y < y + mode->height) {
      chosen = monitors[i];
    }
  }
  const GLFWvidmode* mode = chosen != nullptr ? glfwGetVideoMode(chosen) : nullptr;
  if (mode == nullptr) return;
  glfwSetWindowMonitor(window_, chosen, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void Window::show_hand(bool on) {
  glfwSetCursor(window_, on ? hand_ : nullptr);
}

Result<void> Window::fit_fonts() {
  glfwGetFramebufferSize(window_, &width_, &height_);
  const float scale = this->scale(zoom_);
  if (width_ == 0 || height_ == 0 || scale == font_scale_) return {};
  const bool uploaded = ImGui::GetIO().Fonts->TexID != ImTextureID();
  auto set = load_fonts(files_, scale, glyphs_);
  if (!set.ok()) return set.error();
  set_ = *set;
  font_scale_ = scale;
  // The first frame uploads them by itself. The backend's buffers have to stay: made anew, they
  // would be empty, and it would take them for as large as before.
  if (uploaded) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  return {};
}

bool Window::look_for(const std::set<MissingGlyph>& missing) {
  if (!glyphs_.look_for(missing)) return false;
  font_scale_ = 0;
  return true;
}

Result<ImDrawList*> Window::begin() {
  const auto fitted = fit_fonts();
  if (!fitted.ok()) return fitted.error();
  ImGui::GetIO().DisplaySize = {width(), height()};
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  return ImGui::GetBackgroundDrawList();
}

void Window::discard() {
  ImGui::EndFrame();
}

bool Window::show(Picture* picture) {
  ImGui::Render();
  ImDrawData& data = *ImGui::GetDrawData();
  const std::size_t now = fingerprint(data);
  if (shown_ == now && picture == nullptr) return false;
  shown_ = now;
  glViewport(0, 0, width_, height_);
  glClearColor(0.043F, 0.059F, 0.078F, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(&data);
  if (picture != nullptr) read_back(*picture);
  glfwSwapBuffers(window_);
  ++frames_shown_;
  return true;
}

void Window::read_back(Picture& picture) const {
  picture.width = width_;
  picture.height = height_;
  picture.rgb.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width_, height_, GL_RGB, GL_UNSIGNED_BYTE, picture.rgb.data());
}

}  // namespace deviceflow::demo
