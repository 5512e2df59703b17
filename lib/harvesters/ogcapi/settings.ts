// The settings of the harvester type `ogc-records`.
import * as z from 'zod/mini';

const word = z.string().check(z.minLength(1), z.maxLength(200));

export const OgcRecordsSettings = z.strictObject({
  /** `auto`: the records of record collections, and every other collection as one record. */
  harvest: z._default(z.enum(['auto', 'records', 'collections']), 'auto'),
  /** Only these collections, by their ids; all when empty. */
  collections: z._default(z.array(word).check(z.maxLength(500)), []),
  /** Records that are asked for at once; servers give fewer if they want. */
  pageSize: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 100),
  /** Words that the remote searches for in the texts of its records (parameter `q`). */
  q: z.optional(word),
  /** The time that records must be about (parameter `datetime`): `2020-01-01T00:00:00Z/..`. */
  datetime: z.optional(
    z.string().check(z.regex(/^(\.\.|[\d:.TZ+-]{4,40})?(\/(\.\.|[\d:.TZ+-]{4,40})?)?$/), z.minLength(4)),
  ),
  /** Only records of this type, spelt as the remote spells it (parameter `type`). */
  type: z.optional(word),
  /** The property that pages are sorted by where the remote says that it can sort; `none` leaves it to the remote. */
  sortBy: z._default(z.string().check(z.regex(/^[+-]?\w[\w:.-]{0,60}$/)), 'title'),
});
export type OgcRecordsSettings = z.infer<typeof OgcRecordsSettings>;
