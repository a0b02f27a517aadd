import { wordsIn } from '../../src/domain/every-language.ts';
import { type Vocabulary, vocabularyOf, type WholeFile } from '../../src/domain/vocabulary.ts';

const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const marked = [...'åƀçđéƒğħíĵķłɱñöþɋŕšŧüṽŵẋýžÅƁÇĐÉƑĞĦÍĴĶŁṀÑÖÞɊŔŠŦÜṼŴẊÝŽ'];

/** A text of which no letter is left as it was, about a third longer, in brackets that show whether it is whole. */
function pseudo(text: string): string {
  const parts = text.split(/(\{\{\w+\}\})/);
  return `⟦${parts.map((part) => (part.startsWith('{{') ? part : longer(part))).join('')}⟧`;
}

function longer(text: string): string {
  const letters = [...text].map((letter) => {
    const sign = marked[plain.indexOf(letter)] ?? letter;
    return /[aeiou]/i.test(letter) ? sign + sign.toLowerCase() : sign;
  });
  return letters.join('');
}

function pseudoPart(part: unknown): unknown {
  if (typeof part === 'string') return pseudo(part);
  if (Array.isArray(part)) return part.map(pseudoPart);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, pseudoPart(value)]));
}

/**
 * A language made of English, which only tests know: it stands in for German, so that what it lacks is lacking. Where
 * English is said by the server, it is made of what German says. The platform writes days in Greek letters in it, and
 * changed fields of the log are called by their labels.
 */
export function pseudoVocabulary(): Vocabulary {
  const [english, german] = [wordsIn('en'), wordsIn('de')];
  // Of the same form as what it is made of.
  const file = pseudoPart({ ...vocabularyOf('de', german, english) }) as WholeFile;
  const manner = { ...english.manner, tag: 'el-GR', months: english.manner.months.map(longer) };
  const sentenceParts = { ...file.sentenceParts, fields: pseudo('({{labels}})') };
  return { ...file, manner, sentenceParts, language: 'de' };
}
