// Adam (Kingma & Ba 2015) over a short vector of parameters.

export class Adam {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private step = 0;

  constructor(
    readonly parameters: Float64Array,
    private readonly beta1 = 0.9,
    private readonly beta2 = 0.999,
    private readonly epsilon = 1e-8,
  ) {
    this.first = new Float64Array(parameters.length);
    this.second = new Float64Array(parameters.length);
  }

  /** Moves the parameters against the gradient. */
  descend(gradient: Float64Array, rate: number): void {
    this.step++;
    const scale1 = 1 / (1 - this.beta1 ** this.step);
    const scale2 = 1 / (1 - this.beta2 ** this.step);
    gradient.forEach((g, i) => {
      const m = (this.first[i] = this.beta1 * (this.first[i] ?? 0) + (1 - this.beta1) * g);
      const v = (this.second[i] = this.beta2 * (this.second[i] ?? 0) + (1 - this.beta2) * g * g);
      const parameter = this.parameters[i] ?? 0;
      this.parameters[i] = parameter - (rate * m * scale1) / (Math.sqrt(v * scale2) + this.epsilon);
    });
  }
}
