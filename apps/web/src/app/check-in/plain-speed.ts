/** As somebody would say it: `640 kbit/s`, `4.2 Mbit/s`, `83 Mbit/s`. */
export function plainSpeed(kbps: number): string {
  if (kbps < 1_000) return `${kbps} kbit/s`;
  if (kbps > 1_000_000) return 'over 1,000 Mbit/s';
  return `${(kbps / 1_000).toLocaleString('en', { maximumSignificantDigits: 2 })} Mbit/s`;
}
