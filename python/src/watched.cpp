// What is shared by calls that run for long: they release the GIL, and a few times a second take it
// back for a moment to tell how far they are and to let Ctrl-C through.
#include "bindings.hpp"

#include "cauce/base/diagnostics.hpp"

#include <chrono>
#include <memory>

namespace py = pybind11;

namespace cauce::python {

namespace {
using Clock = std::chrono::steady_clock;
constexpr auto pause = std::chrono::milliseconds(50);

// Shared by all copies of the function, so that none of them touches a reference count of Python's.
struct Watcher {
  py::object tell;
  std::string what;
  std::size_t done = 0;
  Clock::time_point last{};
};
} // namespace

std::function<void(const std::string&, std::size_t, std::size_t)> watched(py::object tell) {
  const auto watcher = std::make_shared<Watcher>();
  watcher->tell = std::move(tell);
  return [watcher](const std::string& what, std::size_t done, std::size_t total) {
    const auto now = Clock::now();
    if (done < total && now - watcher->last < pause)
      return;
    watcher->last = now;
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0)
      throw py::error_already_set();
    if (watcher->tell.is_none() || (watcher->what == what && watcher->done == done))
      return;
    watcher->what = what;
    watcher->done = done;
    watcher->tell(what, done, total);
  };
}

Month month_of(const std::string& text, Month otherwise) {
  if (text.empty())
    return otherwise;
  if (const auto month = Month::parse(text))
    return *month;
  throw Error("U102", {}, "'" + text + "' is not a month", "write it as 2017-06");
}

py::array_t<double> array_of(std::vector<double> numbers, std::vector<std::size_t> shape) {
  auto kept = std::make_unique<std::vector<double>>(std::move(numbers));
  double* data = kept->data();
  const py::capsule owner(kept.release(),
                          [](void* p) { delete static_cast<std::vector<double>*>(p); });
  return py::array_t<double>(std::move(shape), data, owner);
}

} // namespace cauce::python
