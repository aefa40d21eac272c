/** One pass of the ceiling and one of the product, one after the other. */
export interface Round {
  ceiling: number;
  product: number;
  /** product / ceiling */
  ratio: number;
}

export interface Target {
  /** `least`: the ratio must reach it. `most`: the ratio must not exceed it. */
  bound: 'least' | 'most';
  ratio: number;
}

/** One row of the Numbers table. */
export interface Comparison {
  what: string;
  /** What the ceiling is. */
  against: string;
  /** Of `product` and `ceiling`. */
  unit: string;
  /** Medians of the rounds. */
  product: number;
  ceiling: number;
  /** The median of the rounds' ratios, which need not be the ratio of the two medians. */
  ratio: number;
  lowest: number;
  highest: number;
  /** Null: for information. */
  target: Target | null;
  /** Null without a target. */
  met: boolean | null;
  rounds: Round[];
  /** Which program sent the requests, or held the sockets. */
  generator: string;
  notes: string[];
}

/** A figure that has no ceiling, only a limit. */
export interface Limit {
  what: string;
  unit: string;
  value: number;
  limit: number;
  met: boolean;
  notes: string[];
}

/** NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function round(ceiling: number, product: number): Round {
  return { ceiling, product, ratio: product / ceiling };
}

type Described = Pick<Comparison, 'what' | 'against' | 'unit' | 'target' | 'generator' | 'notes'>;

/** @throws RangeError when a round measured nothing: a ratio of that would look like a figure */
export function compare(described: Described, rounds: Round[]): Comparison {
  if (rounds.length === 0 || rounds.some(({ ratio }) => !Number.isFinite(ratio)))
    throw new RangeError(`${described.what}: a round measured nothing`);
  const ratios = rounds.map(({ ratio }) => ratio);
  const ratio = median(ratios);
  const { target } = described;
  return {
    ...described,
    product: median(rounds.map(({ product }) => product)),
    ceiling: median(rounds.map(({ ceiling }) => ceiling)),
    ratio,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    met: target && (target.bound === 'least' ? ratio >= target.ratio : ratio <= target.ratio),
    rounds,
  };
}
