// The landing page's computations, off the page's thread.

import { init } from 'assay';
import { simulateScores } from '../explainers/aifs-crps/model.js';
import { simulate } from '../explainers/competitive-swiss/model.js';
import { serve, type Job } from '../lib/rpc.js';
import { readNetwork } from '../reliability/data.js';
import { diagram, type Diagram } from '../reliability/model.js';
import { quickCase } from '../speed/cases.js';
import { time, type Timing } from '../speed/measure.js';
import { fingerprint } from './fingerprint.js';
import { focalCurves, judge } from './model.js';

function reliabilityOf({ buffer }: { buffer: ArrayBuffer }): Diagram {
  return diagram({ classifier: readNetwork(buffer), rows: 'all', bins: 10, strategy: 'equal_width' });
}

const measureQuick = (_: null, job: Job): Promise<Timing> =>
  time(quickCase(), { warmUpMs: 500, measureMs: 250 }, job);

const handlers = { judge, focalCurves, simulateScores, simulate, reliabilityOf, fingerprint, measureQuick };
export type LandingHandlers = typeof handlers;

serve(handlers, () => init());
