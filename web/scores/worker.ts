// The score explorer's computations, off the page's thread.

import { init } from 'assay';
import { serve } from '../lib/rpc.js';
import { along, expected } from './model.js';

const handlers = { along, expected };
export type ScoreHandlers = typeof handlers;

serve(handlers, () => init());
