/** One worker of an exploration: gets shares from its parent, and answers each with what it found. */
import { explore, type Wanted } from './explore.ts';

process.on('message', (share) => {
  void explore(share as Wanted).then((done) => process.send?.(done));
});
