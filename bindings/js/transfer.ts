// Values on their way between threads: heap arrays copied out, buffers handed over, errors taken apart and put together.
import { AssayError, type ErrorKind } from './errors.js';
import { HeapArray } from './memory.js';
import type { SentError } from './messages.js';
import type { NumericArray } from './types.js';

/** An argument that can be posted: arrays of the library's memory become copies of their own. */
export function postable(value: unknown): unknown {
  if (value instanceof HeapArray) return (value.view as NumericArray).slice();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  if (typeof value === 'object' && value !== null && 'data' in value && 'shape' in value) {
    return { data: postable(value.data), shape: value.shape };
  }
  return value;
}

/** Buffers of the arrays in a value, to be handed over instead of copied. */
export function buffersOf(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (Array.isArray(value)) {
    if (typeof value[0] === 'object') for (const part of value) buffersOf(part, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}

export function sendError(error: unknown): SentError {
  if (error instanceof AssayError) {
    return {
      name: error.name,
      message: error.message,
      kind: error.kind,
      code: error.code,
      argument: error.argument,
      function: error.function,
    };
  }
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

export function receiveError(sent: SentError): Error {
  if (sent.name === 'AssayError') {
    return new AssayError(
      (sent.kind ?? 'value') as ErrorKind,
      sent.code ?? '',
      sent.argument ?? '',
      sent.function ?? '',
      sent.message,
    );
  }
  if (sent.name === 'RangeError') return new RangeError(sent.message);
  return new Error(sent.message);
}
