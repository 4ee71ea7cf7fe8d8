/** Runs inside a report page: draws its figures with the site's charts, again when the window changes width. */
import type { Chart, ChartSize } from '../../web/charts/chart';
import { intervals, type IntervalData } from '../../web/charts/intervals';
import { rankHistogram, type RankHistogramData } from '../../web/charts/rank-histogram';
import { reliability, type ReliabilityData } from '../../web/charts/reliability';
import { roc, type RocData } from '../../web/charts/roc';
import type { Figure } from './report';

interface ReliabilityFigure {
  readonly reliability: Readonly<
    Record<'edges' | 'count' | 'meanProb' | 'meanLabel' | 'lower' | 'upper', readonly number[]>
  >;
  readonly corp?: { readonly x: readonly number[]; readonly cep: readonly number[] };
  readonly band?: ReliabilityData['band'];
}

function reliabilityData({ reliability: table, corp, band }: ReliabilityFigure): ReliabilityData {
  const at = (values: readonly number[], index: number): number => Number(values[index] ?? Number.NaN);
  const bins = table.count.map((count, bin) => ({
    from: at(table.edges, bin),
    to: at(table.edges, bin + 1),
    count: Number(count),
    meanProbability: at(table.meanProb, bin),
    frequency: at(table.meanLabel, bin),
    low: at(table.lower, bin),
    high: at(table.upper, bin),
  }));
  return { bins, ...(corp && { corp }), ...(band && { band }) };
}

function draw({ chart, data }: Figure, size: ChartSize): Chart {
  switch (chart) {
    case 'rank-histogram':
      return rankHistogram(data as RankHistogramData, size);
    case 'reliability':
      return reliability(reliabilityData(data as ReliabilityFigure), { width: Math.min(size.width, 520) });
    case 'roc':
      return roc(data as RocData, { width: Math.min(size.width, 520) });
    case 'intervals':
      return intervals(data as IntervalData, size);
  }
}

const figures = JSON.parse(document.getElementById('figures')?.textContent ?? '[]') as readonly Figure[];

function drawAll(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-figure]')) {
    const figure = figures[Number(place.dataset['figure'])];
    if (figure !== undefined) place.replaceChildren(draw(figure, { width: place.clientWidth }).element);
  }
}

drawAll();
let width = window.innerWidth;
window.addEventListener('resize', () => {
  if (window.innerWidth === width) return;
  width = window.innerWidth;
  drawAll();
});
