import type { Routes } from '@angular/router';
import { at, eventKnown, toCurrentEvent, toPlace } from './event/guards';
import { Trouble } from './status/trouble';
import { fromJoinLink, nobodySignedIn } from './sign-in/guards';

/** Each title is the name of a text. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', canActivate: [toCurrentEvent], children: [] },
  {
    path: 'sign-in',
    title: 'signIn',
    canActivate: [nobodySignedIn],
    loadComponent: () => import('./sign-in/sign-in').then((file) => file.SignIn),
  },
  { path: 'join', canActivate: [fromJoinLink], children: [] },
  // Without an event in the address: the current one. Where in it is for its state to say.
  { path: 'check-in', redirectTo: '' },
  { path: 'stream', redirectTo: '' },
  { path: 'check-out', redirectTo: '' },
  {
    path: 'events/:eventId',
    canActivate: [eventKnown],
    loadComponent: () => import('./event/event-pages').then((file) => file.EventPages),
    children: [
      { path: '', pathMatch: 'full', canActivate: [toPlace], children: [] },
      {
        // One page for both: what was typed before the opening is still there after it.
        path: '',
        loadComponent: () => import('./check-in/check-in').then((file) => file.CheckIn),
        children: [
          { path: 'waiting', title: 'waiting', canActivate: [at('waiting')], children: [] },
          { path: 'check-in', title: 'checkIn', canActivate: [at('check-in')], children: [] },
        ],
      },
      {
        path: 'over',
        title: 'over',
        canActivate: [at('over')],
        loadComponent: () => import('./check-out/over').then((file) => file.Over),
      },
      {
        // One page for both: the check-out comes over the stream, which goes on playing.
        path: '',
        loadComponent: () => import('./stream/stream').then((file) => file.Stream),
        children: [
          { path: 'stream', title: 'live', canActivate: [at('stream')], children: [] },
          {
            path: 'check-out',
            title: 'checkOut',
            canActivate: [at('check-out')],
            loadComponent: () => import('./check-out/check-out').then((file) => file.CheckOut),
          },
        ],
      },
      { path: '**', canActivate: [toPlace], children: [] },
    ],
  },
  {
    path: 'nothing-on',
    title: 'nothingOn',
    loadComponent: () => import('./status/nothing-on').then((file) => file.NothingOn),
  },
  {
    path: 'trouble',
    title: 'trouble',
    // Never loaded late: it is what is left when nothing can be loaded.
    component: Trouble,
  },
  {
    path: '**',
    title: 'notFound',
    loadComponent: () => import('./status/not-found').then((file) => file.NotFound),
  },
];
