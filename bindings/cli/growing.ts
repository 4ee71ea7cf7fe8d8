/** A typed array that grows, for columns whose length is known only at the end of the file. */
export class GrowingFloat64 {
  #values = new Float64Array(1024);
  #length = 0;

  append(values: Float64Array): void {
    const needed = this.#length + values.length;
    if (needed > this.#values.length) {
      const larger = new Float64Array(Math.max(needed, 2 * this.#values.length));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    this.#values.set(values, this.#length);
    this.#length = needed;
  }

  get length(): number {
    return this.#length;
  }

  /** The values so far, without a copy. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Names of groups and their numbers, in the order in which they first appear. */
export class Groups {
  readonly names: string[] = [];
  readonly #codes = new Map<string, number>();

  /** The numbers of the groups of `names`, which index `names` of this. */
  codes(names: readonly string[]): Int32Array {
    return Int32Array.from(names, (name) => {
      let code = this.#codes.get(name);
      if (code === undefined) {
        code = this.names.length;
        this.#codes.set(name, code);
        this.names.push(name);
      }
      return code;
    });
  }
}
