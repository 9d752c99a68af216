import { z } from 'zod';
import type { RouteDefinition } from './route-definition.ts';
import { RotationInfo, ViewContent, ViewInfo } from './view-schemas.ts';

const Plugin = z.object({ plugin: z.string().min(1).max(64) });

/** Pages of plugins, and the figures of their rotations of requests. */
export const VIEW_ROUTES = {
  listViews: {
    summary: 'The pages that a plugin has',
    scope: 'read',
    params: Plugin,
    response: z.object({ views: z.array(ViewInfo) }),
  },
  readView: {
    summary: 'One page of a plugin, as data',
    scope: 'read',
    params: Plugin.extend({ view: z.string().min(1).max(64) }),
    query: z
      .object({ account: z.string().min(1).max(300).optional().describe('An id, or an unambiguous label') })
      .catchall(z.string().max(1_000)),
    response: ViewContent,
  },
  listRotations: {
    summary: 'How requests are spread over accounts now',
    scope: 'read',
    query: z.object({
      plugin: z.string().max(64).optional(),
      offset: z.coerce.number().int().min(0).default(0).describe('Of the accounts'),
      limit: z.coerce.number().int().min(0).max(1_000).default(100).describe('Of the accounts'),
    }),
    response: z.object({ rotations: z.array(RotationInfo) }),
  },
} as const satisfies Record<string, RouteDefinition>;
