// A small seeded generator for pages and resampling: sfc32 (Chris Doty-Humphrey, PractRand), seeded by splitmix32.

export type Uniform = () => number;

/** Uniform numbers on (0, 1), the same for a given seed on every machine. Never 0 or 1. */
export function uniform(seed: number): Uniform {
  let state = seed >>> 0;
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), 1];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return () => (next() + 0.5) / 4294967296;
}

/** Fills an array with uniform numbers. */
export function uniforms(random: Uniform, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = random();
  return values;
}
