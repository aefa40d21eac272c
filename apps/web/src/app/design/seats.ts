import { Component, computed, input } from '@angular/core';

interface Seat {
  /** A point, in the words of an SVG path: two paths are drawn in a fraction of the time of a hundred circles. */
  point: string;
  /** Taken once this share of all seats is, 0 to 1. */
  rank: number;
}

const rows = 6;
const firstRadius = 46;
const betweenRows = 15;
const betweenSeats = 13.5;
const width = 260;

/** Rows of a lecture hall, seen from above; taken in an order that looks like people coming in. */
const hall: readonly Seat[] = Array.from({ length: rows }, (_, row) => {
  const radius = firstRadius + row * betweenRows;
  const seats = Math.floor((Math.PI * radius) / betweenSeats);
  return Array.from({ length: seats }, (__, index) => {
    const angle = Math.PI * ((index + 0.5) / seats);
    const [x, y] = [width / 2 - Math.cos(angle) * radius, Math.sin(angle) * radius];
    return `M${x.toFixed(1)} ${y.toFixed(1)}h.01`;
  });
})
  .flat()
  .map((point, index, all) => ({ point, rank: ((index * 61) % all.length) / all.length }));

const points = (which: (seat: Seat) => boolean) =>
  hall
    .filter(which)
    .map(({ point }) => point)
    .join('');

export const seatCount = hall.length;

/** A picture of seats that fill as students check in. Decoration: the figures stand beside it. */
@Component({
  selector: 'exco-seats',
  host: { 'aria-hidden': 'true' },
  template: `
    <svg viewBox="0 0 260 132" focusable="false">
      <path class="podium" d="M108 0h44a22 22 0 0 1-44 0z" />
      <path class="seats" [attr.d]="free()" />
      <path class="seats taken" [attr.d]="taken()" />
    </svg>
  `,
  styleUrl: './seats.css',
})
export class Seats {
  /** 0 to 1. */
  readonly lit = input(0);
  protected readonly free = computed(() => points(({ rank }) => rank >= this.lit()));
  protected readonly taken = computed(() => points(({ rank }) => rank < this.lit()));
}
