// The reliability page's computations, off the page's thread. The classifier's file is read and kept here.

import { init } from 'assay';
import { serve } from '../lib/rpc.js';
import { readClassifier, sources, type Classifier, type Source } from './data.js';
import { diagram, hasLogits, type Diagram, type Rows, type Strategy } from './model.js';

interface Input {
  source: Source;
  rows: Rows;
  bins: number;
  strategy: Strategy;
}

const kept = new Map<Source, Classifier>();

/** Takes the bytes of a source's file; says whether temperature scaling applies. */
function load({ source, buffer }: { source: Source; buffer: ArrayBuffer }): boolean {
  const info = sources.find((s) => s.value === source);
  if (!info) throw new Error(`there is no source ${source}`);
  const classifier = readClassifier(info, buffer);
  kept.set(source, classifier);
  return hasLogits(classifier);
}

function judge({ source, ...rest }: Input): Diagram {
  const classifier = kept.get(source);
  if (!classifier) throw new Error(`the data of ${source} are not loaded`);
  return diagram({ classifier, ...rest });
}

const handlers = { load, judge };
export type ReliabilityHandlers = typeof handlers;

serve(handlers, () => init());
