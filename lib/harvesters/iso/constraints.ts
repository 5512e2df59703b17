// What may be done with a resource: MD_Constraints and its kinds (ISO 19115:2003, B.2.3; ISO 19115-1, B.2.13).
import { readsLikeLicence, saysNothing } from '../rights.ts';
import { childOf, childrenOf, type XmlElement } from '../xml.ts';
import { anchorIn, codeIn, heldIn, wordsIn } from './words.ts';

export interface Rights {
  /** A URL where the record has one, else the words of the licence. */
  readonly license: string | undefined;
  /** All limits and rights, the licence's words among them when it is a URL. */
  readonly rights: string | undefined;
}

interface Said {
  readonly text: string;
  readonly href: string | undefined;
  /** It stands beside the code `license`. */
  readonly beside: boolean;
}

/** Codes that only say that the words are elsewhere. */
const POINTING =
  /^(otherRestrictions|license|licen[cs]eUnrestricted|licen[cs]eEndUser|licen[cs]eDistributor)$/i;
const LICENSED = /^(license|licen[cs]eUnrestricted|licen[cs]eEndUser|licen[cs]eDistributor)$/i;

export function rightsOf(identifications: readonly XmlElement[]): Rights {
  const constraints = identifications.flatMap((one) => heldIn(one, 'resourceConstraints'));
  const said = constraints.flatMap(saidIn);
  const licence =
    said.find(
      ({ href }) => href !== undefined && readsLikeLicence(href) && /licen|creativecommons|odbl/i.test(href),
    ) ??
    said.find(({ beside, text }) => beside && readsLikeLicence(text)) ??
    said.find(({ beside }) => beside) ??
    said.find(({ text }) => readsLikeLicence(text));
  const license = licence?.href ?? licence?.text;
  const rights = [...new Set([...said.map(({ text }) => text), ...constraints.flatMap(codesIn)])].filter(
    (text) => text !== license,
  );
  return { license, rights: rights.length === 0 ? undefined : rights.join('\n') };
}

function saidIn(constraint: XmlElement): Said[] {
  const licensed = childrenOf(constraint, 'useConstraints').some((code) => LICENSED.test(codeIn(code) ?? ''));
  const texts = (name: string, beside: boolean): Said[] =>
    childrenOf(constraint, name).flatMap((property) => {
      const text = wordsIn(property) ?? anchorIn(property);
      if (text === undefined || saysNothing(text)) return [];
      return [{ text, href: anchorIn(property), beside }];
    });
  const references = heldIn(constraint, 'reference').flatMap((citation): Said[] => {
    const title = childOf(citation, 'title');
    const text = wordsIn(title);
    const [online] = heldIn(citation, 'onlineResource');
    const href = anchorIn(title) ?? wordsIn(childOf(online, 'linkage'));
    return text === undefined ? [] : [{ text, href, beside: licensed }];
  });
  return [...references, ...texts('otherConstraints', licensed), ...texts('useLimitation', false)];
}

/** Codes as words: `copyright` and `restricted` mean something without any text. */
function codesIn(constraint: XmlElement): string[] {
  const words = (name: string, called: string): string[] =>
    childrenOf(constraint, name).flatMap((property) => {
      const code = codeIn(property);
      return code === undefined || POINTING.test(code) || saysNothing(code) ? [] : [`${called}: ${code}`];
    });
  return [
    ...words('accessConstraints', 'Access constraints'),
    ...words('useConstraints', 'Use constraints'),
    ...words('classification', 'Classification').filter((text) => !text.endsWith(': unclassified')),
  ];
}
