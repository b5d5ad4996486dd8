// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace nws::test {

namespace {

constexpr const char *kDirectories[] = {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"};

// "" if it is nowhere.
std::string find_program(const std::string &name)
{
    for (const char *directory : kDirectories) {
        if (access((directory + name).c_str(), X_OK) == 0) {
            return directory + name;
        }
    }
    return "";
}

// Keeps a port for a program of the same user that sets SO_REUSEPORT: bound, so
// that nobody else gets it, and not listening, so that nobody else is answered.
class ReservedPort {
public:
    ReservedPort() = default;
    ~ReservedPort()
    {
        if (fd_ >= 0) {
            close(fd_);
        }
    }
    ReservedPort(const ReservedPort &) = delete;
    ReservedPort &operator=(const ReservedPort &) = delete;

    // 0: not on this address.
    uint16_t reserve(const std::string &address)
    {
        const bool v6 = address.find(':') != std::string::npos;
        sockaddr_in in4 = {};
        in4.sin_family = AF_INET;
        sockaddr_in6 in6 = {};
        in6.sin6_family = AF_INET6;
        auto *name = v6 ? reinterpret_cast<sockaddr *>(&in6) : reinterpret_cast<sockaddr *>(&in4);
        socklen_t size = v6 ? sizeof in6 : sizeof in4;
        const int on = 1;
        fd_ = socket(name->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd_ < 0 ||
            inet_pton(name->sa_family, address.c_str(),
                      v6 ? static_cast<void *>(&in6.sin6_addr) : &in4.sin_addr) != 1 ||
            setsockopt(fd_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 || bind(fd_, name, size) != 0 ||
            getsockname(fd_, name, &size) != 0) {
            return 0;
        }
        return ntohs(v6 ? in6.sin6_port : in4.sin_port);
    }

private:
    int fd_ = -1;
};

class TemporaryDirectory {
public:
    TemporaryDirectory()
    {
        std::string path = (std::filesystem::temp_directory_path() / "net_websocket-XXXXXX").string();
        path_ = mkdtemp(path.data()) == nullptr ? "" : path;
    }
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory &) = delete;
    TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

    const std::string &path() const { return path_; }

private:
    std::string path_;
};

class Nginx final : public TlsServer {
public:
    explicit Nginx(uint16_t backend) : backend_(backend) {}

    bool start(const TlsServerOptions &options) override
    {
        const std::string program = find_program("nginx");
        port_ = reserved_.reserve(options.address);
        if (program.empty() || port_ == 0) {
            error_ = program.empty() ? "nginx is not installed" : "no port at " + options.address;
            return false;
        }
        const std::string file = directory_.path() + "/nginx.conf";
        std::ofstream(file) << configuration(options);
        command_ = {program, "-p", directory_.path(), "-c", file, "-e", "/dev/stdout"};
        return run();
    }

    bool restart() override
    {
        process_.stop();
        return run();
    }

private:
    bool run()
    {
        if (!process_.start(command_)) {
            error_ = "nginx cannot be started";
            return false;
        }
        return wait_for_start();
    }

    // It names itself in its log once it listens.
    bool wait_for_start()
    {
        while (const std::optional<std::string> line = process_.read_line()) {
            error_ += *line + '\n';
            if (line->find(": nginx/") != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    std::string configuration(const TlsServerOptions &options) const
    {
        const bool v6 = options.address.find(':') != std::string::npos;
        std::ostringstream text;
        // One process: it ends as soon as it is killed, and leaves no child.
        text << "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log /dev/stdout notice;\n"
             << "events { worker_connections 64; }\nhttp {\naccess_log off;\n";
        for (const char *user : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            text << user << "_temp_path " << user << ";\n";
        }
        text << "server {\nlisten " << (v6 ? "[" + options.address + "]" : options.address) << ':' << port_
             << " ssl reuseport;\n"
             << "ssl_certificate \"" << options.certificate_path() << "\";\n"
             << "ssl_certificate_key \"" << options.key_path() << "\";\nssl_protocols";
        for (const std::string &version : options.versions) {
            text << " TLSv" << version;
        }
        // Weak things must get as far as the client.
        text << ";\nssl_ciphers HIGH:!aNULL:@SECLEVEL=0;\n"
             << "ssl_session_tickets " << (options.tickets ? "on" : "off") << ";\n";
        if (!options.client_ca.empty()) {
            text << "ssl_verify_client on;\nssl_client_certificate \""
                 << certs_file(options.client_ca + ".pem") << "\";\n";
        }
        text << "location / {\nproxy_pass http://127.0.0.1:" << backend_
             << ";\nproxy_http_version 1.1;\n"
                "proxy_set_header Host $http_host;\n"
                "proxy_set_header Upgrade $http_upgrade;\n"
                "proxy_set_header Connection $http_connection;\n"
                "proxy_set_header X-TLS-Version $ssl_protocol;\n"
                "proxy_set_header X-TLS-SNI $ssl_server_name;\n"
                "proxy_set_header X-TLS-ALPN $ssl_alpn_protocol;\n"
                "proxy_set_header X-TLS-Client $ssl_client_s_dn;\n"
                "proxy_set_header X-TLS-Reused $ssl_session_reused;\n"
                "}\n}\n}\n";
        return text.str();
    }

    uint16_t backend_;
    ReservedPort reserved_;
    TemporaryDirectory directory_;
    std::vector<std::string> command_;
};

class OpenSslServer final : public TlsServer {
public:
    bool start(const TlsServerOptions &options) override
    {
        std::vector<std::string> command = {"openssl", "s_server",
                                            "-accept", options.address + ":0",
                                            "-cert",   options.certificate_path(),
                                            "-key",    options.key_path()};
        if (options.versions.size() == 1) {
            command.push_back(options.versions[0] == "1.3" ? "-tls1_3" : "-tls1_2");
        }
        if (!options.client_ca.empty()) {
            command.insert(command.end(), {"-Verify", "2", "-verify_return_error", "-verify_quiet", "-CAfile",
                                           certs_file(options.client_ca + ".pem")});
        }
        if (!process_.start(command)) {
            error_ = "openssl cannot be started";
            return false;
        }
        return wait_for_start();
    }

private:
    // "ACCEPT 127.0.0.1:44311"
    bool wait_for_start()
    {
        while (const std::optional<std::string> line = process_.read_line()) {
            error_ += *line + '\n';
            const size_t colon = line->rfind(':');
            if (line->compare(0, 7, "ACCEPT ") == 0 && colon != std::string::npos) {
                port_ = static_cast<uint16_t>(std::strtoul(line->c_str() + colon + 1, nullptr, 10));
                return port_ != 0;
            }
        }
        return false;
    }
};

}  // namespace

std::string certs_file(const std::string &name)
{
    return CERTS_DIR "/" + name;
}

bool is_installed(const std::string &program)
{
    return !find_program(program).empty();
}

bool is_own_address(const std::string &address)
{
    return ReservedPort().reserve(address) != 0;
}

std::string TlsServerOptions::certificate_path() const
{
    return certs_file(certificate + ".pem");
}

std::string TlsServerOptions::key_path() const
{
    const std::string name = key.empty() ? certificate : key;
    return certs_file(name.substr(0, name.find("-full")) + ".key");
}

std::unique_ptr<TlsServer> make_nginx(uint16_t backend)
{
    return std::make_unique<Nginx>(backend);
}

std::unique_ptr<TlsServer> make_openssl_server()
{
    return std::make_unique<OpenSslServer>();
}

}  // namespace nws::test
