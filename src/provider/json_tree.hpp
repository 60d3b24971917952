// One JSON object as a tree that can be read in any order, with the raw text of every part.
//
// simdjson does the parsing and the checking; the tree adds what a dialect needs on top: members by
// name, absent ones as an empty Value, and the exact bytes a provider wrote (digits of numbers, key
// order), so that usage, errors and options can be passed on untouched.
//
// Values are views into their Tree and live until its next parse().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reel::provider {

inline constexpr std::size_t kDepthMax = 256;  // the same as json::Parser's

enum class Kind : std::uint8_t { none, null, boolean, number, string, array, object };

struct Node {
  Kind kind = Kind::none;
  std::uint32_t end = 0;  // index after the last node of this subtree
  std::string_view key;   // unescaped; empty inside arrays
  std::string_view name;  // the key as written, with its quotes
  std::string_view text;  // strings: unescaped
  std::string_view raw;   // as written, without surrounding whitespace
};

class Value {
 public:
  Value() = default;
  Value(const Node* nodes, std::uint32_t index) : nodes_(nodes), index_(index) {}

  Kind kind() const noexcept { return nodes_ == nullptr ? Kind::none : node().kind; }
  bool is_object() const noexcept { return kind() == Kind::object; }
  bool is_array() const noexcept { return kind() == Kind::array; }
  bool is_string() const noexcept { return kind() == Kind::string; }
  // Absent, null, "", {}, [] carry nothing; providers write all five for "none".
  bool is_empty() const noexcept;
  explicit operator bool() const noexcept { return kind() != Kind::none; }

  std::string_view key() const noexcept { return nodes_ == nullptr ? "" : node().key; }
  std::string_view name() const noexcept { return nodes_ == nullptr ? "" : node().name; }
  std::string_view text() const noexcept { return is_string() ? node().text : ""; }
  std::string_view raw() const noexcept { return nodes_ == nullptr ? "" : node().raw; }
  std::string json() const;  // raw() without insignificant whitespace
  bool is_true() const noexcept { return kind() == Kind::boolean && node().raw == "true"; }
  std::optional<double> number() const noexcept;
  std::optional<std::int64_t> integer() const noexcept;

  // The member of that name; an empty Value when absent or when this is no object.
  Value operator[](std::string_view key) const noexcept;
  Value front() const noexcept;  // first element or member
  std::size_t size() const noexcept;

  // for (Value child : value): elements or members in the order written.
  class Iterator {
   public:
    Iterator(const Node* nodes, std::uint32_t index) : nodes_(nodes), index_(index) {}
    Value operator*() const noexcept { return {nodes_, index_}; }
    Iterator& operator++() noexcept {
      index_ = nodes_[index_].end;
      return *this;
    }
    bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

   private:
    const Node* nodes_;
    std::uint32_t index_;
  };
  Iterator begin() const noexcept;
  Iterator end() const noexcept;

 private:
  const Node& node() const noexcept { return nodes_[index_]; }

  const Node* nodes_ = nullptr;
  std::uint32_t index_ = 0;
};

// Keeps its buffers from one parse to the next. Not thread-safe.
class Tree {
 public:
  Tree();
  ~Tree();

  // "" when `text` is one valid JSON object, else what is wrong with it: broken JSON or UTF-8, lone
  // surrogates, more than kDepthMax levels, numbers outside int64/uint64/finite double, duplicate
  // keys. On failure root() is empty.
  std::string parse(std::string_view text);
  Value root() const noexcept { return nodes_.empty() ? Value() : Value(nodes_.data(), 0); }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string padded_;  // the text, and the bytes simdjson may read past it
  std::vector<Node> nodes_;
};

bool is_utf8(std::string_view text) noexcept;

}  // namespace reel::provider
