// The competitive Swiss page's computations, off the page's thread.

import { init } from 'assay';
import { serve } from '../../lib/rpc.js';
import { robustness, sensitivity, simulate, trace } from './model.js';

const handlers = { robustness, sensitivity, simulate, trace };
export type SwissHandlers = typeof handlers;

serve(handlers, () => init());
