// A file that a worker holds, and jobs on it: one at a time, with progress, errors as sentences, and cancellation even
// in the middle of a long step.

import { ref, type Ref } from 'vue';
import type { CallOptions, Handlers, Remote } from './rpc.js';
import { useNewestRun } from './use-run.js';

export interface FileProgress {
  readonly stage: string;
  readonly share: number;
}

type Options = CallOptions<FileProgress>;

export interface FileTask<Source, Summary> {
  /** Of the job that runs; undefined when none does. */
  readonly progress: Ref<FileProgress | undefined>;
  /** What went wrong last, or ''. */
  readonly problem: Ref<string>;
  /** Opens a file; undefined when it was cancelled or went wrong, and then the file before it stays. */
  open(source: Source): Promise<Summary | undefined>;
  /** Runs a job on the open file; undefined when there is none, or when it was cancelled or went wrong. */
  run<T>(work: (options: Options) => Promise<T>): Promise<T | undefined>;
  /** Ends the job. No message interrupts a long step of a worker, so the worker starts anew. */
  cancel(): void;
}

/** `read` makes the worker read a file and tells what it holds. */
export function useFileTask<H extends Handlers, Source, Summary>(
  remote: () => Remote<H>,
  read: (source: Source, options: Options) => Promise<Summary>,
): FileTask<Source, Summary> {
  const progress = ref<FileProgress>();
  const problem = ref('');
  const { running, begin, stop } = useNewestRun();
  let opened: Source | undefined;
  let isHeld = false;

  async function task<T>(work: (options: Options) => Promise<T>): Promise<T | undefined> {
    problem.value = '';
    try {
      return await begin((signal) => work({ signal, onPartial: (now) => (progress.value = now) }));
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
      return undefined;
    } finally {
      if (!running.value) progress.value = undefined;
    }
  }

  return {
    progress: progress as Ref<FileProgress | undefined>,
    problem,
    async open(source) {
      const summary = await task((options) => {
        progress.value = { stage: 'reading', share: 0 };
        return read(source, options);
      });
      // The worker may hold another file than the page shows: the next job reads the old one again.
      isHeld = summary !== undefined;
      if (isHeld) opened = source;
      return summary;
    },
    async run(work) {
      const source = opened;
      if (source === undefined) return undefined;
      return task(async (options) => {
        if (!isHeld) await read(source, options);
        isHeld = true;
        return work(options);
      });
    },
    cancel() {
      stop();
      remote().restart();
      isHeld = false;
    },
  };
}
