// What a client is told when it cannot have what it asked for: an HTTP status with a code, a
// message and a hint. docs/api.md lists them.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace cauce::serve {

class ApiError : public std::runtime_error {
 public:
  ApiError(int status, std::string code, const std::string& message, std::string hint = {})
      : std::runtime_error(message), status_(status), code_(std::move(code)),
        hint_(std::move(hint)) {}
  int status() const { return status_; }
  const std::string& code() const { return code_; }
  const std::string& hint() const { return hint_; }

 private:
  int status_;
  std::string code_, hint_;
};

} // namespace cauce::serve
