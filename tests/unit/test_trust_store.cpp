// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of where trusted certificates are found, and of the variable
// that turns checking off.

#include "unit/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "service/trust_store.h"

namespace {

using namespace nws;
using namespace nws::test;

// nullptr: unset.
void set(const char *name, const char *value)
{
    if (value == nullptr) {
        unsetenv(name);
    } else {
        setenv(name, value, 1);
    }
}

// A directory with one file in it; all of it goes again.
struct Files {
    std::string directory;
    std::string file;

    Files()
    {
        char name[] = P_tmpdir "/trust_store_XXXXXX";
        directory = mkdtemp(name) == nullptr ? "" : name;
        file = directory + "/bundle.pem";
        if (FILE *out = std::fopen(file.c_str(), "w")) {
            std::fclose(out);
        }
    }
    ~Files()
    {
        set("SSL_CERT_FILE", nullptr);
        set("SSL_CERT_DIR", nullptr);
        chmod(file.c_str(), 0600);
        chmod(directory.c_str(), 0700);
        unlink(file.c_str());
        rmdir(directory.c_str());
    }
    TrustStore find(const char *of_file, const char *of_directory) const
    {
        set("SSL_CERT_FILE", of_file);
        set("SSL_CERT_DIR", of_directory);
        return find_trust_store();
    }
};

bool is_file(const TrustStore &store, const std::string &file)
{
    return store.file == file && store.directory.empty() && store.problem.empty();
}

bool is_directory(const TrustStore &store, const std::string &directory)
{
    return store.directory == directory && store.file.empty() && store.problem.empty();
}

bool is_problem(const TrustStore &store, const std::string &problem)
{
    if (store.problem != problem) {
        return differs(__FILE__, __LINE__, problem, store.problem);
    }
    return store.file.empty() && store.directory.empty();
}

bool the_environment_comes_first()
{
    const Files files;
    const char *file = files.file.c_str();
    const char *directory = files.directory.c_str();
    CHECK(is_file(files.find(file, nullptr), files.file));
    CHECK(is_directory(files.find(nullptr, directory), files.directory));
    CHECK(is_file(files.find(file, directory), files.file));
    // Empty counts as unset.
    CHECK(is_directory(files.find("", directory), files.directory));
    CHECK(is_file(files.find(file, ""), files.file));
    return true;
}

bool what_it_names_must_be_readable()
{
    const Files files;
    const std::string missing = files.directory + "/missing";
    const std::string below_file = files.file + "/x";
    CHECK(is_problem(files.find(missing.c_str(), nullptr),
                     "SSL_CERT_FILE names " + missing + ": No such file or directory"));
    // Nothing else is tried, though it is there.
    CHECK(is_problem(files.find(missing.c_str(), files.directory.c_str()),
                     "SSL_CERT_FILE names " + missing + ": No such file or directory"));
    CHECK(is_problem(files.find(below_file.c_str(), nullptr),
                     "SSL_CERT_FILE names " + below_file + ": Not a directory"));
    CHECK(is_problem(files.find(nullptr, missing.c_str()),
                     "SSL_CERT_DIR names " + missing + ": No such file or directory"));
    return true;
}

bool permissions_count()
{
    if (geteuid() == 0) {
        skip();  // root may read everything
    }
    const Files files;
    chmod(files.file.c_str(), 0);
    CHECK(is_problem(files.find(files.file.c_str(), nullptr),
                     "SSL_CERT_FILE names " + files.file + ": Permission denied"));
    chmod(files.directory.c_str(), 0200);
    CHECK(is_problem(files.find(nullptr, files.directory.c_str()),
                     "SSL_CERT_DIR names " + files.directory + ": Permission denied"));
    return true;
}

// Whatever this machine has: it can be read, or is said to be missing.
bool else_the_system_has_one()
{
    const Files files;
    const TrustStore store = files.find(nullptr, nullptr);
    CHECK(store.directory.empty());
    if (store.file.empty()) {
        CHECK_TEXT("no file of trusted certificates found; set SSL_CERT_FILE", store.problem);
    } else {
        CHECK(store.problem.empty());
        CHECK(store.file[0] == '/');
        CHECK(access(store.file.c_str(), R_OK) == 0);
    }
    const TrustStore empty = files.find("", "");
    CHECK(empty.file == store.file && empty.problem == store.problem);
    return true;
}

// Reads the descriptor that stands in for standard error, from its beginning.
std::string written(FILE *file)
{
    std::string all;
    std::rewind(file);
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        all += static_cast<char>(c);
    }
    return all;
}

bool checking_is_off_for_0_only()
{
    for (const char *value : {"", "1", "00", "0 ", "no", "false", "off"}) {
        set("NET_WEBSOCKET_TLS_VERIFY", value);
        CHECK(!verification_off());
    }
    set("NET_WEBSOCKET_TLS_VERIFY", nullptr);
    CHECK(!verification_off());

    FILE *log = std::tmpfile();
    CHECK(log != nullptr);
    const int before = dup(STDERR_FILENO);
    dup2(fileno(log), STDERR_FILENO);
    set("NET_WEBSOCKET_TLS_VERIFY", "0");
    const bool off = verification_off() && verification_off();
    set("NET_WEBSOCKET_TLS_VERIFY", nullptr);
    const bool off_later = verification_off();
    dup2(before, STDERR_FILENO);
    ::close(before);
    const std::string said = written(log);
    std::fclose(log);
    CHECK(off);
    CHECK(!off_later);
    // Said each time.
    const std::string line =
        "net_websocket: warning: NET_WEBSOCKET_TLS_VERIFY=0: the server's certificate is not checked\n";
    CHECK_TEXT(line + line, said);
    return true;
}

}  // namespace

int main()
{
    setenv("NET_WEBSOCKET_LOG", "warning", 1);
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<the_environment_comes_first>),
        cmocka_unit_test(run<what_it_names_must_be_readable>),
        cmocka_unit_test(run<permissions_count>),
        cmocka_unit_test(run<else_the_system_has_one>),
        cmocka_unit_test(run<checking_is_off_for_0_only>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
