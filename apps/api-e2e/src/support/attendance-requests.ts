import type { CheckInRequest } from '@exco/contracts';
import type { Person } from './test-stack.ts';
import type { Answer, ApiClient } from './api-client.ts';

/** What the page would send for this student and these classmates. */
export function checkInOf(
  me: Pick<Person, 'digits'>,
  classmates: Pick<Person, 'id' | 'digits'>[] = [],
): CheckInRequest {
  return {
    digits: me.digits,
    classmates: classmates.map(({ id, digits }) => ({ userId: id, digits })),
    connection: { kbps: 4321.4, bytes: 192_000 },
  };
}

export function checkIn(client: ApiClient, eventId: number, me: Person, classmates: Person[] = []): Promise<Answer> {
  return client.post(`/api/events/${eventId}/check-ins`, checkInOf(me, classmates));
}

export function checkOut(client: ApiClient, eventId: number, people: Person[]): Promise<Answer> {
  return client.post(`/api/events/${eventId}/check-outs`, { userIds: people.map(({ id }) => id) });
}

/** Digits that are not this person's. */
export const wrongFor = ({ digits }: Person): string => (digits === '0000' ? '0001' : '0000');
