// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/hashed_authorities.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <new>
#include <string_view>
#include <vector>

#include <mbedtls/asn1.h>
#include <mbedtls/platform.h>
#include <mbedtls/sha1.h>

#include "base/ascii.h"
#include "tls/pem.h"

namespace nws {

namespace {

void append_utf8(std::string &out, uint32_t point)
{
    const auto continuation = [point](int shift) {
        return static_cast<char>(0x80 | (point >> shift & 0x3F));
    };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += {static_cast<char>(0xC0 | point >> 6), continuation(0)};
    } else if (point < 0x10000) {
        out += {static_cast<char>(0xE0 | point >> 12), continuation(6), continuation(0)};
    } else {
        out +=
            {static_cast<char>(0xF0 | (point >> 18 & 7)), continuation(12), continuation(6), continuation(0)};
    }
}

// Characters of so many bytes each.
std::string utf8_of(std::string_view value, size_t width)
{
    std::string text;
    for (; value.size() >= width; value.remove_prefix(width)) {
        uint32_t point = 0;
        for (const char byte : value.substr(0, width)) {
            point = point << 8 | static_cast<unsigned char>(byte);
        }
        append_utf8(text, point);
    }
    return text;
}

bool is_space(char c) noexcept
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Lower case, no spaces around it and one where there are several.
std::string folded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (!is_space(c)) {
            out += to_lower(c);
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

void append_element(std::string &out, int tag, std::string_view content)
{
    out += static_cast<char>(tag);
    if (content.size() < 0x80) {
        out += static_cast<char>(content.size());
    } else {
        std::string length;
        for (size_t rest = content.size(); rest > 0; rest >>= 8) {
            length.insert(length.begin(), static_cast<char>(rest & 0xFF));
        }
        out += static_cast<char>(0x80 | length.size());
        out += length;
    }
    out += content;
}

std::string_view bytes_of(const mbedtls_asn1_buf &buffer) noexcept
{
    return {reinterpret_cast<const char *>(buffer.p), buffer.len};
}

// Texts of all kinds are the same if they read the same.
void append_value(std::string &out, const mbedtls_asn1_buf &value)
{
    const std::string_view bytes = bytes_of(value);
    switch (value.tag) {
    case MBEDTLS_ASN1_UTF8_STRING:
        append_element(out, MBEDTLS_ASN1_UTF8_STRING, folded(bytes));
        break;
    case MBEDTLS_ASN1_PRINTABLE_STRING:
    case MBEDTLS_ASN1_T61_STRING:
    case MBEDTLS_ASN1_IA5_STRING:
        append_element(out, MBEDTLS_ASN1_UTF8_STRING, folded(utf8_of(bytes, 1)));
        break;
    case MBEDTLS_ASN1_BMP_STRING:
        append_element(out, MBEDTLS_ASN1_UTF8_STRING, folded(utf8_of(bytes, 2)));
        break;
    case MBEDTLS_ASN1_UNIVERSAL_STRING:
        append_element(out, MBEDTLS_ASN1_UTF8_STRING, folded(utf8_of(bytes, 4)));
        break;
    default:
        append_element(out, value.tag, bytes);
        break;
    }
}

constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
constexpr int kSet = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET;

std::string attribute_of(const mbedtls_x509_name &part)
{
    std::string content;
    append_element(content, MBEDTLS_ASN1_OID, bytes_of(part.oid));
    append_value(content, part.val);
    std::string attribute;
    append_element(attribute, kSequence, content);
    return attribute;
}

}  // namespace

void FreeCertificates::operator()(mbedtls_x509_crt *certificates) const noexcept
{
    mbedtls_x509_crt_free(certificates);
    mbedtls_free(certificates);
}

uint32_t hash_of(const mbedtls_x509_name &name)
{
    std::string canonical;
    std::vector<std::string> together;  // of one RelativeDistinguishedName, a SET OF
    for (const mbedtls_x509_name *part = &name; part != nullptr; part = part->next) {
        together.push_back(attribute_of(*part));
        if (part->MBEDTLS_PRIVATE(next_merged) == 0) {
            std::sort(together.begin(), together.end());
            std::string content;
            for (const std::string &attribute : together) {
                content += attribute;
            }
            append_element(canonical, kSet, content);
            together.clear();
        }
    }
    std::array<unsigned char, 20> digest{};
    mbedtls_sha1(reinterpret_cast<const unsigned char *>(canonical.data()), canonical.size(), digest.data());
    return digest[0] | uint32_t{digest[1]} << 8 | uint32_t{digest[2]} << 16 | uint32_t{digest[3]} << 24;
}

Certificates find_authorities(const std::string &directory, const mbedtls_x509_name &name)
{
    Certificates found(static_cast<mbedtls_x509_crt *>(mbedtls_calloc(1, sizeof(mbedtls_x509_crt))));
    if (found == nullptr) {
        throw std::bad_alloc();
    }
    mbedtls_x509_crt_init(found.get());
    const uint32_t hash = hash_of(name);
    std::array<char, 20> file{};
    SecretString pem;
    for (unsigned number = 0;; ++number) {
        std::snprintf(file.data(), file.size(), "/%08x.%u", static_cast<unsigned>(hash), number);
        if (read_pem(directory + file.data(), pem) != nullptr) {
            break;
        }
    }
    if (!pem.empty() &&
        mbedtls_x509_crt_parse(found.get(), reinterpret_cast<const unsigned char *>(pem.c_str()),
                               pem.size() + 1) == MBEDTLS_ERR_X509_ALLOC_FAILED) {
        throw std::bad_alloc();
    }
    return found->version != 0 ? std::move(found) : nullptr;
}

}  // namespace nws
