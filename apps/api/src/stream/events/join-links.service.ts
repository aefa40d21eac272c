import { Inject, Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { keysetPages } from '../../infrastructure/database/keyset-pages.ts';
import { csvDownload } from '../../infrastructure/http/csv.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { Roster } from '../../users/roster/roster.ts';
import { mostValidSeconds, SignedToken } from '../../users/auth/signed-token.ts';
import { concerns } from './concerns.ts';
import { InvitedRepository } from './invited.repository.ts';
import { LiveEvents } from './live-events.ts';

const columns = ['username', 'displayName', 'link'] as const;

/** Personal links for a mail merge. They sign in whoever holds them, until a day after check-in has opened. */
@Injectable()
export class JoinLinksService {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly invited: InvitedRepository,
    private readonly tokens: SignedToken,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND */
  async csv(eventId: number, { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const base = (this.env.PUBLIC_URL ?? `${protocol}://${host}`).replace(/\/$/, '');
    const { invited, roster, tokens } = this;
    // Sent long before the event, and good for a day of it.
    const goodUntil = Math.min(
      event.closesAt.getTime(),
      Math.max(event.opensAt.getTime(), Date.now()) + mostValidSeconds * 1000,
    );
    const pages = async function* () {
      const allInvited = keysetPages(
        0,
        (after) => invited.page(after),
        ({ id }) => id,
      );
      for await (const page of allInvited) {
        const concerned = page.filter(({ id }) => {
          const student = roster.student(id);
          return student !== undefined && concerns(event, student);
        });
        // Behind the # it never reaches a server, nor its log.
        const links = concerned.map(async ({ username, displayName }) => {
          const token = await tokens.issue(username, goodUntil);
          return { username, displayName, link: `${base}/join#${token}` };
        });
        yield await Promise.all(links);
      }
    };
    return csvDownload(`join-links-${eventId}`, columns, pages());
  }
}
