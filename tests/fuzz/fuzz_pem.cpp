// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What an application gives as PEM, and its pins. A first byte says as what: the
// authorities, revocations, certificate and key, or pins.

#include "fuzz/fuzz.h"
#include "tls/pem.h"
#include "tls/public_key_pin.h"
#include "tls/tls_setup.h"

using namespace nws;
using namespace nws::test;

namespace {

void check_setup(const TlsOptions &options)
{
    std::string problem;
    const std::unique_ptr<TlsSetup> setup = make_tls_setup(options, problem);
    MUST((setup == nullptr) == !problem.empty());
    MUST(!has_control(problem) && problem.size() < 1000);
    MUST(problem.find("sesame") == std::string::npos ||
         options.authorities.find("sesame") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const unsigned what = input.byte() % 5;
    const std::string text = input.rest();
    if (what == 0) {
        std::vector<PublicKeyPin> pins;
        if (parse_public_key_pins(text, pins)) {
            MUST(pins.size() <= text.size() / 40 + 1);
        }
        return 0;
    }
    // Another text would be a path.
    if (!is_pem(text) || text.find('\0') != std::string::npos) {
        return 0;
    }
    TlsOptions options;
    options.verify = what != 1;
    if (what == 1 || what == 4) {
        options.certificate = text;
        options.private_key = what == 1 ? "" : text;
        options.private_key_password = "sesame";
        options.authorities = text;
    } else {
        options.authorities = text;
        options.revocations = what == 3 ? text : "";
    }
    check_setup(options);
    return 0;
}
