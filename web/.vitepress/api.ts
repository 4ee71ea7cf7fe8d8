// The description of the public functions that the headers' parser writes (build/generated/api.json).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ApiType {
  kind: string;
  name?: string;
}

export interface ApiParameter {
  name: string;
  js: string;
  type: ApiType;
  shapes: string[][] | null;
  doc: string;
  default: string | null;
  /** A word that may be given in place of numbers. */
  word: string | null;
  required: boolean;
}

export interface ApiThrow {
  kind: string;
  doc: string;
}

export interface ApiFunction {
  domain: string;
  name: string;
  js: string;
  header: string;
  file: string;
  line: number;
  brief: string;
  details: string;
  parameters: ApiParameter[];
  options: { struct: string; members: ApiParameter[] } | null;
  returns: { type: ApiType; shapes: string[][] | null; doc: string };
  throws: ApiThrow[];
  accuracy: string | null;
  cost: string | null;
  source: string | null;
  parallel: string | null;
  example: Record<string, unknown> | null;
  signature: string;
  signature_js: string;
  static?: boolean;
}

export interface ApiClass {
  domain: string;
  name: string;
  js: string;
  role: string;
  brief: string;
  details: string;
  source: string | null;
  constructor: ApiFunction | null;
  methods: ApiFunction[];
  header: string;
}

export interface ApiStruct {
  domain: string;
  name: string;
  js: string;
  role: string;
  brief: string;
  members: ApiParameter[];
}

export interface ApiEnum {
  domain: string;
  name: string;
  js: string;
  brief: string;
  values: { name: string; brief: string }[];
}

export interface Api {
  version: string;
  domains: { name: string; brief: string }[];
  functions: ApiFunction[];
  classes: ApiClass[];
  structs: ApiStruct[];
  enums: ApiEnum[];
}

export const apiFile = fileURLToPath(new URL('../../build/generated/api.json', import.meta.url));

/** Reads the description; it exists once the bindings were generated. */
export function readApi(): Api {
  return JSON.parse(readFileSync(apiFile, 'utf8')) as Api;
}
