import { Component, inject } from '@angular/core';
import { Language, languages, type LanguageTag } from '../texts/language';

/** Each language under its own name for itself: whoever cannot read the page finds theirs all the same. */
@Component({
  selector: 'exco-language-choice',
  template: `
    <label class="sr-only" for="language">{{ language.texts().app.language }}</label>
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="9" />
      <path d="M3 12h18M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9s1-6 4-9z" />
    </svg>
    <select #choice id="language" (change)="choose(choice.value)">
      @for (one of all; track one.tag) {
        <option [value]="one.tag" [lang]="one.tag" [selected]="one.tag === language.tag()">{{ one.name }}</option>
      }
    </select>
  `,
  styleUrl: './language-choice.css',
})
export class LanguageChoice {
  protected readonly language = inject(Language);
  protected readonly all = (Object.keys(languages) as LanguageTag[]).map((tag) => ({ tag, name: languages[tag].name }));

  protected choose(tag: string): void {
    void this.language.choose(tag as LanguageTag);
  }
}
