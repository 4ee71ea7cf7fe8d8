// Building SVG by hand, for figures that are instruments rather than statistics.

const namespace = 'http://www.w3.org/2000/svg';

export type Attributes = Record<string, string | number | undefined>;
export type Child = SVGElement | string | null;

/** An SVG element with attributes and children; a string becomes text. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, String(value));
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** A linear map from a data range to pixels, with its inverse. */
export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
  domain: readonly [number, number];
}

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const slope = (range[1] - range[0]) / (domain[1] - domain[0]);
  const scale = (value: number): number => range[0] + (value - domain[0]) * slope;
  return Object.assign(scale, {
    invert: (pixel: number): number => domain[0] + (pixel - range[0]) / slope,
    domain,
  });
}

/** SVG path through points; pixels are rounded to a tenth. */
export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`).join('');
}

/** The same, closed down to a base line. */
export function area(points: readonly (readonly [number, number])[], base: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return '';
  return `${path(points)}L${last[0].toFixed(1)},${base}L${first[0].toFixed(1)},${base}Z`;
}

/** Round tick values: about `count` of them inside the range. */
export function ticks([low, high]: readonly [number, number], count: number): number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999) ?? raw;
  const result: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9; k++)
    result.push(Number((k * step).toPrecision(12)));
  return result;
}

export interface AxisOptions {
  label?: string;
  count?: number;
  format?: (value: number) => string;
}

/** A horizontal axis under a figure. */
export function bottomAxis(scale: Scale, y: number, options: AxisOptions = {}): SVGGElement {
  const format = options.format ?? ((v: number): string => String(v).replace('-', '\u2212'));
  const [x0, x1] = [scale(scale.domain[0]), scale(scale.domain[1])];
  const group = svg('g', { class: 'axis', 'aria-hidden': 'true' });
  group.append(svg('line', { x1: x0, x2: x1, y1: y, y2: y, class: 'rule' }));
  for (const value of ticks(scale.domain, options.count ?? 6)) {
    group.append(
      svg('line', { x1: scale(value), x2: scale(value), y1: y, y2: y + 4, class: 'rule' }),
      svg('text', { x: scale(value), y: y + 18, 'text-anchor': 'middle', class: 'tick' }, format(value)),
    );
  }
  if (options.label)
    group.append(svg('text', { x: x1, y: y + 34, 'text-anchor': 'end', class: 'tick' }, options.label));
  return group;
}
