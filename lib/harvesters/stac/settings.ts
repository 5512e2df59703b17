// The settings of the harvester type `stac`.
import * as z from 'zod/mini';

const word = z.string().check(z.minLength(1), z.maxLength(200));
const degrees = (most: number) => z.number().check(z.minimum(-most), z.maximum(most));

export const StacSettings = z.strictObject({
  /** Collections, their items, or both, become records. A collection may have millions of items. */
  harvest: z._default(z.enum(['collections', 'items', 'both']), 'collections'),
  /** Only these collections, by their ids; all when empty. */
  collections: z._default(z.array(word).check(z.maxLength(500)), []),
  /** Items that are asked for at once; servers give fewer if they want. */
  pageSize: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 100),
  /** Only items that touch this box: west, south, east, north. */
  bbox: z.optional(z.tuple([degrees(180), degrees(90), degrees(180), degrees(90)])),
  /** Only items of this time: `2020-01-01T00:00:00Z/..`. */
  datetime: z.optional(
    z.string().check(z.regex(/^(\.\.|[\d:.TZ+-]{4,40})?(\/(\.\.|[\d:.TZ+-]{4,40})?)?$/), z.minLength(4)),
  ),
  /** As the Query extension has it: `{"eo:cloud_cover": {"lt": 10}}`. */
  query: z.optional(z.record(word, z.record(word, z.json()))),
  /** As the Filter extension has it, in CQL2 text: `eo:cloud_cover < 10`. */
  filter: z.optional(z.string().check(z.minLength(1), z.maxLength(2_000))),
  /** How deep the links of a static catalog are followed. */
  depthMax: z._default(z.int().check(z.minimum(1), z.maximum(32)), 12),
});
export type StacSettings = z.infer<typeof StacSettings>;
