// The frame of a hand-made figure with two axes, and straight lines cut at its border.

import { fontSize } from './theme.js';
import { bottomAxis, linear, svg, ticks, type Scale } from './svg.js';

export interface PlaneOptions {
  width: number;
  height: number;
  xDomain: readonly [number, number];
  yDomain: readonly [number, number];
  xLabel: string;
  yLabel: string;
}

export interface Plane {
  x: Scale;
  y: Scale;
  /** The border and both axes. */
  axes: SVGGElement;
}

const margin = { left: 34, right: 12, top: 44, bottom: 44 };

/** Scales and axes; the name of the vertical axis stands above the frame. */
export function plane({ width, height, xDomain, yDomain, xLabel, yLabel }: PlaneOptions): Plane {
  const x = linear(xDomain, [margin.left, width - margin.right]);
  const y = linear(yDomain, [height - margin.bottom, margin.top]);
  const axes = svg('g', { 'aria-hidden': 'true' });
  axes.append(
    svg('rect', {
      x: x(xDomain[0]),
      y: y(yDomain[1]),
      width: x(xDomain[1]) - x(xDomain[0]),
      height: y(yDomain[0]) - y(yDomain[1]),
      fill: 'none',
      class: 'rule',
    }),
    bottomAxis(x, height - margin.bottom, { count: 6 }),
    svg(
      'text',
      { x: (x(xDomain[0]) + x(xDomain[1])) / 2, y: height - 6, 'text-anchor': 'middle', class: 'tick' },
      xLabel,
    ),
    svg('text', { x: 0, y: fontSize, class: 'tick' }, yLabel),
  );
  for (const value of ticks(yDomain, 6)) {
    axes.append(
      svg('line', { x1: x(xDomain[0]) - 4, x2: x(xDomain[0]), y1: y(value), y2: y(value), class: 'rule' }),
      svg(
        'text',
        { x: x(xDomain[0]) - 7, y: y(value) + 4.5, 'text-anchor': 'end', class: 'tick' },
        String(value).replace('-', '\u2212'),
      ),
    );
  }
  return { x, y, axes };
}

type Point = [number, number];

/** The part of the line a + b x + c y = 0 inside the frame, in pixels with the upper end last; undefined outside. */
export function lineAcross({ x, y }: Plane, a: number, b: number, c: number): [Point, Point] | undefined {
  const [x0, x1] = x.domain;
  const [y0, y1] = y.domain;
  const meets: Point[] = [
    ...[x0, x1].map((at): Point => [at, -(a + b * at) / c]),
    ...[y0, y1].map((at): Point => [-(a + c * at) / b, at]),
  ].filter(([px, py]) => px >= x0 - 1e-9 && px <= x1 + 1e-9 && py >= y0 - 1e-9 && py <= y1 + 1e-9);
  meets.sort((p, q) => p[1] - q[1]);
  const [low, high] = [meets[0], meets.at(-1)];
  if (!low || !high) return undefined;
  return [
    [x(low[0]), y(low[1])],
    [x(high[0]), y(high[1])],
  ];
}
