// Evaluates one call by name for the reference pages, off the page's thread.

import { init } from 'assay';
import { callByName } from 'assay/internal';
import { serve } from '../lib/rpc.js';

interface Shaped {
  data: ArrayLike<number>;
  shape: number[];
}

const isShaped = (value: unknown): value is Shaped =>
  typeof value === 'object' &&
  value !== null &&
  'data' in value &&
  'shape' in value &&
  Array.isArray(value.shape);

/** At most this many numbers of one array are shown. */
const most = 60;

function list(values: ArrayLike<number>): string {
  const shown = Array.from({ length: Math.min(values.length, most) }, (_, i) => String(values[i]));
  const rest = values.length - shown.length;
  return `[${shown.join(', ')}${rest > 0 ? `, \u2026 ${rest} more` : ''}]`;
}

/** A result as text, one line a member; rows of a matrix on lines of their own. */
function show(value: unknown, indent = ''): string {
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name} ${list(value as unknown as ArrayLike<number>)}`;
  if (isShaped(value)) return showShaped(value, indent);
  if (Array.isArray(value)) return value.map((item) => `\n${indent}- ${show(item, indent + '  ')}`).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, item]) => `\n${indent}${key}: ${show(item, indent + '  ')}`)
      .join('');
  }
  return String(value);
}

function showShaped({ data, shape }: Shaped, indent: string): string {
  const head = `${data.constructor.name}, shape [${shape.join(', ')}]`;
  const width = shape.at(-1) ?? 1;
  const rows = Math.min(20, Math.ceil(data.length / Math.max(1, width)));
  const lines = Array.from(
    { length: rows },
    (_, i) => `\n${indent}${list(Array.prototype.slice.call(data, i * width, (i + 1) * width))}`,
  );
  return head + lines.join('') + (rows * width < data.length ? `\n${indent}\u2026` : '');
}

function evaluate({ name, args }: { name: string; args: Record<string, unknown> }): string {
  return show(callByName(name, args)).replace(/^\n/, '');
}

const handlers = { evaluate };
export type ReferenceHandlers = typeof handlers;

serve(handlers, () => init());
