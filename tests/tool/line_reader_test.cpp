#include "reel/line_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

using namespace reel::tool;
using Got = LineReader::Got;

namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::string& bytes) {
    reel::test::write_bytes(dir_.file("in"), bytes);
    fd_ = ::open(dir_.file("in").c_str(), O_RDONLY);
  }
  ~OpenFile() { ::close(fd_); }
  int fd() const { return fd_; }

 private:
  reel::test::TempDir dir_;
  int fd_ = -1;
};

std::vector<std::string> lines_of(const std::string& bytes) {
  const OpenFile file(bytes);
  LineReader reader(file.fd());
  std::vector<std::string> lines;
  Line line;
  while (reader.next(line) == Got::line) {
    CHECK(line.number == lines.size());
    lines.emplace_back(line.text);
  }
  return lines;
}

}  // namespace

TEST_CASE("lines come whole, whatever ends them", "[tool]") {
  using Lines = std::vector<std::string>;
  CHECK(lines_of("") == Lines{});
  CHECK(lines_of("a") == Lines{"a"});
  CHECK(lines_of("a\n") == Lines{"a"});
  CHECK(lines_of("a\r\nb\n\nc") == Lines{"a", "b", "", "c"});
  CHECK(lines_of("\xEF\xBB\xBFone\ntwo") == Lines{"one", "two"});
  CHECK(lines_of(std::string("a\0b\n", 4)) == Lines{std::string("a\0b", 3)});
  const std::string big(3 << 20, 'x');
  CHECK(lines_of(big + "\n" + big + "\nend") == Lines{big, big, "end"});
}

TEST_CASE("a line beyond the limit is skipped, the next one is not", "[tool]") {
  const std::string fits(1000, 'f'), long_line(2'000'000, 'l');
  const OpenFile file(long_line + "\n" + fits + "\n" + fits + "f\nshort\n" + long_line);
  LineReader reader(file.fd(), nullptr, 1000);
  std::vector<std::string> got;
  Line line;
  while (reader.next(line) == Got::line) got.emplace_back(line.too_long ? "too long" : line.text);
  CHECK(got == std::vector<std::string>{"too long", fits, "too long", "short", "too long"});
}

TEST_CASE("a reader knows whether the next line must be waited for", "[tool]") {
  int ends[2] = {};
  REQUIRE(::pipe(ends) == 0);
  LineReader reader(ends[0]);
  Line line;
  CHECK_FALSE(reader.has_line());
  REQUIRE(::write(ends[1], "a\nb\nc", 5) == 5);
  REQUIRE(reader.next(line) == Got::line);
  CHECK(line.text == "a");
  CHECK(reader.has_line());
  REQUIRE(reader.next(line) == Got::line);
  CHECK(line.text == "b");
  CHECK_FALSE(reader.has_line());
  ::close(ends[1]);
  REQUIRE(reader.next(line) == Got::line);
  CHECK(line.text == "c");
  CHECK(line.raw == "c");
  CHECK(reader.next(line) == Got::end);
  ::close(ends[0]);
}

TEST_CASE("looking ahead takes nothing away", "[tool]") {
  const OpenFile file("\xEF\xBB\xBF[1,\n2]\n");
  LineReader reader(file.fd());
  CHECK(reader.peek(3) == "[1,");
  std::string rest;
  CHECK(reader.read_rest(rest, 100) == Got::end);
  CHECK(rest == "[1,\n2]\n");
  const OpenFile longer(std::string(1000, 'x'));
  LineReader limited(longer.fd());
  CHECK(limited.read_rest(rest, 100) == Got::failed);
}

TEST_CASE("a descriptor that cannot be read says why", "[tool]") {
  LineReader reader(-1);
  Line line;
  CHECK(reader.next(line) == Got::failed);
  CHECK(reader.error() == EBADF);
}
