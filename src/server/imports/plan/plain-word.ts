/** No word that stands for something is longer: what is, is none of them, and is not compared with each. */
const longestWord = 100;

/** A text in small letters and digits alone, as words that stand for something are compared. */
export function plainWord(text: string): string {
  if (text.length > longestWord) return '';
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
