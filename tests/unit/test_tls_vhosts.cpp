// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of which connections share a TLS set-up, how long it lives, and
// what cannot be made one. With a context of libwebsockets that is never served.

// Before cmocka: its macro fail() would break the class of that header.
#include <fstream>

#include "unit/check.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "service/tls_vhosts.h"
#include "tls/pem.h"
#include "tls/trust_store.h"

namespace {

using namespace nws;
using namespace nws::test;

std::string read_file(const std::string &path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string &path, const std::string &text)
{
    std::ofstream(path) << text;
}

std::string certificate(const std::string &name)
{
    return std::string(CERTS_DIR "/") + name + ".pem";
}

// A directory that goes again, with all its files.
struct Directory {
    std::string path;

    Directory()
    {
        char name[] = P_tmpdir "/tls_vhosts_XXXXXX";
        path = mkdtemp(name) == nullptr ? "" : name;
    }
    ~Directory()
    {
        if (std::system(("rm -rf '" + path + "'").c_str()) != 0) {
            std::perror("rm");
        }
    }
};

struct Context {
    lws_context *context;
    TlsVhosts vhosts;
    int created = 0;
    std::string problem;

    Context()
    {
        lws_set_log_level(0, nullptr);
        lws_context_creation_info info = {};
        info.port = CONTEXT_PORT_NO_LISTEN;
        info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        context = lws_create_context(&info);
    }
    ~Context()
    {
        if (context != nullptr) {
            destroy();
        }
    }
    void destroy()
    {
        lws_context_destroy(context);
        context = nullptr;
        vhosts.on_context_destroyed();
    }

    std::shared_ptr<TlsVhost> get(const TlsOptions &options)
    {
        problem.clear();
        const auto create = [this](TlsSetup &setup) {
            ++created;
            lws_context_creation_info info = {};
            info.port = CONTEXT_PORT_NO_LISTEN;
            info.vhost_name = "wss";
            info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
            setup.install(info);
            return lws_create_vhost(context, &info);
        };
        return vhosts.get(options, create, problem);
    }
};

TlsOptions trusting(const std::string &authorities)
{
    TlsOptions options;
    options.authorities = authorities;
    return options;
}

bool who_asks_for_the_same_shares()
{
    Context context;
    const auto first = context.get(trusting(certificate("ca")));
    CHECK(first != nullptr && first->vhost() != nullptr);
    for (int i = 0; i < 1000; ++i) {
        CHECK(context.get(trusting(certificate("ca"))) == first);
    }
    CHECK(context.created == 1);
    return true;
}

bool every_option_makes_another()
{
    const std::string ca = certificate("ca");
    TlsOptions options[7];
    options[0] = trusting(ca);
    options[1] = trusting(certificate("selfsigned"));
    options[2] = trusting(read_file(ca));
    options[3] = trusting(ca);
    options[3].verify = false;
    options[4] = trusting(ca);
    options[4].pins.push_back({});
    options[5] = trusting(ca);
    options[5].certificate = certificate("client");
    options[5].private_key = CERTS_DIR "/client.key";
    options[6] = options[5];
    options[6].private_key_password = "no password is needed";
    Context context;
    std::shared_ptr<TlsVhost> vhosts[7];
    for (size_t i = 0; i < 7; ++i) {
        vhosts[i] = context.get(options[i]);
        CHECK_TEXT("", context.problem);
        for (size_t j = 0; j < i; ++j) {
            CHECK(vhosts[i] != vhosts[j]);
        }
    }
    CHECK(context.created == 7);
    for (size_t i = 0; i < 7; ++i) {
        CHECK(context.get(options[i]) == vhosts[i]);
    }
    return true;
}

bool freed_when_nobody_holds_it()
{
    Context context;
    context.get(trusting(certificate("ca")));
    context.get(trusting(certificate("ca")));
    CHECK(context.created == 2);
    return true;
}

bool replaced_files_count()
{
    const Directory directory;
    const std::string path = directory.path + "/ca.pem";
    write_file(path, read_file(certificate("ca")));
    Context context;
    const auto before = context.get(trusting(path));
    write_file(path + "x", read_file(certificate("ca")));
    CHECK(std::rename((path + "x").c_str(), path.c_str()) == 0);
    const auto after = context.get(trusting(path));
    CHECK(before != nullptr && after != nullptr && before != after);
    return true;
}

bool outlives_its_context()
{
    Context context;
    const auto vhost = context.get(trusting(certificate("ca")));
    context.destroy();
    CHECK(vhost->vhost() == nullptr);
    return true;
}

// ---- where authorities may come from ----

std::string problem_with(const TlsOptions &options)
{
    Context context;
    const bool made = context.get(options) != nullptr;
    return made == context.problem.empty() ? context.problem : "made, in spite of: " + context.problem;
}

bool authorities_from_anywhere()
{
    const std::string ca = certificate("ca");
    const Directory directory;
    CHECK_TEXT("", problem_with(trusting(ca)));
    CHECK_TEXT("", problem_with(trusting(read_file(ca))));
    CHECK_TEXT("", problem_with(trusting(read_file(ca) + read_file(certificate("selfsigned")))));
    CHECK_TEXT(directory.path + ": it has no certificates", problem_with(trusting(directory.path)));
    write_file(directory.path + "/README", "no certificate");
    CHECK_TEXT(directory.path + ": it has no certificates", problem_with(trusting(directory.path)));
    write_file(directory.path + "/ca.pem", read_file(ca));
    CHECK_TEXT("", problem_with(trusting(directory.path)));
    return true;
}

// A directory of nothing but links; and as c_rehash leaves it: what is there is not
// read before it is wanted, and nothing else counts.
bool links_in_a_directory()
{
    const Directory directory;
    CHECK(symlink(certificate("ca").c_str(), (directory.path + "/ca").c_str()) == 0);
    CHECK_TEXT("", problem_with(trusting(directory.path)));
    CHECK(symlink("/no/such/file", (directory.path + "/12345678.0").c_str()) == 0);
    CHECK_TEXT("", problem_with(trusting(directory.path)));
    // With revocation lists all of it is.
    TlsOptions options = trusting(directory.path);
    options.revocations = certificate("crl");
    CHECK_TEXT(directory.path + ": it has no certificates", problem_with(options));
    return true;
}

// What looks like a hash, and what does not.
bool names_in_a_hashed_directory()
{
    const Directory directory;
    for (const char *name : {"1234567.0", "123456789.0", "1234567g.0", "1234567A.0", "12345678", "12345678.",
                             "12345678.r0", "12345678.a", "12345678.0a", "12345678.pem"}) {
        write_file(directory.path + "/" + name, "");
        CHECK(!is_hashed_directory(directory.path));
    }
    write_file(directory.path + "/12ab45ef.10", "");
    CHECK(is_hashed_directory(directory.path));
    CHECK(!is_hashed_directory(directory.path + "/12ab45ef.10"));
    CHECK(!is_hashed_directory(directory.path + "/none"));
    return true;
}

bool what_cannot_be_authorities()
{
    const Directory directory;
    const std::string path = directory.path + "/file";
    CHECK_TEXT(path + ": No such file or directory", problem_with(trusting(path)));
    write_file(path, "");
    CHECK_TEXT(path + ": it has no certificates", problem_with(trusting(path)));
    write_file(path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    CHECK_TEXT(path + ": it has no certificates", problem_with(trusting(path)));
    CHECK_TEXT(path + "/x: Not a directory", problem_with(trusting(path + "/x")));
    CHECK_TEXT("the PEM text given: it has no certificates",
               problem_with(trusting("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")));
    CHECK_TEXT("/dev/zero: File too large", problem_with(trusting("/dev/zero")));
    return true;
}

bool what_cannot_be_read_by_others()
{
    if (geteuid() == 0) {
        skip();  // root may read everything
    }
    const Directory directory;
    const std::string path = directory.path + "/ca.pem";
    write_file(path, read_file(certificate("ca")));
    chmod(path.c_str(), 0);
    CHECK_TEXT(path + ": Permission denied", problem_with(trusting(path)));
    return true;
}

// Whatever this machine has: it can be read, or is said to be missing.
bool else_the_system_has_one()
{
    const char *store = find_system_trust_store();
    const std::string problem = problem_with(TlsOptions{});
    if (store == nullptr) {
        CHECK_TEXT(kNoTrustStore, problem);
    } else {
        CHECK(access(store, R_OK) == 0);
        CHECK_TEXT("", problem);
    }
    return true;
}

// With checking off nothing of this is needed.
bool nobody_need_be_trusted_without_checks()
{
    TlsOptions options = trusting("/no/such/file");
    options.verify = false;
    CHECK_TEXT("", problem_with(options));
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<who_asks_for_the_same_shares>),
        cmocka_unit_test(run<every_option_makes_another>),
        cmocka_unit_test(run<freed_when_nobody_holds_it>),
        cmocka_unit_test(run<replaced_files_count>),
        cmocka_unit_test(run<outlives_its_context>),
        cmocka_unit_test(run<authorities_from_anywhere>),
        cmocka_unit_test(run<links_in_a_directory>),
        cmocka_unit_test(run<names_in_a_hashed_directory>),
        cmocka_unit_test(run<what_cannot_be_authorities>),
        cmocka_unit_test(run<what_cannot_be_read_by_others>),
        cmocka_unit_test(run<else_the_system_has_one>),
        cmocka_unit_test(run<nobody_need_be_trusted_without_checks>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
