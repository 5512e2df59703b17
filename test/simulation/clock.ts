/** Where virtual time begins. */
export const BEGIN = Date.UTC(2026, 0, 1);
