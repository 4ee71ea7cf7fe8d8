// The one error class of the package.

export type ErrorKind = 'shape' | 'value' | 'state' | 'unavailable';

/** What every function throws: what sort of mistake, a stable word for it, and who is to blame. */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  /** What sort of mistake. */
  readonly kind: ErrorKind;
  /** Stable word for the reason, for example 'length_mismatch'. */
  readonly code: string;
  /** Name of the argument that was wrong; '' when no single one is to blame. */
  readonly argument: string;
  /** Name of the function that refused it. */
  readonly function: string;

  constructor(kind: ErrorKind, code: string, argument: string, functionName: string, message: string) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.argument = argument;
    this.function = functionName;
  }
}
