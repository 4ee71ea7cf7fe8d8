/** A file or an option that the command cannot use: printed as one line, exit code 2, nothing written. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Where in a file something was wrong. Rows count from 1 and leave the header out. */
export interface Place {
  readonly file: string;
  readonly row?: number;
  readonly column?: string;
}

/** "data.csv: row 17, column member_3: found "abc", wants a number". */
export function refuse(place: Place, found: string, wants: string): never {
  const parts = [
    ...(place.row === undefined ? [] : [`row ${place.row}`]),
    ...(place.column === undefined ? [] : [`column ${place.column}`]),
  ];
  const where = parts.length === 0 ? '' : ` ${parts.join(', ')}:`;
  throw new InputError(`${place.file}:${where} found ${found}, wants ${wants}`);
}

/** How a cell is quoted in a message. */
export function shown(cell: unknown): string {
  if (cell === null || cell === undefined || cell === '') return 'an empty cell';
  const text = typeof cell === 'string' ? JSON.stringify(cell) : String(cell);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
