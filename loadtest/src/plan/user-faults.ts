/** What a self-test breaks on the side of the virtual users; nothing in every other run. */
export interface UserFaults {
  /** Pages show no further counts after so many. */
  stopsShowingCountsAfter?: number;
  /** Pages do not hear of changes of the event. */
  ignoresEvents?: boolean;
  /** Whoever loses the live connection checks in again when it is back. */
  checksInAgain?: boolean;
  /** Everybody prepares and sends at once. */
  pacingOff?: boolean;
  /** The generator is busy with something else most of the time. */
  generatorLags?: boolean;
}
