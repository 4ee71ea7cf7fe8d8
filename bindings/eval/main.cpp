// assay-eval: requests on standard input, one JSON object a line; answers on standard output, in order.
//   assay-eval [--threads N] [--isa NAME]
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "assay/core/isa.hpp"
#include "eval/evaluator.hpp"

namespace {

struct settings {
  unsigned threads = 1;
  std::string_view isa;
};

bool parse(int count, char** words, settings& chosen) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (i + 1 == count) return false;
    const std::string_view value = words[++i];
    if (word == "--isa") {
      chosen.isa = value;
    } else if (word == "--threads") {
      const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), chosen.threads);
      if (problem != std::errc() || end != value.data() + value.size()) return false;
    } else {
      return false;
    }
  }
  return true;
}

bool choose_isa(std::string_view name) {
  for (const assay::isa set : assay::available_isas()) {
    if (name_of(set) != name) continue;
    assay::set_isa(set);
    return true;
  }
  return false;
}

void write_all(std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  text.clear();
}

// Reads what there is, answers the complete lines, writes before it waits for more: a partner that sends one
// request and waits for its answer gets it, and a file is still read and written in large pieces.
void serve(assay::bindings::evaluator& evaluator) {
  constexpr std::size_t k_piece = std::size_t{1} << 16;
  std::string pending;
  std::string answers;
  std::string piece(k_piece, '\0');
  std::size_t searched = 0;
  const auto answer = [&](std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    answers += evaluator.answer(line);
    answers += '\n';
  };
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    pending.append(piece, 0, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = pending.find('\n', searched)) != std::string::npos;) {
      answer(std::string_view(pending).substr(begin, end - begin));
      begin = searched = end + 1;
    }
    pending.erase(0, begin);
    searched = pending.size();
    write_all(answers);
  }
  answer(pending);
  write_all(answers);
}

}  // namespace

int main(int count, char** words) {
  settings chosen;
  if (!parse(count, words, chosen)) {
    std::fputs("usage: assay-eval [--threads N] [--isa NAME]\n", stderr);
    return 2;
  }
  try {
    if (!chosen.isa.empty() && !choose_isa(chosen.isa)) {
      std::fputs("assay-eval: this build or this machine does not have that instruction set\n", stderr);
      return 2;
    }
    assay::bindings::evaluator evaluator(chosen.threads);
    serve(evaluator);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "assay-eval: %s\n", failure.what());
    return 1;
  }
  return 0;
}
