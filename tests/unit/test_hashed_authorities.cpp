// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of the hash by which OpenSSL names authorities in a directory, and
// of what is found by it. The wanted hashes are OpenSSL's.

#include "unit/check.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <dirent.h>
#include <unistd.h>

#include <mbedtls/asn1.h>
#include <mbedtls/x509.h>

#include "base/ascii.h"
#include "tls/hashed_authorities.h"
#include "tls/pem.h"

// Of no public header.
extern "C" int mbedtls_x509_get_name(unsigned char **at, const unsigned char *end, mbedtls_x509_name *name);

namespace {

using namespace nws;
using namespace nws::test;

struct Case {
    const char *what;
    const char *name;  // in hexadecimal DER
    uint32_t hash;
};

constexpr Case kCases[] = {
    {"printable", "301c310b3009060355040613025858310d300b06035504031304526f6f74", 0xE65D7130},
    {"letters and spaces", "3021310b30090603550406130278783112301006035504030c092020524f4f54200920",
     0xE65D7130},
    {"spaces inside", "30123110300e06035504030c076120090a202062", 0x49CDC5E0},
    {"UTF-8", "301f311d301b06035504030c1446c59174616ec3ba73c3ad7476c3a16e7920c389", 0x2F21DBEB},
    {"T61: Latin 1", "30133111300f060355040314084bfcdf6e61636874", 0x8DB5D77D},
    {"IA5",
     "302e31173015060a0992268993f22c64011916074578616d706c6531133011060a099226"
     "8993f22c64011916034f5247",
     0xE200CC52},
    {"BMP", "30153113301106035504031e0a0416002000c400200078", 0x85FCA062},
    {"Universal", "30173115301306035504031c0c00000061000020ac0001f600", 0x1ED7D663},
    {"bit string", "3010310e300c060355040303050020412020", 0xE9E7852F},
    {"empty value", "300b3109300706035504030c00", 0x5DA78770},
    {"spaces only", "300e310c300a06035504030c03202020", 0x5DA78770},
    {"two in one, sorted by what is encoded",
     "302331153008060355040b130161300906035504030c025a5a310a3008060355040a0c01"
     "62",
     0x8DA49756},
    {"two of a kind", "301631143008060355040b0c01413008060355040b130162", 0xD37C6EF1},
};

std::string bytes_of(std::string_view hexadecimal)
{
    std::string bytes;
    for (size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
        bytes += static_cast<char>(hex_value(hexadecimal[i]) << 4 | hex_value(hexadecimal[i + 1]));
    }
    return bytes;
}

// As it is in a certificate.
struct Name {
    mbedtls_x509_name first = {};
    bool parsed = false;

    explicit Name(const std::string &der)
    {
        auto *at = reinterpret_cast<unsigned char *>(const_cast<char *>(der.data()));
        unsigned char *end = at + der.size();
        size_t length = 0;
        parsed =
            mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) == 0 &&
            mbedtls_x509_get_name(&at, at + length, &first) == 0;
    }
    ~Name() { mbedtls_asn1_free_named_data_list_shallow(first.next); }
    Name(const Name &) = delete;
    Name &operator=(const Name &) = delete;
};

std::string text_of(uint32_t hash)
{
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(hash));
    return text.data();
}

bool hashes_as_openssl()
{
    for (const Case &row : kCases) {
        const std::string der = bytes_of(row.name);
        const Name name(der);
        CHECK(name.parsed);
        CHECK_TEXT(row.what + (": " + text_of(row.hash)), row.what + (": " + text_of(hash_of(name.first))));
    }
    return true;
}

// Lengths of two bytes and of three.
bool long_names()
{
    const std::string attribute =
        bytes_of("308201350603550403") + bytes_of("0c82012c") + std::string(300, 'x');
    const std::string other = bytes_of("30818a060355040a") + bytes_of("0c8182") + std::string(130, 'y');
    const std::string der =
        bytes_of("308201cd") + bytes_of("31820139") + attribute + bytes_of("31818d") + other;
    const Name name(der);
    CHECK(name.parsed);
    CHECK_TEXT("b7b2b160", text_of(hash_of(name.first)));
    return true;
}

// Those with the same hash are numbered; a number that is missing ends them.
bool finds_all_of_a_name()
{
    char path[] = P_tmpdir "/hashed_authorities_XXXXXX";
    CHECK(mkdtemp(path) != nullptr);
    const std::string der = bytes_of(kCases[0].name);
    const Name name(der);
    const std::string prefix = std::string(path) + "/" + text_of(kCases[0].hash);
    const auto link = [&prefix](const char *number) {
        return symlink(CERTS_DIR "/ca.pem", (prefix + number).c_str()) == 0;
    };
    const auto found = [&] {
        int count = 0;
        const Certificates all = find_authorities(path, name.first);
        for (const mbedtls_x509_crt *one = all.get(); one != nullptr; one = one->next) {
            ++count;
        }
        return count;
    };
    const int none = found();
    const bool linked = link(".0") && link(".1") && link(".3");
    const int two = found();
    CHECK(std::system(("rm -rf " + std::string(path)).c_str()) == 0);
    CHECK(linked && none == 0 && two == 2);
    return true;
}

// Each of those that this machine trusts is found by its own name.
bool finds_what_the_machine_has()
{
    const std::string path = "/etc/ssl/certs";
    if (!is_hashed_directory(path)) {
        skip();
    }
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir(path.c_str()), closedir);
    size_t count = 0;
    while (const dirent *entry = readdir(directory.get())) {
        const std::string name = entry->d_name;
        SecretString pem;
        if (name.size() < 10 || name.compare(8, 2, ".0") != 0 ||
            read_pem(path + "/" + name, pem) != nullptr) {
            continue;
        }
        mbedtls_x509_crt certificate;
        mbedtls_x509_crt_init(&certificate);
        const int result = mbedtls_x509_crt_parse(
            &certificate, reinterpret_cast<const unsigned char *>(pem.c_str()), pem.size() + 1);
        const std::string hash = result == 0 ? text_of(hash_of(certificate.subject)) : "";
        const bool found = result != 0 || find_authorities(path, certificate.subject) != nullptr;
        mbedtls_x509_crt_free(&certificate);
        // Of some keys mbedTLS knows nothing.
        if (result == 0) {
            CHECK_TEXT(name.substr(0, 8), hash);
            CHECK(found);
            ++count;
        }
    }
    CHECK(count > 0);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<hashes_as_openssl>),
        cmocka_unit_test(run<long_names>),
        cmocka_unit_test(run<finds_all_of_a_name>),
        cmocka_unit_test(run<finds_what_the_machine_has>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
