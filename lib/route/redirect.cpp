// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "route/redirect.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"

namespace nws {

namespace {

constexpr size_t kNone = std::string_view::npos;

// RFC 3986 5.2.4, of the path before the "?".
std::string remove_dot_segments(std::string_view target)
{
    const std::string_view path = target.substr(0, target.find('?'));
    std::string out;
    for (size_t begin = 0, end; begin < path.size(); begin = end) {
        // A segment with the slash before it; the path begins with one.
        end = std::min(path.find('/', begin + 1), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        const bool up = segment == "/..";
        if (up) {
            out.erase(std::min(out.rfind('/'), out.size()));
        }
        if (!up && segment != "/.") {
            out.append(segment);
        } else if (end == path.size()) {
            out.push_back('/');
        }
    }
    return out.append(target.substr(path.size()));
}

// The request-target of a reference that names no server (RFC 3986 5.2.2).
// reference: without its fragment.
std::string merge_target(std::string_view base_target, std::string_view reference)
{
    if (reference.empty()) {
        return std::string(base_target);
    }
    const std::string_view path = base_target.substr(0, base_target.find('?'));
    if (reference.front() == '?') {
        return std::string(path).append(reference);
    }
    if (reference.front() == '/') {
        return std::string(reference);
    }
    return std::string(path.substr(0, path.rfind('/') + 1)).append(reference);
}

const char *resolve_in_base(const Url &base, std::string_view reference, Url &url)
{
    // Through parse_url(), which checks and encodes.
    Url parsed;
    if (const char *wrong = parse_url(concat({"ws://h", merge_target(base.target, reference)}), parsed)) {
        return wrong;
    }
    const bool has_path = !reference.empty() && reference.front() != '?';
    url = base;
    url.target = has_path ? remove_dot_segments(parsed.target) : parsed.target;
    return nullptr;
}

const char *parse_absolute(std::string_view text, Url &url)
{
    const char *wrong = parse_url(text, url);
    if (wrong == nullptr) {
        url.target = remove_dot_segments(url.target);
    }
    return wrong;
}

}  // namespace

bool is_same_origin(const Url &a, const Url &b) noexcept
{
    return a.secure == b.secure && a.host == b.host && a.port == b.port && a.unix_path == b.unix_path;
}

const char *resolve_reference(const Url &base, std::string_view location, Url &url)
{
    static_assert(kMaxUrlBytes == 8192, "named in a text below");
    if (location.size() > kMaxUrlBytes) {
        return "it is longer than 8192 bytes";
    }
    const std::string_view reference = location.substr(0, location.find('#'));
    const size_t mark = reference.find_first_of(":/?");
    const bool has_scheme = mark != kNone && reference[mark] == ':';
    if (!has_scheme && reference.substr(0, 2) != "//") {
        return resolve_in_base(base, reference, url);
    }
    bool secure = base.secure;
    if (has_scheme) {
        const std::string scheme = lower_case(reference.substr(0, mark));
        secure = scheme == "https" || scheme == "wss";
        if (!secure && scheme != "http" && scheme != "ws") {
            return "its scheme is none of http, https, ws and wss";
        }
        if (reference.substr(mark + 1, 2) != "//") {
            return "two slashes must follow its scheme";
        }
    }
    const std::string_view rest = reference.substr(has_scheme ? mark + 1 : 0);
    if (const char *wrong = parse_absolute(concat({secure ? "wss:" : "ws:", rest}), url)) {
        return wrong;
    }
    if (!url.has_userinfo && is_same_origin(base, url)) {
        url.has_userinfo = base.has_userinfo;
        url.userinfo = base.userinfo;
    }
    return nullptr;
}

RedirectVerdict judge_redirect(unsigned status, size_t followed, const Url &base, std::string_view location,
                               Url &target)
{
    static_assert(kMaxRedirects == 5, "named in a text below");
    RedirectVerdict verdict;
    if (status != 301 && status != 302 && status != 307 && status != 308) {
        verdict.why_not = "only 301, 302, 307 and 308 are followed";
    } else if (location.empty()) {
        verdict.why_not = "it has no Location";
    } else if (followed >= kMaxRedirects) {
        verdict.why_not = "there were 5 redirections before it";
    } else if (const char *wrong = resolve_reference(base, location, target)) {
        verdict.why_not = "its Location cannot be followed";
        verdict.detail = wrong;
    } else if (base.secure && !target.secure) {
        verdict.why_not = "it leads from wss to ws";
    } else {
        verdict.follow = true;
        verdict.same_origin = is_same_origin(base, target);
    }
    return verdict;
}

}  // namespace nws
