#include "words.hpp"

#include <algorithm>
#include <vector>

namespace assay::bindings {
namespace {

// Edits (insert, delete, replace) that turn `a` into `b`; Wagner & Fischer 1974.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> names) {
  constexpr std::size_t k_longest = 64;  // longer words are no slip of the finger
  std::string_view best;
  std::size_t fewest = std::min(word.size(), k_longest) / 2 + 2;
  if (word.size() > k_longest) return best;
  for (const std::string_view name : names) {
    const std::size_t edits = edit_distance(word, name);
    if (edits < fewest) {
      fewest = edits;
      best = name;
    }
  }
  return best;
}

std::string hint(std::string_view word, std::span<const std::string_view> names) {
  const std::string_view near = nearest(word, names);
  return near.empty() ? std::string() : "; did you mean " + std::string(near) + "?";
}

std::string alternatives(std::span<const std::string_view> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " or " : ", ";
    text += in_quotes(names[i]);
  }
  return text;
}

std::string in_quotes(std::string_view word) {
  constexpr std::size_t k_longest = 60;
  std::string text = "\"";
  for (std::size_t i = 0; i < word.size() && i < k_longest; ++i) {
    const char letter = word[i];
    text += (static_cast<unsigned char>(letter) < 0x20 || static_cast<unsigned char>(letter) > 0x7e) ? '?'
                                                                                                     : letter;
  }
  return text += word.size() > k_longest ? "...\"" : "\"";
}

}  // namespace assay::bindings
