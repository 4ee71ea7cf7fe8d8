// What every chart function returns, and the small helpers they share.

import { fontFamily, fontSize } from './theme.js';

export type Cell = string | number;

/** A drawn chart with its text alternative and the numbers it shows. */
export interface Chart {
  element: SVGSVGElement | HTMLElement;
  /** One or two sentences with the numbers, for readers who do not see the picture. */
  summary: string;
  /** The numbers: the first row names the columns. */
  table: Cell[][];
}

/** What every chart function accepts. */
export interface ChartSize {
  width: number;
  height?: number;
}

/** Options for Observable Plot that make its charts look like the rest. */
export function plotStyle(): Record<string, string> {
  return {
    background: 'none',
    color: 'var(--ink)',
    fontFamily,
    fontSize: `${fontSize}px`,
    fontVariantNumeric: 'tabular-nums',
    overflow: 'visible',
  };
}

/**
 * Marks a drawn element as one image with a text alternative. The names that Observable Plot gives its marks are for
 * style sheets alone: as labels they would be read out without the role that a label needs.
 */
export function describe<T extends SVGSVGElement | HTMLElement>(element: T, summary: string): T {
  for (const mark of element.querySelectorAll('[aria-label]:not([role])')) {
    mark.setAttribute('data-mark', mark.getAttribute('aria-label') ?? '');
    mark.removeAttribute('aria-label');
  }
  element.classList.add('chart');
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', summary);
  return element;
}

function csvCell(cell: Cell): string {
  const text = String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as CSV text. */
export function toCsv(table: Cell[][]): string {
  return table.map((row) => row.map(csvCell).join(',')).join('\n') + '\n';
}

/** A number with a fixed count of significant digits, without exponent where one can read it. */
export function digits(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : value < 0 ? '\u2212\u221e' : 'none';
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  const text =
    size < -5 || size > 9
      ? value.toExponential(significant - 1)
      : value.toFixed(Math.max(0, significant - 1 - size));
  return text.replace('-', '\u2212');
}

/** A number with a fixed count of decimals and a true minus sign. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return digits(value);
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '\u2212');
}

/** 12345678 -> "12,345,678". */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
