// Colours of policies: the base is ink, the others keep their colour through the whole report.
// The colours themselves are in web/shared/tokens.css (light and dark), told apart by readers who see fewer.
import type { ReportData } from "./data";

export function policy_color(data: ReportData, name: string): string {
  if (name === data.base) return "var(--base)";
  const others = data.policies.filter((p) => p.name !== data.base);
  const index = others.findIndex((p) => p.name === name);
  return `var(--p${(index < 0 ? 0 : index) % 8})`;
}
