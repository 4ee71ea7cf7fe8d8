// The patients of the page: two measurements of the Wisconsin breast cancer data and whether the tumour was malignant.

import Papa from 'papaparse';

export interface Patients {
  count: number;
  /** Row-major patients x 2: mean radius and mean texture of the cell nuclei, in standard deviations from their means. */
  predictors: Float64Array;
  /** 1 for a malignant tumour, 0 for a benign one. */
  malignant: Int32Array;
}

/** Reads the table; its label is 1 for a benign tumour. */
export function readPatients(text: string): Patients {
  const { data } = Papa.parse<Record<string, string>>(text.trim(), { header: true });
  const number = (row: Record<string, string>, column: string): number => {
    const value = Number(row[column]);
    if (row[column] === undefined || !Number.isFinite(value))
      throw new Error(`the table of patients lacks ${column}`);
    return value;
  };
  return {
    count: data.length,
    predictors: Float64Array.from(
      data.flatMap((row) => [number(row, 'z_mean_radius'), number(row, 'z_mean_texture')]),
    ),
    malignant: Int32Array.from(data, (row) => 1 - number(row, 'label')),
  };
}
