/** As much of a check-in's answer as the rule needs. */
export interface AnsweredCheckIn {
  committed: boolean;
  results: readonly { userId: number; outcome: string }[];
}

/**
 * Whom I may check out after my check-in: me first, then those I brought. Null when only the server knows: while a row
 * is not committed yet, or when I was in already (another page of mine may have brought others).
 * @param otherTryUnanswered an earlier check-in with other classmates was sent and never answered: it may have brought
 *   classmates whom I have taken off the list since, so only the server knows then, too
 */
export function groupAfterCheckIn(
  { committed, results }: AnsweredCheckIn,
  me: number,
  otherTryUnanswered = false,
): number[] | null {
  if (!committed || otherTryUnanswered) return null;
  const mine = results.filter(({ outcome }) => outcome === 'checked-in').map(({ userId }) => userId);
  return mine.includes(me) ? [me, ...mine.filter((userId) => userId !== me)] : null;
}
