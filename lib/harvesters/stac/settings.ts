// The settings of the harvester type `stac`.
import { z } from 'zod';

const word = z.string().min(1).max(200);
const degrees = (most: number) => z.number().min(-most).max(most);

export const StacSettings = z.strictObject({
  /** Collections, their items, or both, become records. A collection may have millions of items. */
  harvest: z.enum(['collections', 'items', 'both']).default('collections'),
  /** Only these collections, by their ids; all when empty. */
  collections: z.array(word).max(500).default([]),
  /** Items that are asked for at once; servers give fewer if they want. */
  pageSize: z.int().min(1).max(10_000).default(100),
  /** Only items that touch this box: west, south, east, north. */
  bbox: z.tuple([degrees(180), degrees(90), degrees(180), degrees(90)]).optional(),
  /** Only items of this time: `2020-01-01T00:00:00Z/..`. */
  datetime: z
    .string()
    .regex(/^(\.\.|[\d:.TZ+-]{4,40})?(\/(\.\.|[\d:.TZ+-]{4,40})?)?$/)
    .min(4)
    .optional(),
  /** As the Query extension has it: `{"eo:cloud_cover": {"lt": 10}}`. */
  query: z.record(word, z.record(word, z.json())).optional(),
  /** As the Filter extension has it, in CQL2 text: `eo:cloud_cover < 10`. */
  filter: z.string().min(1).max(2_000).optional(),
  /** How deep the links of a static catalog are followed. */
  depthMax: z.int().min(1).max(32).default(12),
});
export type StacSettings = z.infer<typeof StacSettings>;
