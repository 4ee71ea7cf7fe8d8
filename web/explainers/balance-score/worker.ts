// The Balance page's computations, off the page's thread.

import { init } from 'assay';
import { serve } from '../../lib/rpc.js';
import { duel, experiment, judge, manyBins } from './model.js';

const handlers = { duel, experiment, judge, manyBins };
export type BalanceHandlers = typeof handlers;

serve(handlers, () => init());
