#include "cauce/results/store.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/random.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fstream>
#include <sqlite3.h>

namespace cauce::results {

namespace fs = std::filesystem;

void KeyMaker::word(std::uint64_t value) {
  constexpr std::uint64_t prime = 1099511628211ULL;
  a_ = (a_ ^ value) * prime;
  a_ ^= a_ >> 32;
  b_ = (b_ ^ random::mix(value)) * prime;
  b_ ^= b_ >> 29;
}

KeyMaker& KeyMaker::add(std::span<const std::byte> bytes) {
  word(bytes.size());
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, 8);
    word(value);
  }
  if (at < bytes.size()) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, bytes.size() - at);
    word(value);
  }
  return *this;
}

KeyMaker& KeyMaker::add(std::string_view text) {
  return add(std::as_bytes(std::span(text.data(), text.size())));
}

KeyMaker& KeyMaker::add(std::uint64_t value) {
  word(value);
  return *this;
}

std::string KeyMaker::key() const {
  return fmt::format("{:016x}{:016x}", random::mix(a_), random::mix(b_));
}

namespace {
constexpr std::string_view magic = "cauce run 1\n";

// An entry's file: magic, then for each of checksum, system, what, program, made, payload its
// length (8 bytes) and its bytes. The checksum is of all that follows it.
struct EntryFile {
  EntryLabel label;
  std::string made;
  std::vector<std::byte> payload;
};

void append(std::string& text, std::string_view part) {
  const std::uint64_t size = part.size();
  text.append(reinterpret_cast<const char*>(&size), sizeof(size));
  text.append(part);
}

std::string entry_text(const EntryLabel& label, const std::string& made,
                       std::span<const std::byte> payload) {
  std::string body;
  body.reserve(payload.size() + 512);
  for (const std::string& part : {label.system, label.what, label.program, made})
    append(body, part);
  append(body, {reinterpret_cast<const char*>(payload.data()), payload.size()});
  std::string text(magic);
  append(text, KeyMaker().add(body).key());
  return text + body;
}

// Nothing when the text is not whole.
std::optional<std::string_view> next_part(std::string_view& rest) {
  std::uint64_t size = 0;
  if (rest.size() < sizeof(size))
    return std::nullopt;
  std::memcpy(&size, rest.data(), sizeof(size));
  rest.remove_prefix(sizeof(size));
  if (rest.size() < size)
    return std::nullopt;
  const std::string_view part = rest.substr(0, size);
  rest.remove_prefix(size);
  return part;
}

std::optional<EntryFile> read_entry(const fs::path& path) {
  std::string text;
  try {
    text = read_text(path);
  } catch (const Error&) {
    return std::nullopt;
  }
  std::string_view rest = text;
  if (!rest.starts_with(magic))
    return std::nullopt;
  rest.remove_prefix(magic.size());
  const auto checksum = next_part(rest);
  if (!checksum || *checksum != KeyMaker().add(rest).key())
    return std::nullopt;
  EntryFile entry;
  for (std::string* part :
       {&entry.label.system, &entry.label.what, &entry.label.program, &entry.made}) {
    const auto found = next_part(rest);
    if (!found)
      return std::nullopt;
    *part = *found;
  }
  const auto payload = next_part(rest);
  if (!payload || !rest.empty())
    return std::nullopt;
  const auto raw = std::as_bytes(std::span(payload->data(), payload->size()));
  entry.payload.assign(raw.begin(), raw.end());
  return entry;
}
} // namespace

// The SQLite connection; every call that fails throws with the library's words.
struct Store::Catalogue {
  sqlite3* db = nullptr;
  fs::path path;

  explicit Catalogue(fs::path file) : path(std::move(file)) {
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK)
      fail();
    sqlite3_busy_timeout(db, 60'000); // several studies may share a store
  }
  ~Catalogue() { sqlite3_close(db); }
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

  [[noreturn]] void fail() const {
    throw Error("R113", {path.generic_string()},
                fmt::format("the catalogue of the run store: {}", sqlite3_errmsg(db)),
                "check the space on the disk and the folder's permissions");
  }

  /// Runs one statement with texts bound in order; `row` is called with each row's texts.
  template <typename Row>
  void run(const char* sql, std::initializer_list<std::string_view> texts, Row&& row) const {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(db, sql, -1, &raw, nullptr) != SQLITE_OK)
      fail();
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    int index = 0;
    for (const std::string_view text : texts) {
      sqlite3_bind_text(raw, ++index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(raw)) == SQLITE_ROW) {
      std::vector<std::string> cells;
      for (int c = 0; c < sqlite3_column_count(raw); ++c) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, c));
        cells.emplace_back(text == nullptr ? "" : text);
      }
      row(cells);
    }
    if (status != SQLITE_DONE)
      fail();
  }
  void run(const char* sql, std::initializer_list<std::string_view> texts = {}) const {
    run(sql, texts, [](const std::vector<std::string>&) {});
  }

  void insert(const std::string& key, const EntryLabel& label, std::size_t bytes,
              const std::string& made) const {
    run("INSERT OR REPLACE INTO runs(key, system, what, program, bytes, made) "
        "VALUES(?, ?, ?, ?, CAST(? AS INTEGER), ?)",
        {key, label.system, label.what, label.program, std::to_string(bytes), made});
  }
};

Store::Store(fs::path folder) : folder_(std::move(folder)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Store Store::open(const fs::path& folder) {
  prepare_output_folder(folder);
  Store store(folder);
  const fs::path path = folder / "catalogue.sqlite";
  const bool known = fs::exists(path);
  const auto begin = [&] {
    store.catalogue_ = std::make_unique<Catalogue>(path);
    // The files are the truth, so a row need not survive a failure of power.
    store.catalogue_->run("PRAGMA synchronous = OFF");
    store.catalogue_->run("CREATE TABLE IF NOT EXISTS runs(key TEXT PRIMARY KEY, system TEXT, what "
                          "TEXT, program TEXT, bytes INTEGER, made TEXT)");
    store.catalogue_->run("SELECT key, system, what, program, bytes, made FROM runs LIMIT 1");
  };
  try {
    begin();
    if (!known)
      store.rebuild();
  } catch (const Error& problem) {
    store.catalogue_.reset();
    if (!known)
      throw;
    const fs::path aside = folder / "catalogue.damaged";
    fmt::print(stderr,
               "{}: warning R112: the catalogue cannot be read ({}): it is kept as {} and made "
               "anew from the runs\n",
               path.generic_string(), problem.diagnostic().message, aside.filename().string());
    fs::rename(path, aside);
    begin();
    store.rebuild();
  }
  return store;
}

fs::path Store::file_of(const std::string& key) const {
  return folder_ / "runs" / key.substr(0, 2) / (key + ".run");
}

void Store::rebuild() {
  if (!fs::exists(folder_ / "runs"))
    return;
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(folder_ / "runs")) {
    if (file.path().extension() != ".run")
      continue;
    if (const auto entry = read_entry(file.path()))
      catalogue_->insert(file.path().stem().string(), entry->label, entry->payload.size(),
                         entry->made);
  }
}

void Store::remove(const std::string& key) {
  std::error_code ignored;
  fs::remove(file_of(key), ignored);
  catalogue_->run("DELETE FROM runs WHERE key = ?", {key});
}

std::optional<std::vector<std::byte>> Store::find(const std::string& key) {
  const fs::path path = file_of(key);
  if (!fs::exists(path))
    return std::nullopt;
  auto entry = read_entry(path);
  if (!entry) {
    fmt::print(stderr,
               "{}: warning R111: the stored run is damaged (its checksum is wrong): it is removed "
               "and computed again\n",
               path.generic_string());
    remove(key);
    return std::nullopt;
  }
  ++found_;
  return std::move(entry->payload);
}

void Store::put(const std::string& key, std::span<const std::byte> bytes, const EntryLabel& label) {
  const std::string made = fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(std::time(nullptr)));
  const fs::path path = file_of(key);
  std::error_code problem;
  fs::create_directories(path.parent_path(), problem);
  if (problem) {
    throw Error("B106", {path.generic_string()},
                fmt::format("cannot be written: {}", problem.message()),
                "check the folder's permissions and the space on the disk");
  }
  write_text_atomic(path, entry_text(label, made, bytes));
  catalogue_->insert(key, label, bytes.size(), made);
}

std::vector<StoreEntry> Store::entries() {
  std::vector<StoreEntry> list;
  catalogue_->run("SELECT key, system, what, program, bytes, made FROM runs ORDER BY key", {},
                  [&](const std::vector<std::string>& row) {
                    list.push_back({row[0], {row[1], row[2], row[3]}, std::stoull(row[4]), row[5]});
                  });
  return list;
}

std::size_t Store::verify() {
  std::size_t damaged = 0;
  for (const StoreEntry& entry : entries()) {
    if (!read_entry(file_of(entry.key))) {
      ++damaged;
      remove(entry.key);
    }
  }
  return damaged;
}

std::size_t Store::prune(const std::string& keep) {
  std::size_t removed = 0;
  for (const StoreEntry& entry : entries()) {
    if (entry.label.program != keep) {
      ++removed;
      remove(entry.key);
    }
  }
  return removed;
}

} // namespace cauce::results
