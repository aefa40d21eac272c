/** How long a measurement may take. */
export interface Pace {
  rounds: number;
  /** Of one pass at full speed. */
  seconds: number;
  /** Of `performance.now()`: no further round begins after it. The first one always does. */
  deadline: number;
}

export function isAnotherDue(measured: readonly unknown[], { rounds, deadline }: Pace): boolean {
  return measured.length < rounds && (measured.length === 0 || performance.now() < deadline);
}
