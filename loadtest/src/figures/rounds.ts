/** Of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

/** Least squares of y = a + b·x, with the share of the variance that the line explains. */
export function fittedLine(points: readonly (readonly [x: number, y: number])[]): {
  intercept: number;
  slope: number;
  explained: number;
} {
  const n = points.length;
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / n;
  const x = mean(([one]) => one);
  const y = mean(([, one]) => one);
  const covariance = points.reduce((sum, [one, other]) => sum + (one - x) * (other - y), 0);
  const spread = points.reduce((sum, [one]) => sum + (one - x) ** 2, 0);
  const total = points.reduce((sum, [, other]) => sum + (other - y) ** 2, 0);
  const slope = spread === 0 ? 0 : covariance / spread;
  const intercept = y - slope * x;
  const left = points.reduce((sum, [one, other]) => sum + (other - intercept - slope * one) ** 2, 0);
  return { intercept, slope, explained: total === 0 ? 1 : 1 - left / total };
}
