// Aligned columns for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "output.hpp"

namespace reel::tool {

enum class Align { left, right };

// Rows of cells, printed with each column as wide as its widest cell. Cells must be escaped().
class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  struct Cell {
    std::string text;
    Colour colour = Colour::none;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  void print(Output& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// "name   value" lines, the values aligned. Values must be escaped().
class Facts {
 public:
  void add(std::string_view name, std::string value) {
    facts_.emplace_back(std::string(name), std::move(value));
  }
  void print(Output& out) const;

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
};

// Appends `text` padded with spaces to `width` columns.
void append_padded(std::string& out, std::string_view text, std::size_t width, Align align,
                   Colour colour = Colour::none);

}  // namespace reel::tool
