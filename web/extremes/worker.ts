// The computations of the page on extremes, off the page's thread.

import { init } from 'assay';
import { serve } from '../lib/rpc.js';
import { dilemma, oneCase } from './model.js';

const handlers = {
  dilemma,
  oneCase: ({ outcome, threshold, from, to }: Record<'outcome' | 'threshold' | 'from' | 'to', number>) =>
    oneCase(outcome, threshold, from, to),
};
export type ExtremesHandlers = typeof handlers;

serve(handlers, () => init());
