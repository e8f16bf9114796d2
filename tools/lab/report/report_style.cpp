// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/report_style.hpp"

namespace troupe::lab {

const std::string_view report_style = R"(
:root { color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #16181d; --soft: #5b616b; --line: #d9dbd6; --grid: #e9eae6;
  --ok: #1a7f4b; --bad: #c0332f; --doubt: #9a6700; --fault: #c0332f;
  --s1: #2a6fd1; --s2: #17946b; --s3: #c77700; --s4: #7a4fc4;
  --s5: #c2417c; --s6: #4b7d8c; --other: #8a8f98; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14161a; --card: #1c1f25; --ink: #eceef2; --soft: #a4abb6; --line: #363b44; --grid: #2a2e36;
  --ok: #4cc38a; --bad: #ff7b72; --doubt: #e3b341; --fault: #ff7b72;
  --s1: #6aa7ff; --s2: #4fc7a0; --s3: #f0a94b; --s4: #b393f0;
  --s5: #f087b3; --s6: #86b8c8; --other: #8b929d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 20px 16px 60px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 10px; }
h3.plot { font-size: 14px; margin: 0 0 2px; }
section, header { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 16px 18px; margin: 0 0 16px; }
header { border-left: 8px solid var(--doubt); }
header.passed { border-left-color: var(--ok); }
header.failed { border-left-color: var(--bad); }
.verdict { display: inline-block; font-weight: 700; font-size: 17px; margin: 0 0 6px; color: var(--doubt); }
.passed .verdict, td.ok { color: var(--ok); }
.failed .verdict, td.bad { color: var(--bad); font-weight: 600; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.soft, figcaption, td.soft { color: var(--soft); font-size: 13px; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px;
  margin: 8px 0 0; overflow-x: auto; }
dl.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
  gap: 10px; margin: 0; }
dl.tiles div { border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px; }
dl.tiles dt { color: var(--soft); font-size: 12px; }
dl.tiles dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.diagram { overflow: auto; max-height: 85vh; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 12px; white-space: nowrap; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
td { overflow-wrap: break-word; min-width: 5em; }
td.number, td.ok, td.bad { white-space: nowrap; min-width: 0; }
td.number { font-variant-numeric: tabular-nums; }
ul.marks { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; padding: 0; margin: 0; }
ul.marks li { border: 1px solid var(--line); border-radius: 12px; padding: 0 10px; font-size: 13px; }
ul.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 0 0 6px;
  color: var(--soft); font-size: 13px; }
ul.legend svg { width: 22px; height: 10px; margin-right: 6px; vertical-align: middle; }
figure { margin: 0 0 18px; overflow-x: auto; }
figure > svg { min-width: 620px; }
a { color: var(--s1); }
summary { cursor: pointer; color: var(--soft); font-size: 13px; margin-top: 8px; }
svg { display: block; max-width: 100%; height: auto; }
ul.legend svg { display: inline-block; }
.diagram svg { max-width: none; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg text.strong { fill: var(--ink); font-weight: 600; }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
.grid { stroke: var(--grid); stroke-width: 1; } .axis { stroke: var(--line); stroke-width: 1; }
.life { stroke: var(--other); stroke-width: 1.5; }
.band { fill: var(--fault); fill-opacity: 0.11; } .fault { fill: var(--fault); fill-opacity: 0.55; }
.curve { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.area { fill-opacity: 0.14; stroke: none; }
.hover { fill: transparent; } .hover:hover { fill: var(--ink); fill-opacity: 0.07; }
.c1 { stroke: var(--s1); } .c2 { stroke: var(--s2); } .c3 { stroke: var(--s3); } .c4 { stroke: var(--s4); }
.c5 { stroke: var(--s5); } .c6 { stroke: var(--s6); }
.c0 { stroke: var(--other); } .cbad { stroke: var(--bad); }
.f1 { fill: var(--s1); } .f2 { fill: var(--s2); } .f3 { fill: var(--s3); } .f4 { fill: var(--s4); }
.f5 { fill: var(--s5); } .f6 { fill: var(--s6); } .f0 { fill: var(--other); } .fbad { fill: var(--bad); }
.arrow { fill: none; stroke-width: 1.4; } .lost { stroke: var(--bad); stroke-dasharray: 4 3; }
.cross { stroke: var(--bad); stroke-width: 2; fill: none; } .event { fill: var(--ink); }
.violation { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 8 4; }
.instant { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
svg text.violated { fill: var(--bad); font-weight: 600; }
svg text.label { font-size: 11px; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg text.happened { fill: var(--ink); font-size: 11px;
  paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
@media print { body { background: none; } .diagram { max-height: none; overflow: visible; }
  section, header { break-inside: avoid; } }
)";

} // namespace troupe::lab
