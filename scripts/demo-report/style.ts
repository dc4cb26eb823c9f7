/** The page's style sheet. Versions avoid red and green: red means failed, green means live. */
export const style = `
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #14181f; --soft: #59616e; --line: #d9dde4; --grid: #e8ebf0;
  --good: #0f7a43; --bad: #c81e1e; --warn: #9a5b00; --back: #b43d00;
  --v0: #3b73d9; --v1: #8a5cd6; --v2: #0f8f9c; --v3: #d08a00; --v4: #c2479a; --v5: #66738a;
  --p50: #14181f; --p95: #6c7686; --p99: #a3743a; --switch: #14181f; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0e1116; --card: #171b22; --ink: #eef1f5; --soft: #a2abb9; --line: #333a45; --grid: #252b34;
  --good: #4cc38a; --bad: #ff6b6b; --warn: #f0b24a; --back: #ff9255;
  --v0: #5b93f5; --v1: #a884ec; --v2: #35b4c0; --v3: #e0a530; --v4: #e06cba; --v5: #8c99ae;
  --p50: #eef1f5; --p95: #8b95a5; --p99: #d9a35f; --switch: #eef1f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1140px; margin: 0 auto; padding: 28px 16px 48px; }
h1 { font-size: 1rem; font-weight: 600; margin: 0; color: var(--soft); }
h2 { font-size: 1.1rem; margin: 0 0 10px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px; margin-top: 16px; }
.headline { font-size: clamp(1.9rem, 6.2vw, 3.6rem); line-height: 1.1; font-weight: 750; margin: 10px 0 8px;
  letter-spacing: -0.02em; text-wrap: balance; }
.headline b { font-weight: inherit; font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); }
.lead { margin: 0; color: var(--soft); max-width: 70ch; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 18px 0 0; }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; border-top: 3px solid var(--line); padding-top: 8px; }
.tiles dt { font-size: .85rem; color: var(--soft); }
.tiles dd { margin: 0; font-size: 1.55rem; font-weight: 680; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 0 0 10px; font-size: .85rem; }
.legend li::before { content: ""; display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px;
  vertical-align: -1px; background: var(--c, var(--line)); }
.legend li.span::before { height: 8px; vertical-align: 1px; }
figure { margin: 0; position: relative; } figcaption { font-size: .85rem; color: var(--soft); margin-top: 8px; }
.chart { display: block; width: 100%; height: auto; } .chart.narrow { display: none; }
@media (max-width: 700px) { .chart.wide { display: none; } .chart.narrow { display: block; }
  main { padding: 16px 8px 32px; } .card { padding: 14px 10px; } }
.chart text { font-size: 12px; fill: var(--soft); } .chart .heading { fill: var(--ink); font-weight: 600; }
.chart .outcome { font-weight: 650; }
.grid { stroke: var(--grid); } .axis, .zero { stroke: var(--line); }
.band { fill: var(--o); opacity: .1; } .frame { fill: none; stroke: var(--o); stroke-width: 1.5; } .chart text.outcome { fill: var(--o); }
.o-live { --o: var(--good); } .o-refused { --o: var(--warn); } .o-switched-back { --o: var(--back); } .o-failed { --o: var(--bad); }
.moment { stroke: var(--switch); stroke-dasharray: 3 3; opacity: .55; }
.v { opacity: .88; } .v0 { fill: var(--v0); } .v1 { fill: var(--v1); } .v2 { fill: var(--v2); } .v3 { fill: var(--v3); }
.v4 { fill: var(--v4); } .v5 { fill: var(--v5); }
.failure { fill: var(--bad); } .chart text.fine { fill: var(--good); font-weight: 600; } .chart text.bad { paint-order: stroke; stroke: var(--card); stroke-width: 3px; fill: var(--bad); font-weight: 700; }
.latency { fill: none; stroke-width: 1.4; stroke-linejoin: round; } .latency.p50 { stroke: var(--p50); stroke-width: 1.8; }
.latency.p95 { stroke: var(--p95); } .latency.p99 { stroke: var(--p99); }
.chart .end.p50 { fill: var(--p50); } .chart .end.p95 { fill: var(--p95); } .chart .end.p99 { fill: var(--p99); }
.s-start { fill: var(--soft); opacity: .55; } .s-healthy { fill: var(--soft); opacity: .8; } .s-switch, .s-switch-back { fill: var(--switch); }
.s-watch { fill: var(--v0); opacity: .55; } .s-drain { fill: var(--soft); opacity: .25; } .s-other { fill: var(--soft); opacity: .4; }
.cross { stroke: var(--ink); opacity: .6; }
.tip { position: absolute; top: 30px; pointer-events: none; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 6px 10px; font-size: .8rem; white-space: pre; box-shadow: 0 4px 14px rgb(0 0 0 / .18); font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
th { font-size: .8rem; color: var(--soft); font-weight: 600; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.deploys th[scope=row] { font-size: inherit; color: inherit; white-space: nowrap; }
.dot::before { content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 50%; background: var(--c); margin-right: 7px; }
.outcome-cell { color: var(--o); font-weight: 650; white-space: nowrap; } .reason { color: var(--soft); font-size: .88rem; }
@media (max-width: 700px) { .deploys thead { position: absolute; clip-path: inset(50%); } .deploys tr { display: grid;
  grid-template-columns: 1fr 1fr; gap: 2px 12px; padding: 10px 0; border-bottom: 1px solid var(--line); }
  .deploys th, .deploys td { border: 0; padding: 0; text-align: left; } .deploys .whole { grid-column: 1 / -1; }
  .deploys td.n { text-align: left; } .deploys td.n::before { content: attr(data-label) " "; color: var(--soft); font-size: .8rem; } }
summary { cursor: pointer; font-weight: 600; } details[open] summary { margin-bottom: 10px; }
footer { color: var(--soft); font-size: .85rem; margin-top: 20px; }
`;
