import { effect, inject, Service, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';
import { Language } from '../texts/language';

/** The title of a route is the name of a text. */
@Service()
export class PageTitle extends TitleStrategy {
  private readonly title = inject(Title);
  private readonly texts = inject(Language).texts;
  private readonly name = signal<string | undefined>(undefined);

  constructor() {
    super();
    effect(() => {
      const own = (this.texts().titles as Partial<Record<string, string>>)[this.name() ?? ''];
      this.title.setTitle(own ? `${own} · Exco Live` : 'Exco Live');
    });
  }

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.name.set(this.buildTitle(snapshot));
  }
}
