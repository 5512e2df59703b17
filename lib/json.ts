/** Plain data: what may cross a state machine, lie in a table item, or come out of `JSON.parse`. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
