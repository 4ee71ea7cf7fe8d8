#include "assay/calibration/internal/near_isotonic.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_equal = 0x1p-40;
constexpr std::size_t k_none = static_cast<std::size_t>(-1);

// Weight times weight times the mean of a less that of b: exact for whole weights below 2^26.
double excess(const near_isotonic_block& a, const near_isotonic_block& b) {
  return a.events * b.weight - b.events * a.weight;
}

bool same_mean(const near_isotonic_block& a, const near_isotonic_block& b) {
  return std::fabs(excess(a, b)) <= k_equal * a.weight * b.weight;
}

// Two neighbours on their way to each other.
struct meeting {
  double lambda;
  std::size_t left, right;
};

struct later {
  bool operator()(const meeting& a, const meeting& b) const {
    return a.lambda > b.lambda || (a.lambda == b.lambda && a.left > b.left);
  }
};

// Whether a boundary is a descent changes only when it vanishes: the two blocks beside it never turn away
// from each other, and a block that merges has the value of its parts. So the value of a block is (events +
// slope lambda)/weight from its birth to its end.
class path_walk {
 public:
  explicit path_walk(const std::vector<tie_group>& groups) {
    add_leaves(groups);
    const std::size_t leaves = path_.blocks.size();
    path_.blocks.reserve(2 * leaves);
    for (std::size_t i = 0; i < leaves; ++i)
      links_.push_back({i == 0 ? k_none : i - 1, i + 1 == leaves ? k_none : i + 1});
    for (std::size_t i = 0; i + 1 < leaves; ++i) {
      if (excess(path_.blocks[i], path_.blocks[i + 1]) <= 0.0) continue;
      path_.blocks[i].slope -= 1.0;
      path_.blocks[i + 1].slope += 1.0;
    }
    path_.lambdas.push_back(0.0);
    for (std::size_t i = 0; i + 1 < leaves; ++i) meet(i, i + 1);
  }

  near_isotonic_path walk() {
    while (!meetings_.empty()) {
      const double limit = meetings_.top().lambda * (1.0 + k_equal);
      double last = path_.lambdas.back();
      bool any = false;
      while (!meetings_.empty() && meetings_.top().lambda <= limit) {
        const meeting next = meetings_.top();
        meetings_.pop();
        if (!alive(next.left) || !alive(next.right)) continue;
        last = std::max(last, next.lambda);
        merge(next.left, next.right, last);
        any = true;
      }
      if (any) path_.lambdas.push_back(last);
    }
    for (near_isotonic_block& block : path_.blocks) block.merged = std::min(block.merged, path_.solutions());
    return std::move(path_);
  }

 private:
  struct neighbours {
    std::size_t left, right;
  };

  void add_leaves(const std::vector<tie_group>& groups) {
    auto& blocks = path_.blocks;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const near_isotonic_block leaf{i, 0, k_none, blocks.size(), groups[i].weight, groups[i].events, 0.0};
      if (!blocks.empty() && same_mean(blocks.back(), leaf)) {
        blocks.back().weight += leaf.weight;
        blocks.back().events += leaf.events;
      } else {
        blocks.push_back(leaf);
      }
    }
  }

  [[nodiscard]] bool alive(std::size_t block) const { return path_.blocks[block].merged == k_none; }

  void meet(std::size_t left, std::size_t right) {
    const near_isotonic_block &a = path_.blocks[left], &b = path_.blocks[right];
    const double approach = b.slope * a.weight - a.slope * b.weight;  // both terms of one sign
    if (approach != 0.0) {
      meetings_.push({std::max(excess(a, b) / approach, now_), left, right});
    } else if (same_mean(a, b)) {  // a merger brought the one to the value of the other
      meetings_.push({now_, left, right});
    }
  }

  void merge(std::size_t left, std::size_t right, double lambda) {
    const std::size_t next = path_.blocks.size(), solution = path_.solutions();
    near_isotonic_block &a = path_.blocks[left], &b = path_.blocks[right];
    a.merged = b.merged = solution;
    a.parent = b.parent = next;
    // the descent between them, if there was one, took 1 from a and gave 1 to b
    const near_isotonic_block both{
        a.first, solution, k_none, next, a.weight + b.weight, a.events + b.events, a.slope + b.slope};
    path_.blocks.push_back(both);
    const neighbours link{links_[left].left, links_[right].right};
    links_.push_back(link);
    now_ = lambda;
    if (link.left != k_none) {
      links_[link.left].right = next;
      meet(link.left, next);
    }
    if (link.right != k_none) {
      links_[link.right].left = next;
      meet(next, link.right);
    }
  }

  near_isotonic_path path_;
  std::vector<neighbours> links_;  // of the blocks
  std::priority_queue<meeting, std::vector<meeting>, later> meetings_;
  double now_ = 0.0;
};

}  // namespace

double near_isotonic_block::value(double lambda) const {
  return std::clamp((events + slope * lambda) / weight, 0.0, 1.0);
}

std::vector<double> near_isotonic_path::counts() const {
  std::vector<double> result(solutions() + 1);
  for (const near_isotonic_block& block : blocks) {
    result[block.born] += 1.0;
    result[block.merged] -= 1.0;
  }
  for (std::size_t i = 1; i < result.size(); ++i) result[i] += result[i - 1];
  result.pop_back();
  return result;
}

near_isotonic_path near_isotonic(const std::vector<tie_group>& groups) { return path_walk(groups).walk(); }

}  // namespace assay::inline v1::calibration::internal
