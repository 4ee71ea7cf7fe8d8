// Rows that golden cases name instead of repeating them. In place of an array, an argument may be
//
//   {"csv": FILE, "column": NAME}             a column of a table
//   {"network": FILE, "top": "probability"}   the largest probability of each row of a network's outputs
//   {"network": FILE, "top": "right"}         1 where its class (the first of equal ones) is true, else 0
//   {"cycle": [a, b, ...], "length": n}       n numbers a, b, ..., a, b, ...
//
// where FILE lies in web/public/data, whose README.txt tells formats and sources.
import { readFileSync } from 'node:fs';

const folder = new URL('../../web/public/data/', import.meta.url);
const classes = 10;

/** The arguments of a case with all rows in them. */
export function withData(args) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, rowsOf(value)]));
}

function rowsOf(value) {
  if (value?.csv) return column(value.csv, value.column);
  if (value?.network) return topLabel(value.network, value.top);
  if (value?.cycle)
    return Array.from({ length: value.length }, (_, i) => value.cycle[i % value.cycle.length]);
  return value;
}

function column(file, name) {
  const lines = readFileSync(new URL(file, folder), 'utf8').trim().split('\n');
  const at = lines[0].split(',').indexOf(name);
  if (at < 0) throw new Error(`${file} has no column ${name}`);
  return lines.slice(1).map((line) => Number(line.split(',')[at]));
}

function topLabel(file, part) {
  const content = readFileSync(new URL(file, folder));
  const rows = content.length / (4 * classes + 1);
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from({ length: classes }, (_, k) => content.readFloatLE(4 * (i * classes + k)));
    const top = Math.max(...row);
    if (part === 'probability') return top;
    return Number(row.indexOf(top) === content[4 * rows * classes + i]);
  });
}
