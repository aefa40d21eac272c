import { Component, computed, input } from '@angular/core';

interface Seat {
  x: number;
  y: number;
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
    return { x: width / 2 - Math.cos(angle) * radius, y: Math.sin(angle) * radius };
  });
})
  .flat()
  .map((seat, index, all) => ({ ...seat, rank: ((index * 61) % all.length) / all.length }));

export const seatCount = hall.length;

/** A picture of seats that fill as students check in. Decoration: the figures stand beside it. */
@Component({
  selector: 'exco-seats',
  host: { 'aria-hidden': 'true' },
  template: `
    <svg viewBox="0 0 260 132" focusable="false">
      <path class="podium" d="M108 0h44a22 22 0 0 1-44 0z" />
      @for (seat of seats(); track $index) {
        <circle [attr.cx]="seat.x" [attr.cy]="seat.y" r="3.6" [class.taken]="seat.lit" />
      }
    </svg>
  `,
  styleUrl: './seats.css',
})
export class Seats {
  /** 0 to 1. */
  readonly lit = input(0);
  protected readonly seats = computed(() => hall.map(({ x, y, rank }) => ({ x, y, lit: rank < this.lit() })));
}
