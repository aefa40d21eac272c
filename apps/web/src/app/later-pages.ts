/** The pages that come after the check-in, and those without an event, in one file: a phone far away waits for each request. */
export { BringClassmates } from './check-in/bring-classmates';
export { CheckOut } from './check-out/check-out';
export { Over } from './check-out/over';
export { NotFound } from './status/not-found';
export { NothingOn } from './status/nothing-on';
export { Stream } from './stream/stream';
