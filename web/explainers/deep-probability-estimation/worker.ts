// The computations of the page on deep probability estimation, off the page's thread.

import { init } from 'assay';
import { serve } from '../../lib/rpc.js';
import { fields, judge, truthCurve } from './model.js';
import { train } from './training.js';

const handlers = { fields, judge, train, truthCurve };
export type ProbabilityHandlers = typeof handlers;

serve(handlers, () => init());
