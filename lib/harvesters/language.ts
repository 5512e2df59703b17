// The language of a record, from what open-data catalogues write in its place: a tag, a list of them, a URI, a name in English.

/** ISO 639-1, all of it: the languages that catalogues call by their English names are among them. */
const CODES =
  'aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu';
let namesOfCodes: ReadonlyMap<string, string> | undefined;

/** The first language that is named; texts that name none come back as they are, so that the record says what could not be read. */
export function languageIn(texts: readonly (string | undefined)[]): string | undefined {
  const named = texts
    .flatMap((text) => text?.split(/[,;]/) ?? [])
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const [first] = named;
  if (first === undefined) return undefined;
  // `http://publications.europa.eu/resource/authority/language/ENG`, `http://id.loc.gov/vocabulary/iso639-1/en`.
  const last = /^https?:\/\//i.test(first) ? (/([a-z-]+)\/?$/i.exec(first)?.[1] ?? first) : first;
  return tagOfName(last) ?? last;
}

function tagOfName(text: string): string | undefined {
  if (text.length < 4 || text.length > 40) return undefined;
  namesOfCodes ??= namesInEnglish();
  // `English (Canada)`, `English - en`.
  return namesOfCodes.get(text.replace(/\s*[(\-–].*$/, '').toLowerCase());
}

function namesInEnglish(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  return new Map(CODES.split(' ').map((code) => [(names.of(code) ?? code).toLowerCase(), code]));
}
