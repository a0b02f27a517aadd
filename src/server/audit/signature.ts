import { createPublicKey, verify } from 'node:crypto';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import type { VerifySignature } from '../../domain/audit/checkpoint-checks.ts';

/** Checks an Ed25519 signature, as the log's pure parts take it. */
export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: encodeBase64Url(publicKey) };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
};
