// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "bench_report.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "json_line.h"

namespace nws::ohws {

namespace {

constexpr double kNanosecondsPerMicrosecond = 1000;
constexpr size_t kBarWidth = 40;

__attribute__((format(printf, 1, 2))) std::string format(const char *how, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, how);
    std::vsnprintf(text, sizeof text, how, arguments);
    va_end(arguments);
    return text;
}

double messages_a_second(const BenchResult &result)
{
    return result.seconds > 0 ? static_cast<double>(result.latency.count()) / result.seconds : 0;
}

// Payload, in one direction.
double megabytes_a_second(const BenchResult &result)
{
    return messages_a_second(result) * static_cast<double>(result.size) / 1e6;
}

double microseconds(uint64_t nanoseconds)
{
    return static_cast<double>(nanoseconds) / kNanosecondsPerMicrosecond;
}

std::string latency_line(const Histogram &latency)
{
    return format(
        "  round trip, us: min %.1f  mean %.1f  p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f\n",
        microseconds(latency.min()), latency.mean() / kNanosecondsPerMicrosecond,
        microseconds(latency.percentile(50)), microseconds(latency.percentile(90)),
        microseconds(latency.percentile(99)), microseconds(latency.percentile(99.9)),
        microseconds(latency.max()));
}

std::string histogram_lines(const Histogram &latency)
{
    uint64_t most = 1;
    latency.each_power_of_two([&](uint64_t, uint64_t, uint64_t count) { most = std::max(most, count); });
    std::string lines;
    latency.each_power_of_two([&](uint64_t, uint64_t upper, uint64_t count) {
        const auto width =
            static_cast<size_t>(static_cast<double>(count) / static_cast<double>(most) * kBarWidth);
        lines += format("  < %10.1f us  %-40s %llu\n", microseconds(upper), std::string(width, '#').c_str(),
                        static_cast<unsigned long long>(count));
    });
    return lines;
}

}  // namespace

std::string bench_text(const BenchOptions &options, const BenchResult &result)
{
    std::string text =
        format("%llu bytes, %llu connection%s, window %llu\n", static_cast<unsigned long long>(result.size),
               static_cast<unsigned long long>(options.connections), options.connections == 1 ? "" : "s",
               static_cast<unsigned long long>(options.window));
    text += format("  %llu messages in %.3f s: %.0f messages/s, %.2f MB/s each way\n",
                   static_cast<unsigned long long>(result.latency.count()), result.seconds,
                   messages_a_second(result), megabytes_a_second(result));
    text += latency_line(result.latency) + histogram_lines(result.latency);
    text.pop_back();
    return text;
}

std::string bench_json(const BenchOptions &options, const BenchResult &result)
{
    const Histogram &latency = result.latency;
    Json object;
    object["size"] = result.size;
    object["connections"] = options.connections;
    object["window"] = options.window;
    object["messages"] = latency.count();
    object["seconds"] = result.seconds;
    object["messages_per_second"] = messages_a_second(result);
    object["megabytes_per_second"] = megabytes_a_second(result);
    Json &round_trip = object["round_trip_us"];
    round_trip["min"] = microseconds(latency.min());
    round_trip["mean"] = latency.mean() / kNanosecondsPerMicrosecond;
    round_trip["p50"] = microseconds(latency.percentile(50));
    round_trip["p90"] = microseconds(latency.percentile(90));
    round_trip["p99"] = microseconds(latency.percentile(99));
    round_trip["p99.9"] = microseconds(latency.percentile(99.9));
    round_trip["max"] = microseconds(latency.max());
    Json histogram = Json::array();
    latency.each_power_of_two([&](uint64_t, uint64_t upper, uint64_t count) {
        Json bucket;
        bucket["below_us"] = microseconds(upper);
        bucket["count"] = count;
        histogram.push_back(std::move(bucket));
    });
    object["histogram"] = std::move(histogram);
    return json_line(object);
}

}  // namespace nws::ohws
