/** So long a host is cut off. */
export const cutSeconds = 8;

/** A page takes a live connection that has said nothing for 35 s for a dead one, and makes a new one. */
export const silenceSeconds = 40;
