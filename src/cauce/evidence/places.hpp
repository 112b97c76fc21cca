// places.csv: the countries and departments of a pack, and whatever other places its data names.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cauce::evidence {

struct Place {
  std::string code;    ///< as the data names it: "GT", "GT-GU"
  std::string element; ///< as the equations name it: "Guatemala", "GT_GU"
  std::string name_en, name_es;
  std::string kind;                       ///< country, department, state
  std::string parent;                     ///< code
  double latitude = 0.0, longitude = 0.0; ///< degrees
  double area_km2 = 0.0;
  double population_2010 = 0.0; ///< persons; 0 where not needed
  std::string source_id, status;
  SourcePos where;
};

class Places {
 public:
  /// Findings: B102 to B105, E103 (a number out of its range), E104 (code given twice).
  static Places read(const std::filesystem::path& path, Diagnostics& findings);

  const std::vector<Place>& all() const { return places_; }
  const Place* find(std::string_view code) const;            ///< nullptr when unknown
  const Place* find_element(std::string_view element) const; ///< letter case counts
  std::vector<std::string> codes() const;

 private:
  std::vector<Place> places_;
};

} // namespace cauce::evidence
