import { Component } from '@angular/core';

@Component({
  selector: 'exco-brand',
  template: `
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="8" r="3.4" class="filled" />
      <circle cx="7.5" cy="13" r="2.6" />
      <circle cx="24.5" cy="13" r="2.6" />
      <circle cx="5" cy="22" r="2.6" />
      <circle cx="12" cy="18.5" r="2.6" class="filled" />
      <circle cx="20" cy="18.5" r="2.6" class="filled" />
      <circle cx="27" cy="22" r="2.6" />
      <circle cx="11" cy="27" r="2.6" />
      <circle cx="21" cy="27" r="2.6" />
    </svg>
    <span>Exco Live</span>
  `,
  styleUrl: './brand.css',
})
export class Brand {}
