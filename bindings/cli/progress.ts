/** A progress bar on the terminal for work that lasts; silent where standard error is not a terminal. */
import { Presets, SingleBar } from 'cli-progress';

const patience = 500; // milliseconds before a bar appears

export class Progress {
  readonly #started = Date.now();
  #bar: SingleBar | undefined;

  constructor(private readonly what: string) {}

  /** `done` is a share from 0 to 1. */
  update(done: number): void {
    if (!process.stderr.isTTY || Date.now() - this.#started < patience) return;
    if (this.#bar === undefined) {
      this.#bar = new SingleBar(
        {
          format: `${this.what} [{bar}] {percentage}% {eta_formatted}`,
          stream: process.stderr,
          clearOnComplete: true,
        },
        Presets.legacy,
      );
      this.#bar.start(100, 0);
    }
    this.#bar.update(Math.floor(100 * done));
  }

  stop(): void {
    this.#bar?.stop();
  }
}
