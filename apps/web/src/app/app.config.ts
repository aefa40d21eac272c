import {
  type ApplicationConfig,
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
} from '@angular/core';
import { provideRouter, TitleStrategy, withNavigationErrorHandler, withPreloading } from '@angular/router';
import { routes } from './app.routes';
import { PreloadWhenIdle } from './core/preload-when-idle';
import { followOtherTabs } from './event/follow-other-tabs';
import { fileMissing } from './event/guards';
import { PageTitle } from './design/page-title';
import { Language } from './texts/language';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideAppInitializer(() => inject(Language).begin()),
    provideAppInitializer(followOtherTabs),
    provideRouter(routes, withNavigationErrorHandler(fileMissing), withPreloading(PreloadWhenIdle)),
    { provide: TitleStrategy, useExisting: PageTitle },
  ],
};
