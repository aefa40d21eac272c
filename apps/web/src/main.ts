import { isDevMode } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';

bootstrapApplication(App, appConfig).catch((error: unknown) => console.error(error));

/** After the page has all it needs: the worker loads the page once more. */
const whenQuietMilliseconds = 10_000;

// Refused in private windows and by some schools; the page works without.
if (!isDevMode() && 'serviceWorker' in navigator)
  addEventListener('load', () =>
    setTimeout(
      () => void navigator.serviceWorker.register('/service-worker.js').catch(() => null),
      whenQuietMilliseconds,
    ),
  );
