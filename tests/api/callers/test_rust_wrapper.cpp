// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of a Rust wrapper: strings that live for the call only, slices
// without a terminator, Destroy when the value is dropped.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstring>
#include <memory>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "support/logged_client.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

// Bytes that end where memory ends: whatever reads on dies.
class Slice {
public:
    explicit Slice(const std::string &bytes)
        : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), pages_((bytes.size() + page_ - 1) / page_)
    {
        memory_ =
            mmap(nullptr, (pages_ + 1) * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory_ == MAP_FAILED) {
            return;
        }
        char *end = static_cast<char *>(memory_) + pages_ * page_;
        mprotect(end, page_, PROT_NONE);
        data_ = end - bytes.size();
        std::memcpy(data_, bytes.data(), bytes.size());
    }
    ~Slice() { munmap(memory_, (pages_ + 1) * page_); }
    Slice(const Slice &) = delete;
    Slice &operator=(const Slice &) = delete;

    char *data() { return data_; }

private:
    size_t page_;
    size_t pages_;
    void *memory_ = nullptr;
    char *data_ = nullptr;
};

void add_header_temporaries(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient client;
    {
        const auto name = std::make_unique<std::string>("X-Temporary");
        const auto value =
            std::make_unique<std::string>("gone after the call, and too long for the string itself");
        assert_int_equal(OH_WebSocketClient_AddHeader(client.get(), {name->c_str(), value->c_str(), nullptr}),
                         0);
        name->assign(name->size(), '#');
        value->assign(value->size(), '#');
    }
    assert_int_equal(client.connect(server.url("/headers")), WEBSOCKET_OK);
    assert_true(client.wait_message_count(1));
    const std::string fields = client.log().events(ClientEvent::Kind::message).front().bytes;
    assert_non_null(std::strstr(fields.c_str(),
                                "X-Temporary: gone after the call, and too long for the string itself\r\n"));
}

void slices_at_the_end_of_a_page(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient client;
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_OK);
    size_t count = 0;
    // Text, text that ends inside a character, binary; all that vector code
    // might read in one go, and more than a page.
    for (const size_t size :
         {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 4095, 4096, 4097, 70'000}) {
        for (const std::string &ending : {std::string("x"), std::string("\xc3"), std::string("\0", 1)}) {
            const std::string bytes = std::string(size - 1, 'a') + ending;
            Slice slice(bytes);
            assert_non_null(slice.data());
            assert_int_equal(OH_WebSocketClient_Send(client.get(), slice.data(), size), WEBSOCKET_OK);
            ++count;
            assert_true(client.wait_message_count(count));
            assert_true(client.log().events(ClientEvent::Kind::message).back().bytes == bytes);
        }
    }
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

void close_without_a_reason(void **)
{
    TestServer server;
    assert_true(server.start());
    {
        LoggedClient client;
        assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_OK);
        assert_true(client.wait_open());
        assert_int_equal(client.close(1000, nullptr), WEBSOCKET_OK);
    }  // drop
    assert_true(server.wait_all_ended());
    const auto closes = server.frames(Opcode::close);
    assert_int_equal(closes.size(), 1);
    assert_true(closes[0].payload == close_payload(1000));
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(add_header_temporaries),
        cmocka_unit_test(slices_at_the_end_of_a_page),
        cmocka_unit_test(close_without_a_reason),
    };
    return cmocka_run_group_tests_name("Rust wrapper", tests, nullptr, nullptr);
}
