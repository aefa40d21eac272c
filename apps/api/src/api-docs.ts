import { timesToCome } from './stream/events/event-docs.ts';
import type { Docs } from './infrastructure/http/docs.ts';

/** What the documentation says about this API beyond its routes. */
export const apiDocs: Docs = {
  title: 'Exco Live',
  description:
    'Attendance of live events. **Admins**: press *Authorize*, paste the admin token, and work through the groups below in ' +
    'their order. In each: *Try it out*, then *Execute*; the examples work as they are.',
  // In the order of an admin’s work.
  tags: {
    'Admins 1: the roster': 'Who may attend. Try an import with dryRun=true, read the report, then import.',
    'Admins 2: the event': 'Create it; change, extend or end it while it is live; open it again by moving endsAt.',
    'Admins 3: join links': 'Only where students shall not type their usernames.',
    'Admins 4: audit and corrections': 'Who did what to whom, and what was put right by hand.',
    'Admins 5: reports': 'At any time, also long after the event. Press “Download file” under the answer.',
    'Admins 6: deletion and privacy':
      'An event, or one student’s name; all that is kept about one; and who asked for it.',
    'Admins 7: operation': 'Whether a running process finds its settings and servers in order.',
  },
  examples: timesToCome,
};
