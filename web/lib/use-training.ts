// Training that the reader watches: one seed after the other, from the moment the figure is first seen.

import { ref, shallowRef, type Ref, type ShallowRef, type WatchSource } from 'vue';
import type { CallOptions } from './rpc.js';
import { prefersStill } from './use-remote.js';
import { useRunWhenSeen, type Run } from './use-run.js';

export interface Training<State, Result> extends Pick<Run, 'running' | 'stop'> {
  readonly firstSeed: Ref<number>;
  /** The states of each seed so far. */
  readonly runs: ShallowRef<State[][]>;
  /** The last states of the seeds that are through. */
  readonly results: ShallowRef<Result[]>;
  /** Starts anew with the next seeds. */
  again: () => void;
}

/** `train` trains with one seed; starts anew when the inputs change. */
export function useTraining<State, Result extends State = State>(
  root: Readonly<Ref<Element | null>>,
  seeds: number,
  train: (seed: number, options: CallOptions<State>) => Promise<Result>,
  inputs: readonly WatchSource[],
): Training<State, Result> {
  const firstSeed = ref(1);
  const runs = shallowRef<State[][]>([]);
  const results = shallowRef<Result[]>([]);

  async function trainSeed(index: number, signal: AbortSignal): Promise<void> {
    const still = prefersStill();
    let states: State[] = [];
    const add = (state: State, show: boolean): void => {
      states = [...states, state];
      if (show) runs.value = [...runs.value.slice(0, index), states];
    };
    const onPartial = (state: State): void => add(state, !still);
    const result = await train(firstSeed.value + index, { signal, onPartial });
    add(result, true);
    results.value = [...results.value, result];
  }

  const { running, start, stop } = useRunWhenSeen(
    root,
    async (signal) => {
      runs.value = [];
      results.value = [];
      for (let k = 0; k < seeds; k++) await trainSeed(k, signal);
    },
    inputs,
  );
  const again = (): void => {
    firstSeed.value += seeds;
    start();
  };
  return { firstSeed, runs, results, running, again, stop };
}
