// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/row.h"

#include <fstream>
#include <iterator>

namespace nws::test {

namespace {

// The words of the reasons, which several rows have.
constexpr const char *kNotLocalhost = "TLS: certificate is not for localhost";
constexpr const char *kNotForServers = "TLS: certificate is not for servers";
constexpr const char *kSelfSigned = "TLS: certificate is self-signed";
constexpr const char *kExpired = "TLS: certificate has expired (2021-01-01)";
constexpr const char *kRevoked = "TLS: certificate is revoked";
constexpr const char *kNotPinned = "TLS: public key is not pinned";
constexpr const char *kNoPins = "TLS: NET_WEBSOCKET_TLS_PINS is not a list of sha256//base64";
constexpr const char *kClientWanted = "TLS: the server wants a client certificate";
constexpr const char *kOldVersions = "TLS: the server speaks no TLS 1.2 or 1.3";

std::string untrusted(const std::string &issuer)
{
    return "TLS: certificate's issuer is not trusted (net_websocket tests: " + issuer + ")";
}

std::string unlisted(const std::string &issuer)
{
    return "TLS: no revocation list of the certificate's issuer (net_websocket tests: " + issuer + ")";
}

std::string pem(const std::string &name)
{
    return certs_file(name + ".pem");
}

std::string content(const std::string &name)
{
    std::ifstream file(certs_file(name));
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string pin(const std::string &name)
{
    return content(name + ".pin");
}

// A group's rows, one after the other.
class Group {
public:
    Group(std::vector<Row> &rows, std::string name) : rows_(rows), name_(std::move(name)) {}

    Row &row(const std::string &title)
    {
        rows_.emplace_back(name_, title);
        return rows_.back();
    }

private:
    std::vector<Row> &rows_;
    std::string name_;
};

// Of its bytes the password "wrong" makes some that end as the right one's would, as it
// does in one of 256 keys. The right one is "secret".
constexpr const char *kLuckyKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgH5eJ1x2IvoQICA+gw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBKY9W3xPYMJglNpHtV6zdcEgZC/\n"
    "S/AQ84c2Tb5oEpqa1AVtzDxW6xfJISJ9ircXcos3Kk/a5cQWAWxKAq0Wcn0S/c+l\n"
    "HRvCZXd0LhVo4TZnkXt1Ykd3R07l6LPvHyudPVlxRmeLaHPPQloQm555nhoD1hwL\n"
    "/ymGJK+QQfpcWlSdGwvKa/PkukKQkh8danqENF0BD3Ek+dj4VQvgFX5as+iU8Xo=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

void add_chains(std::vector<Row> &rows)
{
    Group group(rows, "Chain");
    group.row("signed by a trusted root");
    group.row("signed by an intermediate, which is sent").shows("chained-full");
    group.row("signed by an intermediate, which is missing")
        .shows("chained")
        .is_refused(untrusted("intermediate"));
    group.row("self-signed").shows("selfsigned").is_refused(kSelfSigned);
    group.row("self-signed, and trusted itself").shows("selfsigned").with("SSL_CERT_FILE", pem("selfsigned"));
    group.row("signed by an unknown root").shows("unknown-root").is_refused(untrusted("other-ca"));
}

void add_dates(std::vector<Row> &rows)
{
    Group group(rows, "Dates");
    group.row("expired").shows("expired").is_refused(kExpired);
    group.row("not yet valid")
        .shows("not-yet-valid")
        .is_refused("TLS: certificate is not yet valid (2049-01-01)");
}

void add_names(std::vector<Row> &rows)
{
    Group group(rows, "Names");
    group.row("for another host").shows("wrong-host").is_refused(kNotLocalhost);
    group.row("for 200 hosts, this one the last").shows("many-names");
    const auto wildcard = [&](const std::string &title, const std::string &name) -> Row & {
        return group.row(title).shows("wildcard").with("NET_WEBSOCKET_TLS_SERVER_NAME", name);
    };
    wildcard("`*.example.test` for `a.example.test`", "a.example.test");
    wildcard("`*.example.test` for `a.b.example.test`", "a.b.example.test")
        .is_refused("TLS: certificate is not for a.b.example.test");
    wildcard("`*.example.test` for `example.test`", "example.test")
        .is_refused("TLS: certificate is not for example.test");
    group.row("IPv4 address among the addresses").reached_as("127.0.0.1");
    group.row("IPv6 address among the addresses").reached_as("[::1]");
    group.row("IPv4 address that it is not for")
        .shows("wrong-host")
        .reached_as("127.0.0.1")
        .is_refused("TLS: certificate is not for 127.0.0.1");
    group.row("IPv4 address among the DNS names")
        .shows("address-as-name")
        .reached_as("127.0.0.1")
        .is_refused("TLS: certificate is not for 127.0.0.1");
    group.row("written in other letters: `LOCALHOST`").reached_as("LOCALHOST");
    group.row("host in the common name only")
        .shows("cn-only")
        .is_refused("TLS: certificate has no subjectAltName");
    group.row("for another host, which `NET_WEBSOCKET_TLS_SERVER_NAME` names")
        .shows("wrong-host")
        .with("NET_WEBSOCKET_TLS_SERVER_NAME", "other.example");
    group.row("for the host, but `NET_WEBSOCKET_TLS_SERVER_NAME` names another")
        .with("NET_WEBSOCKET_TLS_SERVER_NAME", "other.example")
        .is_refused("TLS: certificate is not for other.example");
}

void add_usages(std::vector<Row> &rows)
{
    Group group(rows, "Key usage");
    group.row("extended key usage for clients only").shows("client").is_refused(kNotForServers);
    group.row("key usage without signatures").shows("no-signature").is_refused(kNotForServers);
}

void add_algorithms(std::vector<Row> &rows)
{
    Group group(rows, "Keys and signatures");
    for (const char *version : {"1.2", "1.3"}) {
        const std::string suffix = std::string(", TLS ") + version;
        group.row("RSA-2048" + suffix).shows("server-rsa").speaks({version});
        group.row("RSA-4096" + suffix).shows("server-rsa4096").speaks({version});
        group.row("P-256" + suffix).speaks({version});
        group.row("P-384" + suffix).shows("server-p384").speaks({version});
    }
    group.row("RSA-1024").shows("rsa1024").is_refused("TLS: certificate has too weak a key");
    group.row("signed with SHA-1").shows("sha1").is_refused("TLS: certificate is signed with SHA-1");
    group.row("signed by a trusted root that signed itself with SHA-1")
        .shows("below-sha1-ca")
        .with("SSL_CERT_FILE", pem("sha1-ca"));
}

void add_versions(std::vector<Row> &rows)
{
    Group group(rows, "TLS versions of the server");
    group.row("1.0 only").speaks({"1"}).is_refused(kOldVersions);
    group.row("1.1 only").speaks({"1.1"}).is_refused(kOldVersions);
    group.row("1.2 only").speaks({"1.2"}).server_sees("Version", "TLSv1.2");
    group.row("1.3 only").speaks({"1.3"}).server_sees("Version", "TLSv1.3");
    group.row("1.2 and 1.3").server_sees("Version", "TLSv1.3");
}

void add_revocation(std::vector<Row> &rows)
{
    Group group(rows, "Revocation (`NET_WEBSOCKET_TLS_CRL`)");
    const auto with_list = [&](const std::string &title, const std::string &list) -> Row & {
        return group.row(title).with("NET_WEBSOCKET_TLS_CRL", pem(list));
    };
    group.row("revoked, and no list is given").shows("revoked");
    with_list("revoked", "crl").shows("revoked").is_refused(kRevoked);
    with_list("revoked by its intermediate", "crl").shows("chained-revoked-full").is_refused(kRevoked);
    with_list("its intermediate is revoked", "crl-authority").shows("chained-full").is_refused(kRevoked);
    with_list("not revoked", "crl");
    with_list("not revoked, by an intermediate", "crl").shows("chained-full");
    with_list("revoked, with a directory of hashed links", "crl")
        .shows("revoked")
        .with("NET_WEBSOCKET_TLS_CA", certs_file("trust-hashed"))
        .is_refused(kRevoked);
    with_list("not revoked, with a directory of hashed links", "crl")
        .with("NET_WEBSOCKET_TLS_CA", certs_file("trust-hashed"));
    with_list("the list is too old", "crl-expired")
        .is_refused("TLS: the revocation list has expired (net_websocket tests: ca)");
    with_list("no list of its issuer", "crl-ca").shows("chained-full").is_refused(unlisted("intermediate"));
    with_list("no list of its issuer's issuer", "crl-intermediate")
        .shows("chained-full")
        .is_refused(unlisted("ca"));
    with_list("no such file", "missing").is_refused("TLS: missing.pem: No such file or directory");
    with_list("a file without lists", "garbage").is_refused("TLS: garbage.pem: it has no revocation lists");
}

void add_trust(std::vector<Row> &rows)
{
    Group group(rows, "Trust store");
    for (const std::string variable : {"NET_WEBSOCKET_TLS_CA", "SSL_CERT_FILE"}) {
        const std::string code = "`" + variable + "`";
        const auto with_file = [&](const std::string &title, const std::string &path) -> Row & {
            return group.row(code + ": " + title).with("SSL_CERT_FILE", "").with(variable, path);
        };
        with_file("a file", pem("ca"));
        with_file("no such file", pem("missing")).is_refused("TLS: missing.pem: No such file or directory");
        // Whoever may open it, nobody can read it at 0.
        with_file("a file that cannot be read", "/proc/self/mem")
            .is_refused("TLS: /proc/self/mem: Input/output error");
        with_file("an empty file", pem("empty")).is_refused("TLS: empty.pem: it has no certificates");
        with_file("a file of something else", pem("garbage"))
            .is_refused("TLS: garbage.pem: it has no certificates");
        with_file("a broken certificate", pem("broken"))
            .is_refused("TLS: broken.pem: it has no certificates");
    }
    for (const std::string variable : {"NET_WEBSOCKET_TLS_CA", "SSL_CERT_DIR"}) {
        const std::string code = "`" + variable + "`";
        const auto with_directory = [&](const std::string &title, const std::string &name) -> Row & {
            return group.row(code + ": " + title).with("SSL_CERT_FILE", "").with(variable, certs_file(name));
        };
        with_directory("a directory", "trust");
        with_directory("a directory with hashed links", "trust-hashed");
        with_directory("a directory with hashed links, of the server itself", "trust-hashed")
            .shows("selfsigned");
        with_directory("a directory with hashed links, not of the authority", "trust-hashed")
            .shows("unknown-root")
            .is_refused(untrusted("other-ca"));
        with_directory("a directory without certificates", "trust-empty")
            .is_refused("TLS: trust-empty: it has no certificates");
    }
    group.row("`NET_WEBSOCKET_TLS_CA`: the text of a file")
        .with("SSL_CERT_FILE", "")
        .with("NET_WEBSOCKET_TLS_CA", content("ca.pem"));
    group.row("no such directory in `SSL_CERT_DIR`")
        .with("SSL_CERT_FILE", "")
        .with("SSL_CERT_DIR", certs_file("missing"))
        .is_refused("TLS: missing: No such file or directory");
    group.row("`NET_WEBSOCKET_TLS_CA` wins over a wrong `SSL_CERT_FILE`")
        .with("SSL_CERT_FILE", pem("other-ca"))
        .with("NET_WEBSOCKET_TLS_CA", pem("ca"));
    group.row("`NET_WEBSOCKET_TLS_CA` wins over a right `SSL_CERT_FILE`")
        .with("NET_WEBSOCKET_TLS_CA", pem("other-ca"))
        .is_refused(untrusted("ca"));
}

void add_client_certificates(std::vector<Row> &rows)
{
    Group group(rows, "Client certificates");
    const auto row = [&](const std::string &title) -> Row & {
        return group.row(title).wants_client_of("ca").server_sees("Client", "CN=net_websocket tests: client");
    };
    const auto rsa_row = [&](const std::string &title) -> Row & {
        return row(title).server_sees("Client", "CN=net_websocket tests: client-rsa");
    };
    const std::string secret = "secret";
    row("EC key, PKCS#8").with_client("client", "client");
    row("EC key, SEC1").with_client("client", "client-sec1");
    row("EC key, PKCS#8 with a password, AES-256").with_client("client", "client-aes256", secret);
    rsa_row("RSA key, PKCS#8").with_client("client-rsa", "client-rsa");
    rsa_row("RSA key, PKCS#1").with_client("client-rsa", "client-rsa-pkcs1");
    rsa_row("RSA key, PKCS#8 with a password, AES-128")
        .with_client("client-rsa", "client-rsa-aes128", secret);
    rsa_row("RSA key, PKCS#8 with a password, AES-256")
        .with_client("client-rsa", "client-rsa-aes256", secret);
    rsa_row("RSA key, PKCS#1 with a password").with_client("client-rsa", "client-rsa-traditional", secret);
    row("EC key, TLS 1.2").with_client("client", "client").speaks({"1.2"});
    rsa_row("RSA key, TLS 1.2").with_client("client-rsa", "client-rsa").speaks({"1.2"});
    row("certificate and key in one file").with_client("client-and-key", "");
    row("the texts of the files")
        .with("NET_WEBSOCKET_TLS_CERT", content("client.pem"))
        .with("NET_WEBSOCKET_TLS_KEY", content("client.key"));
    row("with its intermediate")
        .with_client("client-chained-full", "client-chained")
        .server_sees("Client", "CN=net_websocket tests: client-chained");
    row("not asked for").with_client("client", "client").wants_client_of("").server_sees("Client", "");

    row("wrong password")
        .with_client("client-rsa", "client-rsa-aes256", "wrong")
        .is_refused("TLS: client-rsa-aes256.key: the password of the private key is wrong");
    row("wrong password, and what it makes of the key ends as if it were right")
        .with_client("client", "", "wrong")
        .with("NET_WEBSOCKET_TLS_KEY", kLuckyKey)
        .is_refused("TLS: the PEM text given: the password of the private key is wrong");
    row("no password")
        .with_client("client-rsa", "client-rsa-aes256")
        .is_refused("TLS: client-rsa-aes256.key: the private key needs a password");
    row("key of another certificate")
        .with_client("client", "client-chained")
        .is_refused("TLS: client-chained.key: the private key is not the certificate's");
    row("no such key")
        .with_client("client", "missing")
        .is_refused("TLS: missing.key: No such file or directory");
    row("no such certificate")
        .with_client("missing", "client")
        .is_refused("TLS: missing.pem: No such file or directory");
    row("no key")
        .with_client("client", "")
        .is_refused("TLS: client.pem: it has no private key of a known kind");
    for (const char *version : {"1.2", "1.3"}) {
        row(std::string("of an authority that the server does not know, TLS ") + version)
            .with_client("client-unknown", "client-unknown")
            .speaks({version})
            .is_openssl()
            .is_refused("TLS: the server refuses the client certificate (alert 48, unknown authority)");
    }
    for (const char *version : {"1.2", "1.3"}) {
        row(std::string("wanted, and none configured, TLS ") + version)
            .speaks({version})
            .is_openssl()
            .is_refused(kClientWanted);
    }
    row("wanted, and none configured, and the server answers in HTTP").is_refused("HTTP: 400 Bad Request");
}

void add_pins(std::vector<Row> &rows)
{
    Group group(rows, "Pinned keys (`NET_WEBSOCKET_TLS_PINS`)");
    const auto with_pins = [&](const std::string &title, const std::string &pins) -> Row & {
        return group.row(title).with("NET_WEBSOCKET_TLS_PINS", pins);
    };
    const std::string right = pin("server");
    const std::string wrong = pin("server-rsa");
    with_pins("the right one", right);
    with_pins("the right one, of an RSA key", wrong).shows("server-rsa");
    with_pins("a wrong one", wrong).is_refused(kNotPinned);
    with_pins("two, the second is right", wrong + ";" + right);
    with_pins("the right one, of an expired certificate", pin("expired"))
        .shows("expired")
        .is_refused(kExpired);
    with_pins("a wrong one, and verification is off", wrong)
        .with("NET_WEBSOCKET_TLS_VERIFY", "0")
        .is_refused(kNotPinned);
    // To go on without would be to accept any key.
    with_pins("a broken one", "sha256//AAAA").is_refused(kNoPins);
    with_pins("a right one and a broken one", right + ";sha256//AAAA").is_refused(kNoPins);
    with_pins("another digest", "sha1//2jmj7l5rSw0yVb/vlWAYkK/YBwk=").is_refused(kNoPins);
    with_pins("a list of none", ";").is_refused(kNoPins);
}

void add_unverified(std::vector<Row> &rows)
{
    Group group(rows, "Verification off (`NET_WEBSOCKET_TLS_VERIFY=0`)");
    const std::pair<const char *, const char *> bad[] = {
        {"self-signed", "selfsigned"},
        {"signed by an unknown root", "unknown-root"},
        {"expired", "expired"},
        {"for another host", "wrong-host"},
        {"extended key usage for clients only", "client"},
    };
    for (const auto &[title, certificate] : bad) {
        group.row(title)
            .shows(certificate)
            .with("NET_WEBSOCKET_TLS_VERIFY", "0")
            .logs("warning: the certificate of localhost is not checked");
    }
}

void add_extensions(std::vector<Row> &rows)
{
    Group group(rows, "What the server is told");
    group.row("name of the URL").server_sees("SNI", "localhost");
    group.row("IPv4 address: no name").reached_as("127.0.0.1").server_sees("SNI", "");
    group.row("IPv6 address: no name").reached_as("[::1]").server_sees("SNI", "");
    group.row("`NET_WEBSOCKET_TLS_SERVER_NAME` instead of the URL's")
        .shows("wrong-host")
        .with("NET_WEBSOCKET_TLS_SERVER_NAME", "other.example")
        .server_sees("SNI", "other.example");
    group.row("protocol, TLS 1.2").speaks({"1.2"}).server_sees("ALPN", "http/1.1");
    group.row("protocol, TLS 1.3").speaks({"1.3"}).server_sees("ALPN", "http/1.1");
}

}  // namespace

std::vector<Row> all_rows()
{
    std::vector<Row> rows;
    add_chains(rows);
    add_dates(rows);
    add_names(rows);
    add_usages(rows);
    add_algorithms(rows);
    add_versions(rows);
    add_revocation(rows);
    add_trust(rows);
    add_client_certificates(rows);
    add_pins(rows);
    add_unverified(rows);
    add_extensions(rows);
    return rows;
}

}  // namespace nws::test
