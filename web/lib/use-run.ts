// Long work of a component, one run at a time: a newer run, the visitor or the end of the component cancels it.

import { onScopeDispose, ref, watch, type Ref, type WatchSource } from 'vue';
import { useSeen } from './use-remote.js';

/** Passes the signal on to the calls it awaits: that is how a run ends early. */
export type Work<T = void> = (signal: AbortSignal) => Promise<T>;

export interface NewestRun {
  readonly running: Readonly<Ref<boolean>>;
  /** Cancels the run before it. Undefined when this one is cancelled, whose errors are dropped; others go on. */
  begin: <T>(work: Work<T>) => Promise<T | undefined>;
  stop: () => void;
}

/** Runs of different work, of which only the newest goes on. */
export function useNewestRun(): NewestRun {
  const running = ref(false);
  let newest: AbortController | undefined;
  const stop = (): void => newest?.abort();
  onScopeDispose(stop);
  return {
    running,
    async begin(work) {
      stop();
      const mine = (newest = new AbortController());
      running.value = true;
      try {
        return await work(mine.signal);
      } catch (error) {
        if (!mine.signal.aborted) throw error;
        return undefined;
      } finally {
        if (newest === mine) running.value = false;
      }
    },
    stop,
  };
}

export interface Run extends Pick<NewestRun, 'running' | 'stop'> {
  start: () => void;
}

/** Runs of the same work. */
export function useRun(work: Work): Run {
  const { running, begin, stop } = useNewestRun();
  return { running, start: () => void begin(work), stop };
}

/** A run that starts once the element comes near the window, and from then on whenever the inputs change. */
export function useRunWhenSeen(
  root: Readonly<Ref<Element | null>>,
  work: Work,
  inputs: readonly WatchSource[] = [],
): Run {
  const seen = useSeen(root);
  const run = useRun(work);
  watch([seen, ...inputs], () => {
    if (seen.value) run.start();
  });
  return run;
}
