// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/authority.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"

namespace nws {

namespace {

constexpr size_t kMaxLabelBytes = 63;      // RFC 1035 2.3.4
constexpr size_t kMaxHostNameBytes = 253;  // 255 on the wire, with the lengths of labels

constexpr size_t kNone = std::string_view::npos;

// Every parse_ function below returns nullptr, or what is wrong.

bool is_ip_address(int family, const std::string &text) noexcept
{
    in6_addr address;  // room for either family
    return inet_pton(family, text.c_str(), &address) == 1;
}

bool is_one_of(std::string_view set, char c) noexcept
{
    return set.find(c) != kNone;
}

// Appends.
template <typename Text>
bool decode(std::string_view text, Text &decoded)
{
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
            int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = static_cast<char>(high << 4 | low);
            i += 2;
        }
        if (is_control_byte(c)) {
            return false;
        }
        decoded.push_back(c);
    }
    return true;
}

const char *parse_userinfo(std::string_view text, Authority &authority)
{
    size_t colon = std::min(text.find(':'), text.size());
    if (!percent_decode(text.substr(0, colon), authority.user) ||
        !percent_decode(text.substr(std::min(colon + 1, text.size())), authority.password)) {
        return "the user information has a malformed percent-encoding or an encoded control character";
    }
    // As in browsers, "@" and ":@" are nobody.
    authority.has_userinfo = !authority.user.empty() || !authority.password.empty();
    return nullptr;
}

const char *parse_port(std::string_view text, Authority &authority)
{
    if (text.empty()) {
        return nullptr;
    }
    uint32_t port = 0;
    for (char c : text) {
        if (!is_digit(c)) {
            return "the port is not a number";
        }
        port = std::min(port * 10 + static_cast<uint32_t>(c - '0'), uint32_t{65536});
    }
    if (port < 1 || port > 65535) {
        return "the port is not in the range 1 to 65535";
    }
    authority.port = static_cast<uint16_t>(port);
    return nullptr;
}

// Numbers in the last place make an IPv4 address, in whatever form resolvers
// take for one: no top-level domain is a number.
bool looks_like_ipv4(std::string_view host) noexcept
{
    if (host.back() == '.') {
        host.remove_suffix(1);
    }
    std::string_view last = host.substr(host.rfind('.') + 1);
    bool hexadecimal = last.substr(0, 2) == "0x";
    if (hexadecimal) {
        last.remove_prefix(2);
    }
    return consists_of(last, hexadecimal ? is_hex_digit : is_digit);
}

const char *check_label(std::string_view label) noexcept
{
    if (label.empty()) {
        return "the host name has an empty label";
    }
    if (label.size() > kMaxLabelBytes) {
        return "a label of the host name has more than 63 bytes";
    }
    if (label.front() == '-' || label.back() == '-') {
        return "a label of the host name begins or ends with a hyphen";
    }
    for (char c : label) {
        if (!is_ascii(c)) {
            return "the host name is not ASCII: give an internationalised name as punycode (xn--...)";
        }
        if (!is_letter(c) && !is_digit(c) && !is_one_of("-_", c)) {
            return "the host name has a character that is no letter, digit, hyphen, underscore or dot";
        }
    }
    return nullptr;
}

// A name for DNS (RFC 1123 2.1, and the underscore that is found in practice),
// or an IPv4 address. A dot at the end is that of a complete name.
const char *parse_host_name(std::string_view text, Authority &authority)
{
    if (text.empty()) {
        return "there is no host";
    }
    std::string_view name = text;
    if (name.back() == '.') {
        name.remove_suffix(1);
    }
    if (name.size() > kMaxHostNameBytes) {
        return "the host name has more than 253 bytes";
    }
    for (size_t begin = 0, end; begin <= name.size(); begin = end + 1) {
        end = std::min(name.find('.', begin), name.size());
        if (const char *wrong = check_label(name.substr(begin, end - begin))) {
            return wrong;
        }
    }
    authority.host = lower_case(text);
    if (looks_like_ipv4(authority.host) && !is_ip_address(AF_INET, authority.host)) {
        return "the host is not an IPv4 address of four numbers from 0 to 255";
    }
    return nullptr;
}

// What stands between the brackets: an address, and after "%25" the zone
// (RFC 6874), which keeps its case as interfaces' names do.
const char *parse_ipv6_address(std::string_view text, Authority &authority)
{
    size_t percent = std::min(text.find('%'), text.size());
    std::string_view zone = text.substr(percent);
    authority.host = lower_case(text.substr(0, percent));
    if (!is_ip_address(AF_INET6, authority.host)) {
        return "there is no IPv6 address between the brackets";
    }
    if (zone.empty()) {
        return nullptr;
    }
    std::string name;
    if (zone.substr(0, 3) != "%25" || !percent_decode(zone.substr(3), name)) {
        return "the zone of an IPv6 address must be written as %25 and its name";
    }
    auto unreserved = [](char c) { return is_letter(c) || is_digit(c) || is_one_of("-._~", c); };
    if (name.empty() || name.size() >= IF_NAMESIZE || !consists_of(name, unreserved)) {
        return "the zone of an IPv6 address is not the name of an interface";
    }
    authority.host.append("%").append(name);
    return nullptr;
}

}  // namespace

bool percent_decode(std::string_view text, std::string &decoded)
{
    return decode(text, decoded);
}

bool percent_decode(std::string_view text, SecretString &decoded)
{
    return decode(text, decoded);
}

std::string bracketed(std::string_view host)
{
    return host.find(':') == kNone ? std::string(host) : concat({"[", host, "]"});
}

std::string write_authority(std::string_view host, uint16_t port)
{
    return concat({bracketed(host), ":", decimal(port)});
}

const char *parse_authority(std::string_view text, Authority &authority)
{
    authority = Authority{};
    if (size_t at = text.rfind('@'); at != kNone) {
        if (const char *wrong = parse_userinfo(text.substr(0, at), authority)) {
            return wrong;
        }
        text.remove_prefix(at + 1);
    }
    bool bracket = !text.empty() && text.front() == '[';
    if (!bracket && text.find(':') != text.rfind(':')) {
        return "it has two colons: an IPv6 address must be in brackets";
    }
    size_t host_end = std::min(bracket ? text.find(']') : text.find(':'), text.size());
    if (bracket && host_end == text.size()) {
        return "the closing bracket of an IPv6 address is missing";
    }
    const char *wrong = bracket ? parse_ipv6_address(text.substr(1, host_end - 1), authority)
                                : parse_host_name(text.substr(0, host_end), authority);
    if (wrong != nullptr) {
        return wrong;
    }
    text.remove_prefix(bracket ? host_end + 1 : host_end);
    if (text.empty()) {
        return nullptr;
    }
    if (text.front() != ':') {
        return "after an IPv6 address in brackets only a port may follow";
    }
    return parse_port(text.substr(1), authority);
}

}  // namespace nws
