/** One worker process of the simulation: gets jobs from its parent, and answers each with its result. */
import { perform, type Job } from './jobs.ts';

// Errors are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

process.on('message', (job) => {
  perform(job as Job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failed: error instanceof Error ? error.message : String(error) }),
  );
});
