// The AIFS-CRPS page's computations, off the page's thread.

import { init } from 'assay';
import { serve } from '../../lib/rpc.js';
import { trainForecaster } from './forecaster.js';
import { scoreMembers, simulateScores, stopPositions, trainHeads, trainLinear } from './model.js';

const handlers = { scoreMembers, simulateScores, stopPositions, trainForecaster, trainHeads, trainLinear };
export type AifsHandlers = typeof handlers;

serve(handlers, () => init());
