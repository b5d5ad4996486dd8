// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Resolver. Names under .test are answered by a
// getaddrinfo() of this program, which can be made to wait; no name server is
// asked.

#include "unit/check.h"
#include "unit/shortage.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "service/resolver.h"

namespace {

using namespace nws;
using namespace nws::test;

constexpr std::chrono::minutes kPatience(1);
constexpr std::chrono::milliseconds kShort(20);

// Where look-ups of held.test wait.
struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = true;
    size_t inside = 0;
    size_t most_inside = 0;

    void pass()
    {
        std::unique_lock<std::mutex> lock(mutex);
        most_inside = std::max(most_inside, ++inside);
        changed.notify_all();
        changed.wait(lock, [this] { return open; });
        --inside;
        changed.notify_all();
    }
    void set_open(bool now)
    {
        const std::lock_guard<std::mutex> lock(mutex);
        open = now;
        changed.notify_all();
    }
    bool wait_inside(size_t count)
    {
        std::unique_lock<std::mutex> lock(mutex);
        return changed.wait_for(lock, kPatience, [&] { return inside == count; });
    }
};

Gate g_gate;
std::atomic<bool> g_signals_blocked{true};

bool all_signals_blocked()
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1 &&
           sigismember(&mask, SIGUSR1) == 1;
}

using GetAddrInfo = int(const char *, const char *, const addrinfo *, addrinfo **);

int answer(const std::string &name, const addrinfo *hints, addrinfo **out)
{
    static auto *const real = reinterpret_cast<GetAddrInfo *>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (!all_signals_blocked()) {
        g_signals_blocked = false;
    }
    if (name == "held.test") {
        g_gate.pass();
    } else if (name == "broken.test") {
        errno = ECONNREFUSED;
        return EAI_SYSTEM;
    } else if (name == "none.test") {
        return EAI_NONAME;
    } else if (name == "again.test") {
        return EAI_AGAIN;
    } else if (name == "loopback.test" && (hints->ai_flags & AI_ADDRCONFIG) != 0) {
        return EAI_NONAME;  // a machine without a network
    } else if (name.find(".test") == std::string::npos) {
        return real(name.c_str(), nullptr, hints, out);
    }
    return real("127.0.0.1", nullptr, hints, out);
}

}  // namespace

extern "C" int getaddrinfo(const char *name, const char *, const addrinfo *hints, addrinfo **out)
{
    return answer(name, hints, out);
}

namespace {

// The one who is told, as the service thread would be.
struct Owner {
    std::mutex mutex;
    std::condition_variable told;
    size_t notified = 0;
    bool over = false;
    bool told_too_late = false;
    std::unique_ptr<Resolver> resolver{new Resolver([this] { notify(); })};

    ~Owner() { end(); }

    void notify()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        ++notified;
        told_too_late = told_too_late || over;
        told.notify_all();
    }
    std::shared_ptr<LookUp> ask(const std::string &host)
    {
        auto look_up = std::make_shared<LookUp>();
        look_up->host = host;
        resolver->submit(look_up);
        return look_up;
    }
    // The next finished one; nullptr: none in time.
    std::shared_ptr<LookUp> wait()
    {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        for (;;) {
            size_t before = 0;
            {
                const std::lock_guard<std::mutex> lock(mutex);
                before = notified;
            }
            if (std::shared_ptr<LookUp> look_up = resolver->take_finished()) {
                return look_up;
            }
            std::unique_lock<std::mutex> lock(mutex);
            if (!told.wait_until(lock, end, [&] { return notified != before; })) {
                return nullptr;
            }
        }
    }
    void end()
    {
        resolver.reset();
        const std::lock_guard<std::mutex> lock(mutex);
        over = true;
    }
};

size_t threads_of_this_process()
{
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (const dirent *entry = tasks == nullptr ? nullptr : readdir(tasks)) {
        count += entry->d_name[0] == '.' ? 0 : 1;
    }
    if (tasks != nullptr) {
        closedir(tasks);
    }
    return count;
}

size_t g_threads_at_start = 0;

// A detached thread is gone some time after its last word.
bool no_thread_is_left()
{
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (threads_of_this_process() > g_threads_at_start) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

bool has(const LookUp &look_up, const std::string &text, bool ipv6)
{
    return std::any_of(look_up.addresses.begin(), look_up.addresses.end(),
                       [&](const Address &address) { return address.text == text && address.ipv6 == ipv6; });
}

// ---- answers ----

bool localhost_has_addresses()
{
    Owner owner;
    const std::shared_ptr<LookUp> asked = owner.ask("localhost");
    const std::shared_ptr<LookUp> look_up = owner.wait();
    CHECK(look_up == asked);
    CHECK(look_up->error == 0);
    CHECK(has(*look_up, "127.0.0.1", false) || has(*look_up, "::1", true));
    std::set<std::string> once;
    for (const Address &address : look_up->addresses) {
        CHECK(is_numeric_address(address.text));
        CHECK(address.ipv6 == (address.text.find(':') != std::string::npos));
        CHECK(once.insert(address.text).second);  // not one for each kind of socket
    }
    CHECK(owner.resolver->take_finished() == nullptr);
    CHECK(owner.resolver->wait_idle(kPatience));
    CHECK(no_thread_is_left());
    return true;
}

bool errors_are_told()
{
    struct Case {
        std::string host;
        int error;
    };
    const Case cases[] = {{"none.test", EAI_NONAME}, {"again.test", EAI_AGAIN}, {"broken.test", EAI_SYSTEM}};
    Owner owner;
    for (const Case &each : cases) {
        owner.ask(each.host);
        const std::shared_ptr<LookUp> look_up = owner.wait();
        CHECK(look_up != nullptr && look_up->host == each.host);
        CHECK(look_up->error == each.error);
        CHECK(look_up->error != EAI_SYSTEM || look_up->system_error == ECONNREFUSED);
        CHECK(look_up->addresses.empty());
    }
    // No name at all: the real function says so without asking anybody.
    owner.ask(std::string(300, 'a'));
    const std::shared_ptr<LookUp> look_up = owner.wait();
    CHECK(look_up != nullptr && look_up->error != 0 && look_up->addresses.empty());
    return true;
}

bool a_machine_without_network_has_loopback()
{
    Owner owner;
    owner.ask("loopback.test");
    const std::shared_ptr<LookUp> look_up = owner.wait();
    CHECK(look_up != nullptr && look_up->error == 0);
    CHECK(look_up->addresses.size() == 1 && has(*look_up, "127.0.0.1", false));
    return true;
}

bool addresses_are_told_from_names()
{
    const char *const addresses[] = {"127.0.0.1",   "0.0.0.0",        "255.255.255.255", "::",       "::1",
                                     "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%eth0",    "fe80::1%2"};
    for (const char *text : addresses) {
        CHECK(is_numeric_address(text));
    }
    const char *const names[] = {"",      "localhost", "1.2.3",   "256.1.1.1",   "1.2.3.4.5", "1.2.3.4%eth0",
                                 "[::1]", ":",         "12345::", "example.com", "%eth0",     "1.2.3.4 "};
    for (const char *text : names) {
        CHECK(!is_numeric_address(text));
    }
    CHECK(!is_numeric_address(std::string("127.0.0.1\0", 9) + "x"));
    return true;
}

// ---- many at a time ----

bool a_thousand_look_ups_finish()
{
    constexpr size_t kMany = 1000;
    Owner owner;
    std::set<std::shared_ptr<LookUp>> open;
    for (size_t i = 0; i < kMany; ++i) {
        open.insert(owner.ask(i % 3 == 0 ? "localhost" : i % 3 == 1 ? "none.test" : "127.0.0.1"));
    }
    for (size_t i = 0; i < kMany; ++i) {
        const std::shared_ptr<LookUp> look_up = owner.wait();
        CHECK(look_up != nullptr);
        CHECK(open.erase(look_up) == 1);
        CHECK((look_up->error == 0) == (look_up->host != "none.test"));
        CHECK(look_up->addresses.empty() == (look_up->error != 0));
    }
    CHECK(open.empty());
    CHECK(owner.resolver->take_finished() == nullptr);
    CHECK(owner.resolver->wait_idle(kPatience));
    CHECK(g_signals_blocked);
    CHECK(no_thread_is_left());
    return true;
}

bool a_slow_name_holds_nobody_up()
{
    g_gate.set_open(false);
    Owner owner;
    const std::shared_ptr<LookUp> slow = owner.ask("held.test");
    CHECK(g_gate.wait_inside(1));
    for (int i = 0; i < 10; ++i) {
        owner.ask("localhost");
        const std::shared_ptr<LookUp> quick = owner.wait();
        CHECK(quick != nullptr && quick != slow && quick->error == 0);
    }
    CHECK(!owner.resolver->wait_idle(kShort));
    g_gate.set_open(true);
    CHECK(owner.wait() == slow);
    CHECK(owner.resolver->wait_idle(kPatience));
    return true;
}

// A dead name server may not take all threads that a process can have.
bool threads_are_bounded()
{
    constexpr size_t kBound = 32;
    constexpr size_t kAsked = 40;
    CHECK(no_thread_is_left());  // of those before
    g_gate.set_open(false);
    g_gate.most_inside = 0;
    Owner owner;
    for (size_t i = 0; i < kAsked; ++i) {
        owner.ask("held.test");
    }
    CHECK(g_gate.wait_inside(kBound));
    CHECK(threads_of_this_process() == g_threads_at_start + kBound);
    g_gate.set_open(true);
    for (size_t i = 0; i < kAsked; ++i) {
        const std::shared_ptr<LookUp> look_up = owner.wait();
        CHECK(look_up != nullptr && look_up->error == 0);
    }
    CHECK(g_gate.most_inside == kBound);
    CHECK(owner.resolver->wait_idle(kPatience));
    CHECK(no_thread_is_left());
    return true;
}

// ---- the end ----

bool it_may_end_at_once()
{
    for (int i = 0; i < 50; ++i) {
        Owner owner;
        owner.ask("localhost");
        owner.ask("none.test");
        owner.end();
        CHECK(!owner.told_too_late);
    }
    CHECK(no_thread_is_left());
    return true;
}

// The threads stay behind in getaddrinfo(): they tell nobody, and free what
// they hold.
bool it_may_end_while_look_ups_run()
{
    constexpr size_t kAsked = 40;  // more than threads
    g_gate.set_open(false);
    Owner owner;
    std::vector<std::weak_ptr<LookUp>> look_ups;
    for (size_t i = 0; i < kAsked; ++i) {
        look_ups.push_back(owner.ask("held.test"));
    }
    CHECK(g_gate.wait_inside(32));
    CHECK(!owner.resolver->wait_idle(kShort));
    owner.end();
    const size_t freed = static_cast<size_t>(
        std::count_if(look_ups.begin(), look_ups.end(),
                      [](const std::weak_ptr<LookUp> &look_up) { return look_up.expired(); }));
    g_gate.set_open(true);
    CHECK(no_thread_is_left());
    CHECK(freed == kAsked - 32);  // those that had not begun
    for (const std::weak_ptr<LookUp> &look_up : look_ups) {
        CHECK(look_up.expired());
    }
    CHECK(owner.notified == 0);
    return true;
}

bool finished_ones_that_nobody_took_are_freed()
{
    Owner owner;
    const std::weak_ptr<LookUp> look_up = owner.ask("localhost");
    CHECK(owner.resolver->wait_idle(kPatience));
    CHECK(!look_up.expired());
    owner.end();
    CHECK(look_up.expired());
    CHECK(no_thread_is_left());
    return true;
}

// ---- shortage of memory ----

// Taken, or refused with an exception and forgotten: never both. One that was
// taken comes back, with an error if no thread could be started for it.
bool submit_without_memory()
{
    if (!can_run_short()) {
        skip();
    }
    for (int allocations = 0; allocations < 20; ++allocations) {
        Owner owner;
        auto look_up = std::make_shared<LookUp>();
        look_up->host = "localhost";
        bool taken = true;
        g_allocations_left = allocations;
        try {
            owner.resolver->submit(look_up);
        } catch (const std::bad_alloc &) {
            taken = false;
        }
        g_allocations_left = -1;
        if (taken) {
            CHECK(owner.wait() == look_up);
            CHECK(look_up->error == 0 || (look_up->error == EAI_SYSTEM && look_up->system_error == EAGAIN));
        } else {
            CHECK(look_up.use_count() == 1);
        }
        // It works again.
        const std::shared_ptr<LookUp> next = owner.ask("127.0.0.1");
        CHECK(owner.wait() == next);
        CHECK(next->error == 0);
    }
    CHECK(no_thread_is_left());
    return true;
}

}  // namespace

int main()
{
    // A sanitizer may start a thread of its own beside the first; which is joined
    // some time before it is gone.
    pid_t first = 0;
    std::thread([&first] { first = static_cast<pid_t>(syscall(SYS_gettid)); }).join();
    const std::string task = "/proc/self/task/" + std::to_string(first);
    while (access(task.c_str(), F_OK) == 0) {
        std::this_thread::yield();
    }
    g_threads_at_start = threads_of_this_process();
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<localhost_has_addresses>),
        cmocka_unit_test(run<errors_are_told>),
        cmocka_unit_test(run<a_machine_without_network_has_loopback>),
        cmocka_unit_test(run<addresses_are_told_from_names>),
        cmocka_unit_test(run<a_thousand_look_ups_finish>),
        cmocka_unit_test(run<a_slow_name_holds_nobody_up>),
        cmocka_unit_test(run<threads_are_bounded>),
        cmocka_unit_test(run<it_may_end_at_once>),
        cmocka_unit_test(run<it_may_end_while_look_ups_run>),
        cmocka_unit_test(run<finished_ones_that_nobody_took_are_freed>),
        cmocka_unit_test(run<submit_without_memory>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
