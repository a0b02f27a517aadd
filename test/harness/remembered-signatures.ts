import type { VerifySignature } from '../../src/domain/audit/checkpoint-checks.ts';

/** Most flips leave the signed texts as they are: a signature need not be checked ten thousand times. */
export function rememberAnswers(verify: VerifySignature): VerifySignature {
  const known = new Map<string, boolean>();
  return (publicKey, message, signature) => {
    const question = Buffer.concat([publicKey, signature, message]).toString('latin1');
    const answer = known.get(question) ?? verify(publicKey, message, signature);
    known.set(question, answer);
    return answer;
  };
}
