// Objects that live in the library: accumulators, models, simulations.
import { handleOf, invoke, setHandle, type FunctionSpec } from './call.js';
import { isDevelopment } from './decode.js';
import { AssayError } from './errors.js';
import { disposeSymbol } from './memory.js';
import { instance } from './module.js';

/** Frees the object behind a handle. */
export function releaseObject(handle: number): void {
  instance('dispose').exports['core.release']?.(handle);
}

/** An argument that stands for the object behind a handle. */
export function objectOf(handle: number): object {
  const object = {};
  setHandle(object, handle);
  return object;
}

let registry: FinalizationRegistry<number> | undefined;

/** Frees objects that were forgotten, and says so in development. Made on first use: an import does nothing. */
function leftovers(): FinalizationRegistry<number> {
  registry ??= new FinalizationRegistry((handle) => {
    if (isDevelopment())
      console.warn('assay: an object was not disposed of; write `using` or call dispose()');
    releaseObject(handle);
  });
  return registry;
}

/** Base of the classes: holds the object's handle and gives its memory back. */
export class Handle {
  /** Makes the object; for the constructors of the classes. */
  protected attach(spec: FunctionSpec, args: readonly unknown[], options?: object): void {
    adopt(this, spec, args, options);
  }

  /** Calls a method. */
  protected call(spec: FunctionSpec, args: readonly unknown[], options?: object): unknown {
    const handle = handleOf(this);
    if (!handle)
      throw new AssayError('state', 'disposed', '', spec.js, `${spec.js}: the object was disposed of`);
    return invoke(spec, args, options, handle);
  }

  /** Gives the memory back; may be called twice. */
  dispose(): void {
    const handle = handleOf(this);
    if (!handle) return;
    setHandle(this, 0);
    leftovers().unregister(this);
    releaseObject(handle);
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

function adopt(object: Handle, spec: FunctionSpec, args: readonly unknown[], options?: object): void {
  const handle = invoke(spec, args, options) as number;
  setHandle(object, handle);
  leftovers().register(object, handle, object);
}

/** An object from a factory such as fromBytes, past the constructor. */
export function revive<T extends Handle>(
  prototype: T,
  spec: FunctionSpec,
  args: readonly unknown[],
  options?: object,
): T {
  const made = Object.create(prototype) as T;
  adopt(made, spec, args, options);
  return made;
}
