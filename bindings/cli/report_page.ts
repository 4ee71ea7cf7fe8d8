/** The self-contained HTML page of a report: tables as text, figures drawn by the site's own charts when it opens. */
import { readFileSync } from 'node:fs';
import { chartCss, systemPaletteCss } from '../../web/charts/theme';
import { formatted, json, type Report, type ReportTable } from './report';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

/** JSON that cannot end the script element it stands in. */
const embedded = (data: unknown): string => json(data).replaceAll('<', '\\u003c');

function htmlTable(table: ReportTable): string {
  const cell = (tag: 'td' | 'th', text: string, column: number): string => {
    const side = table.columns[column]?.endsWith('*') ? ' class="left"' : '';
    return `<${tag}${side}>${escaped(text)}</${tag}>`;
  };
  const head = table.columns.map((name, column) => cell('th', name.replace(/\*$/, ''), column)).join('');
  const body = table.rows
    .map((row) => `<tr>${row.map((value, column) => cell('td', formatted(value), column)).join('')}</tr>`)
    .join('\n');
  return `<div class="scroll"><table><caption>${escaped(table.title)}</caption>
<thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div>`;
}

const style = `
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 Georgia,'Iowan Old Style',serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 1rem}
.notes{color:var(--muted);margin:0 0 2rem;padding:0;list-style:none}
.scroll{overflow-x:auto;margin:0 0 2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th.left,td.left{text-align:left}
figure{margin:0 0 2.5rem}
figcaption{color:var(--muted);font-size:.9rem;max-width:42rem}
h2{font-size:1.15rem;margin:0 0 .5rem}`;

/** Text of the page. The charts' script is part of it, so that it can be mailed and opened without a network. */
export function reportPage(report: Report): string {
  const charts = readFileSync(new URL('./report-charts.js', import.meta.url), 'utf8');
  const figures = report.figures.map(
    ({ title, caption }, index) =>
      `<figure><h2>${escaped(title)}</h2><div data-figure="${index}"></div><figcaption>${escaped(caption)}</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(report.title)}</title>
<style>${systemPaletteCss}${chartCss}${style}</style>
</head>
<body>
<main>
<h1>${escaped(report.title)}</h1>
<ul class="notes">${report.notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>
${figures.join('\n')}
${report.tables.map(htmlTable).join('\n')}
</main>
<script type="application/json" id="figures">${embedded(report.figures)}</script>
<script>${charts.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
