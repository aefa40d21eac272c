import type { Routes } from '@angular/router';
import { CheckIn } from './check-in/check-in';
import { EventPages } from './event/event-pages';
import { at, eventKnown, toCurrentEvent, toPlace } from './event/guards';
import { fromJoinLink, nobodySignedIn } from './sign-in/guards';
import { SignIn } from './sign-in/sign-in';
import { Trouble } from './status/trouble';

/** What a student needs up to the check-in comes with the first load; the rest is loaded while digits are typed. */
const laterPages = () => import('./later-pages');

/** Each title is the name of a text. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', canActivate: [toCurrentEvent], children: [] },
  {
    path: 'sign-in',
    title: 'signIn',
    canActivate: [nobodySignedIn],
    component: SignIn,
  },
  { path: 'join', canActivate: [fromJoinLink], children: [] },
  // Without an event in the address: the current one, on the page that its state allows.
  { path: 'check-in', redirectTo: '' },
  { path: 'stream', redirectTo: '' },
  { path: 'check-out', redirectTo: '' },
  {
    path: 'events/:eventId',
    canActivate: [eventKnown],
    component: EventPages,
    children: [
      { path: '', pathMatch: 'full', canActivate: [toPlace], children: [] },
      {
        // One page for both: what was typed before the opening is still there after it.
        path: '',
        component: CheckIn,
        children: [
          { path: 'waiting', title: 'waiting', canActivate: [at('waiting')], children: [] },
          { path: 'check-in', title: 'checkIn', canActivate: [at('check-in')], children: [] },
        ],
      },
      {
        path: 'over',
        title: 'over',
        canActivate: [at('over')],
        loadComponent: () => laterPages().then((file) => file.Over),
      },
      {
        // One page for both: the check-out comes over the stream, which goes on playing.
        path: '',
        loadComponent: () => laterPages().then((file) => file.Stream),
        children: [
          {
            path: 'stream',
            title: 'live',
            canActivate: [at('stream')],
            children: [
              {
                path: 'classmates',
                loadComponent: () => laterPages().then((file) => file.BringClassmates),
              },
            ],
          },
          {
            path: 'check-out',
            title: 'checkOut',
            canActivate: [at('check-out')],
            loadComponent: () => laterPages().then((file) => file.CheckOut),
          },
        ],
      },
      { path: '**', canActivate: [toPlace], children: [] },
    ],
  },
  {
    path: 'nothing-on',
    title: 'nothingOn',
    loadComponent: () => laterPages().then((file) => file.NothingOn),
  },
  {
    path: 'trouble',
    title: 'trouble',
    component: Trouble,
  },
  {
    path: '**',
    title: 'notFound',
    loadComponent: () => laterPages().then((file) => file.NotFound),
  },
];
