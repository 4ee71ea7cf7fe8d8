// The computations of the page on the equal error rate, off the page's thread.

import { init } from 'assay';
import { serve } from '../../lib/rpc.js';
import { bootstrap, definitions, detect, frames, shareIntervals, spread } from './model.js';

const handlers = { bootstrap, definitions, detect, frames, shareIntervals, spread };
export type EerHandlers = typeof handlers;

serve(handlers, () => init());
