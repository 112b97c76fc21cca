#include "cauce/conditions/layout.hpp"

#include "cauce/conditions/expression.hpp"
#include "cauce/conditions/names.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace cauce::conditions {

namespace {

constexpr double margin = 30, title = 40;

struct Cell {
  int column = 0, row = 0;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

void collect_names(const Expression& e, std::set<std::string>& into) {
  if (e.syntax == Syntax::name || e.syntax == Syntax::call) {
    std::string key = canonical_name(e.text);
    into.insert(key.substr(0, key.find('.'))); // a module's variable leads to the module
    into.insert(std::move(key));
  }
  for (const ExpressionPtr& arg : e.args)
    collect_names(*arg, into);
}

void collect_names(const EquationText& equation, std::set<std::string>& into) {
  if (equation.empty())
    return;
  try {
    for (const ExpressionPtr& e : parse_equation(equation.text))
      collect_names(*e, into);
  } catch (const SyntaxError&) { // `check` tells of it; the diagram does without its links
  }
}

class Diagram {
 public:
  explicit Diagram(const ModelDefinition& model) : model_(model) {}

  ViewLayout made() {
    add_elements();
    add_links();
    for (std::size_t s = 0; s < out_.sectors.size(); ++s)
      lay_out_sector(s);
    place_sectors();
    for (ViewElement& element : out_.elements) {
      if (element.type == ViewElement::Type::flow)
        add_pipe(element);
    }
    return std::move(out_);
  }

 private:
  const ModelDefinition& model_;
  ViewLayout out_;
  std::map<std::string, std::size_t> index_;           ///< canonical name -> element
  std::map<std::string, std::size_t> source_, target_; ///< flow -> stock that it drains, fills
  std::vector<Cell> cell_;
  std::vector<Cell> extent_; ///< columns and rows of each sector

  void add_elements() {
    std::map<std::string, std::size_t> sector_of;
    for (const GroupDefinition& group : model_.groups) {
      for (const std::string& member : group.members)
        sector_of.emplace(canonical_name(member), out_.sectors.size());
      out_.sectors.push_back({group.name});
    }
    const std::size_t rest = out_.sectors.size();
    bool loose = false;
    const auto add = [&](ViewElement::Type type, const std::string& name) {
      const std::string key = canonical_name(name);
      if (index_.contains(key))
        return;
      const auto found = sector_of.find(key);
      loose = loose || found == sector_of.end();
      index_[key] = out_.elements.size();
      out_.elements.push_back({type, name, found == sector_of.end() ? rest : found->second});
    };
    for (const VariableDefinition& v : model_.variables) {
      add(v.kind == Kind::stock  ? ViewElement::Type::stock
          : v.kind == Kind::flow ? ViewElement::Type::flow
                                 : ViewElement::Type::auxiliary,
          v.name);
    }
    for (const ModuleDefinition& module : model_.modules)
      add(ViewElement::Type::module, module.name);
    if (loose)
      out_.sectors.push_back({});
    for (const VariableDefinition& v : model_.variables) {
      if (v.kind != Kind::stock)
        continue;
      const std::size_t stock = index_.at(canonical_name(v.name));
      for (const std::string& flow : v.outflows)
        source_.emplace(canonical_name(flow), stock);
      for (const std::string& flow : v.inflows)
        target_.emplace(canonical_name(flow), stock);
    }
    // A flow stands with the stock that it drains or fills, so that pipes stay short.
    for (ViewElement& element : out_.elements) {
      if (element.type != ViewElement::Type::flow)
        continue;
      const auto from = end_of(element, source_), to = end_of(element, target_);
      if (from || to)
        element.sector = out_.elements[from ? *from : *to].sector;
    }
  }

  // Links between elements of one sector; what comes from another sector comes by a ghost.
  void add_links() {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> ghosts; ///< (element, sector)
    std::set<std::pair<std::size_t, std::size_t>> seen;
    const auto link = [&](std::size_t from, std::size_t to) {
      if (from == to || !seen.emplace(from, to).second)
        return;
      const std::size_t sector = out_.elements[to].sector;
      if (out_.elements[from].sector != sector) {
        const auto [ghost, fresh] = ghosts.emplace(std::pair(from, sector), out_.elements.size());
        if (fresh)
          out_.elements.push_back({ViewElement::Type::ghost, out_.elements[from].name, sector});
        from = ghost->second;
      }
      out_.links.push_back({from, to});
    };
    for (const VariableDefinition& v : model_.variables) {
      const std::size_t to = index_.at(canonical_name(v.name));
      if (v.kind == Kind::stock)
        continue; // its flows are pipes; links for the initial value would only clutter
      std::set<std::string> names;
      collect_names(v.equation, names);
      collect_names(v.leak.fraction, names);
      for (const ElementDefinition& element : v.elements)
        collect_names(element.equation, names);
      for (const std::string& name : names) {
        if (const auto from = index_.find(name); from != index_.end())
          link(from->second, to);
      }
    }
    for (const ModuleDefinition& module : model_.modules) {
      for (const Connection& connection : module.connections) {
        const std::string from = canonical_name(connection.from),
                          to = canonical_name(connection.to);
        const auto source = index_.find(from.substr(0, from.find('.')));
        const auto target = index_.find(to.substr(0, to.find('.')));
        if (source != index_.end() && target != index_.end())
          link(source->second, target->second);
      }
    }
    cell_.resize(out_.elements.size());
  }

  std::optional<std::size_t> end_of(const ViewElement& flow,
                                    const std::map<std::string, std::size_t>& ends) const {
    const auto found = ends.find(canonical_name(flow.name));
    return found == ends.end() ? std::nullopt : std::optional(found->second);
  }

  // How many flows lead to a stock within its sector, at most; what flows in a ring is cut.
  std::map<std::size_t, int> depths(std::size_t sector) const {
    std::map<std::size_t, int> depth;
    std::vector<std::pair<std::size_t, std::size_t>> pipes;
    for (std::size_t e = 0; e < out_.elements.size(); ++e) {
      const ViewElement& element = out_.elements[e];
      if (element.sector != sector)
        continue;
      if (element.type == ViewElement::Type::stock)
        depth[e] = 0;
      if (element.type != ViewElement::Type::flow)
        continue;
      const auto from = end_of(element, source_), to = end_of(element, target_);
      if (from && to && out_.elements[*from].sector == sector &&
          out_.elements[*to].sector == sector && *from < *to)
        pipes.emplace_back(*from, *to);
    }
    for (std::size_t round = 0; round < depth.size(); ++round) {
      for (const auto& [from, to] : pipes)
        depth[to] = std::min(3, std::max(depth[to], depth[from] + 1));
    }
    return depth;
  }

  void lay_out_sector(std::size_t sector) {
    std::set<Cell> taken;
    std::vector<std::size_t> placed, others;
    std::map<std::size_t, std::vector<std::size_t>> before, behind; // flows of each stock
    for (std::size_t e = 0; e < out_.elements.size(); ++e) {
      const ViewElement& element = out_.elements[e];
      if (element.sector != sector || element.type == ViewElement::Type::stock)
        continue;
      if (element.type == ViewElement::Type::flow) {
        const auto from = end_of(element, source_), to = end_of(element, target_);
        if (from && out_.elements[*from].sector == sector) {
          behind[*from].push_back(e);
          continue;
        }
        if (to && out_.elements[*to].sector == sector) {
          before[*to].push_back(e);
          continue;
        }
      }
      others.push_back(e);
    }
    int bottom = 0, right = 0;
    const auto put = [&](std::size_t e, Cell at) {
      cell_[e] = at;
      taken.insert(at);
      bottom = std::max(bottom, at.row + 1);
      right = std::max(right, at.column + 1);
    };
    const std::map<std::size_t, int> depth = depths(sector);
    std::vector<std::size_t> stocks;
    stocks.reserve(depth.size());
    for (const auto& [stock, d] : depth)
      stocks.push_back(stock);
    std::stable_sort(stocks.begin(), stocks.end(),
                     [&](std::size_t a, std::size_t b) { return depth.at(a) < depth.at(b); });
    for (const std::size_t stock : stocks) {
      const int column = 2 * depth.at(stock) + 1;
      const int rows =
          static_cast<int>(std::max<std::size_t>({1, before[stock].size(), behind[stock].size()}));
      int row = 0;
      const auto free = [&] { // the stock's column is kept clear for its pipes
        for (int r = row; r < row + rows; ++r) {
          if (taken.contains({column, r}) ||
              (r - row < static_cast<int>(before[stock].size()) &&
               taken.contains({column - 1, r})) ||
              (r - row < static_cast<int>(behind[stock].size()) && taken.contains({column + 1, r})))
            return false;
        }
        return true;
      };
      while (!free())
        ++row;
      put(stock, {column, row});
      for (int r = row + 1; r < row + rows; ++r)
        taken.insert({column, r});
      for (std::size_t i = 0; i < before[stock].size(); ++i)
        put(before[stock][i], {column - 1, row + static_cast<int>(i)});
      for (std::size_t i = 0; i < behind[stock].size(); ++i)
        put(behind[stock][i], {column + 1, row + static_cast<int>(i)});
      bottom = std::max(bottom, row + rows);
    }
    // The rest in rows below, as wide as makes the sector about three to two.
    const auto total = static_cast<double>(others.size()) + right * bottom;
    const int wide = std::max({right, 3, static_cast<int>(std::ceil(std::sqrt(total * 1.1)))});
    std::vector<Cell> cells;
    for (int row = 0; cells.size() < others.size(); ++row) {
      for (int column = row < bottom ? right : 0; column < wide && cells.size() < others.size();
           ++column)
        cells.push_back({column, row});
    }
    for (std::size_t i = 0; i < others.size(); ++i)
      put(others[i], cells[i]);
    shorten(others, cells);
    Cell extent;
    for (std::size_t e = 0; e < out_.elements.size(); ++e) {
      if (out_.elements[e].sector == sector) {
        extent.column = std::max(extent.column, cell_[e].column + 1);
        extent.row = std::max(extent.row, cell_[e].row + 1);
      }
    }
    extent_.push_back(extent);
  }

  // Exchanges elements between cells while that shortens the sum of the links.
  void shorten(const std::vector<std::size_t>& others, const std::vector<Cell>& cells) {
    std::map<std::size_t, std::vector<std::size_t>> near;
    for (const ViewLink& link : out_.links) {
      near[link.from].push_back(link.to);
      near[link.to].push_back(link.from);
    }
    const auto length = [&](std::size_t e) {
      double sum = 0;
      for (const std::size_t n : near[e]) {
        sum += std::hypot((cell_[e].column - cell_[n].column) * view_cell_width,
                          (cell_[e].row - cell_[n].row) * view_cell_height);
      }
      return sum;
    };
    for (int round = 0; round < 20; ++round) {
      bool better = false;
      for (std::size_t i = 0; i < others.size(); ++i) {
        for (std::size_t j = i + 1; j < others.size(); ++j) {
          const double now = length(others[i]) + length(others[j]);
          std::swap(cell_[others[i]], cell_[others[j]]);
          if (length(others[i]) + length(others[j]) < now - 1e-6)
            better = true;
          else
            std::swap(cell_[others[i]], cell_[others[j]]);
        }
      }
      if (!better || others.size() * cells.size() > 1'000'000)
        break;
    }
  }

  // Sectors on shelves, in an order found by exchanging neighbours in the file's order.
  void place_sectors() {
    std::vector<std::size_t> order(out_.sectors.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    double area = 0, widest = 0;
    for (std::size_t s = 0; s < order.size(); ++s) {
      ViewSector& sector = out_.sectors[s];
      sector.width = extent_[s].column * view_cell_width + 2 * margin;
      sector.height = extent_[s].row * view_cell_height + margin + title;
      area += (sector.width + margin) * (sector.height + margin);
      widest = std::max(widest, sector.width);
    }
    const double page = std::max(widest, std::sqrt(area * 1.6));
    const auto shelve = [&] {
      double x = margin, y = margin, tall = 0;
      for (const std::size_t s : order) {
        ViewSector& sector = out_.sectors[s];
        if (x > margin && x + sector.width > page + margin) {
          x = margin;
          y += tall + margin;
          tall = 0;
        }
        sector.left = x;
        sector.top = y;
        x += sector.width + margin;
        tall = std::max(tall, sector.height);
      }
    };
    std::map<std::pair<std::size_t, std::size_t>, double> ties;
    for (const ViewElement& element : out_.elements) {
      if (element.type == ViewElement::Type::ghost)
        ties[{out_.elements[index_.at(canonical_name(element.name))].sector, element.sector}] += 1;
    }
    const auto cost = [&] {
      shelve();
      double sum = 0;
      for (const auto& [pair, weight] : ties) {
        const ViewSector &a = out_.sectors[pair.first], &b = out_.sectors[pair.second];
        sum += weight * std::hypot(a.left + a.width / 2 - b.left - b.width / 2,
                                   a.top + a.height / 2 - b.top - b.height / 2);
      }
      return sum;
    };
    double best = cost();
    for (int round = 0; round < 10 && order.size() < 100; ++round) {
      const double began = best;
      for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = i + 1; j < order.size(); ++j) {
          std::swap(order[i], order[j]);
          const double now = cost();
          if (now < best - 1e-6)
            best = now;
          else
            std::swap(order[i], order[j]);
        }
      }
      if (!(best < began))
        break;
    }
    shelve();
    for (const ViewSector& sector : out_.sectors) {
      out_.width = std::max(out_.width, sector.left + sector.width + margin);
      out_.height = std::max(out_.height, sector.top + sector.height + margin);
    }
    for (std::size_t e = 0; e < out_.elements.size(); ++e) {
      ViewElement& element = out_.elements[e];
      const ViewSector& sector = out_.sectors[element.sector];
      element.x = sector.left + margin + (cell_[e].column + 0.5) * view_cell_width;
      element.y = sector.top + title + cell_[e].row * view_cell_height + 30;
    }
  }

  // From stock to stock along the flow's own row, with right angles; clouds where there is none.
  void add_pipe(ViewElement& flow) const {
    constexpr double half_width = 22, half_height = 17, cloud = 58;
    const auto end = [&](std::optional<std::size_t> stock, double side) {
      std::vector<std::pair<double, double>> points;
      if (!stock) {
        points.emplace_back(flow.x + side * cloud, flow.y);
        return points;
      }
      const ViewElement& at = out_.elements[*stock];
      if (at.y == flow.y) {
        points.emplace_back(at.x + (flow.x < at.x ? -half_width : half_width), at.y);
      } else {
        points.emplace_back(at.x, at.y + (flow.y < at.y ? -half_height : half_height));
        points.emplace_back(at.x, flow.y);
      }
      return points;
    };
    const auto from = end_of(flow, source_), to = end_of(flow, target_);
    // A cloud stands on the other side of the valve than the stock.
    const double away = from && out_.elements[*from].x > flow.x ? -1 : 1;
    const double before = to && out_.elements[*to].x < flow.x ? 1 : -1;
    flow.pipe = end(from, before);
    const auto into = end(to, away);
    flow.pipe.insert(flow.pipe.end(), into.rbegin(), into.rend());
  }
};

} // namespace

ViewLayout lay_out(const ModelDefinition& model) { return Diagram(model).made(); }

} // namespace cauce::conditions
