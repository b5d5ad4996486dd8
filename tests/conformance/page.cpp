// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "conformance/page.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "conformance/case.h"

namespace nws::test {

namespace {

constexpr const char *kBegin = "<!-- cases -->\n";
constexpr const char *kEnd = "<!-- end of cases -->";

std::string words(const Item &item)
{
    const char *const names[] = {"text", "binary", "Pong"};
    return names[static_cast<size_t>(item.kind)];
}

// "3 texts" of those that follow one another.
std::string words(const std::vector<Item> &items)
{
    std::string out;
    for (size_t i = 0; i < items.size();) {
        size_t same = i;
        while (same < items.size() && items[same].kind == items[i].kind) {
            ++same;
        }
        const std::string word = words(items[i]);
        const size_t count = same - i;
        out += (out.empty() ? "" : ", ") + (count == 1 ? word : std::to_string(count) + " × " + word);
        i = same;
        if (out.size() > 60) {
            return out + ", …";
        }
    }
    return out;
}

std::string words(const Expectation &expected)
{
    std::string out = words(expected.items);
    const auto add = [&out](const std::string &word) { out += (out.empty() ? "" : ", ") + word; };
    switch (expected.end) {
    case Expectation::End::open:
        if (out.empty()) {
            add("nothing");
        }
        break;
    case Expectation::End::peer:
        add(expected.code == 1005 ? "Close without code" : "Close " + std::to_string(expected.code));
        break;
    case Expectation::End::failed:
        add("**" + std::to_string(expected.code) + "**");
        break;
    case Expectation::End::dropped:
        add("connection dropped");
        break;
    case Expectation::End::waits:
        add("nothing until more comes");
        break;
    }
    return out;
}

std::string words_for_system(const Case &one)
{
    if (!one.tried_on_system) {
        return "not offered";
    }
    if (!one.on_system) {
        return "the same";
    }
    const Expectation &expected = *one.on_system;
    if (expected.end == Expectation::End::dropped) {
        return words(expected);
    }
    switch (expected.loss) {
    case Expectation::Loss::pings:
        return "not each newest Ping is answered";
    case Expectation::Loss::answers:
        return "answers may be lost";
    case Expectation::Loss::close:
        return "TCP is reset, the Close frame may be lost";
    default:
        return words(expected);
    }
}

std::string table()
{
    const std::vector<Case> &cases = all_cases();
    size_t deviations = 0;
    size_t untried = 0;
    std::string rows;
    std::string group;
    for (const Case &one : cases) {
        if (one.group != group) {
            group = one.group;
            const auto count = std::count_if(cases.begin(), cases.end(),
                                             [&group](const Case &other) { return other.group == group; });
            rows += "\n## " + group + "\n\n" + std::to_string(count) + " cases.\n\n";
            rows += "| the server sends | RFC | what comes of it | system's libwebsockets |\n";
            rows += "| --- | --- | --- | --- |\n";
        }
        deviations += one.on_system ? 1 : 0;
        untried += one.tried_on_system ? 0 : 1;
        rows += "| " + one.name + " | " + one.section + " | " + words(one.expected) + " | " +
                words_for_system(one) + " |\n";
    }
    return "\n**" + std::to_string(cases.size()) + " cases.** The system's libwebsockets does " +
           std::to_string(deviations) + " of them in a way of its own, and " + std::to_string(untried) +
           " are not for it.\n" + rows + "\n";
}

bool read_file(const std::string &file, std::string &text)
{
    std::ifstream stream(file);
    text.assign(std::istreambuf_iterator<char>(stream), {});
    return !stream.fail();
}

// False: it has no place for the table.
bool renew(const std::string &page, std::string &renewed)
{
    const size_t begin = page.find(kBegin);
    const size_t end = page.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        return false;
    }
    renewed = page.substr(0, begin) + kBegin + table() + page.substr(end);
    return true;
}

// The first line that differs.
std::string first_difference(const std::string &page, const std::string &renewed)
{
    const auto differs = std::mismatch(page.begin(), page.end(), renewed.begin(), renewed.end());
    const auto line = [](const std::string &text, std::string::const_iterator at) {
        const size_t position = static_cast<size_t>(at - text.begin());
        const size_t before = position == 0 ? std::string::npos : text.rfind('\n', position - 1);
        const size_t begin = before == std::string::npos ? 0 : before + 1;
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    return "page: " + line(page, differs.first) + "\ncases: " + line(renewed, differs.second) + "\n";
}

}  // namespace

int write_page(const std::string &file)
{
    std::string page;
    std::string renewed;
    if (!read_file(file, page) || !renew(page, renewed)) {
        std::fprintf(stderr, "%s has no place for the table\n", file.c_str());
        return 1;
    }
    std::ofstream(file) << renewed;
    return 0;
}

int check_page(const std::string &file)
{
    std::string page;
    std::string renewed;
    if (!read_file(file, page) || !renew(page, renewed)) {
        std::fprintf(stderr, "%s has no place for the table\n", file.c_str());
        return 1;
    }
    if (page == renewed) {
        return 0;
    }
    std::fprintf(stderr, "%s is not the table of cases; if that is right, run this program with --write\n%s",
                 file.c_str(), first_difference(page, renewed).c_str());
    return 1;
}

}  // namespace nws::test
