#include "cauce/serve/error_codes.hpp"

namespace cauce::serve {

std::span<const ErrorCode> serve_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"A101", "A request that is not understood",
       "The body must be one JSON object with the keys that docs/api.md lists, of their types, at "
       "most eight levels deep."},
      {"A102", "A request without a client id",
       "Each page sends the header X-Cauce-Client with an id of its own (8 to 64 letters, digits, "
       "'-' or '_'): by it a new request replaces the earlier one of the same page."},
      {"A103", "A scenario that is not possible",
       "The request is well formed, but a month, a value, a place or an action cannot be: actions "
       "are dated from the decision on, within the pack's clock."},
      {"A104", "Nothing of this name",
       "There is no such address, lever, policy, theory, outcome, place or variable. The hint "
       "names "
       "a near miss."},
      {"A105", "A method that is not answered", "The server answers GET, HEAD and POST."},
      {"A106", "A body that is too large",
       "A scenario has at most 256 KiB: ask for fewer series or actions at a time."},
      {"A107", "An address that is too long",
       "Addresses have at most 2 KiB; what is longer belongs into the body of a POST."},
      {"A108", "A body of another type",
       "A POST must be application/json, and not compressed: pages of other sites cannot send "
       "that."},
      {"A110", "A request from elsewhere",
       "The server answers only under its own name (127.0.0.1, localhost, or what --host and "
       "--name say) and only to its own pages. This protects it from pages of other sites that "
       "try to speak to it through a browser."},
      {"A121", "The server is full",
       "More requests or connections than the server accepts at once, or it is being shut down. "
       "Try again in a moment."},
      {"A130", "A front end that is too large",
       "The folder of the front end holds more than 64 MiB; --web should name web/app/dist."},
      {"A131", "Nothing to export",
       "Exports are made of runs that were computed to the end and are still kept. Run the "
       "scenario again."},
      {"A134", "No page for the report",
       "The report is one page that is built beside the program (web/report). `./run serve` builds "
       "it; "
       "by hand: cd web/report && npm ci && npm run build."},
      {"A133", "A port that cannot be had",
       "Another program listens there, or the port needs more rights (below 1024)."},
      {"A199", "A fault of the server", "This should not happen: please report what was asked."},
  };
  return codes;
}

} // namespace cauce::serve
