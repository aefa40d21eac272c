/** The pages that come after the check-in, in one file: a phone far away waits for each request. */
export { BringClassmates } from './check-in/bring-classmates';
export { CheckOut } from './check-out/check-out';
export { Over } from './check-out/over';
export { Stream } from './stream/stream';
