// A thing in a figure that one can drag with a pointer or move with the keyboard: an ARIA slider.

import { svg } from './svg.js';

export interface HandleOptions {
  label: string;
  min: number;
  max: number;
  step: number;
  /** How the value is said, with its unit. */
  say: (value: number) => string;
  /** Pointer position in the figure's own pixels -> value. */
  fromPointer: (x: number, y: number) => number;
  onChange: (value: number) => void;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const keySteps: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** Makes `group` a slider; the caller draws it and moves it when the value changes. */
export class Handle {
  readonly group: SVGGElement;
  private value = 0;

  constructor(
    private readonly figure: SVGSVGElement,
    private readonly options: HandleOptions,
  ) {
    this.group = svg('g', {
      class: 'handle',
      role: 'slider',
      tabindex: 0,
      'aria-label': options.label,
      'aria-valuemin': options.min,
      'aria-valuemax': options.max,
    });
    this.group.addEventListener('pointerdown', (event) => this.start(event));
    this.group.addEventListener('keydown', (event) => this.key(event));
  }

  /** Tells the handle its value, for assistive technology and the keyboard. */
  set(value: number): void {
    this.value = value;
    this.group.setAttribute('aria-valuenow', String(Number(value.toPrecision(12))));
    this.group.setAttribute('aria-valuetext', this.options.say(value));
  }

  private propose(value: number): void {
    const { min, max, step } = this.options;
    // Kept at once: a second key may come before the page has drawn the first.
    this.value = clamp(Math.round(value / step) * step, min, max);
    this.options.onChange(this.value);
  }

  private start(event: PointerEvent): void {
    event.preventDefault();
    this.group.focus({ preventScroll: true });
    this.group.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent): void => {
      const box = this.figure.getBoundingClientRect();
      const scale = this.figure.viewBox.baseVal.width / box.width;
      this.propose(this.options.fromPointer((e.clientX - box.left) * scale, (e.clientY - box.top) * scale));
    };
    const end = (): void => {
      this.group.removeEventListener('pointermove', move);
      this.group.removeEventListener('pointerup', end);
      this.group.removeEventListener('pointercancel', end);
    };
    this.group.addEventListener('pointermove', move);
    this.group.addEventListener('pointerup', end);
    this.group.addEventListener('pointercancel', end);
  }

  private key(event: KeyboardEvent): void {
    const { min, max, step } = this.options;
    const steps = keySteps[event.key];
    if (event.key === 'Home') this.propose(min);
    else if (event.key === 'End') this.propose(max);
    else if (steps !== undefined) this.propose(this.value + steps * step * (event.shiftKey ? 10 : 1));
    else return;
    event.preventDefault();
  }
}
