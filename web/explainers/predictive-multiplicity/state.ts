// The page's shared state: how much worse a competing model may be, which patient is looked at, and what follows.

import { computed, ref, shallowRef } from 'vue';
import type { Patients } from './data.js';
import { epsilons, type Baseline, type Contest, type Ranges } from './model.js';

/** Place on the slider: 0.01 at first. */
export const stop = ref(5);
export const epsilon = computed(() => epsilons[stop.value] ?? 0.01);

/** The patient whose risk moves most at epsilon = 0.01. */
export const firstPatient = 232;
/** One with about the same risk among many others. */
export const crowdPatient = 544;
export const pinned = ref(firstPatient);
/** The patient under the pointer. */
export const hovered = ref<number>();
export const selected = computed(() => hovered.value ?? pinned.value);

/** The move of a risk that matters. */
export const delta = ref(0.1);

export const patients = shallowRef<Patients>();
export const best = shallowRef<Baseline>();
export const rivals = shallowRef<Contest>();
/** Viable ranges at the newest epsilon: of every tenth patient while the slider moves, then of all. */
export const viable = shallowRef<Ranges>();

export function pin(row: number): void {
  pinned.value = row;
  hovered.value = undefined;
}
