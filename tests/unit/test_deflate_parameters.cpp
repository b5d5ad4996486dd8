// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of how permessage-deflate is offered, and of what the
// server's answer makes of it: tables with the section of RFC 7692 beside.

#include <string.h>

#include <random>
#include <string>

#include "deflate/deflate_parameters.h"
#include "unit/check.h"

namespace {

using namespace nws;
using nws::test::run;

DeflateParameters parameters(bool server_alone, bool client_alone, int server_bits, int client_bits)
{
    DeflateParameters out;
    out.server_no_context_takeover = server_alone;
    out.client_no_context_takeover = client_alone;
    out.server_max_window_bits = server_bits;
    out.client_max_window_bits = client_bits;
    return out;
}

const DeflateParameters kPlain;

bool offers()
{
    const struct {
        DeflateParameters offered;
        const char *text;
    } rows[] = {
        {kPlain, "permessage-deflate; client_max_window_bits"},
        {parameters(true, false, 15, 15),
         "permessage-deflate; server_no_context_takeover; client_max_window_bits"},
        {parameters(false, true, 15, 15),
         "permessage-deflate; client_no_context_takeover; client_max_window_bits"},
        {parameters(false, false, 14, 15),
         "permessage-deflate; server_max_window_bits=14; client_max_window_bits"},
        {parameters(false, false, 15, 8), "permessage-deflate; client_max_window_bits=8"},
        {parameters(true, true, 8, 10),
         "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
         "server_max_window_bits=8; client_max_window_bits=10"},
    };
    for (const auto &row : rows) {
        CHECK_TEXT(row.text, write_deflate_offer(row.offered));
        CHECK(check_deflate_parameters(row.offered) == nullptr);
    }
    return true;
}

bool what_cannot_be_offered()
{
    for (int bits = -1; bits < 20; ++bits) {
        const bool good = bits >= 8 && bits <= 15;
        CHECK((check_deflate_parameters(parameters(false, false, bits, 15)) == nullptr) == good);
        CHECK((check_deflate_parameters(parameters(false, false, 15, bits)) == nullptr) == good);
    }
    for (int level = -2; level < 12; ++level) {
        DeflateParameters leveled;
        leveled.level = level;
        CHECK((check_deflate_parameters(leveled) == nullptr) == (level >= 0 && level <= 9));
    }
    return true;
}

struct Row {
    const char *section;
    DeflateParameters offered;
    std::string answer;
    DeflateParameters agreed;
};

bool same(const DeflateParameters &a, const DeflateParameters &b)
{
    return a.server_no_context_takeover == b.server_no_context_takeover &&
           a.client_no_context_takeover == b.client_no_context_takeover &&
           a.server_max_window_bits == b.server_max_window_bits &&
           a.client_max_window_bits == b.client_max_window_bits && a.level == b.level;
}

bool good_answers()
{
    const DeflateParameters small = parameters(false, false, 15, 10);
    const Row rows[] = {
        {"7.1", kPlain, "permessage-deflate", kPlain},
        {"7.1.1.1", kPlain, "permessage-deflate; server_no_context_takeover",
         parameters(true, false, 15, 15)},
        {"7.1.1.1", parameters(true, false, 15, 15), "permessage-deflate;server_no_context_takeover",
         parameters(true, false, 15, 15)},
        {"7.1.1.2", kPlain, "permessage-deflate; client_no_context_takeover",
         parameters(false, true, 15, 15)},
        // Offered, it is our word, whatever the server says.
        {"7.1.1.2", parameters(false, true, 15, 15), "permessage-deflate", parameters(false, true, 15, 15)},
        {"7.1.2.1", kPlain, "permessage-deflate; server_max_window_bits=8", parameters(false, false, 8, 15)},
        {"7.1.2.1", parameters(false, false, 12, 15), "permessage-deflate; server_max_window_bits=12",
         parameters(false, false, 12, 15)},
        {"7.1.2.1", parameters(false, false, 12, 15), "permessage-deflate; server_max_window_bits=9",
         parameters(false, false, 9, 15)},
        {"7.1.2.1", kPlain, "permessage-deflate; server_max_window_bits=15", kPlain},
        {"7.1.2.2", kPlain, "permessage-deflate; client_max_window_bits=8", parameters(false, false, 15, 8)},
        {"7.1.2.2", kPlain, "permessage-deflate; client_max_window_bits=15", kPlain},
        {"7.1.2.2", small, "permessage-deflate; client_max_window_bits=10", small},
        {"7.1.2.2", small, "permessage-deflate; client_max_window_bits=9", parameters(false, false, 15, 9)},
        {"7.1.2.2", small, "permessage-deflate", small},
        {"7.1", parameters(true, false, 10, 15),
         "permessage-deflate; client_max_window_bits=11; server_max_window_bits=10; "
         "client_no_context_takeover; server_no_context_takeover",
         parameters(true, true, 10, 11)},
        {"5.2", kPlain, "permessage-deflate; server_max_window_bits=\"10\"",
         parameters(false, false, 10, 15)},
        {"RFC 6455 9.1", kPlain, "permessage-deflate; server_max_window_bits=\"\\1\\0\"",
         parameters(false, false, 10, 15)},
        {"RFC 9110 5.6.3", kPlain, " \tpermessage-deflate\t;\tserver_max_window_bits = 10 ",
         parameters(false, false, 10, 15)},
        {"RFC 9110 5.6.1.2", kPlain, ", ,permessage-deflate,", kPlain},
    };
    for (const Row &row : rows) {
        DeflateAnswer answer;
        const char *const wrong = judge_extensions(row.answer, &row.offered, answer);
        if (wrong != nullptr || !answer.accepted || !same(answer.agreed, row.agreed)) {
            print_error("%s: %s: %s\n", row.section, row.answer.c_str(), wrong == nullptr ? "" : wrong);
            return false;
        }
    }
    return true;
}

bool no_answer()
{
    for (const char *value : {"", " ", ", ,"}) {
        DeflateAnswer answer;
        answer.accepted = true;
        CHECK(judge_extensions(value, &kPlain, answer) == nullptr && !answer.accepted);
        CHECK(judge_extensions(value, nullptr, answer) == nullptr && !answer.accepted);
    }
    return true;
}

bool bad_answers()
{
    const DeflateParameters alone = parameters(true, false, 15, 15);
    const DeflateParameters server_12 = parameters(false, false, 12, 15);
    const DeflateParameters client_12 = parameters(false, false, 15, 12);
    const struct {
        const char *section;
        const DeflateParameters *offered;
        const char *answer;  // behind "permessage-deflate" unless it begins with "="
        const char *word;
    } rows[] = {
        {"RFC 6455 9.1", nullptr, "", "not offered"},
        {"RFC 6455 9.1", &kPlain, "=x-webkit-deflate-frame", "not offered"},
        {"RFC 6455 9.1", &kPlain, "=permessage-deflate2", "not offered"},
        {"RFC 6455 9.1", &kPlain, ", permessage-bzip2", "not offered"},
        {"5", &kPlain, ", permessage-deflate", "twice"},
        {"7.1", &kPlain, "; client_max_windows", "unknown"},
        {"7.1", &kPlain, "; server_no_context_takeover; level=9", "unknown"},
        {"7.1", &kPlain, "; Server_no_context_takeover", "unknown"},
        {"7.1", &kPlain, "; server_no_context_takeover; server_no_context_takeover", "parameter twice"},
        {"7.1", &kPlain, "; client_no_context_takeover; client_no_context_takeover", "parameter twice"},
        {"7.1", &kPlain, "; server_max_window_bits=9; server_max_window_bits=9", "parameter twice"},
        {"7.1", &kPlain, "; client_max_window_bits=9; client_max_window_bits=10", "parameter twice"},
        {"7.1.1", &kPlain, "; server_no_context_takeover=true", "value"},
        {"7.1.1", &kPlain, "; client_no_context_takeover=\"\"", "malformed"},
        {"7.1.1", &kPlain, "; client_no_context_takeover=1", "value"},
        {"7.1.1.1", &alone, "", "server_no_context_takeover"},
        {"7.1.1.1", &alone, "; client_no_context_takeover", "server_no_context_takeover"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=7", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=16", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=08", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=010", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=1", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=20", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=100", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=+9", "server_max_window_bits is not"},
        {"7.1.2.1", &kPlain, "; server_max_window_bits=9999999999999999999999",
         "server_max_window_bits is not"},
        {"7.1.2.1", &server_12, "; server_max_window_bits=13", "server_max_window_bits is more"},
        {"7.1.2.1", &server_12, "; server_max_window_bits=15", "server_max_window_bits is more"},
        {"7.1.2.1", &server_12, "", "agree to server_max_window_bits"},
        {"7.1.2.2", &kPlain, "; client_max_window_bits", "client_max_window_bits is not"},
        {"7.1.2.2", &kPlain, "; client_max_window_bits=7", "client_max_window_bits is not"},
        {"7.1.2.2", &kPlain, "; client_max_window_bits=16", "client_max_window_bits is not"},
        {"7.1.2.2", &kPlain, "; client_max_window_bits=\"16\"", "client_max_window_bits is not"},
        {"7.1.2.2", &client_12, "; client_max_window_bits=13", "client_max_window_bits is more"},
        {"7.1.2.2", &client_12, "; client_max_window_bits=15", "client_max_window_bits is more"},
        {"RFC 6455 9.1", &kPlain, "=;", "malformed"},
        {"RFC 6455 9.1", &kPlain, "=\"permessage-deflate\"", "malformed"},
        {"RFC 6455 9.1", &kPlain, ";", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; ; server_no_context_takeover", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; =9", "malformed"},
        {"RFC 6455 9.1", &kPlain, " server_no_context_takeover", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_no_context_takeover client_no_context_takeover", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=,", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=\"10", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=\"10\\", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=\"10\\\"", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=\" 10\"", "malformed"},
        {"RFC 6455 9.1", &kPlain, "; server_max_window_bits=\"10\"0", "malformed"},
    };
    for (const auto &row : rows) {
        const std::string value =
            row.answer[0] == '=' ? row.answer + 1 : std::string("permessage-deflate") + row.answer;
        DeflateAnswer answer;
        answer.accepted = true;
        const char *const wrong = judge_extensions(value, row.offered, answer);
        if (wrong == nullptr || strstr(wrong, row.word) == nullptr || answer.accepted) {
            print_error("%s: %s: %s\n", row.section, value.c_str(), wrong == nullptr ? "good" : wrong);
            return false;
        }
    }
    return true;
}

// What we offer, a server may repeat as it is, but for the one value that only
// an answer must have.
bool every_combination()
{
    for (unsigned flags = 0; flags < 4; ++flags) {
        for (int server_bits = 8; server_bits <= 15; ++server_bits) {
            for (int client_bits = 8; client_bits <= 15; ++client_bits) {
                const auto offered = parameters((flags & 1) != 0, (flags & 2) != 0, server_bits, client_bits);
                std::string value = write_deflate_offer(offered);
                value += client_bits == 15 ? "=15" : "";
                DeflateAnswer answer;
                CHECK(judge_extensions(value, &offered, answer) == nullptr && answer.accepted);
                CHECK(same(answer.agreed, offered));
            }
        }
    }
    return true;
}

// Whatever comes, what it agrees to can be kept.
bool random_answers()
{
    const std::string_view pieces[] = {"permessage-deflate",
                                       "; ",
                                       ";",
                                       ",",
                                       "=",
                                       "\"",
                                       "\\",
                                       " ",
                                       "8",
                                       "15",
                                       "16",
                                       "server_no_context_takeover",
                                       "client_no_context_takeover",
                                       "server_max_window_bits",
                                       "client_max_window_bits",
                                       "x",
                                       std::string_view("\0", 1),
                                       "\xFF"};
    std::mt19937 random(1);
    for (int round = 0; round < 50'000; ++round) {
        std::string value = random() % 4 != 0 ? "permessage-deflate" : "";
        for (unsigned i = random() % 10; i > 0; --i) {
            value += pieces[random() % (sizeof pieces / sizeof pieces[0])];
        }
        const auto offered =
            parameters(random() % 4 == 0, random() % 2 != 0, 8 + static_cast<int>(random() % 8),
                       8 + static_cast<int>(random() % 8));
        DeflateAnswer answer;
        const char *const wrong = judge_extensions(value, &offered, answer);
        CHECK(!answer.accepted || (wrong == nullptr && check_deflate_parameters(answer.agreed) == nullptr));
        CHECK(answer.agreed.client_max_window_bits <= offered.client_max_window_bits || !answer.accepted);
        CHECK(answer.agreed.server_max_window_bits <= offered.server_max_window_bits || !answer.accepted);
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<offers>),         cmocka_unit_test(run<what_cannot_be_offered>),
        cmocka_unit_test(run<good_answers>),   cmocka_unit_test(run<no_answer>),
        cmocka_unit_test(run<bad_answers>),    cmocka_unit_test(run<every_combination>),
        cmocka_unit_test(run<random_answers>),
    };
    return cmocka_run_group_tests_name("deflate_parameters", tests, nullptr, nullptr);
}
