// What the figures of the page on predictive multiplicity share: colours, words, and how a patient is chosen.

import { fixed, type Cell } from '../../charts/chart.js';
import { colour } from '../../charts/theme.js';
import type { Patients } from './data.js';
import type { Baseline, Contest } from './model.js';

export const lowest = colour.series[0];
export const highest = colour.series[1];

export const percent = (p: number, decimals = 0): string => `${fixed(100 * p, decimals)}\u00a0%`;

export const place = ({ predictors }: Patients, row: number): [number, number] => [
  predictors[2 * row] ?? 0,
  predictors[2 * row + 1] ?? 0,
];

/** One patient in words. */
export function sayPatient(patients: Patients, best: Baseline, row: number, rivals?: Contest): string {
  const risk = `best model ${percent(best.risk[row] ?? NaN)}`;
  const range =
    rivals?.row === row ? `, competing models ${percent(rivals.lower)} to ${percent(rivals.upper)}` : '';
  return `patient ${row + 1}, ${patients.malignant[row] ? 'malignant' : 'benign'}: ${risk}${range}`;
}

export interface Pick {
  /** The pointer rests near a patient, or left. */
  onHover: (row: number | undefined) => void;
  onPick: (row: number) => void;
}

/** The patients with their measurements and risks. */
export function patientsTable(patients: Patients, best: Baseline): Cell[][] {
  return [
    ['patient', 'radius_sd', 'texture_sd', 'malignant', 'risk_best_model'],
    ...Array.from({ length: patients.count }, (_, row) => [
      row + 1,
      ...place(patients, row),
      patients.malignant[row] ?? 0,
      best.risk[row] ?? NaN,
    ]),
  ];
}
