/**
 * zod/mini knows no language: without this it says "Invalid input" of everything. Imported, for its effect alone, wherever sentences are
 * made of what a schema found.
 */
import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';

z.config(english());
