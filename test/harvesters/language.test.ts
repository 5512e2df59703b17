// Languages as open-data catalogues name them.
import { expect, test } from 'vitest';
import { languageIn } from '../../lib/harvesters/language.ts';

test.each([
  [['en-US'], 'en-US'],
  [['en,es,ca'], 'en'],
  [['eng; CAN'], 'eng'],
  [['English'], 'en'],
  [['german'], 'de'],
  [['English (Canada)'], 'en'],
  [['http://publications.europa.eu/resource/authority/language/FRA'], 'FRA'],
  [['http://id.loc.gov/vocabulary/iso639-1/en/'], 'en'],
  [[undefined, ' ', 'fr', 'de'], 'fr'],
  [['Klingonish'], 'Klingonish'],
  [[], undefined],
])('%j is %j', (texts, language) => {
  expect(languageIn(texts)).toBe(language);
});
