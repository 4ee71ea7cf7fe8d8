#include "base64.hpp"

#include <cstdint>

namespace assay::bindings {
namespace {

constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) {
      return k < bytes.size() ? std::to_integer<std::uint32_t>(bytes[k]) : 0U;
    };
    const std::uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    text += k_digits[group >> 18];
    text += k_digits[group >> 12 & 63];
    text += i + 1 < bytes.size() ? k_digits[group >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? k_digits[group & 63] : '=';
  }
  return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    for (std::size_t k = i; k < i + 4; ++k) {
      const bool pad = k >= text.size() - padding;
      const std::size_t digit = pad ? 0 : k_digits.find(text[k]);
      if (digit == std::string_view::npos) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(digit);
    }
    const std::size_t count = i + 4 == text.size() ? 3 - padding : 3;
    for (std::size_t k = 0; k < count; ++k)
      bytes.push_back(static_cast<std::byte>(group >> (16 - 8 * k) & 0xFFU));
  }
  return bytes;
}

}  // namespace assay::bindings
