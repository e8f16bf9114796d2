// SPDX-License-Identifier: BSD-3-Clause
#include "tools/conform/suites.hpp"
#include "transport/yamux/header.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace troupe::conform {

outcome evaluate_yamux(const boost::json::object& from) {
  const auto data = hex_field(from, "bytes");
  if (!data)
    return unexpected{data.error()};
  const auto parsed = transport::yamux::parse_frames(*data);
  if (!parsed)
    return unexpected{parsed.error()};
  if (parsed->frames.size() > yamux_frames_max)
    return bad_case(fmt::format("{} frames; a case has at most {}", parsed->frames.size(), yamux_frames_max));
  boost::json::array frames;
  frames.reserve(parsed->frames.size());
  for (const auto& frame : parsed->frames)
    frames.push_back({{"type", static_cast<unsigned>(frame.type)},
                      {"flags", frame.flags},
                      {"stream", frame.stream},
                      {"length", frame.length}});
  return boost::json::object{{"frames", std::move(frames)}, {"rest", parsed->rest}};
}

} // namespace troupe::conform
