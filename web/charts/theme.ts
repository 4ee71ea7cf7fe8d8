// Colours and sizes of every chart, on the site and in HTML reports. A colour keeps its meaning on every page.
// The six hues stay apart for readers with protanopia, deuteranopia and tritanopia (least OKLab distance 0.089),
// and each has a contrast of at least 4.5:1 against the paper, so that it may also colour a label.

/** One theme's colours as CSS values. */
export interface Palette {
  paper: string;
  panel: string;
  ink: string;
  muted: string;
  rule: string;
  truth: string;
  forecast: string;
  series1: string;
  series2: string;
  series3: string;
  series4: string;
}

export const light: Palette = {
  paper: '#fcfbf8',
  panel: '#f6f4ef',
  ink: '#1b1b1e',
  muted: '#5b5b64',
  rule: '#d9d6cc',
  truth: '#cf3a0a',
  forecast: '#0b46ad',
  series1: '#0b8074',
  series2: '#a43fd8',
  series3: '#553a0c',
  series4: '#2b1458',
};

export const dark: Palette = {
  paper: '#15171b',
  panel: '#1d2026',
  ink: '#e9e7e1',
  muted: '#a6a7b0',
  rule: '#3a3d45',
  truth: '#ff5c38',
  forecast: '#4f99ff',
  series1: '#a4f2de',
  series2: '#b97fae',
  series3: '#f2ae3f',
  series4: '#c6baff',
};

/** A colour by meaning; the value follows the page's theme without a redraw. */
export const colour = {
  paper: 'var(--paper)',
  panel: 'var(--panel)',
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  rule: 'var(--rule)',
  truth: 'var(--truth)',
  forecast: 'var(--forecast)',
  series: ['var(--series1)', 'var(--series2)', 'var(--series3)', 'var(--series4)'],
} as const;

/** The colour of the i-th of up to four series. */
export function seriesColour(index: number): string {
  return colour.series[index % colour.series.length] ?? colour.ink;
}

export const fontFamily =
  "'Source Sans 3 Variable', 'Source Sans 3', 'Segoe UI', 'Noto Sans', system-ui, sans-serif";
export const fontSize = 14;
export const strokeWidth = 2;
/** Below this width a chart drops what it can spare: fewer ticks, shorter labels. */
export const narrow = 480;

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}

/** Style sheet that defines the variables: light, dark by the class `dark` of the root element. */
export const paletteCss = `:root{color-scheme:light;${variables(light)}}:root.dark{color-scheme:dark;${variables(dark)}}`;

/** The same for a page without a switch, such as a report: dark when the reader's system is. */
export const systemPaletteCss =
  `:root{color-scheme:light dark;${variables(light)}}` +
  `@media (prefers-color-scheme:dark){:root{${variables(dark)}}}`;

/** Rules that charts expect of the page around them. */
export const chartCss = `
.chart{display:block;max-width:100%;height:auto;font:${fontSize}px ${fontFamily};font-variant-numeric:tabular-nums;color:var(--ink);background:none;overflow:visible}
.chart text{font-family:inherit}
.chart [data-mark$="tick"],.chart .rule{stroke:var(--rule)}
.chart [data-mark$="axis tick label"],.chart [data-mark$="axis label"]{color:var(--muted);fill:var(--muted)}
`;
