// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/header_list.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"

namespace nws {

namespace {

constexpr size_t kFieldOverhead = sizeof ": \r\n" - 1;

bool is_token_byte(char c) noexcept
{
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
}

bool is_value_byte(char c) noexcept
{
    return c == '\t' || !is_control_byte(c);
}

bool belongs_to_handshake(std::string_view name) noexcept
{
    static constexpr std::string_view kNames[] = {
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Accept",
        "Content-Length",
        "Transfer-Encoding",
    };
    for (const std::string_view known : kNames) {
        if (equal_ignoring_case(name, known)) {
            return true;
        }
    }
    return false;
}

// What stands between two values of a field that may be given more than once;
// empty for all others.
std::string_view separator_of(std::string_view name) noexcept
{
    if (equal_ignoring_case(name, "Cookie")) {
        return "; ";
    }
    if (equal_ignoring_case(name, "Sec-WebSocket-Protocol")) {
        return ", ";
    }
    return {};
}

void join(SecretString &values, std::string_view separator, std::string_view value)
{
    if (!values.empty() && !value.empty()) {
        values.append(separator);
    }
    values.append(value);
}

bool less_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
        return to_lower(left) < to_lower(right);
    });
}

// One list with each name once. The index has the fields in the order of their
// names: thousands of them would make pairwise comparison slow.
struct UniqueFields {
    std::vector<HeaderField> fields;
    std::vector<size_t> index;

    explicit UniqueFields(const HeaderList &list)
    {
        for (const HeaderField &field : list.fields()) {
            take(field);
        }
    }

    void take(const HeaderField &field)
    {
        if (belongs_to_handshake(field.name)) {
            return;
        }
        const auto place = find(field.name);
        if (!is_at(place, field.name)) {
            index.insert(place, fields.size());
            fields.push_back(field);
        } else if (std::string_view separator = separator_of(field.name); !separator.empty()) {
            join(fields[*place].value, separator, field.value);
        } else {
            fields[*place] = field;
        }
    }

    bool has(std::string_view name) const { return is_at(find(name), name); }

private:
    using Place = std::vector<size_t>::const_iterator;

    // Of the field, or where it would be.
    Place find(std::string_view name) const
    {
        const auto before = [this](size_t i, std::string_view wanted) {
            return less_ignoring_case(fields[i].name, wanted);
        };
        return std::lower_bound(index.begin(), index.end(), name, before);
    }
    bool is_at(Place place, std::string_view name) const
    {
        return place != index.end() && equal_ignoring_case(fields[*place].name, name);
    }
};

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char left, char right) { return to_lower(left) == to_lower(right); });
}

bool is_token(std::string_view text) noexcept
{
    return !text.empty() && consists_of(text, is_token_byte);
}

void add_field(std::vector<HeaderField> &fields, std::string_view name, std::string_view value)
{
    fields.push_back({std::string(name), value});
}

void remove_fields(std::vector<HeaderField> &fields, std::string_view name) noexcept
{
    for (auto field = fields.begin(); field != fields.end();) {
        field = equal_ignoring_case(field->name, name) ? fields.erase(field) : field + 1;
    }
}

std::string_view trim_white_space(std::string_view text) noexcept
{
    constexpr std::string_view kWhiteSpace = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
    return text.substr(0, text.find_last_not_of(kWhiteSpace) + 1);
}

WebSocket_ErrCode HeaderList::add(const char *name, const char *value)
{
    if (name == nullptr || value == nullptr || *name == '\0') {
        return WEBSOCKET_NO_HEADER_CONTEXT;
    }
    std::string_view name_text(name);
    std::string_view value_text(value);
    if (!is_token(name_text) || !consists_of(value_text, is_value_byte)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    value_text = trim_white_space(value_text);

    size_t more_bytes = name_text.size() + value_text.size() + kFieldOverhead;
    if (fields_.size() >= kMaxHeaderFields || more_bytes > kMaxHandshakeBytes - bytes_) {
        return WEBSOCKET_HEADER_EXCEEDED;
    }
    add_field(fields_, name_text, value_text);
    bytes_ += more_bytes;
    return WEBSOCKET_OK;
}

void HeaderList::remove_last() noexcept
{
    const HeaderField &last = fields_.back();
    bytes_ -= last.name.size() + last.value.size() + kFieldOverhead;
    fields_.pop_back();
}

WebSocket_ErrCode HeaderList::add_all(const WebSocket_Header *node)
{
    // Ends in a circle too: every round takes one of the places that add() has.
    for (; node != nullptr; node = node->next) {
        WebSocket_ErrCode code = add(node->fieldName, node->fieldValue);
        if (code != WEBSOCKET_OK) {
            return code;
        }
    }
    return WEBSOCKET_OK;
}

std::vector<HeaderField> merge_header_lists(const HeaderList &added, const HeaderList &options)
{
    UniqueFields from_added(added);
    UniqueFields from_options(options);
    std::vector<HeaderField> merged;
    merged.reserve(from_added.fields.size() + from_options.fields.size());
    for (HeaderField &field : from_added.fields) {
        if (!from_options.has(field.name)) {
            merged.push_back(std::move(field));
        }
    }
    for (HeaderField &field : from_options.fields) {
        merged.push_back(std::move(field));
    }
    return merged;
}

}  // namespace nws
