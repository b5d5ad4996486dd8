// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/url.h"

#include <sys/un.h>
#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/authority.h"
#include "base/limits.h"
#include "base/text.h"

namespace nws {

namespace {

constexpr size_t kMaxUnixPathBytes = sizeof(sockaddr_un::sun_path) - 1;
constexpr uint16_t kPort = 80, kSecurePort = 443;

constexpr size_t kNone = std::string_view::npos;

// Every parse_ function below returns nullptr, or what is wrong.

bool is_one_of(std::string_view set, char c) noexcept
{
    return set.find(c) != kNone;
}

// Bytes that RFC 3986 allows nowhere in a URI. Those it allows elsewhere only
// ("[", "]") stay as they are, as in browsers.
bool must_be_encoded(char c) noexcept
{
    return !is_ascii(c) || is_one_of("\"<>^`{|}", c);
}

// text: empty, or from the "/", "?" or "#" that ends the authority.
void set_target(std::string_view text, Url &url)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    text = text.substr(0, text.find('#'));
    if (text.empty() || text.front() != '/') {
        url.target = "/";
    }
    for (char c : text) {
        if (must_be_encoded(c)) {
            auto byte = static_cast<unsigned char>(c);
            url.target.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
        } else {
            url.target.push_back(c);
        }
    }
}

const char *parse_unix_socket(std::string_view text, Url &url)
{
    url.host = "localhost";
    size_t path_end = std::min(text.find_first_of(":?#"), text.size());
    if (!percent_decode(text.substr(0, path_end), url.unix_path)) {
        return "the socket's path has a malformed percent-encoding or an encoded control character";
    }
    if (url.unix_path.empty() || url.unix_path.front() != '/') {
        return "the socket's path must begin with a slash, as in ws+unix:///path/to.sock";
    }
    if (url.unix_path.size() > kMaxUnixPathBytes) {
        return "the socket's path is longer than the system allows";
    }
    text.remove_prefix(path_end);
    if (!text.empty() && text.front() == ':') {
        text.remove_prefix(1);
        if (!text.empty() && text.find_first_of("/?#") != 0) {
            return "the request's path after the socket's must begin with a slash";
        }
    }
    set_target(text, url);
    return nullptr;
}

const char *parse_internet(std::string_view text, Url &url)
{
    size_t authority_end = std::min(text.find_first_of("/?#"), text.size());
    Authority authority;
    if (const char *wrong = parse_authority(text.substr(0, authority_end), authority)) {
        return wrong;
    }
    if (authority.user.find(':') != kNone) {
        return "the user name has a colon, which Basic authorization cannot send";
    }
    url.host = std::move(authority.host);
    url.port = authority.port != 0 ? authority.port : url.secure ? kSecurePort : kPort;
    url.has_userinfo = authority.has_userinfo;
    if (url.has_userinfo) {
        url.userinfo = authority.user;
        url.userinfo.append(":").append(authority.password);
    }
    set_target(text.substr(authority_end), url);
    return nullptr;
}

}  // namespace

std::string Url::authority() const
{
    // A zone means something on this machine only (RFC 6874 4).
    const std::string_view name = std::string_view(host).substr(0, host.find('%'));
    const bool with_port = unix_path.empty() && port != (secure ? kSecurePort : kPort);
    return with_port ? write_authority(name, port) : bracketed(name);
}

std::string Url::origin() const
{
    return concat({secure ? "https://" : "http://", authority()});
}

const char *parse_url(std::string_view text, Url &url)
{
    constexpr const char *kWrongScheme = "the scheme must be ws, wss or ws+unix, each followed by ://";
    static_assert(kMaxUrlBytes == 8192, "named in a text below");
    url = Url{};
    if (text.empty()) {
        return "it is empty";
    }
    if (text.size() > kMaxUrlBytes) {
        return "it is longer than 8192 bytes";
    }
    if (!consists_of(text, is_allowed_in_url)) {
        return "it has a control character, a space or a backslash";
    }

    size_t first_mark = std::min(text.find_first_of("/?#"), text.size());
    size_t scheme_end = text.find("://");
    if (scheme_end == kNone || scheme_end + 1 != first_mark) {
        // "ws:/host" is a mistake, not port 80 of a host named ws.
        if (first_mark > 0 && text[first_mark - 1] == ':') {
            return kWrongScheme;
        }
        return parse_internet(text, url);
    }
    std::string scheme = lower_case(text.substr(0, scheme_end));
    std::string_view rest = text.substr(scheme_end + 3);
    url.secure = scheme == "wss";
    if (scheme == "ws+unix") {
        return parse_unix_socket(rest, url);
    }
    if (scheme == "ws" || scheme == "wss") {
        return parse_internet(rest, url);
    }
    return kWrongScheme;
}

}  // namespace nws
