// The records in which values cross the border; the layout is that of bindings/runtime/cell.hpp on 32 bits.
export const cellBytes = 48;
export const frameBytes = 32;

// cell_kind
export const kindAbsent = 0;
export const kindNumber = 1;
export const kindBoolean = 2;
export const kindInteger = 3;
export const kindText = 4;
export const kindArray = 5;
export const kindBytes = 6;
export const kindStructure = 7;
export const kindList = 8;
export const kindHandle = 9;
export const kindRagged = 10;
export const kindBadElement = 11;
export const kindOther = 12;

// 32-bit words of a cell
export const wordKind = 2;
export const wordType = 3;
export const wordRank = 4;
export const wordExtents = 5;
export const wordData = 9;
export const wordLength = 10;
export const wordName = 11;

/** How arguments are read and results are named: `json` as the eval protocol wants it. */
export type Style = 'js' | 'json';
