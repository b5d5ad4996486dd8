// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "route/proxy.h"

#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/ascii.h"
#include "base/authority.h"
#include "base/header_list.h"
#include "base/limits.h"

namespace nws {

namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr uint16_t kDefaultPort = 1080;

const char *parse_scheme(std::string_view text, Proxy::Kind &kind)
{
    const std::string scheme = lower_case(text);
    if (scheme == "http") {
        kind = Proxy::Kind::http;
        return nullptr;
    }
    if (scheme == "socks5" || scheme == "socks5h" || scheme == "socks") {
        kind = Proxy::Kind::socks5;
        return nullptr;
    }
    if (scheme == "https") {
        return "TLS to the proxy (https://) is not supported, http:// and socks5:// are";
    }
    if (scheme == "socks4" || scheme == "socks4a") {
        return "SOCKS4 is not supported, socks5:// and http:// are";
    }
    return "the scheme must be http, socks5 or socks5h, each followed by ://";
}

// ---- no_proxy ----

struct IpAddress {
    size_t bits = 0;  // 32, 128, or 0: it is none
    std::array<uint8_t, 16> bytes{};
    std::string_view zone;
};

IpAddress parse_ip_address(std::string_view text)
{
    IpAddress address;
    const size_t percent = std::min(text.find('%'), text.size());
    const std::string digits(text.substr(0, percent));
    if (inet_pton(AF_INET6, digits.c_str(), address.bytes.data()) == 1) {
        address.bits = 128;
        address.zone = text.substr(percent);
    } else if (percent == text.size() && inet_pton(AF_INET, digits.c_str(), address.bytes.data()) == 1) {
        address.bits = 32;
    }
    return address;
}

constexpr size_t kMappedBits = 96;

// An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) leads where the IPv4 address does.
bool is_mapped(const IpAddress &address) noexcept
{
    static constexpr uint8_t kPrefix[kMappedBits / 8] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return address.bits == 128 && std::memcmp(address.bytes.data(), kPrefix, sizeof kPrefix) == 0;
}

void unmap(IpAddress &address) noexcept
{
    std::copy(address.bytes.begin() + kMappedBits / 8, address.bytes.end(), address.bytes.begin());
    address.bits = 32;
}

bool have_same_prefix(const IpAddress &a, const IpAddress &b, size_t prefix) noexcept
{
    if (!std::equal(a.bytes.begin(), a.bytes.begin() + prefix / 8, b.bytes.begin())) {
        return false;
    }
    const size_t bits_left = prefix % 8;
    return bits_left == 0 || (a.bytes[prefix / 8] ^ b.bytes[prefix / 8]) >> (8 - bits_left) == 0;
}

// False unless text is a number of at most limit.
bool parse_number(std::string_view text, size_t limit, size_t &number) noexcept
{
    number = 0;
    for (char c : text) {
        if (!is_digit(c)) {
            return false;
        }
        number = std::min(number * 10 + static_cast<size_t>(c - '0'), limit + 1);
    }
    return !text.empty() && number <= limit;
}

// network: an address, or one with a prefix length.
bool network_has(std::string_view network, const IpAddress &host)
{
    const size_t slash = network.find('/');
    IpAddress address = parse_ip_address(network.substr(0, slash));
    size_t prefix = address.bits;
    if (address.bits == 0 || (slash != kNone && !parse_number(network.substr(slash + 1), prefix, prefix))) {
        return false;
    }
    if (is_mapped(address) && prefix >= kMappedBits) {
        unmap(address);
        prefix -= kMappedBits;
    }
    return address.bits == host.bits && have_same_prefix(address, host, prefix) &&
           (address.zone.empty() || address.zone == host.zone);
}

std::string_view without_last_dot(std::string_view name) noexcept
{
    if (!name.empty() && name.back() == '.') {
        name.remove_suffix(1);
    }
    return name;
}

bool domain_has(std::string_view domain, std::string_view host) noexcept
{
    domain = without_last_dot(domain);
    if (domain.substr(0, 2) == "*.") {
        domain.remove_prefix(1);
    }
    if (!domain.empty() && domain.front() == '.') {
        domain.remove_prefix(1);
    }
    host = without_last_dot(host);
    if (domain.empty() || host.size() < domain.size()) {
        return false;
    }
    const size_t above = host.size() - domain.size();
    return equal_ignoring_case(host.substr(above), domain) && (above == 0 || host[above - 1] == '.');
}

// Takes ":port" and brackets off an entry. False: it is for another port, or malformed.
bool take_port(std::string_view &entry, uint16_t port) noexcept
{
    std::string_view host = entry;
    std::string_view rest;
    if (entry.substr(0, 1) == "[") {
        const size_t end = entry.find(']');
        if (end == kNone) {
            return false;
        }
        host = entry.substr(1, end - 1);
        rest = entry.substr(end + 1);
    } else if (const size_t colon = entry.find(':'); colon == entry.rfind(':') && colon != kNone) {
        host = entry.substr(0, colon);  // with more colons it is an IPv6 address
        rest = entry.substr(colon);
    }
    entry = host;
    size_t number = 0;
    return rest.empty() ||
           (rest.front() == ':' && parse_number(rest.substr(1), 65535, number) && number == port);
}

bool entry_matches(std::string_view entry, std::string_view host, const IpAddress &address, uint16_t port)
{
    if (!take_port(entry, port) || entry.empty()) {
        return false;
    }
    return entry == "*" || (address.bits != 0 ? network_has(entry, address) : domain_has(entry, host));
}

// The environment's value in lower case, else in upper case.
const char *either(const Environment &environment, const char *lower, const char *upper)
{
    const char *value = environment.value(lower);
    if (value == nullptr) {
        value = environment.value(upper);
    }
    return value != nullptr ? value : "";
}

}  // namespace

const char *parse_proxy(std::string_view text, Proxy &proxy)
{
    static_assert(kMaxUrlBytes == 8192, "named in a text below");
    proxy = Proxy{};
    if (text.empty()) {
        return "it is empty";
    }
    if (text.size() > kMaxUrlBytes) {
        return "it is longer than 8192 bytes";
    }
    if (!consists_of(text, is_allowed_in_url)) {
        return "it has a control character, a space or a backslash";
    }
    proxy.kind = Proxy::Kind::http;
    const size_t scheme_end = text.find("://");
    if (scheme_end != kNone && scheme_end + 1 == text.find_first_of("/?#")) {
        if (const char *wrong = parse_scheme(text.substr(0, scheme_end), proxy.kind)) {
            return wrong;
        }
        text.remove_prefix(scheme_end + 3);
    }
    const size_t authority_end = std::min(text.find_first_of("/?#"), text.size());
    Authority authority;
    if (const char *wrong = parse_authority(text.substr(0, authority_end), authority)) {
        return wrong;
    }
    if (const std::string_view rest = text.substr(authority_end); !rest.empty() && rest != "/") {
        return "behind its host and port, a proxy's URL has nothing but a slash";
    }
    if (proxy.kind == Proxy::Kind::http && authority.user.find(':') != kNone) {
        return "the user name has a colon, which Basic authorization cannot send";
    }
    proxy.host = std::move(authority.host);
    proxy.port = authority.port != 0 ? authority.port : kDefaultPort;
    proxy.has_credentials = authority.has_userinfo;
    proxy.user = std::move(authority.user);
    proxy.password = std::move(authority.password);
    return nullptr;
}

ProxyEnvironment proxy_environment(const Environment &environment)
{
    ProxyEnvironment all;
    all.http_proxy = either(environment, "http_proxy", "http_proxy");
    all.https_proxy = either(environment, "https_proxy", "HTTPS_PROXY");
    all.all_proxy = either(environment, "all_proxy", "ALL_PROXY");
    all.no_proxy = either(environment, "no_proxy", "NO_PROXY");
    return all;
}

bool no_proxy_matches(std::string_view list, std::string_view host, uint16_t port)
{
    constexpr std::string_view kSeparators = ", \t";
    IpAddress address = parse_ip_address(host);
    if (is_mapped(address)) {
        unmap(address);
    }
    for (size_t begin = 0, end; (begin = list.find_first_not_of(kSeparators, begin)) != kNone; begin = end) {
        end = std::min(list.find_first_of(kSeparators, begin), list.size());
        if (entry_matches(list.substr(begin, end - begin), host, address, port)) {
            return true;
        }
    }
    return false;
}

const char *choose_proxy(const Url &url, std::string_view explicit_choice,
                         const ProxyEnvironment &environment, Proxy &proxy)
{
    proxy = Proxy{};
    if (!url.unix_path.empty() || equal_ignoring_case(explicit_choice, "none")) {
        return nullptr;
    }
    if (!explicit_choice.empty()) {
        return parse_proxy(explicit_choice, proxy);
    }
    const SecretString &own = url.secure ? environment.https_proxy : environment.http_proxy;
    const SecretString &choice = own.empty() ? environment.all_proxy : own;
    if (choice.empty() || no_proxy_matches(environment.no_proxy, url.host, url.port)) {
        return nullptr;
    }
    return parse_proxy(choice, proxy);
}

}  // namespace nws
