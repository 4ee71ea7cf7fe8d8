// Reading a CSV file of the visitor, in memory or piece by piece. What is wrong with it is a sentence for its owner.

import Papa from 'papaparse';
import type { Job } from './rpc.js';

/** A mistake in the file, as a sentence for its owner. */
export class FileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileError';
  }
}

/** Takes the lines of a file as they come, and makes something of them at the end. Both may throw a FileError. */
export interface LineCollector<T> {
  add(lines: readonly string[][]): void;
  finish(): T;
}

/** Parses text that is in memory already. */
export function parseCsv<T>(text: string, collector: LineCollector<T>): T {
  collector.add(Papa.parse<string[]>(text, { header: false }).data);
  return collector.finish();
}

/** Reads a file piece by piece; emits the share read, and stops when the job is cancelled. */
export function readCsv<T>(file: File, job: Job, collector: LineCollector<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    Papa.parse<string[]>(file, {
      header: false,
      chunkSize: 1 << 22,
      chunk: (results, parser) => {
        // Rejected first, for abort() completes what was read so far.
        const stop = (error: unknown): void => {
          reject(error);
          parser.abort();
        };
        try {
          collector.add(results.data);
        } catch (error) {
          stop(error);
          return;
        }
        job.emit({ stage: 'reading', share: Math.min(1, results.meta.cursor / Math.max(1, file.size)) });
        parser.pause();
        job.breathe().then(() => parser.resume(), stop);
      },
      complete: () => {
        try {
          resolve(collector.finish());
        } catch (error) {
          reject(error);
        }
      },
      error: (error: Error) => reject(new FileError(`The file could not be read: ${error.message}`)),
    });
  });
}
