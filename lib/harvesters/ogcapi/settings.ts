// The settings of the harvester type `ogc-records`.
import { z } from 'zod';

const word = z.string().min(1).max(200);

export const OgcRecordsSettings = z.strictObject({
  /** `auto`: the records of record collections, and every other collection as one record. */
  harvest: z.enum(['auto', 'records', 'collections']).default('auto'),
  /** Only these collections, by their ids; all when empty. */
  collections: z.array(word).max(500).default([]),
  /** Records that are asked for at once; servers give fewer if they want. */
  pageSize: z.int().min(1).max(10_000).default(100),
  /** Words that the remote searches for in the texts of its records (parameter `q`). */
  q: word.optional(),
  /** The time that records must be about (parameter `datetime`): `2020-01-01T00:00:00Z/..`. */
  datetime: z
    .string()
    .regex(/^(\.\.|[\d:.TZ+-]{4,40})?(\/(\.\.|[\d:.TZ+-]{4,40})?)?$/)
    .min(4)
    .optional(),
  /** Only records of this type, spelt as the remote spells it (parameter `type`). */
  type: word.optional(),
  /** The property that pages are sorted by where the remote says that it can sort; `none` leaves it to the remote. */
  sortBy: z
    .string()
    .regex(/^[+-]?\w[\w:.-]{0,60}$/)
    .default('title'),
});
export type OgcRecordsSettings = z.infer<typeof OgcRecordsSettings>;
