const minute = 60_000;

function inMinutes(minutes: number): string {
  return new Date(Math.ceil(Date.now() / minute) * minute + minutes * minute).toISOString();
}

/** Times from now, by schema, so that an example that is sent as it is works whenever the documentation is opened. */
export function timesToCome(): Record<string, Record<string, string>> {
  return {
    CreateLiveEvent: {
      opensAt: inMinutes(5),
      startsAt: inMinutes(35),
      endsAt: inMinutes(95),
      closesAt: inMinutes(155),
    },
    ChangeLiveEvent: { endsAt: inMinutes(110), closesAt: inMinutes(170) },
  };
}
