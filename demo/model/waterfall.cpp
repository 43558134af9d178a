#include "waterfall.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace deviceflow::demo {

using std::chrono::microseconds;

std::string_view title_of(Phase phase) {
  switch (phase) {
    case Phase::queue: return "timings.queue";
    case Phase::connect: return "timings.connect";
    case Phase::tls: return "timings.tls";
    case Phase::wait: return "timings.wait";
    case Phase::receive: return "timings.receive";
    case Phase::unanswered: return "timings.unanswered";
  }
  return {};
}

microseconds Timing::length() const {
  microseconds all{0};
  for (const PhaseLength& one : phases) all += one.length;
  return all;
}

Timing timing_of(const ExchangeRecord& record) {
  Timing out;
  out.from = record.sent_at;
  if (!record.response) {
    out.phases = {{Phase::unanswered, record.duration}};
    return out;
  }
  const PhaseTimes& times = record.response->phases;
  out.new_connection = record.response->new_connection;
  for (const PhaseLength& one : {PhaseLength{Phase::queue, times.queue},
                                 {Phase::connect, times.connect},
                                 {Phase::tls, times.tls},
                                 {Phase::wait, times.wait},
                                 {Phase::receive, times.receive}}) {
    if (one.length > microseconds(0)) out.phases.push_back(one);
  }
  if (out.phases.empty()) out.phases = {{Phase::wait, record.duration}};
  return out;
}

std::vector<Bar> waterfall(const std::vector<const Timing*>& shown) {
  std::vector<Bar> bars(shown.size());
  if (shown.empty()) return bars;
  std::vector<std::size_t> order(shown.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return shown[i]->from; });
  microseconds busy{0};
  for (const Timing* one : shown) busy += one->length();
  const microseconds longest_gap = busy / static_cast<int>(2 * shown.size());

  std::vector<microseconds> begins(shown.size());
  microseconds end{0};  // of the axis so far
  microseconds cut{0};  // left out of it so far
  const SteadyTime origin = shown[order.front()]->from;
  for (const std::size_t i : order) {
    const microseconds since = shown[i]->from - origin;
    cut = std::max(cut, since - end - longest_gap);
    begins[i] = since - cut;
    end = std::max(end, begins[i] + shown[i]->length());
  }
  const auto place = [&](microseconds at) {
    return static_cast<float>(at.count()) /
           static_cast<float>(std::max<microseconds::rep>(1, end.count()));
  };
  for (std::size_t i = 0; i < shown.size(); ++i) {
    microseconds at = begins[i];
    for (const PhaseLength& one : shown[i]->phases) {
      bars[i].parts.push_back({one.phase, place(at), place(at + one.length)});
      at += one.length;
    }
  }
  return bars;
}

std::string phase_text(microseconds length) {
  char text[32];
  const auto us = static_cast<double>(length.count());
  if (length < microseconds(9950)) {
    std::snprintf(text, sizeof text, "%.1f ms", us / 1e3);
  } else if (length < microseconds(999500)) {
    std::snprintf(text, sizeof text, "%.0f ms", us / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.2f s", us / 1e6);
  }
  return text;
}

}  // namespace deviceflow::demo
