#pragma once
namespace nws {
inline bool cpu_has_aes() noexcept
{
    return true;
}
}  // namespace nws
