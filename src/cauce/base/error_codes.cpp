#include "cauce/base/error_codes.hpp"

namespace cauce {

std::span<const ErrorCode> base_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"B101", "A file cannot be read",
       "The file does not exist, is a folder, or may not be read by you. The message names the "
       "cause; where the folder holds a similar name, it is suggested."},
      {"B102", "A table lacks a column",
       "The first line of a CSV file names its columns. A column that the program needs is not "
       "among them: add it, or mend its spelling (a near miss is suggested)."},
      {"B103", "A row has too many or too few cells",
       "Each row of a CSV file needs as many cells as its header. A common cause is a comma inside "
       "a text: put such a cell between double quotes. The row is left out."},
      {"B104", "A quoted cell is never closed",
       "A cell that begins with a double quote runs to the next single double quote; inside it, a "
       "double quote is written twice. The message names the line where the cell begins."},
      {"B105", "A cell is not a number",
       "The column holds numbers: digits with a decimal point, no thousands separators, no units. "
       "Infinite values and 'nan' are not accepted."},
      {"B106", "A file cannot be written",
       "The disk may be full or the folder not writable. Nothing was left half-written: the file "
       "is as it was before, or absent."},
      {"B107", "The output folder cannot be used",
       "The folder given by --out could not be made or is not writable. Nothing was computed or "
       "written; choose another folder."},
      {"B110", "Unknown key in a TOML file",
       "The program does not know this key at this place, so it would have no effect. Mend its "
       "spelling (a near miss is suggested) or remove it."},
      {"B111", "Missing key in a TOML file",
       "The table needs this key; docs/architecture.md lists the keys of each file."},
      {"B112", "A TOML value of the wrong kind",
       "The key is known but its value is not of the kind that it must be: texts stand between "
       "quotes, numbers without them, months as \"2017-06\", lists between brackets."},
      {"B113", "Not a TOML file",
       "The file breaks the syntax of TOML at the given line: a quote or bracket may be missing, "
       "or "
       "the same key be given twice. Nothing of the file was used."},
  };
  return codes;
}

} // namespace cauce
