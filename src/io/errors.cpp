#include "io/errors.hpp"

#include <cerrno>

namespace reel::io {
namespace {

const char* advice(int sys_errno) {
  switch (sys_errno) {
    case ENOSPC:
    case EDQUOT:
      return "no space is left; free some on this filesystem or move the store";
    case EACCES:
    case EPERM:
      return "not allowed; check who owns it and its permissions";
    case EROFS:
      return "the filesystem is read-only; remount it or choose another folder";
    case ENOENT:
      return "it does not exist; check the path";
    case EEXIST:
      return "it exists already; remove it or choose another name";
    case ELOOP:
      return "it is a symbolic link, which is not followed; give the real path";
    case ENOTDIR:
      return "a part of the path is not a folder; check the path";
    case EISDIR:
      return "it is a folder; give the path of a file";
    case ENOTEMPTY:
      return "the folder is not empty; remove what it holds first";
    case ENAMETOOLONG:
      return "the path is too long; choose a shorter one";
    case EMFILE:
    case ENFILE:
      return "too many files are open; raise the limit (ulimit -n)";
    case ENOMEM:
      return "memory is short; free some or make the arena smaller";
    case EFBIG:
      return "the file would be too large; raise the limit (ulimit -f)";
    case EIO:
      return "the device failed; check it (dmesg) before writing more";
    default:
      return "see the system's reason";
  }
}

}  // namespace

Error system_error(int sys_errno, const std::string& file, std::string_view action) {
  Error error;
  error.code = sys_errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  error.sys_errno = sys_errno;
  error.file = file;
  error.message = "cannot ";
  error.message += action;
  error.message += ": ";
  error.message += advice(sys_errno);
  return error;
}

Error usage_error(ErrorCode code, const std::string& file, std::string_view message) {
  Error error;
  error.code = code;
  error.file = file;
  error.message = message;
  return error;
}

}  // namespace reel::io
