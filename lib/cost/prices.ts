/** AWS's list prices that a session is reckoned with: one Region, one day, no free tier, no discounts. */

export const PRICED = { region: 'us-east-1', date: '2026-10', currency: 'USD' } as const;

/** In dollars for one unit; the pages are aws.amazon.com/<service>/pricing. */
export const PRICES = {
  /** arm64, the first six billion GB-seconds of a month. */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  /** STANDARD workflows. */
  stateTransition: 25e-6,
  /** On demand: a kilobyte written, four kilobytes read with strong consistency. */
  tableWriteUnit: 0.625e-6,
  tableReadUnit: 0.125e-6,
  /** PUT, COPY, POST and LIST; deleting is free. */
  recordPut: 5e-6,
  recordGigabyteMonth: 0.023,
  scheduleInvocation: 1e-6,
  event: 1e-6,
  logGigabyte: 0.5,
} as const;
