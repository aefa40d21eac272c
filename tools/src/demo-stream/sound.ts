/** Four soft chords, in Hz; they go round in one loop and fade into each other. */
const chords = [
  [130.8, 196.0, 261.6, 329.6, 493.9],
  [110.0, 164.8, 220.0, 329.6, 392.0],
  [87.3, 174.6, 261.6, 349.2, 440.0],
  [98.0, 196.0, 246.9, 293.7, 440.0],
];

export const samplesPerSecond = 48_000;

/**
 * Mono samples, 32-bit float, of one loop. Every tone is moved to the nearest one that swings a whole number of
 * times in the loop: its end then meets its beginning without a click.
 */
export function chordLoop(loopSeconds: number): Float32Array {
  const samples = new Float32Array(loopSeconds * samplesPerSecond);
  const chordSeconds = loopSeconds / chords.length;
  const whole = (hertz: number) => Math.round(hertz * loopSeconds) / loopSeconds;
  const tones = chords.map((chord) => chord.map(whole));
  const shimmer = whole(0.1);
  for (let index = 0; index < samples.length; index++) {
    const t = index / samplesPerSecond;
    let sum = 0;
    for (const [number, chord] of tones.entries()) {
      // cos² windows of neighbouring chords add up to one.
      const middle = (number + 0.5) * chordSeconds;
      const away = Math.abs(((t - middle + 1.5 * loopSeconds) % loopSeconds) - loopSeconds / 2) / chordSeconds;
      if (away >= 1) continue;
      const loudness = Math.cos((away * Math.PI) / 2) ** 2;
      for (const [place, hertz] of chord.entries()) {
        const tremble = 1 + 0.25 * Math.sin(2 * Math.PI * (shimmer * t + place / chord.length));
        sum += (loudness * tremble * Math.sin(2 * Math.PI * hertz * t)) / (1 + place);
      }
    }
    samples[index] = 0.09 * sum;
  }
  return samples;
}
