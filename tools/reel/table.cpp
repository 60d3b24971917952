#include "table.hpp"

#include <algorithm>

#include "text.hpp"

namespace reel::tool {

void append_padded(std::string& out, std::string_view text, std::size_t width, Align align,
                   Colour colour) {
  const std::size_t taken = display_width(text);
  const std::size_t padding = width > taken ? width - taken : 0;
  if (align == Align::right) out.append(padding, ' ');
  out += coloured(text, colour);
  if (align == Align::left) out.append(padding, ' ');
}

void Table::print(Output& out) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  const auto print_row = [&](const auto& cell_at) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += "  ";
      const Cell cell = cell_at(i);
      const bool last = i + 1 == columns_.size() && columns_[i].align == Align::left;
      append_padded(line, cell.text, last ? 0 : widths[i], columns_[i].align, cell.colour);
    }
    out.buffer() += line;
    out.buffer() += '\n';
    return out.spill();
  };
  if (!print_row([&](std::size_t i) { return Cell{columns_[i].title, Colour::bold}; })) return;
  for (const auto& row : rows_) {
    if (!print_row([&](std::size_t i) { return i < row.size() ? row[i] : Cell{}; })) return;
  }
}

void Facts::print(Output& out) const {
  std::size_t width = 0;
  for (const auto& fact : facts_) width = std::max(width, display_width(fact.first));
  for (const auto& [name, value] : facts_) {
    append_padded(out.buffer(), name, width, Align::left, Colour::bold);
    out.buffer() += "  " + value + '\n';
  }
}

}  // namespace reel::tool
